"""No boundary of days shows in the series: not of UTC, of the place, of the sun, of a battery, of a year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.telemetry.plants import DAY, day_minute, minute, of_kind, rows
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.calendar import standard_offset

DAYS = 160
START = minute(2025, 9, 1)
FIELDS = {Kind.METER: "power_active_avg", Kind.PV: "power_active_avg", Kind.BESS: "soc_end"}


def step_at(values, offset):
    """Return the mean step into a minute of the day over that of the minutes around it, ten on each side."""
    steps = np.abs(np.diff(values.astype(float)))
    days = np.arange(1, DAYS - 1) * DAY + offset % DAY - 1
    around = [steps[days + shift].mean() for shift in range(-10, 11) if shift]
    return steps[days].mean(), max(around)


def boundaries(placed):
    """Return the minutes of the UTC day at which days of any sort begin for a resource."""
    standard = standard_offset(placed.site.timezone)
    sun = round(placed.site.longitude / 15.0) * 60
    return {"UTC": 0, "local": -standard, "sun": -sun, "battery": 300 - standard}


CASES = [one for one in of_kind(Kind.METER) + of_kind(Kind.PV) if one.controller.load or one.kind is Kind.PV]


@pytest.mark.parametrize("placed", CASES, ids=lambda one: one.resource.resource_id)
def test_no_step_where_days_begin(placed):
    """Over 160 days the step into the first minute of a day is no larger than those of the minutes around."""
    power = rows(placed.resource.resource_id, START, START + DAYS * DAY)["power_active_avg"]
    for name, offset in boundaries(placed).items():
        step, around = step_at(power, offset)
        # Twice the largest of twenty neighbours: a seam would be there every day, at this minute alone.
        assert step <= 2.0 * around + 1.0, name


@pytest.mark.parametrize("placed", of_kind(Kind.BESS), ids=lambda one: one.resource.resource_id)
def test_state_of_charge_passes_midnights_smoothly(placed):
    """The state of charge moves into no day faster than around it."""
    state = rows(placed.resource.resource_id, START, START + DAYS * DAY)["soc_end"]
    for name, offset in boundaries(placed).items():
        step, around = step_at(state, offset)
        assert step <= 2.0 * around + 0.5, name


@pytest.mark.parametrize("kind", [Kind.PV, Kind.BESS])
def test_temperatures_pass_midnights_smoothly(kind):
    """Air and cells change by less than a kelvin into the first minute of any day."""
    for placed in of_kind(kind):
        seen = rows(placed.resource.resource_id, START, START + 40 * DAY)
        for name in ("temp_cell_max", "temp_ambient_max"):
            steps = np.abs(np.diff(seen[name]))
            for offset in boundaries(placed).values():
                at = np.arange(1, 39) * DAY + offset % DAY - 1
                # A cloud may pass in daylight, wherever the boundary lies.
                assert np.median(steps[at]) <= 5, (placed.resource.resource_id, name)


@pytest.mark.parametrize(
    "instant",
    [date(2027, 12, 31), date(2028, 2, 28), date(2028, 2, 29), date(2028, 12, 31), date(2099, 2, 28)],
)
def test_turns_of_years_and_leap_days_are_ordinary(instant):
    """The night into a new year, into and out of a leap day: no register jumps, no power steps."""
    start = day_minute(instant) + DAY - 6 * 60
    for placed in of_kind(Kind.METER):
        if not placed.controller.load:
            continue
        seen = rows(placed.resource.resource_id, start, start + 720, 5)
        power = seen["power_active_avg"]
        assert np.abs(np.diff(seen["energy_active_cum"]) - power[1:] / 12.0).max() <= 1.1
        steps = np.abs(np.diff(power))
        assert steps[71] <= max(4.0 * np.median(steps), steps.max() * 0.999) + 1.0


ZONES = [
    (placed, zone)
    for placed in of_kind(Kind.METER)
    if placed.resource.role == "load"
    for zone in [ZoneInfo(placed.site.timezone)]
    if datetime(2025, 1, 1, tzinfo=zone).utcoffset() != datetime(2025, 7, 1, tzinfo=zone).utcoffset()
]


def clock_change(zone):
    """Return the UTC day of 2026 in whose course the clock goes forward."""
    for day in range(364):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        later = noon + timedelta(days=1)
        if later.astimezone(zone).utcoffset() > noon.astimezone(zone).utcoffset():
            return noon
    raise AssertionError(f"{zone} does not change its clock")


@pytest.mark.parametrize(
    ("placed", "zone"), ZONES, ids=lambda one: getattr(one, "resource", None) and one.resource.resource_id
)
def test_a_load_follows_the_wall_clock_over_a_change(placed, zone):
    """In the weeks after a clock change the morning rises at the same wall time, an hour earlier in UTC."""
    change = clock_change(zone)

    def morning(first):
        start = int(first.timestamp()) // 60 // DAY * DAY
        seen = rows(placed.resource.resource_id, start, start + 21 * DAY, 5)
        power = seen["power_active_avg"].reshape(21, -1).mean(axis=0)
        offset = int(first.astimezone(zone).utcoffset().total_seconds()) // 60
        local = np.roll(power, offset // 5)
        rising = local[4 * 12 : 11 * 12]
        return np.argmax(rising > (rising.min() + rising.max()) / 2.0) * 5

    before, after = morning(change - timedelta(days=23)), morning(change + timedelta(days=2))
    assert abs(before - after) <= 40
