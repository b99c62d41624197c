"""Decimal digits from tables, four at a time, as little-endian words."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from wattos_testkit.physics.hashing import Integers

GROUP = 10_000
_FULL = 1000
"""From here on a group has no room for a sign."""
_MOST_TENTHS = 1000
_MOST_HUNDREDTHS = 10_000

Words4 = npt.NDArray[np.uint32]
Words8 = npt.NDArray[np.uint64]


def _words4(texts: list[str]) -> Words4:
    return np.frombuffer("".join(texts).encode(), dtype="<u4")


@lru_cache(maxsize=1)
def _fractions() -> Words4:
    return _words4([f".{value:03d}" for value in range(1000)])


@lru_cache(maxsize=1)
def _last_groups() -> Words4:
    """Return the group before the point: first of its number, first and negative, behind other groups."""
    first = [f"{value:4d}" for value in range(GROUP)]
    negative = ["  -0"] + [f"{-value:4d}" for value in range(1, _FULL)]
    return _words4(first + negative + first[_FULL:] + [f"{value:04d}" for value in range(GROUP)])


@lru_cache(maxsize=1)
def _upper_groups() -> Words4:
    """Return a group further up: blank when zero; with the sign; behind other groups."""
    first = ["    "] + [f"{value:4d}" for value in range(1, GROUP)]
    negative = ["   -"] + [f"{-value:4d}" for value in range(1, _FULL)]
    return _words4(first + negative + first[_FULL:] + [f"{value:04d}" for value in range(GROUP)])


@lru_cache(maxsize=1)
def tenths() -> Words8:
    """Return the eight bytes of every value from -999 to 999 tenths; negative indices count from the end."""
    texts = [f"{value / 10:8.1f}" for value in range(_MOST_TENTHS)]
    texts += [f"{(value - _MOST_TENTHS) / 10:8.1f}" for value in range(1, _MOST_TENTHS)]
    return np.frombuffer("".join(texts).encode(), dtype="<u8")


@lru_cache(maxsize=1)
def hundredths() -> Words8:
    """Return the eight bytes of every value from 0 to 10,000 hundredths."""
    texts = "".join(f"{value / 100:8.2f}" for value in range(_MOST_HUNDREDTHS + 1))
    return np.frombuffer(texts.encode(), dtype="<u8")


def thousandths(values: Integers, groups: int, *, with_sign: bool) -> tuple[Words4, list[Words4]]:
    """Return the digits of values in thousandths.

    Parameters
    ----------
    values
        Any shape.
    groups
        Groups of four digits before the point; the first one has a digit to spare for a sign.
    with_sign
        Whether values may be negative.

    Returns
    -------
    fraction, whole
        The point and what follows it; and the groups before it from the first to the last, blank where the
        number has not begun.

    Raises
    ------
    ValueError
        If a value needs more digits than there are.
    """
    negative = values < 0 if with_sign else None
    size = np.abs(values) if with_sign else values
    rest = size // 1000
    fraction = _fractions()[size - rest * 1000]
    parts = []
    for _ in range(groups - 1):
        upper = rest // GROUP
        parts.append(rest - upper * GROUP)
        rest = upper
    parts.append(rest)
    bound = _FULL if with_sign else GROUP
    if rest.size and (int(rest.max()) >= bound or (not with_sign and int(rest.min()) < 0)):
        raise ValueError(f"a number has more than {groups * 4 - with_sign} digits before its point")
    whole = []
    begun: npt.NDArray[np.bool_] | None = None
    for place in range(groups - 1, -1, -1):
        part = parts[place]
        index = part
        if negative is not None:
            # The sign stands in the first group that shows a digit, or in the one before when that is full.
            below = part > 0 if place else np.ones_like(negative)
            full_below = parts[place - 1] >= _FULL if place else np.zeros_like(negative)
            here = negative & (below | full_below)
            index = part + GROUP * here
        if begun is not None:
            index = np.where(begun, part + 2 * GROUP, index)
        whole.append((_last_groups() if place == 0 else _upper_groups())[index])
        begun = part > 0 if begun is None else begun | (part > 0)
    return fraction, whole
