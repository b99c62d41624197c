"""The stages between the sensor and the row, and what a fault sees in each.

A minute passes them in this order: where it comes from (another resource, another time), what it says,
whether and when it comes; then, as rows: how often and in which order they come.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wattos_testkit.faults.minutes import Bytes, Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.fleet.model import Placed
from wattos_testkit.physics.hashing import Floats, Integers, stream_key, uniforms

NEVER = -1
"""The source of a minute that comes from nowhere."""


@dataclass(slots=True)
class Sources:
    """Where reported minutes come from, to be changed in place; shape (n,)."""

    start: int
    when: Integers
    """The UTC minute of the plant that is reported as each minute; NEVER where none is."""
    whose: Bytes
    """Whose it is: 0 the resource's own, else a partner's."""
    placed: Placed

    def between(self, start: int, end: int) -> "Sources":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        return Sources(start, self.when[cut], self.whose[cut], self.placed)

    @property
    def clock(self) -> Integers:
        """The UTC minutes under which they are reported."""
        return np.arange(self.start, self.start + len(self.when))


@dataclass(frozen=True, slots=True)
class Context:
    """What a fault may ask for beside the minutes it strikes."""

    placed: Placed
    true: Callable[[int, int], Minutes]
    """The minutes of any window before this stage; the window is cut to when the resource exists."""

    def draws(self, placement: Placement, index: Integers) -> Floats:
        """Return numbers in [0, 1), one for each minute, of this placement on this resource."""
        return draws(placement, self.placed.resource.resource_id, index)


def draws(placement: Placement, resource_id: str, index: Integers) -> Floats:
    """Return numbers in [0, 1), one for each minute, of a placement on a resource."""
    return uniforms(stream_key(placement.seed, placement.name, resource_id), index)


SourceEffect = Callable[[Placement, Sources, int], None]
"""The last is the number of the partner, 0 if there is none."""
MinuteEffect = Callable[[Placement, Minutes, Context], None]
RowEffect = Callable[[Placement, Integers, int, str], Integers]
"""From (the starts of rows, the interval, the resource's id) to the positions of rows, as they come."""
