"""Coarse rows that are rounded far more than the fine ones."""

import numpy as np
import pytest

from tests.invariants.plant import Plant, hear, rules, told


def rounded(field, step, *, fine=None):
    """Make a plant whose rows of a field come in steps; those of one minute in other ones, or in none."""

    def aggregate(name, piece, interval):
        own = fine if interval == 1 else step
        if name != field or own is None:
            return None
        whole = piece.mean(axis=1) if name.endswith("_avg") else piece[:, -1]
        whole = piece.max(axis=1) if name.endswith("_max") else whole
        return np.floor(whole / own) * own

    return Plant(aggregate=aggregate)


@pytest.mark.parametrize(
    ("kind", "field", "step", "rule"),
    [
        ("PV", "power_active_avg", 4.0, "WT401"),
        ("ME", "power_reactive_avg", 2.0, "WT401"),
        ("BE", "power_charge_active_max", 2.0, "WT402"),
        ("ME", "energy_active_cum", 1.0, "WT403"),
        ("BE", "soc_end", 1.0, "WT404"),
        ("PV", "temp_ambient_max", 1.0, "WT405"),
    ],
)
def test_coarse_steps_are_told(kind, field, step, rule):
    """What fits no finer than its own steps, while the minutes are fine, is told by the rule of the field."""
    verdict = hear(rounded(field, step), kinds=kind)
    assert rule in rules(verdict), list(told(verdict))
    assert f"{field} comes in steps of {step:.4g}" in "\n".join(told(verdict))


@pytest.mark.parametrize("field", ["power_active_avg", "energy_active_cum", "temp_ambient_max"])
def test_what_all_intervals_are_rounded_to_is_fine(field):
    """A server that rounds the minutes alike breaks no rule."""
    verdict = hear(rounded(field, 1.0, fine=1.0), kinds="PV")
    assert not rules(verdict) & {"WT401", "WT402", "WT403", "WT405"}, list(told(verdict))


def test_a_digit_less_is_no_error():
    """An archive that keeps tenths of a kilowatt is warned of at most."""
    verdict = hear(rounded("power_active_avg", 0.1), kinds="ME PV")
    assert not rules(verdict, "error"), list(told(verdict))
