"""A body that is nearly JSON."""

import re

from starlette.types import Message

from wattos_testkit.server.wire.call import value_of, without
from wattos_testkit.server.wire.strike import Passage, Strike, asked, has_body

_NUMBER = re.compile(rb"(?<=:)[ ]*-?[0-9]+\.[0-9]+")
_BEFORE = {
    "bom": b"\xef\xbb\xbf",
    "warning": b"<br />\n<b>Warning</b>:  Division by zero in <b>data.php</b> on line <b>42</b><br />\n",
}


async def garbled_json(strike: Strike, passage: Passage) -> None:
    """Make the body no JSON."""
    way = _Garbling(strike, passage)
    await passage.go(way.sent, asked(passage.scope, accept_encoding=b"identity"))


class _Garbling:
    """The way back of an answer whose first bytes are spoilt."""

    def __init__(self, strike: Strike, passage: Passage) -> None:
        self._strike = strike
        self._passage = passage
        self._before = _BEFORE.get(strike.placement.word("how"), b"")
        self._start: Message | None = None
        """The head, which waits for the first bytes of the body: only they tell whether it is struck."""

    async def sent(self, message: Message) -> None:
        """Spoil what comes first, and pass on the rest."""
        if message["type"] == "http.response.start":
            if message["status"] == 200 and has_body(self._passage.scope, message):  # noqa: PLR2004 - has rows
                self._start = message
            else:
                await self._passage.send(message)
            return
        start, body = self._start, bytes(message.get("body", b""))
        if start is None:
            await self._passage.send(message)
            return
        if not body and message.get("more_body", False):
            return
        self._start = None
        spoilt = self._before + body if self._before else _NUMBER.sub(_nan, body, count=1)
        if spoilt != body:
            self._strike.call.note(self._strike.name)
            start = _longer(start, len(self._before))
        await self._passage.send(start)
        await self._passage.send({**message, "body": spoilt})


def _nan(found: re.Match[bytes]) -> bytes:
    return b"NaN".rjust(len(found[0]))


def _longer(start: Message, count: int) -> Message:
    length = value_of(start, b"content-length")
    if length is None:
        return start
    told = (b"content-length", b"%d" % (int(length) + count))
    return {**start, "headers": [*without(start["headers"], b"content-length"), told]}
