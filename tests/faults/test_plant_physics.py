"""A struck plant is a plant: every identity of the physics holds in it, at every interval and window."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.struck import FAULTS, parts, strikes
from tests.telemetry.plants import DAY, fleet
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, largest

INTERVALS = (1, 5, 15, 30)
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
few = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def span(struck, before=120, after=DAY):
    """Return a window around a fault, in whole half hours."""
    return (struck.placement.start - before) // 30 * 30, -(-(struck.placement.end + after) // 30) * 30


def check_register(seen, energy, power, interval, sign=1):
    """Compare increments in watt-hours with mean watts times the interval, where no row is missing."""
    together = np.diff(seen["minutes"]) == interval
    difference = np.diff(seen[energy]) - sign * seen[power][1:] * interval / 60.0
    assert np.abs(difference[together]).max(initial=0.0) <= 1.0 + 0.5 * interval / 60.0


def away(struck, minutes):
    """Return where a meter that was exchanged has begun again: there, and only there, a register may jump."""
    if struck.placement.fault.name != "meter-exchange":
        return np.zeros(len(minutes), dtype=bool)
    return (minutes >= struck.placement.start - 30) & (minutes <= struck.placement.end + 30)


@each_fault
@few
@given(data=st.data(), interval=st.sampled_from(INTERVALS))
def test_registers_follow_power(fault, data, interval):
    """Every register moves by average power times time; those of PV and batteries never fall."""
    struck = data.draw(strikes(fault))
    for kind, resource in struck.controller.resources():
        seen = struck.rows(resource.resource_id, *span(struck), interval)
        if kind is Kind.METER:
            seen = {name: values[~away(struck, seen["minutes"])] for name, values in seen.items()}
        ways = ("charge_", "discharge_") if kind is Kind.BESS else ("",)
        for way in ways:
            energy, power = f"energy_{way}active_cum", f"power_{way}active_avg"
            check_register(seen, energy, power, interval)
            if kind is not Kind.METER:
                assert np.diff(seen[energy]).min() >= 0
                assert seen[power].min() >= 0


@each_fault
@few
@given(data=st.data())
def test_the_grid_meter_is_the_exact_balance(fault, data):
    """Grid = gross load - PV + charge - discharge, watt by watt, wherever all of them have a row."""
    struck = data.draw(strikes(fault))
    window = span(struck)
    roles = {meter.role: meter.resource_id for meter in parts(struck, Kind.METER)}
    if "load" not in roles:
        return
    grid, load = (struck.rows(roles[role], *window) for role in ("grid", "load"))
    times, at_grid, at_load = np.intersect1d(grid["minutes"], load["minutes"], return_indices=True)
    net = grid["power_active_avg"][at_grid] - load["power_active_avg"][at_load]
    inside = np.isin(np.arange(*window), times)
    for system in parts(struck, Kind.PV):
        net += struck.rows(system.resource_id, *window)["power_active_avg"][inside]
    for battery in parts(struck, Kind.BESS):
        seen = struck.rows(battery.resource_id, *window)
        net += (seen["power_discharge_active_avg"] - seen["power_charge_active_avg"])[inside]
    assert not net.any()
    # Behind an open grid switch both sides of the balance are zero, not only their difference.
    if fault.name == "grid-outage":
        away = (times >= struck.placement.start) & (times < struck.placement.end)
        for field in ("active_avg", "active_max", "reactive_avg", "apparent_avg"):
            assert not grid[f"power_{field}"][at_grid][away].any()


@each_fault
@few
@given(data=st.data())
def test_state_of_charge_follows_energy(fault, data):
    """State of charge moves with what goes in and out less credible losses, between empty and full."""
    struck = data.draw(strikes(fault))
    for battery in parts(struck, Kind.BESS):
        capacity = np.full(1, battery.capacity_kwh * 60_000.0)
        seen = struck.rows(battery.resource_id, *span(struck, after=3 * DAY))
        if fault.name == "capacity-fade" and battery.resource_id in struck.placement.targets:
            capacity = _faded(struck, seen["minutes"][1:]) * capacity
        state = seen["soc_end"] / 10_000.0
        charge, discharge = seen["power_charge_active_avg"][1:], seen["power_discharge_active_avg"][1:]
        moved = np.diff(state) * capacity
        step = battery.capacity_kwh * 60_000.0 / 10_000.0 + 2.0
        lost = (charge - discharge) - moved
        # Losses lie between nothing and a quarter of what flows with what standing by draws, within a step.
        assert lost.min() >= -step
        flows = charge + discharge
        assert (lost <= 0.25 * flows + 0.006 * battery.rated_kw * 1000.0 * (flows > 0) + 2.0 * step).all()
        assert state.min() >= 0.0
        assert state.max() <= 1.0
        assert not ((charge > 0) & (discharge > 0)).any()


def _faded(struck, minutes):
    """Return what is left of a capacity, minute by minute."""
    lost = np.full(len(minutes), struck.placement.number("share"))
    days = struck.placement.number("days")
    if days:
        lost *= np.minimum((minutes - struck.placement.start + 1) / (days * DAY), 1.0)
    return np.where((minutes >= struck.placement.start) & (minutes < struck.placement.end), 1.0 - lost, 1.0)


@each_fault
@few
@given(data=st.data())
def test_apparent_power_peaks_and_status_agree(fault, data):
    """S is the root of P² + Q² within a minute; no peak is below its mean; a status names what flows."""
    struck = data.draw(strikes(fault))
    for kind, resource in struck.controller.resources():
        seen = struck.rows(resource.resource_id, *span(struck))
        ways = ("charge_", "discharge_") if kind is Kind.BESS else ("",)
        for way in ways:
            assert (seen[f"power_{way}active_max"] >= seen[f"power_{way}active_avg"]).all()
        if kind is Kind.METER:
            hypotenuse = np.hypot(seen["power_active_avg"], seen["power_reactive_avg"])
            assert np.abs(seen["power_apparent_avg"] - hypotenuse).max() <= 1.0
        elif kind is Kind.PV:
            running = np.isin(seen["status"], ("ON", "CU"))
            # Who is cut down to nothing is curtailed, too.
            assert running[seen["power_active_avg"] > 0].all()
            assert seen["power_active_avg"][seen["status"] == "ON"].all()
        else:
            charge, discharge = seen["power_charge_active_avg"], seen["power_discharge_active_avg"]
            flow = np.where(charge > 0, "CH", np.where(discharge > 0, "DI", "SB"))
            assert ((seen["status"] == flow) | ((flow == "SB") & (seen["status"] == "OF"))).all()


@each_fault
@few
@given(data=st.data(), interval=st.sampled_from(INTERVALS[1:]))
def test_coarse_rows_follow_from_fine_ones(fault, data, interval):
    """Means, maxima, registers, states and temperatures of a bucket follow from its minutes."""
    struck = data.draw(strikes(fault))
    for kind, resource in struck.controller.resources():
        fine = struck.rows(resource.resource_id, *span(struck))
        coarse = struck.rows(resource.resource_id, *span(struck), interval)
        buckets = fine["minutes"] // interval * interval
        edges = np.flatnonzero(np.diff(buckets, prepend=-1))
        lasts = np.append(edges[1:], len(buckets)) - 1
        assert np.array_equal(coarse["minutes"], buckets[edges])
        counts = lasts - edges + 1
        for name in (*(field.name for field in NUMERIC_FIELDS[kind]), "status"):
            if name not in fine:
                continue
            if name.endswith("_avg"):
                wanted = (2 * np.add.reduceat(fine[name], edges) + counts) // (2 * counts)
            elif name.endswith("_max"):
                wanted = np.maximum.reduceat(fine[name], edges)
            else:
                wanted = fine[name][lasts]
            assert np.array_equal(coarse[name], wanted), name


@each_fault
@few
@given(data=st.data())
def test_numbers_fit_what_the_resource_can_show(fault, data):
    """No number exceeds the ratings that the width of a row is made for, and a body is written from it."""
    struck = data.draw(strikes(fault))
    for kind, resource in struck.controller.resources():
        placed = fleet().resource(resource.resource_id)
        seen = struck.rows(resource.resource_id, *span(struck))
        for field in NUMERIC_FIELDS[kind]:
            assert np.abs(seen[field.name]).max() <= largest(placed, field), field.name
        if kind is not Kind.METER:
            assert seen["temp_cell_max"].max() < (950 if kind is Kind.PV else 701)
            assert seen["temp_cell_max"].min() > -500
        start, end = span(struck)
        body = b"".join(datas_pieces(struck.series, [placed], Window(start, end, 5)))
        assert body.count(b"energy") >= len(seen["minutes"]) // 5


@each_fault
@few
@given(data=st.data())
def test_the_window_does_not_matter(fault, data):
    """Any window gives what is cut from a larger one, whichever was asked first, of another instance."""
    struck = data.draw(strikes(fault))
    start, end = span(struck)
    cuts = sorted(
        data.draw(
            st.lists(st.integers(start + 1, end - 1), min_size=2, max_size=4, unique=True), label="cuts"
        )
    )
    other = type(struck.series)(fleet(), struck.series.plan)
    for _, resource in reversed(list(struck.controller.resources())):
        name = resource.resource_id
        piece = struck._replace(series=other).rows(name, *cuts[-2:])
        whole = struck.rows(name, start, end)
        inside = (whole["minutes"] >= cuts[-2]) & (whole["minutes"] < cuts[-1])
        for field, values in piece.items():
            assert np.array_equal(values, whole[field][inside]), (name, field)
