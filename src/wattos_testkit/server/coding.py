"""Content codings: which one a client gets, and how bytes are put into it."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from wattos_testkit.server.problems import Problem

CODINGS = ("zstd", "br", "gzip")
"""What is offered, the best for equal weights first."""
IDENTITY = ""
WORTH_IT = 1024
"""Bytes below which a coding saves no packet."""
_FAST = {"zstd": 1, "br": 2, "gzip": 1}
"""Levels at which rows of figures shrink to about a sixth and the server stays a server."""


class Encoder(NamedTuple):
    """A stream into a coding."""

    feed: Callable[[bytes | memoryview], bytes]
    finish: Callable[[], bytes]


def encoder(coding: str) -> Encoder:
    """Return a fresh stream into a coding."""
    # Loaded when a client first asks for one: each library costs the start some milliseconds.
    if coding == "zstd":
        from zstandard import ZstdCompressor  # noqa: PLC0415 - see above

        stream = ZstdCompressor(level=_FAST[coding]).compressobj()
        return Encoder(stream.compress, stream.flush)
    if coding == "br":
        from brotli import Compressor  # noqa: PLC0415 - see above

        brotli = Compressor(quality=_FAST[coding])
        return Encoder(brotli.process, brotli.finish)
    from zlib import compressobj  # noqa: PLC0415 - see above

    # 31: a gzip header, whose time stamp stays zero, so that equal bodies are equal bytes.
    gzip = compressobj(_FAST[coding], wbits=31)
    return Encoder(gzip.compress, gzip.flush)


@lru_cache(maxsize=256)
def weights(header: bytes) -> dict[str, float]:
    """Return the weight of every coding that a client names (RFC 9110, 12.5.3)."""
    found: dict[str, float] = {}
    for item in header.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = _weight(value.strip())
        if name:
            found["gzip" if name == "x-gzip" else name] = weight
    return found


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        # What cannot be read is not asked for.
        return 0.0


def negotiate(header: bytes | None, length: int | None) -> str:
    """Return the coding for an answer of a length (None: unknown, and long).

    Raises
    ------
    Problem
        406, if the client refuses all of them and the plain bytes too.
    """
    if header is None:
        return IDENTITY
    named = weights(header)
    rest = named.get("*", 0.0)
    plain = named.get("identity", rest if "*" in named else None)
    offered = {coding: named.get(coding, rest) for coding in CODINGS}
    best = max(CODINGS, key=offered.__getitem__)
    if plain != 0.0 and (length is not None and length < WORTH_IT):
        return IDENTITY
    if offered[best] > 0.0 and offered[best] >= (plain or 0.0):
        return best
    if plain == 0.0:
        raise Problem(406, f"Accept-Encoding refuses everything; there are {', '.join(CODINGS)} and identity")
    return IDENTITY
