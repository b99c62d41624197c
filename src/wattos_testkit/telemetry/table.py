"""Day-level quantities, computed for many days at once and kept: what a day's minutes are shaped by."""

from collections.abc import Callable

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers
from wattos_testkit.telemetry.blocks import BlockCache

_CHUNK, _MARGIN = 512, 32


class DayTable:
    """Rows of numbers by day; a whole stretch of days is computed when one of them is asked for.

    A number may depend on its day alone: a stretch is nothing that anybody outside can see.
    """

    def __init__(self, held: BlockCache, owner: str, compute: Callable[[Integers], Floats]) -> None:
        self._held = held
        self._owner = owner
        self._compute = compute

    def of(self, first: int, count: int) -> Floats:
        """Return the rows of consecutive days; shape (rows, count). Not to be written to."""
        chunk, skip = divmod(first, _CHUNK)
        if skip + count > _CHUNK + _MARGIN:
            return self._compute(np.arange(first, first + count))
        rows = self._held.get((self._owner, chunk, _CHUNK), np.ndarray, lambda: self._stretch(chunk))
        return rows[:, skip : skip + count]

    def _stretch(self, chunk: int) -> Floats:
        begin = chunk * _CHUNK
        return self._compute(np.arange(begin, begin + _CHUNK + _MARGIN))
