"""Energy is met to the unit, and no minute exceeds its limit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.physics.power import fit_to_budget


def _shapes(seed, days):
    rng = np.random.default_rng(seed)
    return rng.random((days, 1440)) ** 3 * (rng.random((days, 1440)) > 0.3)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 1000),
    limit=st.integers(2, 5_000_000),
    fill=st.floats(0.01, 0.6),
)
def test_meets_the_budget_below_the_limit(seed, limit, fill):
    """The sum of a day is its budget, each minute is between zero and the limit, zero stays zero."""
    shape = _shapes(seed, 2)
    budget = np.floor(np.array([fill, fill / 2]) * 1440 * (limit - 1)).astype(np.int64)
    power = fit_to_budget(shape, budget, float(limit))
    assert (power.sum(axis=1) == budget).all()
    assert power.min() >= 0
    assert power.max() <= limit


def test_a_flat_top_never_rounds_past_the_limit():
    """A plateau at the limit stays there: the running sum's rounding may not lift a minute above it."""
    shape = np.minimum(_shapes(3, 40), 0.2)
    shape[:, :600] = 0.2
    budget = (np.linspace(0.6, 0.8, 40) * 1440 * 750).astype(np.int64)
    power = fit_to_budget(shape, budget, 750.0)
    assert power.max() == 750
    assert (power.sum(axis=1) == budget).all()


def test_halves_do_not_round_past_the_limit():
    """A running sum that ends on halves would take a minute at the limit one watt above it."""
    shape = np.zeros((1, 1440))
    shape[0, 100:700] = 751.0
    shape[0, [99, 700]] = 0.5
    power = fit_to_budget(shape, np.array([751 * 600 + 1]), 751.0)
    assert power.max() == 751
    assert power.sum() == 751 * 600 + 1


def test_a_day_does_not_depend_on_its_batch():
    """Days that need many rounds of clipping come out the same alone and together."""
    shape = _shapes(9, 12)
    budget = (np.linspace(0.05, 0.64, 12) * 1440 * 10_000).astype(np.int64)
    together = fit_to_budget(shape, budget, 10_000.0)
    for day in range(12):
        alone = fit_to_budget(shape[day : day + 1], budget[day : day + 1], 10_000.0)
        assert (alone[0] == together[day]).all()


def test_refuses_energy_without_a_minute():
    """A day with a budget and no shape is an error, not a silent loss."""
    with pytest.raises(ValueError, match="no minute"):
        fit_to_budget(np.zeros((1, 1440)), np.array([5]), 10.0)
