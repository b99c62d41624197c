"""All that stands between a request and the API and is no part of it: faults, clock, journal, control."""

from collections.abc import Callable
from dataclasses import dataclass, field

from wattos_testkit.server.live import Lives, Steady
from wattos_testkit.server.mischief import Mischief


def _none(method: str, path: str) -> None:
    del method, path


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """What the front asks; nothing of it is there unless it is given."""

    lives: Lives = field(default_factory=Steady)
    mischief: Mischief | None = None
    operation_of: Callable[[str, str], str | None] = _none
    """Method and path -> the testkit's name of an operation."""
