"""Minutes that come from elsewhere, late, twice, or not at all: what the texts say, seen in the rows."""

from itertools import pairwise

import numpy as np
import pytest

from tests.faults.strikes import (
    NOON,
    PARTNER,
    STRUCK,
    column,
    healthy,
    lines,
    place,
    placed_on,
    rows,
    under,
    when,
)
from tests.telemetry.plants import fleet, minute, telemetry
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.reported.naming import MEASURED
from wattos_testkit.faults.reported.source import shown
from wattos_testkit.faults.reported.stages import NEVER
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.columns import Window

START = NOON + 6 * 60
END = START + 240
PV, BESS, METER = Kind.PV, Kind.BESS, Kind.METER
POWER = "power_active_avg"


def values(row):
    """Return what a row measures."""
    return {name: value for name, value in row.items() if name in MEASURED[PV] or name in MEASURED[BESS]}


def test_a_gap_has_no_rows_and_the_register_goes_on():
    """No row lies in the gap; a row that reaches out of it speaks of its other minutes."""
    struck = under(place("gap", "PV000001", START, END - 15))
    found = rows(struck, "PV000001", (START - 60, END + 60, 30))
    assert [when(row) for row in found] == [START - 60, START - 30, END - 30, END, END + 30]
    minutes = column(healthy("PV000001", (END - 15, END, 1)), POWER)
    assert column([found[2]], POWER) == [(2 * sum(minutes) + 15) // 30]
    well = healthy("PV000001", (END - 30, END + 60, 30))
    assert column(found[2:], "energy_active_cum") == column(well, "energy_active_cum")


def test_a_gap_with_a_share():
    """About a third of the minutes is lost; no half hour is lost whole."""
    struck = under(place("gap", "PV000001", START, END, share=0.33))
    assert 50 <= 240 - len(rows(struck, "PV000001", (START, END, 1))) <= 110
    assert len(rows(struck, "PV000001", (START, END, 30))) == 8


def test_a_line_that_comes_and_goes():
    """What is lost is lost in stretches of the clock: of ten minutes all come, or none."""
    struck = under(place("gap", "PV000001", START, END, share=0.5, run=10))
    found = [when(row) for row in rows(struck, "PV000001", (START, END, 1))]
    assert 0 < len(found) < 240
    assert all(sum(start <= one < start + 10 for one in found) in {0, 10} for start in range(START, END, 10))


@pytest.mark.parametrize("interval", [1, 15])
def test_late_rows_come_when_they_are_due(interval):
    """A row is there 45 minutes after its end, not a minute before; what it says is right."""
    placed = placed_on(PV, "late-rows", START, END)
    window = (START - 30, END, interval)
    end = START + 60
    for now, last in ((end + 44, end - 2 * interval), (end + 45, end - interval)):
        found = lines(under(placed, now=now), "PV000001", window)
        struck = [line for line in found if b"T18:" in line or b"T19:" in line]
        assert len(found) - len(struck) == 30 // interval
        assert len(struck) == (last + interval - START) // interval
        assert found == lines(telemetry(), "PV000001", window)[: len(found)]
    assert lines(under(placed), "PV000001", window) == lines(telemetry(), "PV000001", window)


def test_jitter_lets_rows_overtake():
    """With jitter some rows come before earlier ones: at some instant there is a hole that later is none."""
    placed = placed_on(PV, "late-rows", START, END, delay=10, jitter=30)
    now = START + 120
    found = [when(row) for row in rows(under(placed, now=now), "PV000001", (START, END, 1))]
    assert any(after - before > 1 for before, after in pairwise(found))
    assert max(found) < now - 10
    assert set(range(START, now - 41)) <= set(found)


def test_no_row_is_there_before_its_end():
    """Where time is, rows end with it: of those that are struck, and of the others."""
    for now in (START + 44, START + 45):
        for whom in ("PV000001", "PV000002"):
            series = under(placed_on(PV, "spike", START, END), now=now)
            found = rows(series, whom, (START, END, 15))
            assert len(found) == (now - START) // 15


def test_an_outage_is_filled_at_once():
    """Until five minutes after its end nothing of it is there, and rows after it are; then all of it is."""
    placed = placed_on(METER, "backfill", START, END)
    window = (START - 15, END + 30, 15)
    before = rows(under(placed, now=END + 4), "ME000001", window)
    assert [when(row) for row in before] == [START - 15]
    assert lines(under(placed, now=END + 5), "ME000001", (START, END, 15)) == lines(
        telemetry(), "ME000001", (START, END, 15)
    )
    late = placed_on(METER, "backfill", START, END, delay=60)
    then = rows(under(late, now=END + 30), "ME000001", window)
    assert [when(row) for row in then] == [START - 15, END, END + 15]


@pytest.mark.parametrize("interval", [1, 15])
def test_some_rows_come_twice(interval):
    """About a third of the rows of the fault has a twin behind it, equal to the letter."""
    struck = under(placed_on(PV, "duplicate-rows", START, START + 1440))
    window = (START - 60, START + 1500, interval)
    found, well = lines(struck, "PV000001", window), lines(telemetry(), "PV000001", window)
    twins = sum(one == other for one, other in pairwise(found))
    assert 0.2 < twins / (1440 / interval) < 0.4
    assert [line for place_, line in enumerate(found) if place_ == 0 or line != found[place_ - 1]] == [
        line.replace(b" ", b"") if START <= when(row) < START + 1440 else line
        for line, row in zip(well, healthy("PV000001", window), strict=True)
    ]


def test_rows_are_shuffled_within_stretches():
    """All rows are there, in another order, none out of its three hours of the UTC day."""
    struck = under(placed_on(PV, "rows-out-of-order", START, START + 720))
    window = (START - 120, START + 900, 15)
    found, well = rows(struck, "PV000001", window), healthy("PV000001", window)
    assert sorted(found, key=when) == well
    assert found != well
    stretches = [when(row) // 180 for row in found if START <= when(row) < START + 720]
    assert stretches == sorted(stretches)


@pytest.mark.parametrize("ahead", [7, -20])
def test_a_skewed_clock(ahead):
    """Rows hold the minute as far before as the clock is ahead; as many are missing at one end."""
    struck = under(placed_on(BESS, "clock-skew", START, END, minutes=ahead))
    found = rows(struck, "BE000001", (START, END, 1))
    missing = set(range(START, END)) - {when(row) for row in found}
    assert missing == set(range(START, START + 7) if ahead > 0 else range(END - 20, END))
    source = healthy("BE000001", (START, END, 1))
    for row in found:
        assert values(row) == values(source[when(row) - ahead - START])


def test_the_clock_on_the_wall():
    """In summer, rows of Los Angeles hold what was seven hours later, when the wall showed their time."""
    struck = under(placed_on(PV, "local-time-as-utc", START, END))
    found, source = (
        rows(struck, "PV000001", (START, END, 1)),
        healthy("PV000001", (START + 420, END + 420, 1)),
    )
    assert [values(row) for row in found] == [values(row) for row in source]


def test_the_hour_that_spring_leaves_out():
    """No wall shows two o'clock on the day of the change: an hour of rows is missing, nothing jumps back."""
    day = minute(2027, 3, 14)
    struck = under(placed_on(PV, "local-time-as-utc", day, day + 1440))
    found = rows(struck, "PV000001", (day, day + 1440, 1))
    missing = set(range(day, day + 1440)) - {when(row) for row in found}
    assert missing == set(range(day + 120, day + 180))
    register = column(found, "energy_active_cum")
    assert register == sorted(register)


def test_the_hour_that_autumn_shows_twice():
    """The wall shows one o'clock twice: the later stays, the earlier is found nowhere."""
    day = minute(2027, 11, 7)
    struck = under(placed_on(METER, "local-time-as-utc", day, day + 1440))
    found = rows(struck, "ME000001", (day, day + 240, 1))
    assert len(found) == 240
    summer = healthy("ME000001", (day + 420, day + 480, 1))
    winter = healthy("ME000001", (day + 540, day + 720, 1))
    assert [values(row) for row in found] == [values(row) for row in (*summer, *winter)]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Asia/Tokyo", 9), ("Asia/Kolkata", 5.5), ("America/St_Johns", -2.5), ("UTC", 0)]
)
def test_walls_elsewhere(zone, hours):
    """East of Greenwich the wall showed a time before UTC did, by the half hour too."""
    start = minute(2027, 6, 1)
    assert np.array_equal(shown(zone, start, 500), np.arange(500) + start - int(hours * 60))


def test_every_instant_of_a_year_is_shown_once_or_overwritten():
    """A year of any wall: what is left out is an hour, and only that."""
    start = minute(2027, 1, 1)
    for zone, lost in (("Europe/Berlin", 60), ("Australia/Lord_Howe", 30), ("Asia/Tokyo", 0)):
        found = shown(zone, start, 365 * 1440)
        assert (found == NEVER).sum() == lost
        assert (np.diff(found[found != NEVER]) > 0).all()


def test_yesterday_again():
    """All fields are those of the day before; on the first day there is nothing to repeat."""
    struck = under(placed_on(PV, "replayed-day", START, END))
    found = rows(struck, "PV000001", (START, END, 15))
    source = healthy("PV000001", (START - 1440, END - 1440, 15))
    assert [values(row) for row in found] == [values(row) for row in source]
    first = when(healthy("PV000001", (minute(2021, 2, 27), minute(2021, 3, 3), 1))[0])
    early = under(placed_on(PV, "replayed-day", first, first + 2880))
    assert when(rows(early, "PV000001", (first, first + 2880, 15))[0]) == first + 1440


@pytest.mark.parametrize("kind", list(Kind))
def test_each_reports_the_other(kind):
    """Both of a pair report the other's fields under their own ids."""
    struck = under(placed_on(kind, "swapped-resources", START, END))
    one, other = STRUCK[kind], PARTNER[kind]
    for mine, yours in ((one, other), (other, one)):
        found, source = rows(struck, mine, (START, END, 15)), healthy(yours, (START, END, 15))
        assert [values(row) for row in found] == [values(row) for row in source]
        assert {row["resource_id"] for row in found} == {mine}
    assert values(found[0]) != values(healthy(other, (START, START + 15, 15))[0])


def test_a_trip_of_the_partner_is_reported_here():
    """What strikes the plant of the other one is seen under this one's id."""
    placed = [placed_on(PV, "swapped-resources", START, END), place("inverter-trip", PARTNER[PV], START, END)]
    found = rows(under(*placed), STRUCK[PV], (START, END, 15))
    assert {row["status"] for row in found} == {"FA"}
    assert not any(column(found, POWER))


def test_two_swaps_one_after_the_other():
    """A resource swapped first with one, then with another, reports the right one each time."""
    first = place("swapped-resources", "PV000001", START, START + 60, partner="PV000003")
    second = place("swapped-resources", "PV000001", START + 60, END, partner="PV000005")
    found = rows(under(first, second), "PV000001", (START, END, 15))
    wanted = [*healthy("PV000003", (START, START + 60, 15)), *healthy("PV000005", (START + 60, END, 15))]
    assert [values(row) for row in found] == [values(row) for row in wanted]


def test_a_pair_of_different_kinds_is_none():
    """A partner of another kind, or none, leaves everything as it was."""
    for partner in ("ME000001", "PV999999", None):
        struck = under(place("swapped-resources", "PV000001", START, END, partner=partner))
        found = rows(struck, "PV000001", (START, END, 15))
        assert found == healthy("PV000001", (START, END, 15))


def test_a_swap_with_one_that_is_not_built_yet():
    """Before the partner is installed, its rows do not come."""
    late = max(fleet().resources(PV), key=lambda one: one.resource.commissioned)
    name, day = late.resource.resource_id, late.resource.commissioned
    start = minute(day.year, day.month, day.day) - 2880
    struck = under(place("swapped-resources", "PV000001", start, start + 5760, partner=name))
    found = rows(struck, "PV000001", (start, start + 5760, 15))
    assert found
    assert [values(row) for row in found] == [values(row) for row in healthy(name, (start, start + 5760, 15))]


def test_what_a_plan_concerns():
    """Faults of telemetry concern those they strike, while they last or forever; others, nobody else."""
    one, beside = (fleet().resource(name) for name in ("PV000001", "ME000001"))
    for name, fault in CATALOGUE.items():
        if fault.family == "telemetry" and PV in fault.kinds:
            plan = Plan([placed_on(PV, name, START, END)])
            assert plan.concerns(one, START - 60, END + 60)
            assert not plan.concerns(one, START - 60, START)
            assert plan.concerns(one, END, END + 60) is fault.forever
            assert not plan.concerns(beside, START, END)


def test_a_fault_that_cannot_strike_a_kind_does_nothing():
    """A battery's fault on a meter, however it came there, changes nothing."""
    struck = under(place("frozen-soc", "ME000001", START, END))
    window = (START, END, 15)
    assert lines(struck, "ME000001", window) == lines(telemetry(), "ME000001", window)


def test_what_comes_from_later_comes_later():
    """A row of Los Angeles that holds what was seven hours later is not there before that has been."""
    placed = placed_on(PV, "local-time-as-utc", START, END)
    for now, count in ((START + 420 + 59, 3), (START + 420 + 60, 4)):
        assert len(rows(under(placed, now=now), "PV000001", (START, END, 15))) == count


def test_rows_with_many_holes_between_them_are_one_piece():
    """However many minutes are lost, a day comes in a few pieces: before, during and after."""
    series = under(place("gap", "PV000001", START, END, share=0.5))
    window = Window(START - 60, END + 60, 1)
    assert len(list(series.stream(fleet().resource("PV000001"), window))) == 3
