"""Smooth noise on a lattice in absolute time: continuous, without state, the same from any window.

Every value depends on the two lattice points beside it and on its place between them, never on the window
that was asked for.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import Floats, several_quarters

_SHORT = 12


@lru_cache(maxsize=64)
def _blend(scale: int) -> Floats:
    u = np.arange(scale) / scale
    return u * u * (3.0 - 2.0 * u)


@lru_cache(maxsize=64)
def _ramp(scale: int) -> Floats:
    return np.arange(scale) / scale


def between(knots: Floats, scale: int, *, smooth: bool = False) -> Floats:
    """Fill in between knots.

    Parameters
    ----------
    knots
        Shape (n + 1,); values at multiples of `scale` steps.
    scale
        Steps from one knot to the next.
    smooth
        Blend with zero slope at the knots; else in straight lines.

    Returns
    -------
    Floats
        Shape (n * scale,); the last knot itself is not in it.
    """
    weight = _blend(scale) if smooth else _ramp(scale)
    if scale < _SHORT:
        # A short inner axis costs more in loop set-up than in arithmetic: go along the long one instead.
        out = np.empty((len(knots) - 1) * scale)
        step = knots[1:] - knots[:-1]
        out[::scale] = knots[:-1]
        for j in range(1, scale):
            np.multiply(step, weight[j], out=out[j::scale])
            out[j::scale] += knots[:-1]
        return out
    filled = (knots[1:] - knots[:-1])[:, None] * weight
    filled += knots[:-1, None]
    return filled.ravel()


class Lattice(NamedTuple):
    """A stream of noise whose points lie on multiples of a scale, and where it is wanted.

    `scale`, `start` and `step` share one unit (minutes, or days); `start` and `scale` are multiples of
    `step`.
    """

    key: np.uint64
    scale: int
    start: int
    length: int
    step: int = 1

    def points(self) -> tuple[np.uint64, int, int]:
        """Return the key, the first lattice point, and how many are needed."""
        first = self.start // self.scale
        last = (self.start + (self.length - 1) * self.step) // self.scale + 1
        return self.key, first, last - first + 1


def lattices(wanted: Sequence[Lattice]) -> list[Floats]:
    """Return smooth noises of mean 0 and variance at most 1, each of shape (length,)."""
    noises = []
    for one, knots in zip(wanted, several_quarters([one.points() for one in wanted]), strict=True):
        per_knot = one.scale // one.step
        if per_knot == 1:
            noises.append(knots[: one.length])
        else:
            skip = (one.start % one.scale) // one.step
            noises.append(between(knots, per_knot, smooth=True)[skip : skip + one.length])
    return noises
