"""Random numbers with random access: any index of any stream in O(1), the same on every machine.

A *stream* is a 64-bit key; the number at an index is the SplitMix64 output function of ``key + index * odd``.

References
----------
G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
doi:10.1145/2660193.2660195.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
"""Shapes of minutes, which a budget scales afterwards: 24 bits are plenty, and half the memory to move."""
Reals = TypeVar("Reals", Floats, Singles)
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = (np.uint64(bits) for bits in (27, 30, 31, 32))
MEAN_16 = 32767.5
SCALE_16 = 12.0**0.5 / 65536.0


def stream_key(*parts: object) -> np.uint64:
    """Return the key of a stream from whatever names it (Python's own `hash` differs between processes).

    Examples
    --------
    >>> stream_key(1, "cloud", 60) == stream_key(1, "cloud", 60)
    True
    """
    text = "\x1f".join(map(str, parts)).encode()
    return np.uint64(int.from_bytes(blake2b(text, digest_size=8).digest(), "little"))


def words(key: np.uint64, index: Integers) -> Words:
    """Return 64 random bits for each index of a stream."""
    x = index.astype(np.uint64)
    x *= GOLDEN
    x += key
    return finish(x)


def finish(x: Words) -> Words:
    """Turn ``key + index * GOLDEN`` into random bits, in place."""
    scratch = x >> _S30
    x ^= scratch
    x *= _MIX_1
    x ^= np.right_shift(x, _S27, out=scratch)
    x *= _MIX_2
    x ^= np.right_shift(x, _S31, out=scratch)
    return x


def uniforms(key: np.uint64, index: Integers) -> Floats:
    """Return numbers in [0, 1), 32 bits each, for each index of a stream."""
    x = words(key, index)
    x >>= _S32
    return x.astype(np.float64) * 2.0**-32


def quarters(key: np.uint64, first: int, count: int) -> Floats:
    """Return noise of mean 0 and variance 1, uniform within ±√3, for consecutive indices of a stream.

    Four numbers of 16 bits are cut from each 64-bit word: a quarter of the hashing.
    """
    return several_quarters(((key, first, count),))[0]


def several_quarters(requests: Sequence[tuple[np.uint64, int, int]]) -> list[Floats]:
    """Return what `quarters` would for each (key, first, count), in one pass: short calls cost most."""
    spans = [(key, first >> 2, (first + count + 3) >> 2) for key, first, count in requests]
    index = np.concatenate([np.arange(low, high) for _, low, high in spans])
    lengths = [high - low for _, low, high in spans]
    x = index.view(np.uint64)
    x *= GOLDEN
    x += np.repeat(np.array([key for key, _, _ in spans]), lengths)
    z = finish(x).astype("<u8", copy=False).view("<u2").astype(np.float64)
    z -= MEAN_16
    z *= SCALE_16
    out, at = [], 0
    for (_, first, count), length in zip(requests, lengths, strict=True):
        skip = at + (first & 3)
        out.append(z[skip : skip + count])
        at += 4 * length
    return out
