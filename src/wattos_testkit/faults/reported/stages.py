"""The stages between the sensor and the row, and which faults act in which.

A minute passes them in this order: where it comes from (another resource, another time), what it says,
whether it comes; then, as rows: how often and in which order they come.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wattos_testkit.faults.minutes import Bools, Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.fleet.model import Placed
from wattos_testkit.physics.hashing import Integers


@dataclass(slots=True)
class Sources:
    """Where reported minutes come from, to be changed in place; shape (n,)."""

    start: int
    when: Integers
    """The UTC minute of the plant that is reported as each minute; -1 where none is."""
    other: Bools
    """Where it is the other resource's."""
    placed: Placed

    def between(self, start: int, end: int) -> "Sources":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        return Sources(start, self.when[cut], self.other[cut], self.placed)


@dataclass(frozen=True, slots=True)
class Context:
    """What a fault may ask for beside the minutes it strikes."""

    placed: Placed
    true: Callable[[int, int], Minutes]
    """The minutes of any window before this stage; the window is cut to when the resource exists."""
    now: int | None
    """The UTC minute up to which time has passed; None: all of it."""


SourceEffect = Callable[[Placement, Sources], None]
ValueEffect = Callable[[Placement, Minutes, Context], None]
PresenceEffect = Callable[[Placement, Minutes, Context], None]
RowEffect = Callable[[Placement, Integers, int], Integers]
"""From (the starts of rows, the interval) to the positions of the rows that come, in their order."""

SOURCES: Mapping[str, SourceEffect] = {}
VALUES: Mapping[str, ValueEffect] = {}
PRESENCE: Mapping[str, PresenceEffect] = {}
ROWS: Mapping[str, RowEffect] = {}
RESHAPING: frozenset[str] = frozenset()
"""Faults that leave holes, or numbers beyond the ratings: rows that no fixed width holds."""
