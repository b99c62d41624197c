"""Sending a body: in pieces, as fast as the client reads, for as long as there is one."""

import asyncio
from collections.abc import Iterable

from starlette.types import Receive, Send

SLICE = 512 * 1024
"""Bytes handed over at a time: the client's pace is seen, and others are served, between two."""


async def deliver(pieces: Iterable[bytes], receive: Receive, send: Send) -> bool:
    """Send a body after its head, and return whether all of it went out.

    Between two slices every other request has its turn. When the client is gone, nothing more is generated.
    """
    gone = asyncio.ensure_future(_gone(receive))
    try:
        # The head leaves now: the first piece may take a moment to make.
        await asyncio.sleep(0)
        for piece in pieces:
            view = memoryview(piece)
            for start in range(0, len(view), SLICE):
                await send(
                    {"type": "http.response.body", "body": view[start : start + SLICE], "more_body": True}
                )
                await asyncio.sleep(0)
            if not piece:
                await asyncio.sleep(0)
            if gone.done():
                return False
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
    return True


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
