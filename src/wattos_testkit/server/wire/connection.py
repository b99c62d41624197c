"""The line to a client, where a fault may hold it or hang up."""

import asyncio
import socket
import struct
import sys

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LINE = "wattos.line"
"""Where the `Line` stands in a scope's `state`."""
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""To linger for zero seconds: closing sends a reset, and drops what was not read."""
_TURNS = 64
"""Turns of the event loop in which what was sent leaves, if the client takes it."""


class Line:
    """One client's connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.held = False
        """Whether a fault makes the client wait: the end of the server is then no reason to wait longer."""

    async def hang_up(self, *, reset: bool) -> None:
        """Close, once what was sent before has left this machine's hands."""
        if not reset:
            self._transport.close()
            return
        # A reset drops what is still here. A client that does not read is not waited for.
        for _ in range(_TURNS):
            if not self._transport.get_write_buffer_size():
                break
            await asyncio.sleep(0)
        self.reset()

    def reset(self) -> None:
        """Close at once, with a TCP reset where the machine has one."""
        peer = self._transport.get_extra_info("socket")
        if peer is not None and not self._transport.is_closing():
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()


class Connection(HttpToolsProtocol):
    """uvicorn's own protocol, whose line can be found from a request.

    It costs a request nothing: what is added is made once for a connection.
    """

    line: Line | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin."""
        super().connection_made(transport)
        self.line = Line(transport)
        self.app_state = {**self.app_state, LINE: self.line}

    def shutdown(self) -> None:
        """End, when the server does."""
        if self.line is not None and self.line.held:
            self.line.reset()
        super().shutdown()
