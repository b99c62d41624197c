"""What the clock on a site's wall shows."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, clock_shift, standard_offset

_LONGEST_DAY = MINUTES_PER_DAY + 24 * 60
"""More than any day has minutes: islands have changed sides of the date line."""


def walls(timezone: str, start: int, end: int) -> Integers:
    """Return what the wall clock shows in UTC minutes, in minutes since 1970 as it counts them."""
    first = start // MINUTES_PER_DAY * MINUTES_PER_DAY
    days = -(-(end - first) // MINUTES_PER_DAY)
    ahead = standard_offset(timezone) + clock_shift(timezone, first, days, 1).ravel()
    return np.arange(start, end) + ahead[start - first : end - first]


def wall_days(timezone: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the days of the wall clock in a span: when each begins, and from when to when it is inside."""
    early = start - _LONGEST_DAY
    # Where the clock goes back over midnight the new day has begun all the same.
    days = np.maximum.accumulate(walls(timezone, early, end) // MINUTES_PER_DAY)
    begins = [*(early + 1 + np.flatnonzero(np.diff(days))).tolist(), end]
    for begin, stop in pairwise(begins):
        if stop > start:
            yield begin, max(begin, start), stop
