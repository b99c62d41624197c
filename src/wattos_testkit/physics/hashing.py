"""Random numbers with random access: any index of any stream in O(1), the same on every machine.

A *stream* is a 64-bit key; the number at an index is the SplitMix64 output function of ``key + index * odd``.

References
----------
G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
doi:10.1145/2660193.2660195.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32, _S16 = (np.uint64(bits) for bits in (27, 30, 31, 32, 16))
_HALVES = np.uint64(0x0000FFFF0000FFFF)
_LOW_32 = np.uint64(0xFFFFFFFF)
# Four uniform 16-bit numbers have a sum with this mean and this standard deviation (Irwin-Hall).
_SUM_MEAN = 4 * 32767.5
_SUM_SCALE = 1.0 / (65536.0 * (4.0 / 12.0) ** 0.5)


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
    x *= _GOLDEN
    x += key
    x ^= x >> _S30
    x *= _MIX_1
    x ^= x >> _S27
    x *= _MIX_2
    x ^= x >> _S31
    return x


def uniforms(key: np.uint64, index: Integers) -> Floats:
    """Return numbers in [0, 1), 32 bits each, for each index of a stream."""
    x = words(key, index)
    x >>= _S32
    return x.astype(np.float64) * 2.0**-32


def normals(key: np.uint64, index: Integers) -> Floats:
    """Return numbers of mean 0 and variance 1 for each index of a stream, none beyond ±3.47.

    The sum of four uniform numbers; its tails end, which is what a bounded physical quantity wants.
    """
    x = words(key, index)
    halves = x & _HALVES
    x >>= _S16
    x &= _HALVES
    x += halves
    halves = x >> _S32
    x &= _LOW_32
    x += halves
    z = x.astype(np.float64)
    z -= _SUM_MEAN
    z *= _SUM_SCALE
    return z
