"""What the text of each fault of the plant says can be seen in the rows."""

from dataclasses import replace

import numpy as np
import pytest

from tests.faults.struck import controllers, differing, healthy, strike
from tests.telemetry.plants import DAY, fleet, minute
from wattos_testkit.faults.catalogue import find
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, largest

PV, BATTERY, GRID, LOAD = "PV000001", "BE000001", "ME000001", "ME000002"
NOON = minute(2028, 6, 20, 19)
"""About noon in Los Angeles, in June."""
POWER, PEAK, ENERGY, CELL = "power_active_avg", "power_active_max", "energy_active_cum", "temp_cell_max"
CHARGE, DISCHARGE = "power_charge_active_avg", "power_discharge_active_avg"


def on(name, target=PV, start=NOON, duration=180, **values):
    """Return a plant in Los Angeles that a fault strikes."""
    return strike(find(name), ("UC000001", target), start, duration, values)


def both(struck, resource, before=0, after=0, interval=1):
    """Return the healthy and the struck rows around a fault."""
    window = struck.placement.start - before, struck.placement.end + after
    return healthy(resource, *window, interval), struck.rows(resource, *window, interval)


def test_an_inverter_that_tripped_gives_nothing_then_waits_then_ramps():
    """FA and zero; five minutes SB; then no more than ten percent of the rating more each minute."""
    struck = on("inverter-trip")
    well, seen = both(struck, PV, after=30)
    assert not seen[POWER][:180].any()
    assert not seen[PEAK][:180].any()
    assert set(seen["status"][:180]) == {"FA"}
    assert set(seen["status"][180:185]) == {"SB"}
    assert not seen[POWER][180:185].any()
    assert list(seen[POWER][185:189]) == [5000, 10000, 15000, 20000]
    assert np.array_equal(seen[POWER][195:], well[POWER][195:])
    warmer = (seen[CELL] - well[CELL])[:180]
    assert 10 < warmer.max() < 80
    assert warmer.min() >= 0
    meter_well, meter = both(struck, GRID, after=30)
    assert np.array_equal(meter[POWER] - meter_well[POWER], well[POWER] - seen[POWER])


def test_one_inverter_of_several_trips_alone():
    """Its neighbour behind the same meter goes on as it was."""
    struck = strike(find("inverter-trip"), ("UC000002", "PV000002"), NOON, 60)
    assert not differing(struck, "PV000003", NOON, NOON + 120)
    assert not struck.rows("PV000002", NOON, NOON + 60)[POWER].any()


def test_a_delay_and_a_ramp_of_ones_own():
    """A system that may start at once is back in the minute after."""
    struck = on("inverter-trip", delay=0.0, ramp=100.0)
    well, seen = both(struck, PV, after=5)
    assert np.array_equal(seen[POWER][180:], well[POWER][180:])


@pytest.mark.parametrize(
    ("values", "cap"), [({"share": 0.3}, 15_000), ({"kw": 20.0}, 20_000), ({"share": 0.0}, 0)]
)
def test_a_curtailed_plant_stays_below_its_cap(values, cap):
    """Where it would give more it gives the cap, with status CU; the clipped energy is missing for good."""
    struck = on("curtailment", **values)
    well, seen = both(struck, PV)
    assert seen[POWER].max() == cap
    assert seen[PEAK].max() == cap
    assert np.array_equal(seen["status"] == "CU", well[POWER] > cap)
    assert np.array_equal(seen[POWER], np.minimum(well[POWER], cap))
    _, later = both(struck, PV, after=2 * DAY)
    clipped = (well[POWER] - seen[POWER]).sum() / 60
    assert abs(healthy(PV, NOON, NOON + 2 * DAY)[ENERGY][-1] - later[ENERGY][2 * DAY - 1] - clipped) <= 1


def test_a_lost_string_costs_its_share_and_no_more():
    """Where nothing limits the inverter a quarter of the power is missing, and dead cells are warmer."""
    struck = on("string-outage", share=0.25)
    well, seen = both(struck, PV)
    assert np.abs(seen[POWER] / well[POWER] - 0.75).max() < 0.01
    assert ((seen[CELL] - well[CELL]) > 0).mean() > 0.9


def test_where_the_inverter_cuts_off_lost_modules_cost_less():
    """At its limit an inverter that lost a tenth of its strings loses less than a tenth, or nothing."""
    start = minute(2028, 4, 15, 7)
    struck = strike(find("string-outage"), ("UC000002", "PV000002"), start, DAY, {"share": 0.1})
    well, seen = both(struck, "PV000002")
    lost = 1.0 - seen[POWER] / np.maximum(well[POWER], 1)
    limited = well["status"] == "CU"
    assert limited.sum() > 100
    assert lost[limited].mean() < 0.06
    assert (lost[limited] == 0.0).any()
    by_day = well[POWER] > 10_000
    assert lost[by_day & ~limited].mean() > 0.09
    assert lost[by_day].max() < 0.101


def test_dirt_grows_day_by_day_and_is_washed_off():
    """Two percent of the light each day, up to the most; at the end nothing is missing."""
    struck = on("soiling", start=minute(2028, 6, 10, 8), duration=10 * DAY, daily=2.0, most=12.0)
    well, seen = both(struck, PV, after=DAY)
    kept = seen[POWER].reshape(-1, DAY).sum(axis=1) / well[POWER].reshape(-1, DAY).sum(axis=1)
    assert np.abs(1.0 - kept[:10] - np.minimum(0.02 * (np.arange(10) + 0.45), 0.12)).max() < 0.008
    assert kept[10] == 1.0
    assert (seen[CELL] <= well[CELL]).all()


def test_snow_lies_and_slides_off():
    """Nothing comes through, cells are as cold as the air; then the power comes back bit by bit."""
    start = minute(2029, 1, 15, 8)
    struck = on("snow-cover", start=start, duration=2 * DAY, melting=0.25)
    well, seen = both(struck, PV)
    assert not seen[POWER][: DAY + 720].any()
    assert (seen[CELL] <= seen["temp_ambient_max"])[: DAY + 720].all()
    day = slice(DAY + 720, 2 * DAY)
    assert 0 < seen[POWER][day].sum() < well[POWER][day].sum()


def test_a_crane_throws_its_shadow_at_its_hours_on_clear_days():
    """Power is missing between two hours of the sun's day only, and more of it the clearer the sky."""
    struck = on("shading", start=minute(2028, 3, 1, 8), duration=14 * DAY)
    well, seen = both(struck, PV)
    hour = ((well["minutes"] + round(controllers()["UC000001"][0].longitude * 4)) % DAY) / 60
    inside = (hour >= 8.5) & (hour <= 10.5)
    assert np.array_equal(seen[POWER][~inside], well[POWER][~inside])
    days = (well["minutes"] - 8 * 60) // DAY
    losses, yields = [], []
    for day in np.unique(days):
        part = inside & (days == day)
        losses.append(1.0 - seen[POWER][part].sum() / max(well[POWER][part].sum(), 1))
        yields.append(well[POWER][part].sum())
    assert max(losses) > 0.3
    assert max(losses) < 0.6
    assert np.corrcoef(losses, yields)[0, 1] > 0.6


def test_wet_mornings_keep_the_inverter_off():
    """On some mornings it is FA until ten, then as ever; on the others nothing is wrong."""
    struck = on("ground-fault", start=minute(2028, 4, 1, 8), duration=20 * DAY, mornings=0.5)
    well, seen = both(struck, PV)
    days = seen["status"].reshape(-1, DAY)
    failed = (days == "FA").any(axis=1)
    assert 4 <= failed.sum() <= 16
    hour = ((well["minutes"] + round(controllers()["UC000001"][0].longitude * 4)) % DAY) / 60
    assert hour[seen["status"] == "FA"].max() < 10.0
    assert not seen[POWER][seen["status"] == "FA"].any()
    again = on("ground-fault", start=minute(2028, 4, 1, 8), duration=20 * DAY, mornings=0.5)
    assert np.array_equal(both(again, PV)[1]["status"], seen["status"])


def test_a_hot_inverter_gives_less_the_warmer_it_is():
    """Four percent of the rating per kelvin above, with status CU where that binds."""
    struck = on("inverter-overheating", above=15.0, slope=4.0)
    well, seen = both(struck, PV)
    cap = 50_000 * (1 - 0.04 * np.maximum(seen["temp_ambient_max"] / 10 - 15, 0))
    assert (seen[POWER] <= cap + 110).all()
    assert (seen["status"] == "CU").any()
    assert np.array_equal(seen["status"] == "CU", seen[POWER] < well[POWER])


def test_a_lost_limiter_turns_the_meter_where_it_must_not():
    """At a site that may not export the system gives more than its limit, up to its rating, and says ON."""
    start = minute(2028, 4, 15, 18)
    struck = strike(find("export-limit-lost"), ("UC000002", "PV000002"), start, 180)
    well, seen = both(struck, "PV000002")
    assert (seen[POWER] >= well[POWER]).all()
    assert seen[POWER].max() <= 185_000
    assert set(seen["status"]) == {"ON"}
    assert "CU" in well["status"]
    assert seen[POWER].sum() > 1.1 * well[POWER].sum()
    assert (seen[POWER] > well[POWER])[well["status"] == "CU"].mean() > 0.9
    allowed = on("export-limit-lost")
    assert not differing(allowed, PV, NOON, NOON + 180)


def test_an_open_contactor_stops_a_battery():
    """OF, no power, a state of charge that stands to the hundredth, cells that cool; then it finds back."""
    struck = on("battery-offline", BATTERY, duration=360)
    well, seen = both(struck, BATTERY, after=3 * DAY)
    out = slice(0, 360)
    assert set(seen["status"][out]) == {"OF"}
    assert not seen[CHARGE][out].any()
    assert not seen[DISCHARGE][out].any()
    assert np.ptp(seen["soc_end"][out]) == 0
    assert well[DISCHARGE][out].any()
    assert (seen[CELL][100:360] <= well[CELL][100:360]).all()
    assert seen["soc_end"][-1] == well["soc_end"][-1]
    assert (seen[CHARGE] <= well[CHARGE]).all()
    assert (seen[DISCHARGE] <= well[DISCHARGE]).all()


def test_cells_without_cooling_get_warm_and_power_is_lowered():
    """Cells rise above what they would be, and above the threshold the power falls below the schedule."""
    struck = on("cell-overtemperature", BATTERY, duration=DAY, derate_from=38.0, stop_at=48.0)
    well, seen = both(struck, BATTERY, after=DAY)
    lower = (seen[CHARGE] + seen[DISCHARGE]) < (well[CHARGE] + well[DISCHARGE])
    assert seen[CELL].max() > 380
    assert seen[CELL].max() < 490
    assert lower[:DAY].any()
    first = int(np.flatnonzero(lower)[0])
    assert seen[CELL][max(0, first - 1)] >= 375
    assert np.abs(np.diff(seen[CELL])).max() <= 15
    assert seen[CELL][-1] == well[CELL][-1]


def test_an_aged_battery_moves_less_between_the_same_states():
    """A fifth less energy in and out; the state of charge goes where it ever went."""
    struck = on("capacity-fade", BATTERY, duration=3 * DAY, share=0.2)
    well, seen = both(struck, BATTERY)
    for power in (CHARGE, DISCHARGE):
        assert abs(seen[power].sum() / well[power].sum() - 0.8) < 0.001
    assert np.abs(seen["soc_end"] - well["soc_end"]).max() <= 1
    slowly = on("capacity-fade", BATTERY, duration=3 * DAY, share=0.2, days=3.0)
    _, faded = both(slowly, BATTERY)
    assert well[DISCHARGE].sum() > faded[DISCHARGE].sum() > seen[DISCHARGE].sum()


def test_a_new_meter_begins_where_it_is_told():
    """No row while it is exchanged; then the register counts from its own reading; power is as ever."""
    for reading in (0.0, 12.5):
        struck = on("meter-exchange", GRID, duration=25, reading=reading)
        well, seen = both(struck, GRID, before=10, after=2 * DAY)
        assert not np.isin(np.arange(NOON, NOON + 25), seen["minutes"]).any()
        assert len(seen["minutes"]) == len(well["minutes"]) - 25
        after = seen["minutes"] >= NOON + 25
        first = seen[ENERGY][after][0]
        assert abs(first - 1000 * reading - seen[POWER][after][0] / 60) <= 1
        assert np.array_equal(seen[POWER][after], well[POWER][35:])
        assert np.array_equal(seen[ENERGY][~after], well[ENERGY][:10])


def test_a_dead_site_is_dead():
    """Nothing flows anywhere, all is OF; the load's own meter shows zero, too."""
    struck = on("grid-outage", "UC000001")
    for meter in (GRID, LOAD):
        _, seen = both(struck, meter)
        assert not any(seen[field].any() for field in seen if field.startswith("power"))
        assert np.ptp(seen[ENERGY]) == 0
    for resource in (PV, BATTERY):
        _, seen = both(struck, resource)
        assert set(seen["status"]) == {"OF"}
        assert not any(seen[field].any() for field in seen if field.startswith("power"))


def island(start, duration, **values):
    """Return the rows of an islanded site, by resource."""
    struck = on("grid-outage", "UC000001", start, duration, mode="islanded", **values)
    return {name: both(struck, name, after=60) for name in (PV, BATTERY, GRID, LOAD)}


def test_an_island_serves_its_essential_load_from_pv_and_battery():
    """The grid meter is zero, the load its share; the battery follows the difference, PV is held to both."""
    rows = island(NOON, 240, essential=0.4)
    load, pv, battery = (rows[name][1] for name in (LOAD, PV, BATTERY))
    inside = slice(0, 240)
    assert not rows[GRID][1][PEAK][inside].any()
    assert np.array_equal(load[POWER][inside], (rows[LOAD][0][POWER][inside] * 0.4).astype(np.int64))
    assert np.array_equal(load[POWER][inside], (pv[POWER] + battery[DISCHARGE] - battery[CHARGE])[inside])
    assert (battery[CHARGE][inside] > 0).any()
    assert (pv[POWER] <= rows[PV][0][POWER])[inside].all()
    assert "OF" not in set(battery["status"][inside]) | set(pv["status"][inside])
    # Inverters that fed the island are synchronised: there is no restart.
    assert np.array_equal(pv[POWER][240:], rows[PV][0][POWER][240:])


def test_two_systems_share_what_an_island_takes():
    """Behind one meter both are held back, by whole watts that add up to what load and battery take."""
    start = minute(2028, 4, 20, 2)
    target = "UC000012"
    struck = strike(find("grid-outage"), (target, target), start, 600, {"mode": "islanded", "essential": 0.1})
    _, load = both(struck, "ME000018")
    _, battery = both(struck, "BE000008")
    first, second = (both(struck, name) for name in ("PV000014", "PV000015"))
    given = first[1][POWER] + second[1][POWER]
    assert np.array_equal(given, load[POWER] + battery[CHARGE] - battery[DISCHARGE])
    for well, seen in (first, second):
        assert (seen["status"] == "CU").sum() > 30
        assert (seen[POWER] <= well[POWER]).all()


def test_an_island_goes_dark_when_its_battery_is_empty():
    """By night the battery carries the load down to its reserve; then all is off until the grid is back."""
    start = minute(2028, 6, 21, 5)
    rows = island(start, 600, essential=1.0, reserve=30.0)
    battery, load = rows[BATTERY][1], rows[LOAD][1]
    dark = battery["status"][:600] == "OF"
    assert dark[-1]
    assert not dark[0]
    assert np.diff(dark.astype(int)).sum() == 1
    assert battery["soc_end"][:600].min() in range(2900, 3001)
    assert not load[POWER][:600][dark].any()
    assert load[POWER][:600][~dark].all()
    assert np.ptp(battery["soc_end"][:600][dark]) == 0
    assert load[POWER][600:].all()


def test_an_island_that_is_asked_for_too_much_goes_dark_at_once():
    """More load than the battery's rating: nobody can carry it. Without a battery nobody even tries."""
    tokyo = strike(
        find("grid-outage"), ("UC000016", "UC000016"), NOON - 720, 60, {"mode": "islanded", "essential": 1.0}
    )
    assert set(both(tokyo, "BE000010")[1]["status"]) == {"OF"}
    bare = strike(find("grid-outage"), ("UC000003", "UC000003"), NOON, 60, {"mode": "islanded"})
    assert set(both(bare, "PV000004")[1]["status"]) == {"OF"}


def test_a_machine_adds_active_and_reactive_power():
    """Twice the mean more, half of it reactive; never more than twelve times the mean."""
    struck = on("load-spike", "UC000001", duration=45)
    for meter in (GRID, LOAD):
        well, seen = both(struck, meter)
        assert set(seen[POWER] - well[POWER]) == {116_000}
        assert set(seen["power_reactive_avg"] - well["power_reactive_avg"]) == {58_000}
    high = strike(find("load-spike"), ("UC000018", "UC000018"), minute(2028, 6, 20, 8), 300, {"height": 6.0})
    well, seen = both(high, "ME000029")
    assert (seen[POWER] - well[POWER]).max() <= 4_800


def test_a_load_that_drops_turns_the_meter_of_a_site_that_must_not_export():
    """With nine tenths of the load gone, PV held below the least load is more than what is left."""
    start = minute(2028, 6, 20, 18)
    struck = strike(find("reverse-power"), ("UC000002", "UC000002"), start, 120)
    well, seen = both(struck, "ME000003")
    assert well[POWER].min() > 0
    assert seen[POWER].min() < 0
    assert np.diff(seen[ENERGY]).min() < 0
    assert not differing(struck, "PV000002", start, start + 120)
    _, load = both(struck, "ME000004")
    assert np.array_equal(load[POWER], np.floor(both(struck, "ME000004")[0][POWER] * (1.0 - 0.9)).astype(int))


def test_machines_together_stay_below_the_crest():
    """Three machines of six times the mean each, at once: never more than twelve times."""
    start = minute(2028, 6, 20, 8)
    target = ("UC000018", "UC000018")
    more = [
        replace(
            strike(find("load-spike"), target, start, 300, {"height": 6.0, "tangent": 2.0}).placement,
            name=name,
        )
        for name in ("two", "three")
    ]
    struck = strike(find("load-spike"), target, start, 300, {"height": 6.0, "tangent": 2.0}, *more)
    battery, pv = (struck.rows(name, start, start + 300) for name in ("BE000012", "PV000021"))
    meter = struck.rows("ME000029", start, start + 300)
    load = meter[POWER] + pv[POWER] + battery[DISCHARGE] - battery[CHARGE]
    assert load.max() == 9_600
    placed = fleet().resource("ME000029")
    for field in NUMERIC_FIELDS[Kind.METER]:
        assert np.abs(meter[field.name]).max() <= largest(placed, field)
