"""Integer power and energy: rounding that loses nothing, and the power triangle."""

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers


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
    running = np.cumsum(shape, axis=1)
    total = running[:, -1]
    if np.any((total <= 0.0) & (budget > 0)):
        raise ValueError("a day with energy has no minute that could carry it")
    factor = budget / np.maximum(total, 1e-9)
    if np.isfinite(limit) and float(np.max(shape.max(axis=1) * factor)) > limit:
        for _ in range(6):
            shape = np.minimum(shape * factor[:, None], limit)
            running = np.cumsum(shape, axis=1)
            factor = budget / np.maximum(running[:, -1], 1e-9)
    running *= factor[:, None]
    np.rint(running, out=running)
    # The last value is the budget by construction; float rounding may leave it a hair off a half.
    whole = running.astype(np.int64)
    whole[:, -1] = np.where(budget > 0, budget, 0)
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
