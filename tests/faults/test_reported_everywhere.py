"""What must hold of every fault of telemetry, whatever it does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.strikes import (
    BESIDE,
    REPORTED,
    STRUCK,
    healthy,
    lines,
    overlaps,
    placed_on,
    rows,
    strikes,
    under,
    values_of,
    when,
)
from tests.telemetry.plants import minute, telemetry
from wattos_testkit.faults.reported.effects import PRESENCE, ROWS, SOURCES, VALUES

IDENTITY = ("resource_id", "timestamp", "agg_interval", "unit_controller_id")
each_fault = pytest.mark.parametrize("fault", REPORTED, ids=lambda one: one.name)
some = settings(max_examples=6, derandomize=True, deadline=None)


def around(placement, interval, before=90, after=300):
    """Return a window of whole buckets around a fault."""
    start = (placement.start - before) // interval * interval
    return start, (placement.end + after) // interval * interval, interval


@each_fault
@given(data=st.data())
@some
def test_nothing_else_changes(fault, data):
    """Rows outside its time are as ever, to the byte; inside, only fields that are named change."""
    kind, placement, interval = data.draw(strikes(fault))
    window = around(placement, interval)
    parsed, plain = rows(under(placement), STRUCK[kind], window), healthy(STRUCK[kind], window)
    found = zip(lines(under(placement), STRUCK[kind], window), parsed, strict=True)
    well = zip(lines(telemetry(), STRUCK[kind], window), plain, strict=True)
    assert [line for line, row in found if not overlaps(placement, when(row), interval)] == [
        line for line, row in well if not overlaps(placement, when(row), interval)
    ]
    by_time = {when(row): row for row in plain}
    named = fault.fields[kind]
    for row in parsed:
        was = by_time[when(row)]
        changed = {name for name in was if row.get(name, "absent") != was[name]}
        assert not changed & set(IDENTITY)
        assert not named or changed <= set(named)
        assert set(row) <= set(was)


@each_fault
@given(data=st.data())
@some
def test_nobody_else_notices(fault, data):
    """Others behind the same unit controller report what they ever did."""
    kind, placement, interval = data.draw(strikes(fault))
    window = around(placement, interval)
    assert lines(under(placement), BESIDE[kind], window) == lines(telemetry(), BESIDE[kind], window)


def gathered(minutes, interval):
    """Return the rows of longer buckets, made of rows of minutes the plain way: the oracle."""
    buckets = {}
    for row in minutes:
        buckets.setdefault(when(row) // interval * interval, []).append(row)
    for start, members in sorted(buckets.items()):
        made = {"start": start}
        names = {name: None for row in members for name in row if name not in IDENTITY}
        for name in names:
            values = [row[name] for row in members if row.get(name) is not None]
            if not values:
                if all(name in row for row in members):
                    made[name] = None
            elif name.endswith("_avg"):
                watts = sum(int(value * 1000) for value in values)
                made[name] = (2 * watts + len(values)) // (2 * len(values))
            elif name.endswith("_max"):
                made[name] = max(values)
            else:
                made[name] = values[-1]
        yield made


@each_fault
@given(data=st.data())
@some
def test_long_buckets_agree_with_minutes(fault, data):
    """5, 15 and 30 minutes follow from the minutes that came, as those of a healthy plant do."""
    kind, placement, _ = data.draw(strikes(fault, longest=1000))
    interval = data.draw(st.sampled_from([5, 15, 30]))
    start, end, _ = around(placement, interval)
    series = under(placement)
    fine = sorted(rows(series, STRUCK[kind], (start, end, 1)), key=when)
    once = {when(row): row for row in fine}
    coarse = {when(row): row for row in rows(series, STRUCK[kind], (start, end, interval))}
    wanted = list(gathered(once.values(), interval))
    assert sorted(coarse) == [row["start"] for row in wanted]
    for made in wanted:
        row = coarse[made.pop("start")]
        for name, value in row.items():
            if name not in IDENTITY:
                watts = name.endswith("_avg") and value is not None
                assert made.pop(name) == (int(value * 1000) if watts else value), name
        assert not made


@each_fault
@given(data=st.data())
@some
def test_windows_and_pieces_do_not_matter(fault, data):
    """A row is the same in whatever window, piece and order it is asked for, and for equal plans."""
    kind, placement, interval = data.draw(strikes(fault, longest=5000))
    start, end, _ = around(placement, interval, before=2000, after=2000)
    whole = lines(under(placement), STRUCK[kind], (start, end, interval))
    series = under(placement)
    middle = data.draw(st.integers(start // interval, end // interval)) * interval
    later = lines(series, STRUCK[kind], (middle, end, interval))
    days = data.draw(st.integers(1, 9))
    assert lines(series, STRUCK[kind], (start, end, interval), days) == whole
    rowed = zip(whole, rows(series, STRUCK[kind], (start, end, interval)), strict=True)
    cut = [line for line, row in rowed if when(row) >= middle]
    assert cut == later


@each_fault
def test_it_is_told_whole(fault):
    """An entry has a story, says what it changes, and its parameters have defaults that may be."""
    assert len(fault.story) > 20
    assert len(fault.changes) > 20
    assert set(fault.fields) == set(fault.kinds)
    assert sum(fault.name in stage for stage in (SOURCES, VALUES, PRESENCE, ROWS)) == 1
    for one in fault.parameters:
        assert one.meaning
        if one.choices:
            assert one.default in one.choices
        else:
            assert one.least <= one.default <= one.most


@each_fault
@given(data=st.data())
@settings(max_examples=3, derandomize=True, deadline=None)
def test_any_two_together_are_written(fault, data):
    """Whatever it meets, before installation or at the end of time, there is a body that parses."""
    other = data.draw(st.sampled_from(REPORTED))
    kind = data.draw(st.sampled_from(sorted(fault.kinds)))
    start = data.draw(st.sampled_from([minute(2021, 2, 28), minute(2027, 3, 13, 20), minute(2099, 12, 30)]))
    both = [
        placed_on(kind, one.name, start, start + 2000, **data.draw(values_of(one))) for one in (fault, other)
    ]
    window = (start - 1440, start + 3 * 1440, data.draw(st.sampled_from([1, 15])))
    one_way = rows(under(*both), STRUCK[kind], window)
    assert all(window[0] <= when(row) < window[1] for row in one_way)


def test_every_effect_has_an_entry():
    """What acts is in the catalogue, and what is in the catalogue acts."""
    assert {one.name for one in REPORTED} == {*SOURCES, *VALUES, *PRESENCE, *ROWS}
