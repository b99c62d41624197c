"""Errors as the document has them: its own example of a status where it shows one, else our problem."""

import json
from http import HTTPStatus
from typing import NamedTuple

from wattos_testkit.contract import Operation
from wattos_testkit.server.cache import Headers
from wattos_testkit.server.problems import CHALLENGE

RETRY_AFTER = 30
"""Seconds that an error names of which one expects that it passes."""
CODES = tuple(sorted(int(one) for one in HTTPStatus if 400 <= one <= 599))  # noqa: PLR2004 - the errors of HTTP
_NO_STORE = (b"cache-control", b"no-store")
_DETAILS = {
    401: "This bearer token is not accepted",
    429: "Too many requests",
    500: "The server failed",
    502: "The gateway got no valid answer from the server behind it",
    503: "The server cannot answer now",
    504: "The gateway waited in vain for the server behind it",
}


class Refusal(NamedTuple):
    """An answer in place of the one that was asked for."""

    status: int
    headers: Headers
    body: bytes


def error(
    operation: Operation, status: int, detail: str | None = None, *extra: tuple[bytes, bytes]
) -> Refusal:
    """Return the answer with an error of a status."""
    media, body = _shown(operation, status, detail)
    headers: Headers = ((b"content-type", media.encode()), _NO_STORE, *extra)
    given = {name for name, _ in extra}
    for name, value in _expected(status):
        if name not in given:
            headers += ((name, value),)
    return refusal(status, headers, body)


def refusal(status: int, headers: Headers, body: bytes) -> Refusal:
    """Return an answer of known length."""
    return Refusal(status, (*headers, (b"content-length", b"%d" % len(body))), body)


def _expected(status: int) -> Headers:
    """Return the headers that HTTP wants beside a status."""
    match status:
        case 401:
            return ((b"www-authenticate", f'{CHALLENGE}, error="invalid_token"'.encode()),)
        case 405:
            return ((b"allow", b"GET, HEAD"),)
        case 407:
            return ((b"proxy-authenticate", b'Basic realm="proxy"'),)
        case 426:
            return ((b"upgrade", b"HTTP/2.0"),)
        case 429 | 503:
            return ((b"retry-after", b"%d" % RETRY_AFTER),)
    return ()


def _shown(operation: Operation, status: int, detail: str | None) -> tuple[str, bytes]:
    content = operation.spec.get("responses", {}).get(str(status), {}).get("content", {})
    for media, about in content.items():
        examples = [one.get("value") for one in about.get("examples", {}).values()]
        example = about.get("example", examples[0] if examples else None)
        if isinstance(example, dict):
            told = {**example, "detail": detail} if detail and "detail" in example else example
            return str(media), _written(told)
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail or _detail(status)}
    return "application/problem+json", _written(problem)


def _detail(status: int) -> str:
    return _DETAILS.get(status) or HTTPStatus(status).description or HTTPStatus(status).phrase


def _written(body: object) -> bytes:
    return json.dumps(body).encode()
