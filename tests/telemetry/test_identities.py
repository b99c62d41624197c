"""What holds exactly in every row, recomputed from the rows alone, for every resource of the demo fleet."""

import numpy as np
import pytest

from tests.telemetry.plants import DAY, everything, fleet, minute, of_kind, rows
from wattos_testkit.fleet.model import Kind

# Winter and summer, a clock change in each hemisphere, a leap day, a turn of the year, a far future.
WINDOWS = [
    minute(2028, 2, 28, 13, 30),
    minute(2029, 3, 24, 0, 0),
    minute(2030, 10, 5, 17, 0),
    minute(2027, 12, 30, 22, 30),
    minute(2071, 6, 20, 7, 0),
]
LENGTH = 3 * DAY
INTERVALS = (1, 5, 15, 30)


def ids(placed):
    """Name a case by its resource."""
    return placed.resource.resource_id


each_pv = pytest.mark.parametrize("placed", of_kind(Kind.PV), ids=ids)
each_battery = pytest.mark.parametrize("placed", of_kind(Kind.BESS), ids=ids)
each_meter = pytest.mark.parametrize("placed", of_kind(Kind.METER), ids=ids)


def windows(placed):
    """Yield the rows of some windows at each interval, with the interval."""
    for number, start in enumerate(WINDOWS):
        interval = INTERVALS[number % 4]
        yield interval, rows(placed.resource.resource_id, start, start + LENGTH, interval)


def check_register(energy, power, interval):
    """Compare increments in watt-hours with mean watts times the interval."""
    difference = np.diff(energy) - power[1:] * interval / 60.0
    assert np.abs(difference).max() <= 1.0 + 0.5 * interval / 60.0


@each_pv
def test_pv_register_follows_power_and_never_falls(placed):
    """The register moves by average power times time; a peak is never below its mean; none is negative."""
    for interval, seen in windows(placed):
        check_register(seen["energy_active_cum"], seen["power_active_avg"], interval)
        assert np.diff(seen["energy_active_cum"]).min() >= 0
        assert (seen["power_active_max"] >= seen["power_active_avg"]).all()
        assert seen["power_active_avg"].min() >= 0
        assert seen["power_active_max"].max() <= placed.resource.rated_ac_kw * 1000


@each_pv
def test_pv_status_agrees_with_power(placed):
    """At the end of a minute with power a system is on or curtailed, without power on standby."""
    for start in WINDOWS:
        seen = rows(placed.resource.resource_id, start, start + LENGTH)
        generating = seen["power_active_avg"] > 0
        assert np.isin(seen["status"][generating], ["ON", "CU"]).all()
        assert (seen["status"][~generating] == "SB").all()
        if placed.controller.may_export:
            assert "CU" not in seen["status"]


@each_battery
def test_battery_registers_follow_powers(placed):
    """Both registers move by power times time and never fall; peaks are never below their means."""
    for interval, seen in windows(placed):
        for way in ("charge", "discharge"):
            energy, power = seen[f"energy_{way}_active_cum"], seen[f"power_{way}_active_avg"]
            check_register(energy, power, interval)
            assert np.diff(energy).min() >= 0
            assert (seen[f"power_{way}_active_max"] >= power).all()
            assert power.min() >= 0
            assert seen[f"power_{way}_active_max"].max() <= placed.resource.rated_kw * 1000


@each_battery
def test_battery_never_goes_both_ways_within_a_minute(placed):
    """Within one minute a battery charges or discharges; its status says which."""
    for start in WINDOWS:
        seen = rows(placed.resource.resource_id, start, start + LENGTH)
        charge, discharge = seen["power_charge_active_avg"], seen["power_discharge_active_avg"]
        assert not ((charge > 0) & (discharge > 0)).any()
        expected = np.where(charge > 0, "CH", np.where(discharge > 0, "DI", "SB"))
        assert np.array_equal(seen["status"], expected)


@each_battery
def test_state_of_charge_follows_energy(placed):
    """State of charge moves only with energy in, energy out and the idle draw, with credible losses."""
    capacity = placed.resource.capacity_kwh * 60_000.0
    for start in WINDOWS:
        seen = rows(placed.resource.resource_id, start, start + LENGTH)
        state = seen["soc_end"] / 10_000.0
        charge, discharge = seen["power_charge_active_avg"][1:], seen["power_discharge_active_avg"][1:]
        moved = np.diff(state) * capacity
        step = capacity / 10_000.0
        lost = (charge - discharge) - moved
        # Losses by the minute lie between the idle draw and a quarter of what flows, both within a step.
        assert lost.min() >= -step
        assert (lost <= 0.25 * (charge + discharge) + 0.0001 * capacity + step).all()
        still = (charge == 0) & (discharge == 0)
        assert np.abs(moved[still]).max() <= 0.0001 * capacity + step
        assert state.min() >= 0.0
        assert state.max() <= 1.0


@each_meter
def test_meter_register_and_power_triangle(placed):
    """The net register follows net power; S is the root of P² + Q² in a minute, at least that in a bucket."""
    for interval, seen in windows(placed):
        active, reactive = seen["power_active_avg"], seen["power_reactive_avg"]
        check_register(seen["energy_active_cum"], active, interval)
        hypotenuse = np.hypot(active, reactive)
        assert (seen["power_apparent_avg"] >= hypotenuse - 1.5).all()
        if interval == 1:
            assert np.abs(seen["power_apparent_avg"] - hypotenuse).max() <= 1.0
        assert (seen["power_active_max"] >= active).all()


def balanced():
    """Yield the unit controllers with a grid meter, and what stands behind them."""
    for site in fleet().sites():
        for controller in site.controllers:
            roles = {meter.role: meter.resource_id for meter in controller.meters}
            if "grid" in roles:
                yield controller, roles


@pytest.mark.parametrize(
    ("controller", "roles"), list(balanced()), ids=lambda one: getattr(one, "unit_controller_id", "")
)
def test_the_grid_meter_is_the_exact_balance(controller, roles):
    """Grid = gross load - PV + charge - discharge; the load is positive and no echo of the PV."""
    for start in WINDOWS:
        window = start, start + LENGTH
        net = rows(roles["grid"], *window)["power_active_avg"].copy()
        pv = np.zeros_like(net)
        for system in controller.pv:
            pv += rows(system.resource_id, *window)["power_active_avg"]
        net += pv
        for battery in controller.batteries:
            seen = rows(battery.resource_id, *window)
            net += seen["power_discharge_active_avg"] - seen["power_charge_active_avg"]
        if "load" in roles:
            assert np.array_equal(net, rows(roles["load"], *window)["power_active_avg"])
        assert net.min() > 0 if controller.load else not net.any()
        if pv.any() and controller.load and controller.load.profile != "auxiliary":
            assert abs(np.corrcoef(np.diff(net), np.diff(pv))[0, 1]) < 0.1
        if not controller.may_export:
            assert rows(roles["grid"], *window)["power_active_avg"].min() >= 0


@pytest.mark.parametrize("placed", [one for one in everything() if one.kind is not Kind.METER], ids=ids)
def test_temperatures_are_those_of_the_place(placed):
    """Ambient between -50 and 55 °C, PV cells below 95, battery cells between -20 and 60."""
    for _, seen in windows(placed):
        assert seen["temp_ambient_max"].min() > -500
        assert seen["temp_ambient_max"].max() < 550
        highest = 950 if placed.kind is Kind.PV else 600
        assert seen["temp_cell_max"].max() < highest
        if placed.kind is Kind.BESS:
            assert seen["temp_cell_max"].min() > -200


def test_resources_of_a_site_share_one_ambient():
    """At every minute all resources of a site report the same air."""
    for site in fleet().sites():
        airs = [
            rows(resource.resource_id, WINDOWS[3], WINDOWS[3] + DAY)["temp_ambient_max"]
            for kind, _, resource in site.resources()
            if kind is not Kind.METER
        ]
        assert all(np.array_equal(airs[0], air) for air in airs), site.site_id
