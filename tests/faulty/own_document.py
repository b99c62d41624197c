"""Documents of deployments that promise more than the usual one."""

import tempfile
from functools import cache
from pathlib import Path

_USUAL = Path(__file__).parents[2] / "openapi.yaml"
_HEADER = "    ETag:\n      description: "


@cache
def promising_etag() -> str:
    """Write a document in which every answer with data has an ETag; return where it lies."""
    text = _USUAL.read_text("utf-8")
    if text.count(_HEADER) != 1:
        raise ValueError("openapi.yaml no longer has one header ETag")
    folder = Path(tempfile.mkdtemp(prefix="own-document-"))
    file = folder / "openapi.yaml"
    file.write_text(
        text.replace(_HEADER, _HEADER.replace("description", "required: true\n      description")), "utf-8"
    )
    return str(file)
