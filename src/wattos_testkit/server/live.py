"""What is going on while a request is answered: the faults placed, and the time it is in the plant.

A request sees one `Live` from its head to its last byte, whatever is changed in the meantime.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from wattos_testkit.faults.plan import Plan
from wattos_testkit.server.clock import Clock

NO_FAULTS = Plan()


@dataclass(frozen=True, slots=True)
class Live:
    """A snapshot that never changes."""

    plan: Plan = NO_FAULTS
    clock: Clock | None = None
    """None: every instant is served."""
    generation: int = 0
    """Another number after each change."""
    own: bool = False
    """Made for one request: nothing that it leads to is kept for others."""
    quiet: bool = field(init=False)
    """Neither faults nor a clock: every answer is the plain one."""
    rough: bool = field(init=False)
    """Faults of the wire are placed."""

    def __post_init__(self) -> None:
        """Find once what every request asks."""
        object.__setattr__(self, "quiet", not self.plan and self.clock is None)
        object.__setattr__(self, "rough", bool(self.plan.wire))

    def now(self) -> int | None:
        """Return the minute that runs in the plant, or None where every instant is served."""
        return None if self.clock is None else self.clock.minute()

    def with_plan(self, plan: Plan) -> "Live":
        """Return what one request sees that has brought a plan of its own."""
        return replace(self, plan=plan, own=True)


QUIET = Live()


class Lives(Protocol):
    """Where the snapshots come from."""

    def current(self) -> Live:
        """Return the snapshot of now; the same object until something is changed."""
        ...

    def next(self, name: str) -> int:
        """Count, together with all other workers: 1, 2, 3, … under each name, from 1 again after a reset."""
        ...

    def amend(self, name: str, change: Callable[[str], str]) -> str:
        """Replace a note that all workers share by what a function makes of it ("" at first); return it.

        No other worker amends a note meanwhile; the notes are gone after a reset.
        """
        ...


class Steady:
    """One snapshot for ever: what an application in this process has unless it is told otherwise."""

    def __init__(self, live: Live = QUIET) -> None:
        self._live = live
        self._counts: dict[str, int] = {}
        self._notes: dict[str, str] = {}

    def current(self) -> Live:
        """Return it."""
        return self._live

    def next(self, name: str) -> int:
        """Count."""
        self._counts[name] = count = self._counts.get(name, 0) + 1
        return count

    def amend(self, name: str, change: Callable[[str], str]) -> str:
        """Replace a note."""
        self._notes[name] = note = change(self._notes.get(name, ""))
        return note
