"""A fault that strikes a request, and the way that the request takes from there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Message, Scope, Send

from wattos_testkit.contract import Operation
from wattos_testkit.faults.model import Placement
from wattos_testkit.server.front import EXCHANGE
from wattos_testkit.server.wire.call import Call
from wattos_testkit.server.wire.errors import Refusal

_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Strike:
    """One placement on one request."""

    placement: Placement
    key: str
    """What is counted and remembered for the placement is found under this."""
    ordinal: int
    """Which request of this placement it is, counted from 1."""
    operation: Operation
    call: Call

    @property
    def name(self) -> str:
        """The fault."""
        return self.placement.fault.name

    async def refuse(self, send: Send, refusal: Refusal) -> None:
        """Answer in place of what was asked for."""
        self.call.note(self.name)
        await send({"type": "http.response.start", "status": refusal.status, "headers": refusal.headers})
        await send({"type": "http.response.body", "body": refusal.body})


Onward = Callable[[Scope, Send], Awaitable[None]]


class Passage(NamedTuple):
    """Where a request is, and what lies beyond."""

    scope: Scope
    send: Send
    onward: Onward

    async def go(self, send: Send | None = None, scope: Scope | None = None) -> None:
        """Go on, with another way back or another question if one is given."""
        await self.onward(scope or self.scope, send or self.send)


Effect = Callable[[Strike, Passage], Awaitable[None]]


def asked(scope: Scope, *, query: bytes | None = None, accept_encoding: bytes | None = None) -> Scope:
    """Return another question; what is kept of its answer is kept under what it asks."""
    exchange = scope[EXCHANGE]
    query = scope["query_string"] if query is None else query
    coding = exchange.accept_encoding if accept_encoding is None else accept_encoding
    key = (exchange.key[0], query, exchange.key[2], coding)
    return {**scope, "query_string": query, EXCHANGE: exchange._replace(key=key, accept_encoding=coding)}


def edited(send: Send, edit: Callable[[Message], Message]) -> Send:
    """Return a way back on which the head of the answer is edited."""

    async def sent(message: Message) -> None:
        await send(edit(message) if message["type"] == "http.response.start" else message)

    return sent


def has_body(scope: Scope, start: Message) -> bool:
    """Whether an answer has bytes after its head."""
    empty = any(name.lower() == b"content-length" and value == b"0" for name, value in start["headers"])
    return scope["method"] != "HEAD" and start["status"] not in _BODILESS and not empty
