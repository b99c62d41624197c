"""Day-level quantities, computed for many days at once and kept: what a day's minutes are shaped by."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers

_CHUNK, _MARGIN = 512, 32
_HELD = 8


class DayTable:
    """Rows of numbers by day; whole stretches of days are computed when one of them is asked for.

    A number may depend on its day alone: a stretch is nothing that anybody outside can see.
    """

    def __init__(self, compute: Callable[[Integers], Floats]) -> None:
        self._compute = compute
        self._chunks: OrderedDict[int, Floats] = OrderedDict()

    def of(self, first: int, count: int) -> Floats:
        """Return the rows of consecutive days; shape (rows, count). Not to be written to."""
        chunk, skip = divmod(first, _CHUNK)
        if skip + count > _CHUNK + _MARGIN:
            return self._compute(np.arange(first, first + count))
        rows = self._chunks.get(chunk)
        if rows is None:
            begin = chunk * _CHUNK
            rows = self._chunks[chunk] = self._compute(np.arange(begin, begin + _CHUNK + _MARGIN))
            if len(self._chunks) > _HELD:
                self._chunks.popitem(last=False)
        return rows[:, skip : skip + count]
