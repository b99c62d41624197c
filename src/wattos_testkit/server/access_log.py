"""The access log: one JSON object per request, on stderr; the only place of the server with a clock."""

import json
import sys
from datetime import UTC, datetime
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """Writes a line when an answer has been sent, or has been given up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, now = perf_counter(), datetime.now(UTC)
        seen: dict[str, object] = {"status": None, "bytes": 0, "request_id": None}
        sent = 0

        async def watched(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                seen["request_id"] = dict(message["headers"]).get(b"x-request-id", b"").decode("latin-1")
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            seen["bytes"] = 0 if scope["method"] == "HEAD" else sent
            query = scope["query_string"].decode("latin-1")
            line = {
                "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "client": (scope.get("client") or [None])[0],
                "method": scope["method"],
                "target": scope["path"] + (f"?{query}" if query else ""),
                **seen,
                "ms": round(1000.0 * (perf_counter() - began), 3),
            }
            sys.stderr.write(json.dumps(line) + "\n")
