"""Numbers that depend on nothing but a seed and a position: any of them at once, always the same."""

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def seed_of(*names: object) -> int:
    """Return a seed for a stream of that name."""
    return zlib.crc32(":".join(map(str, names)).encode()) * 0x9E3779B97F4A7C15 % 2**64


def uniform(seed: int, index: Ints) -> Floats:
    """Return one number in [0, 1) for each position (splitmix64's finaliser)."""
    with np.errstate(over="ignore"):
        x = index.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(seed)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(np.float64) / 2**53


def normal(seed: int, index: Ints) -> Floats:
    """Return one roughly normal number for each position (the sum of four uniform ones)."""
    parts = uniform(seed, (index * 4)[..., None] + np.arange(4))
    return (parts.sum(axis=-1) - 2.0) * np.sqrt(3.0)


def wave(seed: int, scale: int, minutes: Ints) -> Floats:
    """Return a smooth random curve over consecutive minutes, with about one turn per ``scale`` minutes."""
    first = int(minutes[0]) // scale
    knots = normal(seed, np.arange(first, int(minutes[-1]) // scale + 2))
    whole, part = np.divmod(minutes, scale)
    whole -= first
    share = part / scale
    share = share * share * (3.0 - 2.0 * share)
    curve: Floats = knots[whole] * (1.0 - share) + knots[whole + 1] * share
    return curve
