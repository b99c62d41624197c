"""Lifetime registers: counted since installation, whatever was asked before."""

import numpy as np
import pytest

from tests.telemetry.plants import DAY, everything, fleet, minute, rows
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.existence import first_minute, row_count

each = pytest.mark.parametrize("placed", everything(), ids=lambda one: one.resource.resource_id)


@each
def test_a_register_is_the_sum_of_all_minutes_since_installation(placed):
    """After sixty days the registers are the sums of every minute's power, from zero on."""
    start = first_minute(placed)
    seen = rows(placed.resource.resource_id, start, start + 60 * DAY)
    for name in (name for name in seen if name.startswith("energy")):
        power = seen[name.replace("energy", "power").replace("cum", "avg")]
        assert np.array_equal(seen[name], np.floor(np.cumsum(power) / 60.0 + 0.5)), name


@each
def test_nothing_is_reported_before_installation(placed):
    """The first row begins at local midnight of the first day."""
    start = first_minute(placed)
    assert row_count(placed, Window(start - 5 * DAY, start, 1)) == 0
    assert row_count(placed, Window(start - 5 * DAY, start + 30, 30)) == 1
    commissioned = placed.resource.commissioned
    assert abs(start - minute(commissioned.year, commissioned.month, commissioned.day)) <= 14 * 60


def test_rows_end_with_the_century():
    """Any instant up to the end of 2099 has rows, and none after it."""
    start = minute(2099, 12, 31, 23, 0)
    seen = rows("PV000001", start, start + 120, 30)
    assert len(seen["minutes"]) == 2


@each
def test_a_cold_start_decades_later_continues_the_register(placed):
    """Two neighbouring days of 2060, asked of two fresh series, join without a step in any register."""
    noon = minute(2060, 8, 17, 12, 0)
    resource = placed.resource.resource_id
    before = rows(resource, noon - DAY, noon, 30, Telemetry(fleet()))
    after = rows(resource, noon, noon + DAY, 30, Telemetry(fleet()))
    for name in (name for name in before if name.startswith("energy")):
        power = after[name.replace("energy", "power").replace("cum", "avg")]
        assert abs(int(after[name][0]) - int(before[name][-1]) - power[0] / 2.0) <= 1.5


def test_a_register_moves_by_the_energy_between():
    """Over forty days a register moves by what the rows between carry, to half a watt-hour a row."""
    for resource in ("PV000001", "BE000006", "ME000013"):
        placed = fleet().resource(resource)
        start = first_minute(placed) + 1000 * DAY
        year = rows(resource, start, start + 40 * DAY, 30)
        for name in (name for name in year if name.startswith("energy")):
            power = year[name.replace("energy", "power").replace("cum", "avg")]
            assert abs(int(year[name][-1] - year[name][0]) - power[1:].sum() / 2.0) <= len(power)
