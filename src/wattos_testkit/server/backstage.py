"""All that stands between a request and the API and is no part of it: faults, clock, journal, control."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import ASGIApp

from wattos_testkit.server.live import Lives, Steady
from wattos_testkit.server.mischief import Mischief

PREFIX = b"/_testkit"
"""What is reserved for the control API; no path of the API begins so."""


class Notes(Protocol):
    """The journal, as far as it is written."""

    def record(
        self, status: int, method: str, path: bytes, query: bytes, authorization: bytes | None
    ) -> bytes:
        """Return what is noted of a request and of every other one that is like it; status 0: no answer."""
        ...

    def note(self, request_id: bytes, record: bytes) -> None:
        """Remember a request."""
        ...


class Unnoted:
    """No journal."""

    def record(self, *request: object) -> bytes:
        """Return something that is there."""
        del request
        return b"-"

    def note(self, request_id: bytes, record: bytes) -> None:
        """Forget it."""


def _none(method: str, path: str) -> None:
    del method, path


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """What the front asks; nothing of it is there unless it is given."""

    lives: Lives = field(default_factory=Steady)
    mischief: Mischief | None = None
    journal: Notes = field(default_factory=Unnoted)
    control: ASGIApp | None = None
    """Answers what is asked under `PREFIX`."""
    operation_of: Callable[[str, str], str | None] = _none
    """Method and path -> the testkit's name of an operation."""
