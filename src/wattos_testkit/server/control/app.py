"""The control API as an application: gate, route, body, handler, answer."""

import json
from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.plain import PlainError, data_of
from wattos_testkit.server.backstage import PREFIX
from wattos_testkit.server.control.desk import Call, Desk, Reply, refusal_of
from wattos_testkit.server.control.gate import Gate
from wattos_testkit.server.control.refusal import Refusal
from wattos_testkit.server.control.routes import find
from wattos_testkit.server.problems import failed

MOST_BYTES = 1_000_000
"""Of a body: a scenario of thousands of faults takes less."""
_WRITES = {"POST", "PUT", "DELETE", "PATCH"}
_TYPES = {"application/json", "application/yaml", "application/x-yaml", "text/yaml"}
"""None of them can be sent by a form of a strange page: a browser asks first."""
_METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"


class Control:
    """Answers everything under the reserved prefix."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = _headers(scope)
        origin: str | None = None
        try:
            origin = self._gate.origin(headers)
            reply = await self._answer(scope, headers, receive)
        except Refusal as refusal:
            reply = _refused(refusal)
        except UsageError as error:
            reply = _refused(refusal_of(error))
        except Exception as error:  # noqa: BLE001 - a defect is a problem too
            failed(error)
            reply = _refused(Refusal(500, "The mock failed; this is a defect of it, not of the request"))
        await _send(reply, origin, scope["method"], send)

    async def _answer(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Reply:
        method = scope["method"]
        preflight = method == "OPTIONS" and "access-control-request-method" in headers
        self._gate.check(scope, headers, preflight=preflight)
        if preflight:
            asked = headers.get("access-control-request-headers", "content-type")
            allowed = {"access-control-allow-methods": _METHODS, "access-control-allow-headers": asked}
            return Reply(status=204, headers={**allowed, "access-control-max-age": "600"})
        path = scope["path"].removeprefix(PREFIX.decode())
        handler, in_path = find("GET" if method == "HEAD" else method, path)
        document = await _document(headers, receive) if method in _WRITES else None
        reply = handler(self._desk, Call(in_path, scope["query_string"].decode("latin-1"), document))
        return reply if isinstance(reply, Reply) else await reply


async def _document(headers: Mapping[str, str], receive: Receive) -> object:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The body ended before it was complete")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise Refusal(413, f"The body is larger than {MOST_BYTES:,} bytes")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body and not kind:
        return None
    if kind not in _TYPES:
        raise Refusal(
            415,
            f"Content-Type: {kind[:80]!r} is not read here; right are application/json and application/yaml",
        )
    try:
        return data_of(body.decode("utf-8")) if body.strip() else None
    except UnicodeDecodeError:
        raise Refusal(400, "The body is not UTF-8") from None
    except PlainError as error:
        raise Refusal(400, f"The body cannot be read: {error}") from None


async def _send(reply: Reply, origin: str | None, method: str, send: Send) -> None:
    if isinstance(reply.body, bytes):
        body = reply.body
    elif reply.body is None:
        body = b""
    else:
        body = json.dumps(reply.body, ensure_ascii=False, indent=2).encode() + b"\n"
    headers = {"cache-control": "no-store", "vary": "Origin", **reply.headers}
    if reply.body is not None:
        headers |= {"content-type": reply.media_type, "content-length": str(len(body))}
    if origin is not None:
        headers |= {"access-control-allow-origin": origin, "access-control-expose-headers": "Location, Allow"}
    pairs = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.body, refusal.status, refusal.headers, "application/problem+json")


def _headers(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
