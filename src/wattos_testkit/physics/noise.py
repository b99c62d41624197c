"""Smooth noise on a lattice in absolute time: continuous, without state, the same from any window.

Every value depends on the two lattice points beside it and on its place between them, never on the window
that was asked for.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import Floats, Singles, several_quarters


@lru_cache(maxsize=64)
def _blend(scale: int) -> Floats:
    u = np.arange(scale) / scale
    return u * u * (3.0 - 2.0 * u)


@lru_cache(maxsize=64)
def _ramp(scale: int) -> Floats:
    return np.arange(scale) / scale


@lru_cache(maxsize=8)
def _slope(scale: int) -> Singles:
    return _ramp(scale).astype(np.float32)[:, None]


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
    # Along the long axis first, and turned over at the end: a short inner axis costs more in loop set-up
    # than in arithmetic.
    filled = (knots[1:] - knots[:-1]) * weight[:, None]
    filled += knots[:-1]
    return filled.T.ravel()


def within_days(knots: Singles, scale: int) -> Singles:
    """Fill in between the knots of days, in straight lines, in the order that array arithmetic likes best.

    Parameters
    ----------
    knots
        Shape (..., days, n + 1): each day has both its ends.
    scale
        Steps from one knot to the next.

    Returns
    -------
    Singles
        Shape (..., days, scale, n): step j after knot k stands at [j, k]. `in_order` puts it right.
    """
    left = knots[..., None, :-1]
    filled = (knots[..., None, 1:] - left) * _slope(scale)
    filled += left
    return filled


def in_order(laid: Singles) -> Singles:
    """Return what `within_days` has laid out in the order of time; shape (..., days, scale * n)."""
    *outer, scale, n = laid.shape
    return np.ascontiguousarray(laid.swapaxes(-1, -2)).reshape(*outer, scale * n)


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
