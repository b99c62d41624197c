"""The resolution that data shows: all numeric tolerance of the judge comes from here.

A server may round to a decimal, to a number of significant digits, to single precision, or to the pulse of a
meter. Each is healthy, and each is inferred from the digits.
"""

import numpy as np

from wattos_testkit.invariants.observations import Floats, Ints

MOST = 9
"""Decimals looked at; what has more was not rounded."""
_UNROUNDED = 8
_SAMPLE = 4000
_MOST_UNITS = 1e15
_PULSES = 12
"""Rows needed before a common divisor of steps is taken for the pulse of a meter."""


def decimals(values: Floats) -> Ints:
    """Return for each value the fewest decimals that write it."""
    found = np.full(values.shape, MOST, dtype=np.int64)
    open_ = np.ones(values.shape, dtype=bool)
    for places in range(MOST):
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = values * 10.0**places
            fits = np.abs(scaled - np.round(scaled)) <= 1e-6 + np.abs(scaled) * 1e-15
        found[open_ & fits] = places
        open_ &= ~fits
        if not open_.any():
            break
    return found


def resolution(values: Floats) -> float:
    """Return the smallest difference that a series in order of time can show; 0 of none."""
    values = values[np.isfinite(values)]
    if values.size > _SAMPLE:
        values = values[: _SAMPLE // 2 * 2]
    if values.size == 0:
        return 0.0
    places = decimals(values)
    most = int(places.max())
    largest = float(np.abs(values).max())
    if most >= _UNROUNDED:
        single = values.astype(np.float32)
        if np.array_equal(single.astype(np.float64), values):
            return float(np.spacing(np.float32(largest)))
        return max(10.0**-MOST, largest * 1e-12)
    step = 10.0**-most
    return max(step, _significant(values, places, largest), _pulse(values, step))


def _significant(values: Floats, places: Ints, largest: float) -> float:
    """Return the step that significant digits leave the largest value."""
    present = np.abs(values) > 0
    if not present.any():
        return 0.0
    magnitude = np.floor(np.log10(np.abs(values[present]))).astype(np.int64) + 1
    digits = int((magnitude + places[present]).max())
    return float(10.0 ** (int(np.floor(np.log10(largest))) + 1 - digits))


def _pulse(values: Floats, step: float) -> float:
    """Return the common divisor of all steps, if they are of more than one size."""
    if values.size < _PULSES or float(np.abs(values).max()) > _MOST_UNITS * step:
        return 0.0
    steps = np.unique(np.abs(np.diff(np.round(values / step)))).astype(np.int64)
    if steps.size < 2:
        return 0.0
    return float(np.gcd.reduce(steps)) * step
