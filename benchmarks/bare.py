"""The yardstick: an ASGI application that does nothing but return given bytes, on the same uvicorn."""

import sys
from pathlib import Path

from starlette.types import Receive, Scope, Send
from uvicorn import Server

from wattos_testkit.server.listen import listen, url_of
from wattos_testkit.server.serving import config_of


def main(file: str, *more: str) -> None:
    """Serve the bytes of a file, with more headers written as ``name: value``."""
    body = Path(file).read_bytes()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    headers += [(name.encode(), value.encode()) for name, _, value in (one.partition(": ") for one in more)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    listener = listen("127.0.0.1", 0)
    print(url_of(listener), flush=True)
    config = config_of(app)
    config.lifespan = "off"
    Server(config).run([listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
