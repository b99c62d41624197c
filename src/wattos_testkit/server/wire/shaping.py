"""Faults that let an answer arrive late, in part, or not at all; what arrives is what was sent."""

from collections.abc import Awaitable, Callable

from starlette.types import Message

from wattos_testkit.server.wire.call import value_of, without
from wattos_testkit.server.wire.draw import milliseconds
from wattos_testkit.server.wire.strike import Passage, Strike, has_body

_PIECES_PER_SECOND = 10
_HALF = 0.5


async def latency(strike: Strike, passage: Passage) -> None:
    """Wait, then let the request pass."""
    time = milliseconds(strike.placement, strike.ordinal)
    strike.call.note(strike.name, time)
    await strike.call.wait(time / 1000.0)
    if not strike.call.over:
        await passage.go()


async def slow_bytes(strike: Strike, passage: Passage) -> None:
    """Let the body trickle."""
    call, rate = strike.call, int(strike.placement.number("bytes_per_second"))
    piece = -(-rate // _PIECES_PER_SECOND)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            if has_body(passage.scope, message):
                call.note(strike.name)
            await passage.send(message)
            return
        body = memoryview(message.get("body", b""))
        for start in range(0, len(body), piece):
            part = body[start : start + piece]
            await call.wait(len(part) / rate)
            if call.over:
                return
            await passage.send({"type": "http.response.body", "body": bytes(part), "more_body": True})
        if not message.get("more_body", False):
            await passage.send({"type": "http.response.body", "body": b""})

    await passage.go(sent)


async def truncated_body(strike: Strike, passage: Passage) -> None:
    """Cut the body short."""
    corrected = strike.placement.word("length") == "corrected"

    async def end() -> None:
        if corrected:
            await passage.send({"type": "http.response.body", "body": b""})
            strike.call.finish()
        else:
            await strike.call.hang_up(reset=False)

    await passage.go(_Cut(strike, passage, strike.placement.number("keep"), end, corrected=corrected).sent)


async def stalled_connection(strike: Strike, passage: Passage) -> None:
    """Let the client wait for what never comes."""
    when = strike.placement.word("when")

    async def end() -> None:
        await strike.call.wait(strike.placement.number("seconds"))
        await strike.call.hang_up(reset=False)

    if when == "before":
        await end()
        return
    await passage.go(_Cut(strike, passage, 0.0 if when == "head" else _HALF, end).sent)


async def dropped_connection(strike: Strike, passage: Passage) -> None:
    """Hang up."""
    when, reset = strike.placement.word("when"), strike.placement.word("how") == "reset"

    async def end() -> None:
        await strike.call.hang_up(reset=reset)

    if when == "before":
        await end()
    elif when == "after":
        strike.call.note(strike.name)
        await passage.go()
        await end()
    else:
        await passage.go(_Cut(strike, passage, 0.0 if when == "head" else _HALF, end).sent)


class _Cut:
    """The way back of an answer of which only the first part of the body passes."""

    def __init__(
        self,
        strike: Strike,
        passage: Passage,
        keep: float,
        end: Callable[[], Awaitable[None]],
        *,
        corrected: bool = False,
    ) -> None:
        self._strike = strike
        self._passage = passage
        self._keep = keep
        self._end = end
        self._corrected = corrected
        self._whole = False
        self._left: int | None = None

    async def sent(self, message: Message) -> None:
        """Pass on what is before the cut."""
        if self._strike.call.over:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._whole:
            await self._passage.send(message)
        else:
            await self._body(bytes(message.get("body", b"")))

    async def _begin(self, message: Message) -> None:
        self._whole = not has_body(self._passage.scope, message)
        if self._whole:
            await self._passage.send(message)
            return
        self._strike.call.note(self._strike.name)
        length = value_of(message, b"content-length")
        if length is not None:
            self._left = int(int(length) * self._keep)
            if self._corrected:
                told = (b"content-length", b"%d" % self._left)
                message = {**message, "headers": [*without(message["headers"], b"content-length"), told]}
        await self._passage.send(message)
        if self._keep == 0.0 or self._left == 0:
            await self._end()

    async def _body(self, body: bytes) -> None:
        if not body:
            return
        # Where no length was said there is no middle to find: what comes first is cut.
        left = int(len(body) * self._keep) if self._left is None else self._left
        part = body[:left]
        if part:
            await self._passage.send({"type": "http.response.body", "body": part, "more_body": True})
        if self._left is None or len(part) == self._left:
            await self._end()
        else:
            self._left -= len(part)
