"""Lifetime registers without a lifetime of simulation: prefix sums of daily energies.

The energy of a day follows from day-level quantities alone, so years of days are summed in microseconds,
and the register at the start of any day is one look-up.
"""

from collections.abc import Callable

import numpy as np

from wattos_testkit.physics.hashing import Integers

_CHUNK = 512


class Ledger:
    """Daily energies since a first day, and their running sum; grows as it is asked for later days."""

    def __init__(self, first_day: int, energies: Callable[[Integers], Integers]) -> None:
        self.first_day = first_day
        self._energies = energies
        self._sums = np.zeros(1, dtype=np.int64)

    def _upto(self, day: int) -> Integers:
        known = len(self._sums) - 1
        wanted = day - self.first_day
        if wanted > known:
            wanted = -(-wanted // _CHUNK) * _CHUNK
            days = np.arange(self.first_day + known, self.first_day + wanted)
            sums = np.cumsum(self._energies(days)) + self._sums[-1]
            self._sums = np.concatenate([self._sums, sums])
        return self._sums

    def before(self, day: int) -> int:
        """Return the register at the start of a day [W·min]; zero up to the first day."""
        return 0 if day <= self.first_day else int(self._upto(day)[day - self.first_day])

    def budgets(self, day: int, days: int) -> Integers:
        """Return the energy of consecutive days [W·min], zero before the first day; shape (days,)."""
        out = np.zeros(days, dtype=np.int64)
        skip = max(0, self.first_day - day)
        if skip < days:
            sums = self._upto(day + days)
            first = day + skip - self.first_day
            out[skip:] = np.diff(sums[first : first + days - skip + 1])
        return out
