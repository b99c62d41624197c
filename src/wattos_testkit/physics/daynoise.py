"""All the noise that a block of whole days needs, in one pass of hashing and a few exact matrix products.

Smooth noise at a scale is a blend of two random numbers at multiples of that scale; a sum of octaves, taken
at all the steps of a day, is therefore a fixed matrix times the random numbers of the day. The numbers are
integers of 17 bits (in halves) and the weights multiples of 2**-40, so the products and their sums fit a
double without rounding: the result has the same bits in whatever order, by whatever library, it is summed.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import GOLDEN, MEAN_16, SCALE_16, Floats, Singles, Words, finish

_MINUTES = 1440
_EXACT = 2.0**40
_KEPT = 6


class Octave(NamedTuple):
    """Smooth noise of one scale."""

    key: np.uint64
    scale: int
    """[min]; divides a day."""
    amplitude: float


class Woven(NamedTuple):
    """A sum of octaves, wanted every so many minutes from the start of a day to its end."""

    step: int
    octaves: tuple[Octave, ...]


class White(NamedTuple):
    """Noise without memory, so many numbers a day (a multiple of four)."""

    key: np.uint64
    per_day: int
    with_end: bool = False
    """Whether each day also has the first number of the next one."""


class DayNoise:
    """The noises of one owner, for days that all begin at the same minute of the UTC day.

    Parameters
    ----------
    begins
        The UTC minute at which day 0 begins; octaves lie on multiples of their scale in absolute time, so
        that places whose days begin at another hour share them.
    woven
        Sums of octaves; each of mean 0.
    white
        Noises of mean 0 and variance 1, uniform within ±√3.
    """

    def __init__(self, begins: int, woven: Sequence[Woven] = (), white: Sequence[White] = ()) -> None:
        self._woven = [
            _matrix(one.step, tuple((of.scale, of.amplitude, begins % of.scale) for of in one.octaves))
            for one in woven
        ]
        octaves = [octave for one in woven for octave in one.octaves]
        counts = [_MINUTES // octave.scale + 2 for octave in octaves]
        self._columns = sum(counts)
        self._keys = np.repeat(np.array([octave.key for octave in octaves], dtype=np.uint64), counts)
        self._per_day = np.repeat(
            np.array([_MINUTES // one.scale for one in octaves], dtype=np.uint64), counts
        )
        first = [np.arange(n) + begins // octave.scale for n, octave in zip(counts, octaves, strict=True)]
        self._first = (np.concatenate(first) if first else np.empty(0, dtype=np.int64)).astype(np.uint64)
        self._white = tuple(white)
        self._plans: dict[int, tuple[Words, Words]] = {}

    def draw(self, first_day: int, days: int) -> tuple[list[Singles], list[Singles]]:
        """Return the woven noises, shape (days, 1440 / step + 1) each, and the white, (days, per_day (+ 1)).

        The arrays may share memory; a white one with ends must not be written to.
        """
        plan = self._plans.get(days)
        if plan is None:
            if len(self._plans) >= _KEPT:
                self._plans.clear()
            plan = self._plans[days] = self._plan(days)
        x = plan[0] * np.uint64(first_day)
        x += plan[1]
        finish(x)
        woven: list[Singles] = []
        smooth = days * self._columns
        if smooth:
            points = (x[:smooth] >> np.uint64(48)).astype(np.float64)
            points -= MEAN_16
            points = points.reshape(days, self._columns)
            at = 0
            for matrix in self._woven:
                woven.append((points[:, at : at + len(matrix)] @ matrix).astype(np.float32))
                at += len(matrix)
        return woven, self._cut(x[smooth:], days)

    def _cut(self, rest: Words, days: int) -> list[Singles]:
        if not self._white:
            return []
        z = rest.astype("<u8", copy=False).view("<u2").astype(np.float32)
        z -= np.float32(MEAN_16)
        z *= np.float32(SCALE_16)
        out, at = [], 0
        for one in self._white:
            width = one.per_day + one.with_end
            size = z.itemsize
            out.append(np.ndarray((days, width), z.dtype, z, at * size, (one.per_day * size, size)))
            at += days * one.per_day + 4 * one.with_end
        return out

    def _plan(self, days: int) -> tuple[Words, Words]:
        """Return (a, b) so that the hash of every number of days from d on begins as a * d + b."""
        day = np.arange(days, dtype=np.uint64)[:, None]
        rise = [np.broadcast_to(self._per_day, (days, self._columns)).ravel()]
        index = [(self._first + day * self._per_day).ravel()]
        keys = [np.broadcast_to(self._keys, (days, self._columns)).ravel()]
        for one in self._white:
            words = one.per_day // 4
            count = days * words + one.with_end
            rise.append(np.full(count, words, dtype=np.uint64))
            index.append(np.arange(count, dtype=np.uint64))
            keys.append(np.full(count, one.key, dtype=np.uint64))
        return np.concatenate(rise) * GOLDEN, np.concatenate(index) * GOLDEN + np.concatenate(keys)


@lru_cache(maxsize=64)
def _matrix(step: int, octaves: tuple[tuple[int, float, int], ...]) -> Floats:
    """Return the weight of each random number of a day at each step; shape (numbers, steps + 1).

    An octave is given by its scale, its amplitude, and how long before the day it has had a number. One
    matrix serves all owners: it is large, and stays in the processor's cache only if it is shared.
    """
    at = np.arange(0, _MINUTES + 1, step)
    parts = []
    for scale, amplitude, phase in octaves:
        left, inside = np.divmod(at + phase, scale)
        u = inside / scale
        blend = u * u * (3.0 - 2.0 * u) * amplitude
        part = np.zeros((_MINUTES // scale + 2, len(at)))
        steps = np.arange(len(at))
        part[left, steps] += amplitude - blend
        part[left + 1, steps] += blend
        parts.append(part)
    return np.asarray(np.rint(np.concatenate(parts) * (SCALE_16 * _EXACT)) * (1.0 / _EXACT))
