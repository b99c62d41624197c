"""The control API's own document, and the page that shows it."""

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import yaml

from wattos_testkit.server.control.desk import Call, Desk, Reply
from wattos_testkit.server.control.refusal import Refusal
from wattos_testkit.server.pages import FILES, POLICY, SCRIPT, html

_FRESH = {"cache-control": "no-cache"}


@lru_cache(maxsize=1)
def text() -> str:
    """Return the document as it is shipped."""
    return files("wattos_testkit.server.control").joinpath("openapi.yaml").read_text("utf-8")


def as_yaml(desk: Desk, call: Call) -> Reply:
    """Return the document."""
    del desk, call
    return Reply(text().encode(), headers=_FRESH, media_type="application/yaml")


def as_json(desk: Desk, call: Call) -> Reply:
    """Return the document as JSON."""
    del desk, call
    return Reply(json.dumps(yaml.safe_load(text())).encode(), headers=_FRESH)


def page(desk: Desk, call: Call) -> Reply:
    """Return Swagger UI."""
    del desk, call
    shown = html("Control of the Wattos mock").encode()
    return Reply(shown, headers={**_FRESH, "content-security-policy": POLICY}, media_type="text/html")


def file(desk: Desk, call: Call) -> Reply:
    """Return a file of Swagger UI."""
    del desk
    name = call.path["name"]
    if name == "start.js":
        return Reply(SCRIPT.encode(), media_type="text/javascript")
    if name not in FILES:
        raise Refusal(404, "Swagger UI has no such file here")
    # Loaded here: only who looks at the page needs it.
    from swagger_ui_bundle import swagger_ui_path  # noqa: PLC0415 - see above

    return Reply((Path(str(swagger_ui_path)) / name).read_bytes(), media_type=FILES[name])
