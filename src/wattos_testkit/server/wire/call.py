"""One request on its way through the faults that strike it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Self

from starlette.types import Message

from wattos_testkit.server.cache import Headers
from wattos_testkit.server.mischief import GIVE_UP, MARKED, Visit
from wattos_testkit.server.wire.connection import LINE, Line
from wattos_testkit.server.wire.timer import Timer


class Call:
    """A request whose answer something happens to."""

    def __init__(self, visit: Visit, timer: Timer) -> None:
        self.visit = visit
        self.timer = timer
        self.remark: Callable[[Headers], Headers] | None = None
        """What becomes of the headers that stand on every answer."""
        self.applied: dict[str, Callable[[int], bool]] = {}
        """Preferences, and at which status of the answer they were applied."""
        self.noted: set[str] = set()
        """What has struck."""
        self._timings: list[str] = []
        self._asked = False
        self._line: Line | None = (visit.scope.get("state") or {}).get(LINE)
        self._over = asyncio.get_running_loop().create_future()
        self._listening = asyncio.ensure_future(self._listen())

    async def __aenter__(self) -> Self:
        """Begin to listen whether the client goes away."""
        return self

    async def __aexit__(self, *args: object) -> None:
        """Leave nothing behind."""
        self._listening.cancel()
        await asyncio.wait((self._listening,))

    @property
    def over(self) -> bool:
        """Whether the client is gone, or has got all that it will get."""
        return self._over.done()

    def note(self, fault: str, milliseconds: float | None = None) -> None:
        """Say in the answer's head what has struck it, where browsers show it and pages can read it."""
        self.noted.add(fault)
        duration = "" if milliseconds is None else f";dur={milliseconds:.3f}"
        self._timings.append(f'fault;desc="{fault}"{duration}')

    async def wait(self, seconds: float) -> None:
        """Let time pass, at most until the client is gone."""
        if self.over:
            return
        sleep = asyncio.ensure_future(self.timer.sleep(seconds))
        if self._line is not None:
            self._line.held = True
        try:
            await asyncio.wait((sleep, self._over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            if self._line is not None:
                self._line.held = False
        await asyncio.wait((sleep,))

    async def hang_up(self, *, reset: bool) -> None:
        """Close the connection, and wait until it is."""
        self.visit.scope[GIVE_UP]()
        if self._line is not None:
            await self._line.hang_up(reset=reset)
            await asyncio.wait((self._over,))
        # Without a line (another server runs the application) an answer that is not complete ends it too.
        self.finish()

    def finish(self) -> None:
        """Let nothing more be sent, and tell the application so."""
        if not self._over.done():
            self._over.set_result(None)

    async def send(self, message: Message) -> None:
        """Send to the client, with what has struck the answer in its head."""
        if self.over:
            return
        if message["type"] == "http.response.start":
            marks = self.visit.marks if self.remark is None else self.remark(self.visit.marks)
            told = (*self._told(), *self._preferred(message["status"]))
            message = {**message, "headers": [*message["headers"], *told, *marks], MARKED: True}
        await self.visit.send(message)

    async def receive(self) -> Message:
        """Tell the application when it is over; the bodies of requests concern no operation."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.wait((self._over,))
        return {"type": "http.disconnect"}

    def _told(self) -> Headers:
        if not self._timings:
            return ()
        told: Headers = ((b"server-timing", ", ".join(self._timings).encode()),)
        # Without this a browser shows the timing to no script of another origin.
        return (*told, (b"timing-allow-origin", b"*")) if b"origin" in self.visit.headers else told

    def _preferred(self, status: int) -> Headers:
        applied = [preference for preference, at in self.applied.items() if at(status)]
        if not applied:
            return ()
        # RFC 7240, 2 and 3: a cache must know that the answer is one to this preference.
        return ((b"preference-applied", ", ".join(applied).encode("latin-1")), (b"vary", b"Prefer"))

    async def _listen(self) -> None:
        while (await self.visit.receive())["type"] != "http.disconnect":
            pass
        self.finish()


def without(headers: Iterable[tuple[bytes, bytes]], *names: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers without some of them."""
    return [(name, value) for name, value in headers if name.lower() not in names]


def value_of(message: Message, name: bytes) -> bytes | None:
    """Return the value of a header of a response."""
    return next((value for key, value in message["headers"] if key.lower() == name), None)
