"""Smooth noise on a lattice in absolute time: continuous, without state, the same from any window.

Every value depends on the two lattice points beside it and on its place between them, never on the window
that was asked for.
"""

from functools import lru_cache

import numpy as np

from wattos_testkit.physics.hashing import Floats, normals


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


def lattice(key: np.uint64, scale: int, start: int, count: int, step: int = 1) -> Floats:
    """Return smooth noise of mean 0 and variance below 1 whose lattice lies on multiples of a scale.

    Parameters
    ----------
    key
        The stream.
    scale
        Distance of lattice points [min]; a multiple of `step`.
    start
        First instant [min since the epoch]; a multiple of `step`.
    count
        How many instants.
    step
        Distance of the instants [min].

    Returns
    -------
    Floats
        Shape (count,).
    """
    first = start // scale
    last = (start + (count - 1) * step) // scale + 1
    knots = normals(key, np.arange(first, last + 1))
    per_knot = scale // step
    if per_knot == 1:
        return knots[:count]
    skip = (start - first * scale) // step
    return between(knots, per_knot, smooth=True)[skip : skip + count]
