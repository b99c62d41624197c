"""Lines that are drawn, and those that are none."""

import numpy as np
import pytest

from tests.invariants.plant import Plant, hear, rules, told


def led(kind, change):
    """Make a plant whose power of a type is changed for its third hour of each day, or for three of them."""

    def truth(name, columns):
        if name.startswith(kind):
            power = columns["power_active_avg"].copy()
            for first in range(180, power.size - 1440, 1440):
                change(power, first)
            columns |= {"power_active_avg": power, "power_active_max": power * 1.03}
        return columns

    return Plant(truth=truth)


def ramp(power, first):
    """Let a load rise along a ramp for three quarters of an hour."""
    power[first : first + 45] = np.linspace(power[first], power[first] + 30, 45)


def steady(power, first):
    """Let a load stand still for three hours."""
    power[first : first + 180] = power[first]


@pytest.mark.parametrize("change", [ramp, steady])
def test_what_machines_do_is_no_line(change):
    """A short ramp, and a load that stands still, are nobody's drawing."""
    verdict = hear(led("ME", change), kinds="ME")
    assert "WT820" not in rules(verdict), list(told(verdict))


def test_coarse_powers_are_no_lines():
    """Where power is told in whole kilowatts, any stretch is straight: nothing is said."""
    verdict = hear(Plant(decimals={"power": 0}), kinds="ME PV")
    assert "WT820" not in rules(verdict), list(told(verdict))
