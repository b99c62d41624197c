"""All that stands between a request and the API and is no part of it: faults, clock, journal, control."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from wattos_testkit.server.live import Lives, Steady
from wattos_testkit.server.mischief import Mischief

PREFIX = b"/_testkit"
"""What is reserved for the control API; no path of the API begins so."""
Note = Callable[[int, str, bytes, bytes, bytes | None, bytes], None]
"""Status (0: none), method, path, query, credential and request id -> the journal."""


def _none(method: str, path: str) -> None:
    del method, path


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """What the front asks; nothing of it is there unless it is given."""

    lives: Lives = field(default_factory=Steady)
    mischief: Mischief | None = None
    note: Note | None = None
    control: ASGIApp | None = None
    """Answers what is asked under `PREFIX`."""
    operation_of: Callable[[str, str], str | None] = _none
    """Method and path -> the testkit's name of an operation."""
