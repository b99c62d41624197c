"""After a fault a plant is itself again: at once, after a restart, or when the battery has found back."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.struck import FAULTS, controllers, healthy, strike, strikes
from tests.telemetry.plants import DAY, fleet, minute, rows
from wattos_testkit.faults.catalogue import find
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.plant.cells import heat_of
from wattos_testkit.faults.plant.strikes import MOST_DAYS
from wattos_testkit.fleet.model import Kind
from wattos_testkit.physics.battery import losses

few = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
STATE = "soc_end"
SUNRISE = minute(2028, 6, 20, 13)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@few
@given(data=st.data())
def test_three_days_later_only_registers_remember(fault, data):
    """From three days after its end on nothing differs but registers, by a constant."""
    struck = data.draw(strikes(fault))
    later = struck.placement.end + 3 * DAY
    for _, resource in struck.controller.resources():
        name = resource.resource_id
        before, after = healthy(name, later, later + DAY), struck.rows(name, later, later + DAY)
        for field, values in before.items():
            difference = after[field] != values
            if field.startswith("energy"):
                # Both are rounded to whole watt-hours from their own watt-minutes.
                assert np.ptp(after[field] - values) <= 1, (name, field)
            else:
                assert not difference.any(), (name, field)


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.kinds == {Kind.PV}], ids=lambda fault: fault.name
)
def test_a_pv_system_is_itself_again_after_its_restart(fault):
    """Without a restart at the first minute after the end, with it fifteen minutes later."""
    start = minute(2028, 6, 20, 15)
    struck = strike(fault, ("UC000001", "PV000001"), start, 300)
    back = struck.placement.end + (15 if fault.parameter("ramp") else 0)
    before, after = healthy("PV000001", back, back + DAY), struck.rows("PV000001", back, back + DAY)
    for field, values in before.items():
        if not field.startswith("energy"):
            assert np.array_equal(after[field], values), field


def test_what_the_meter_gains_is_what_the_inverter_lost():
    """The registers of system and grid meter stay apart by the same energy, to a watt-hour, for years."""
    struck = strike(find("inverter-trip"), ("UC000001", "PV000001"), minute(2028, 6, 20, 18), 180)
    for later in (minute(2028, 6, 21), minute(2031, 1, 1)):
        lost = {}
        for name in ("PV000001", "ME000001", "ME000002"):
            window = later, later + 60
            energy = "energy_active_cum"
            lost[name] = int(healthy(name, *window)[energy][-1] - struck.rows(name, *window)[energy][-1])
        assert lost["PV000001"] > 50_000
        assert abs(lost["PV000001"] + lost["ME000001"]) <= 1
        assert lost["ME000002"] == 0


def test_the_longest_fault_is_summed_and_forgotten():
    """A fault of 400 days costs its own days once; the register years later is the healthy less its sum."""
    start, days = minute(2027, 3, 1, 7), MOST_DAYS
    struck = strike(find("curtailment"), ("UC000001", "PV000001"), start, days * DAY, {"share": 0.3})
    end = struck.placement.end
    power = "power_active_avg"
    missing = int((healthy("PV000001", start, end)[power] - struck.rows("PV000001", start, end)[power]).sum())
    for later in (end, minute(2033, 1, 1)):
        energy = "energy_active_cum"
        window = later, later + 30
        lost = healthy("PV000001", *window)[energy][-1] - struck.rows("PV000001", *window)[energy][-1]
        assert abs(lost * 60 - missing) <= 60


def test_a_fault_before_a_plant_stands_changes_nothing_but_what_comes():
    """A fault that begins before a battery stands is there when it does; registers begin at zero."""
    battery = controllers()["UC000016"][1].batteries[0].resource_id
    installed = minute(2024, 4, 1) - 9 * 60
    struck = strike(find("battery-offline"), ("UC000016", battery), installed - 5 * DAY, 6 * DAY)
    seen = struck.rows(battery, installed - DAY, installed + 2 * DAY)
    assert seen["minutes"][0] == installed
    assert (seen["status"][:DAY] == "OF").all()
    assert not seen["energy_charge_active_cum"][:DAY].any()
    assert seen["energy_charge_active_cum"][-1] > 0


def test_an_exchange_before_a_meter_was_installed_is_none():
    """Its register begins at zero when it is installed, whatever was there before."""
    installed = minute(2020, 4, 1) - 9 * 60
    for start in (installed - 5 * DAY, installed - 30):
        struck = strike(find("meter-exchange"), ("UC000016", "ME000025"), start, 25, {"reading": 9.0})
        seen = struck.rows("ME000025", installed - DAY, installed + DAY)
        well = healthy("ME000025", installed - DAY, installed + DAY)
        assert all(np.array_equal(seen[field], well[field]) for field in well)


def test_faults_act_together():
    """Soiling, a lost string, a cap and a trip on one system: each takes a part of what is left."""
    names = {
        "soiling": {"daily": 2.0},
        "string-outage": {},
        "curtailment": {"share": 0.5},
        "inverter-trip": {},
    }
    begin = {"soiling": -6 * DAY, "string-outage": 0, "curtailment": 120, "inverter-trip": 360}
    placements = [
        Placement(
            name=name,
            fault=find(name),
            targets=("PV000001",),
            start=SUNRISE + begin[name],
            end=SUNRISE + 480,
            values=values,
        )
        for name, values in names.items()
    ]
    powers = []
    for count in range(len(placements) + 1):
        series = FaultyTelemetry(fleet(), Plan(placements[:count]))
        powers.append(rows("PV000001", SUNRISE, SUNRISE + 600, 1, series)["power_active_avg"])
    for more, less in pairwise(powers):
        assert (less <= more).all()
        assert less.sum() < more.sum()
    assert not powers[-1][360:480].any()
    shuffled = FaultyTelemetry(fleet(), Plan([placements[i] for i in (2, 3, 0, 1)]))
    again = rows("PV000001", SUNRISE, SUNRISE + 600, 1, shuffled)["power_active_avg"]
    assert not again[360:480].any()


def test_the_loss_of_a_minute_is_the_same_by_itself_and_in_an_array():
    """What a loop and an array know of losses agrees to the last bit: no window may matter."""
    powers = np.arange(0, 60_001, 7)
    rated = 60_000.0
    assert [heat_of(power, rated) for power in powers.tolist()] == (losses(powers, rated) / rated).tolist()


def test_many_outages_one_after_the_other():
    """A month of daily islands, two of which touch: balanced in each, and itself again after the last."""
    outage = find("grid-outage")
    start = minute(2028, 5, 1, 18)
    placements = [
        Placement(
            name=f"day {day}",
            fault=outage,
            targets=("UC000001",),
            start=start + day * DAY,
            end=start + day * DAY + 150,
            values={"mode": "islanded", "essential": 0.3},
        )
        for day in range(20)
    ]
    # The grid goes again before inverters are back, and once more before the battery is.
    placements += [
        replace(
            placements[3], name="again", start=placements[3].end + 7, end=placements[3].end + 60, values={}
        ),
        replace(placements[5], name="across", start=placements[5].start + 90, end=placements[5].end + 90),
    ]
    series = FaultyTelemetry(fleet(), Plan(placements))
    window = start - 60, start + 20 * DAY
    seen = {name: rows(name, *window, 1, series) for name in ("ME000001", "ME000002", "PV000001", "BE000001")}
    power = "power_active_avg"
    battery = seen["BE000001"]["power_charge_active_avg"] - seen["BE000001"]["power_discharge_active_avg"]
    assert np.array_equal(
        seen["ME000001"][power], seen["ME000002"][power] - seen["PV000001"][power] + battery
    )
    out = np.zeros(window[1] - window[0], dtype=bool)
    for one in placements:
        out[one.start - window[0] : one.end - window[0]] = True
    assert not seen["ME000001"][power][out].any()
    # At 60 kW of 200 kWh a minute moves half a percent.
    assert np.abs(np.diff(seen["BE000001"][STATE])).max() <= 60
    later = window[1] + 3 * DAY
    for name in seen:
        assert np.array_equal(
            rows(name, later, later + 600, 1, series)[STATE if name.startswith("BE") else power],
            healthy(name, later, later + 600)[STATE if name.startswith("BE") else power],
        )


def test_a_second_island_has_what_the_first_one_left():
    """When the grid goes again ten minutes later, the battery gives up at its reserve, not below it."""
    values = {"mode": "islanded", "essential": 0.2, "reserve": 20.0}
    first = strike(
        find("grid-outage"), ("UC000001", "UC000001"), minute(2028, 6, 21, 2), 240, values
    ).placement
    second = replace(first, name="again", start=first.end + 10, end=first.end + 480)
    series = FaultyTelemetry(fleet(), Plan([second, first]))
    seen = rows("BE000001", first.start, second.end, 1, series)
    dark = np.flatnonzero(seen["status"] == "OF")
    assert dark[0] > 260
    assert dark[-1] == len(seen["status"]) - 1
    assert 1900 < seen[STATE].min() <= 2000
    assert seen[STATE][239] < seen[STATE][0] - 800


def test_an_island_does_not_wait_for_inverters_that_were_about_to_start():
    """When a dead site becomes an island three minutes later, the balance is that of the island alone."""
    start = minute(2028, 6, 20, 18)
    first = strike(find("grid-outage"), ("UC000001", "UC000001"), start, 60).placement
    values = {"mode": "islanded", "essential": 0.3}
    second = replace(first, name="again", start=first.end + 3, end=first.end + 90, values=values)
    series = FaultyTelemetry(fleet(), Plan([first, second]))
    power = "power_active_avg"
    window = second.start, second.end
    meter, load, pv = (rows(name, *window, 1, series)[power] for name in ("ME000001", "ME000002", "PV000001"))
    battery = rows("BE000001", *window, 1, series)
    moved = battery["power_charge_active_avg"] - battery["power_discharge_active_avg"]
    assert not meter.any()
    assert np.array_equal(pv, load + moved)
    assert pv[0] > 10_000
