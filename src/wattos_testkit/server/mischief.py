"""The seam of the wire: who may stand between a request and its answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Protocol

from starlette.types import Receive, Scope, Send

from wattos_testkit.contract.parameters import Value
from wattos_testkit.server.live import Live, Lives

MARKED = "wattos.marked"
"""In the start of a response: it has the headers that stand on every answer, or lacks them on purpose."""

Wish = Callable[[str, Mapping[str, Value], Live], Live]
"""The operation's name, the parsed parameters and the snapshot -> the snapshot that this request sees."""


GIVE_UP = "wattos.give-up"
"""Where the scope has what notes in the journal that no answer comes: called before the client can see it."""


class Proceed(Protocol):
    """The usual way to an answer; nothing of it is taken from the answers kept, and nothing is added."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, wish: Wish | None = None) -> None:
        """Answer; a `wish` is asked once the parameters are known to be right."""
        ...


class Visit(NamedTuple):
    """One request that mischief may be done to."""

    scope: Scope
    receive: Receive
    send: Send
    headers: Mapping[bytes, bytes]
    """By lower-case name; repeated ones are joined."""
    marks: tuple[tuple[bytes, bytes], ...]
    """What stands on every answer to it: its id, and CORS."""
    operation: str | None
    """The testkit's name of the operation; None for all that is none: pages, unknown paths, preflights."""
    live: Live
    lives: Lives
    """Counts, and notes, that all workers share."""
    proceed: Proceed


Mischief = Callable[[Visit], Awaitable[None]]
"""Asked for requests under `live.rough`, with a `Prefer` header, or with a query in which `__` stands."""


class Dropped(Exception):  # noqa: N818 - not an error: what was wanted
    """Raised by mischief that has ended a connection on purpose: nobody is told of a defect."""
