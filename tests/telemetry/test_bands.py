"""The series lie inside bands measured on real plants, over a year of every climate of the demo fleet.

The bands are those of `docs/physics.md`; independent figures (sun, clear sky) come from pvlib.
"""

from functools import cache

import numpy as np
import pandas as pd
import pvlib
import pytest

from tests.telemetry.plants import DAY, fleet, minute, of_kind, rows
from wattos_testkit.fleet.model import Kind

START, DAYS = minute(2025, 11, 1), 365
# One PV system for each climate, at the sunny end of a meter of its own.
CLIMATES = {
    "mediterranean": "PV000001",
    "desert": "PV000005",
    "continental": "PV000010",
    "nordic": "PV000012",
    "oceanic": "PV000013",
    "highland": "PV000014",
    "subtropical": "PV000016",
    "tropical": "PV000017",
}
each_climate = pytest.mark.parametrize("resource", CLIMATES.values(), ids=CLIMATES.keys())


def instants(seconds):
    """Return UTC timestamps of seconds since 1970."""
    return pd.DatetimeIndex(seconds.astype("datetime64[s]"), tz="UTC")


@cache
def sun(resource):
    """Return elevation [deg] and clear-sky AC power [W] as pvlib sees them, every five minutes."""
    placed = fleet().resource(resource)
    site, pv = placed.site, placed.resource
    times = instants(np.arange(START, START + DAYS * DAY, 5) * 60 + 150)
    place = pvlib.location.Location(site.latitude, site.longitude, altitude=site.altitude)
    position = place.get_solarposition(times, method="nrel_numpy")
    clear = place.get_clearsky(times, model="ineichen", linke_turbidity=3.3, solar_position=position)
    plane = pvlib.irradiance.get_total_irradiance(
        pv.tilt, pv.azimuth, position["apparent_zenith"], position["azimuth"],
        clear["dni"], clear["ghi"], clear["dhi"],
    )["poa_global"].fillna(0.0)  # fmt: skip
    cell = year(resource, 5)["temp_cell_max"] / 10.0
    dc = pvlib.pvsystem.pvwatts_dc(plane, cell, pv.rated_dc_kw * 900.0, -0.0037)
    ac = pvlib.inverter.pvwatts(dc, pv.rated_ac_kw * 1000.0 / 0.96)
    return position["elevation"].to_numpy(), np.nan_to_num(ac.to_numpy())


@cache
def year(resource, interval):
    """Return a year of rows."""
    return rows(resource, START, START + DAYS * DAY, interval)


def ramps(resource, interval):
    """Return |step| over peak power in daytime."""
    power = year(resource, interval)["power_active_avg"]
    day = (power[1:] > 0) & (power[:-1] > 0)
    return np.abs(np.diff(power))[day] / power.max()


@each_climate
def test_pv_capacity_factor(resource):
    """Over a year a system yields 9 to 30 % of its DC rating."""
    rated = fleet().resource(resource).resource.rated_dc_kw * 1000.0
    assert 0.09 <= year(resource, 30)["power_active_avg"].mean() / rated <= 0.30


@each_climate
@pytest.mark.parametrize(
    ("interval", "bands"),
    [(1, ((0.0008, 0.012), (0.012, 0.16), (0.05, 0.55))), (15, ((0.012, 0.06), (0.08, 0.32), (0.16, 0.55)))],
)
def test_pv_ramps(resource, interval, bands):
    """Ramps have the measured median, 95th and 99th percentile."""
    for share, (low, high) in zip((50, 95, 99), bands, strict=True):
        assert low <= np.percentile(ramps(resource, interval), share) <= high, share


def index(resource):
    """Return the clear-sky index at five minutes with the sun above 15 degrees, as days x rows with NaN."""
    elevation, clear = sun(resource)
    power = year(resource, 5)["power_active_avg"]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(elevation > 15.0, power / clear, np.nan)


@each_climate
def test_clear_sky_index_has_two_modes(resource):
    """Clear, middle and low shares lie inside the measured bands, with a valley between the modes."""
    k = index(resource)
    k = k[np.isfinite(k)]
    k = k / np.percentile(k, 90)
    shares = [np.mean((k > 0.9) & (k < 1.15)), np.mean((k >= 0.35) & (k <= 0.9)), np.mean(k < 0.35)]
    for share, (low, high) in zip(shares, ((0.15, 0.85), (0.06, 0.45), (0.01, 0.5)), strict=True):
        assert low <= share <= high, shares


@each_climate
def test_clouds_have_memory_and_heavy_tails(resource):
    """The index is correlated from row to row, and its steps are far from normal."""
    k = index(resource)
    for per_row, memory, tail in ((1, (0.85, 0.995), 8.0), (3, (0.65, 0.97), 4.5)):
        coarse = k.reshape(-1, per_row).mean(axis=1)
        left, right = coarse[:-1], coarse[1:]
        both = np.isfinite(left) & np.isfinite(right)
        assert memory[0] <= np.corrcoef(left[both], right[both])[0, 1] <= memory[1]
        steps = (right - left)[both]
        steps = steps - steps.mean()
        assert np.mean(steps**4) / np.mean(steps**2) ** 2 >= tail


@each_climate
def test_pv_follows_the_sun(resource):
    """PV is 0 with the sun below -3 degrees, on in 97 % of rows above 15, and near its envelope at most."""
    elevation, clear = sun(resource)
    power = year(resource, 5)["power_active_avg"]
    assert not power[elevation < -3.0].any()
    assert np.mean(power[elevation > 15.0] > 0) >= 0.97
    up = elevation > 15.0
    ratio = power[up] / clear[up]
    assert np.percentile(ratio, 99.9) <= 1.30
    assert ratio.max() <= 1.65


@each_climate
def test_module_and_air_temperatures(resource):
    """In full sun a cell is far above the air, at night below it; days swing 2 to 22 K."""
    seen = year(resource, 15)
    air, cell = seen["temp_ambient_max"] / 10.0, seen["temp_cell_max"] / 10.0
    elevation = sun(resource)[0][::3]
    night = elevation < -10.0
    if night.any():
        assert -7.0 <= np.mean((cell - air)[night]) <= -1.5
    rated = fleet().resource(resource).resource.rated_dc_kw * 900.0
    bright = seen["power_active_avg"] > 0.6 * rated
    if bright.sum() > 20:
        per_sun = (cell - air)[bright] / (seen["power_active_avg"][bright] / rated)
        assert 18.0 <= np.median(per_sun) <= 46.0
    swing = np.ptp(air.reshape(-1, 96), axis=1)
    assert np.percentile(swing, 5) >= 2.0
    assert np.percentile(swing, 95) <= 22.0


def test_neighbours_share_their_weather():
    """Systems of one site move together, those far away do not."""

    def steps(resource):
        power = year(resource, 15)["power_active_avg"].astype(float)
        return np.diff(power / power.max())

    same = np.corrcoef(steps("PV000002"), steps("PV000003"))[0, 1]
    far = np.corrcoef(steps("PV000002"), steps("PV000010"))[0, 1]
    assert same >= 0.8
    assert abs(far) <= 0.3


LOADS = [
    placed
    for placed in of_kind(Kind.METER)
    if placed.resource.role == "load" and placed.controller.load.profile != "house"
]
each_load = pytest.mark.parametrize("placed", LOADS, ids=lambda one: one.resource.resource_id)


def local_hours(placed):
    """Return the local hour and weekday of each row of a year at 15 minutes."""
    local = instants(year(placed.resource.resource_id, 15)["minutes"] * 60).tz_convert(placed.site.timezone)
    return local.hour.to_numpy(), local.day_of_week.to_numpy()


@each_load
def test_loads_of_buildings(placed):
    """Load factor, days against nights and weekends, peak hour and ramps are those of buildings."""
    power = year(placed.resource.resource_id, 15)["power_active_avg"].astype(float)
    hour, weekday = local_hours(placed)
    assert 0.16 <= power.mean() / power.max() <= 0.77
    by_day = power.reshape(-1, 96)
    assert 0.15 <= np.median(by_day.min(axis=1) / by_day.max(axis=1)) <= 0.80
    assert 0.97 <= power[weekday < 5].mean() / power[weekday >= 5].mean() <= 2.1
    work = (hour >= 9) & (hour < 17)
    assert 1.0 <= power[work].mean() / power[hour < 5].mean() <= 4.8
    assert 8 <= np.argmax([power[hour == h].mean() for h in range(24)]) <= 17
    step = np.abs(np.diff(power)) / power.mean()
    assert 0.006 <= np.percentile(step, 50) <= 0.023
    assert 0.03 <= np.percentile(step, 95) <= 0.13


@each_load
def test_loads_repeat_by_day_and_week(placed):
    """A load resembles itself a day and a week later."""
    power = year(placed.resource.resource_id, 15)["power_active_avg"].astype(float)
    for lag, (low, high) in ((96, (0.40, 0.94)), (7 * 96, (0.49, 0.93))):
        assert low <= np.corrcoef(power[:-lag], power[lag:])[0, 1] <= high


@each_load
def test_the_power_factor_is_no_constant(placed):
    """The power factor lies in .85 to .995 and varies by .006 to .05."""
    seen = year(placed.resource.resource_id, 15)
    factor = seen["power_active_avg"] / seen["power_apparent_avg"]
    assert np.percentile(factor, 5) >= 0.85
    assert np.percentile(factor, 95) <= 0.995
    assert 0.005 <= factor.std() <= 0.05


each_battery = pytest.mark.parametrize("placed", of_kind(Kind.BESS), ids=lambda one: one.resource.resource_id)


@each_battery
def test_batteries(placed):
    """Efficiency, idle share, cycles and C-rate are those of measured batteries."""
    start = minute(2026, 1, 1)
    seen = rows(placed.resource.resource_id, start, start + 200 * DAY, 5)
    charge, discharge = seen["power_charge_active_avg"] / 12.0, seen["power_discharge_active_avg"] / 12.0
    capacity = placed.resource.capacity_kwh * 1000.0
    idle_draw = 0.0255 * capacity * 200
    used = charge.sum() - idle_draw - (seen["soc_end"][-1] - seen["soc_end"][0]) / 1e4 * capacity
    assert 0.84 <= discharge.sum() / used <= 0.92
    assert 0.2 <= discharge.sum() / capacity / 200 <= 0.6
    assert 0.35 <= np.mean((charge == 0) & (discharge == 0)) <= 0.65
    assert 0.10 <= max(charge.max(), discharge.max()) * 12.0 / capacity <= 0.5
    warmer = (seen["temp_cell_max"] - seen["temp_ambient_max"])[seen["temp_ambient_max"] > 50]
    mild = seen["temp_ambient_max"][seen["temp_ambient_max"] > 50] < 300
    assert warmer[mild].min() >= -5
    rise = seen["temp_cell_max"] - seen["temp_ambient_max"]
    assert rise.max() <= 121
    minute_rows = rows(placed.resource.resource_id, start, start + 10 * DAY)
    assert np.abs(np.diff(minute_rows["temp_cell_max"])).max() <= 6


def test_curtailment_is_the_exception():
    """Systems that may not export are curtailed in less than half of the daylight rows."""
    for placed in of_kind(Kind.PV):
        if placed.controller.may_export:
            continue
        status = year(placed.resource.resource_id, 15)["status"]
        assert np.mean(status[status != "SB"] == "CU") < 0.4, placed.resource.resource_id
