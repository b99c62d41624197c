"""Integer power and energy: rounding that loses nothing, and the power triangle."""

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers

_CLIP_ROUNDS = 8


def fit_to_budget(shape: Floats, budget: Integers, limit: float = np.inf) -> Integers:
    """Scale shapes of days to whole-number energies, exactly.

    The shape is scaled (and clipped, as often as it takes to settle) until its sum is the budget; then its
    running sum is rounded, and the differences are taken: every minute is within one watt of the scaled
    shape and a day's sum is its budget to the unit. Where the shape is zero the power is zero.

    Parameters
    ----------
    shape
        Power, not negative [W]; shape (days, minutes).
    budget
        Energy of each day [W·min]; shape (days,).
    limit
        Upper bound of the power [W].

    Returns
    -------
    Integers
        [W]; shape (days, minutes).

    Raises
    ------
    ValueError
        If a day with a budget has a shape that is zero all over.
    """
    total = shape.sum(axis=1)
    if np.any((total <= 0.0) & (budget > 0)):
        raise ValueError("a day with energy has no minute that could carry it")
    factor = budget / np.maximum(total, 1e-9)
    high = shape.max(axis=1) * factor > limit
    if high.any():
        # Only the days that clip are touched: a day may not depend on its neighbours in the batch.
        clipped = shape[high]
        for _ in range(_CLIP_ROUNDS):
            total = np.maximum(clipped.sum(axis=1), 1e-9)
            clipped *= (budget[high] / total)[:, None]
            np.minimum(clipped, limit, out=clipped)
        shape = shape.copy()
        shape[high] = clipped
    return round_running(shape, budget)


def round_running(shape: Floats, budget: Integers) -> Integers:
    """Scale days that are all but right to whole-number energies, and round without loss.

    Parameters
    ----------
    shape
        Power [W]; shape (days, minutes).
    budget
        Energy of each day [W·min]; shape (days,).

    Returns
    -------
    Integers
        [W]; shape (days, minutes): the differences of the rounded running sum, so that each is within one
        watt of the scaled shape and a day's sum is its budget.
    """
    running = np.cumsum(shape, axis=1)
    running *= (budget / np.maximum(running[:, -1], 1e-9))[:, None]
    whole = np.rint(running, out=running).astype(np.int64)
    # The last value is the budget by construction; float rounding may leave it a hair off a half.
    whole[:, -1] = budget
    out = np.empty_like(whole)
    out[:, 0] = whole[:, 0]
    np.subtract(whole[:, 1:], whole[:, :-1], out=out[:, 1:])
    return out


def apparent_power(active: Integers, reactive: Integers) -> Integers:
    """Return apparent power within a minute, S = √(P² + Q²).

    Parameters
    ----------
    active
        [W].
    reactive
        [var].

    Returns
    -------
    Integers
        [VA], rounded.
    """
    p, q = active.astype(np.float64), reactive.astype(np.float64)
    p *= p
    q *= q
    p += q
    np.sqrt(p, out=p)
    return np.rint(p, out=p).astype(np.int64)
