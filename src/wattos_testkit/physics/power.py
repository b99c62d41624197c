"""Integer power and energy: rounding that loses nothing, and the power triangle."""

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers, Singles

_CLIP_ROUNDS = 30
_SETTLED = 1e-12


def fit_to_budget(shape: Floats | Singles, budget: Integers, limit: float = np.inf) -> Integers:
    """Scale shapes of days to whole-number energies, exactly.

    The shape is scaled, and cut at the limit, so that its sum is the budget; then its running sum is
    rounded, and the differences are taken: every minute is within one watt of the scaled shape and a day's
    sum is its budget to the unit. Where the shape is zero the power is zero.

    Parameters
    ----------
    shape
        Power, not negative [W]; shape (days, minutes).
    budget
        Energy of each day [W·min]; shape (days,).
    limit
        Upper bound of the power [W]; a day whose budget no clipping can meet exceeds it a little.

    Returns
    -------
    Integers
        [W]; shape (days, minutes).

    Raises
    ------
    ValueError
        If a day with a budget has a shape that is zero all over.
    """
    running = np.cumsum(shape, axis=1, dtype=np.float64)
    total = running[:, -1]
    if np.any((total <= 0.0) & (budget > 0)):
        raise ValueError("a day with energy has no minute that could carry it")
    # Rounding takes a minute up to the next whole watt: half a watt below a whole limit it ends there.
    most = np.floor(limit) - 0.5
    high = shape.max(axis=1) * (budget / np.maximum(total, 1e-9)) > most
    if high.any():
        # Only the days that clip are touched: a day may not depend on its neighbours in the batch.
        clipped = _clipped(shape[high].astype(np.float64), budget[high], most)
        running[high] = np.cumsum(clipped, axis=1)
    return _rounded(running, budget)


def _clipped(shape: Floats, budget: Integers, most: float) -> Floats:
    """Return days scaled by that factor with which, cut at the limit, they carry their budgets.

    What a day carries is a concave, piecewise linear function of its factor, so that Newton's method comes
    from below and ends exactly when no further minute reaches the limit.
    """
    factor = budget / np.maximum(shape.sum(axis=1), 1e-9)
    for _ in range(_CLIP_ROUNDS):
        scaled = shape * factor[:, None]
        np.minimum(scaled, most, out=scaled)
        missing = budget - scaled.sum(axis=1)
        # A day that is settled stays as it is, whatever others of its batch still need.
        missing[missing <= _SETTLED * budget] = 0.0
        if not missing.any():
            break
        free = np.where(scaled < most, shape, 0.0).sum(axis=1)
        factor += missing / np.maximum(free, 1e-9)
    return np.asarray(scaled)


def round_running(shape: Floats | Singles, budget: Integers) -> Integers:
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
    return _rounded(np.cumsum(shape, axis=1, dtype=np.float64), budget)


def _rounded(running: Floats, budget: Integers) -> Integers:
    running *= (budget / np.maximum(running[:, -1], 1e-9))[:, None]
    # The last value is the budget by construction; float rounding may leave it a hair off a half.
    running[:, -1] = budget
    np.rint(running, out=running)
    out = np.empty(running.shape, dtype=np.int64)
    out[:, 0] = running[:, 0]
    out[:, 1:] = running[:, 1:] - running[:, :-1]
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
