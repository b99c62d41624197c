"""The clock of a mock: a line through one point, and windows that end where it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.errors import UsageError
from wattos_testkit.server.clock import Clock, duration_of, instant_of, written
from wattos_testkit.server.view import happened
from wattos_testkit.telemetry.columns import INTERVALS, Window

NOON = 1_710_936_420.0
"""2024-03-20T12:07:00Z."""


@pytest.mark.parametrize(
    ("text", "shows", "later"),
    [
        ("live", 5000.0, 5010.0),
        ("2024-03-20T12:07:00Z", NOON, NOON),
        ("2024-03-20T12:07Z", NOON, NOON),
        ("live@x60", 5000.0, 5600.0),
        ("2024-03-20T12:07:00Z@x60", NOON, NOON + 600.0),
        ("2024-03-20T12:07:00Z@x0.5", NOON, NOON + 5.0),
        ("2024-03-20", NOON - 12 * 3600 - 420, NOON - 12 * 3600 - 420),
    ],
)
def test_the_forms(text: str, shows: float, later: float):
    """A clock shows its instant when it is set, and ten seconds later what its speed makes of them."""
    clock = Clock.parse(text, 5000.0)
    assert clock.seconds(5000.0) == shows
    assert clock.seconds(5010.0) == later


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "'' is no UTC instant; right are live, 2024-03-20T12:07:00Z, live@x60 and"),
        ("now", "'now' is no UTC instant"),
        ("2024-03-20T12:07:00", "is no UTC instant"),
        ("2024-03-20T12:07:00+01:00", "is no UTC instant"),
        ("2024-02-30T12:07:00Z", "is no instant of the calendar"),
        ("1969-12-31T23:59:59Z", "outside the years 1970 to 2099"),
        ("2100-01-02", "outside the years 1970 to 2099"),
        ("live@60", "'60' is no speed of a clock; right is x60"),
        ("live@x-1", "is no speed"),
        ("live@x0", "one that stands is written without @"),
        ("live@x100000", "a clock runs up to x86400"),
        ("live@", "is no speed"),
        ("x" * 500, "…"),
    ],
)
def test_impossible_ones(text: str, complaint: str):
    """Each is one line that names what would be right."""
    with pytest.raises(UsageError) as caught:
        Clock.parse(text, 5000.0)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_moved_and_changed():
    """A clock set forward goes on as before; one of another speed goes on from the same instant."""
    clock = Clock.parse("2024-03-20T12:07:00Z@x60", 0.0)
    assert clock.moved(3600.0, 10.0).seconds(11.0) == NOON + 600.0 + 3600.0 + 60.0
    assert clock.at_speed(0.0, 10.0).seconds(99.0) == NOON + 600.0
    with pytest.raises(UsageError, match="1970 to 2099"):
        clock.moved(1e12)


def test_stops_where_the_series_end():
    """However fast, and however far back the machine's clock is set, it stays within the years of series."""
    clock = Clock.parse("2099-12-31T23:00:00Z@x86400", 0.0)
    assert written(clock.seconds(1e9)) == "2100-01-01T00:00:00Z"
    assert clock.seconds(-1e9) == 0.0


@given(start=st.integers(0, 10_000), length=st.integers(1, 500), now=st.integers(0, 12_000), data=st.data())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_what_has_happened(start: int, length: int, now: int, data: st.DataObject):
    """Of a window exactly the buckets that are over are seen, and it differs only when one more is."""
    interval = data.draw(st.sampled_from(INTERVALS))
    asked = Window(start, start + length, interval)
    seen, next_minute = happened(asked, now), happened(asked, now + 1)
    over = [
        at for at in range(asked.first_bucket, asked.end - interval + 1, interval) if at + interval <= now
    ]
    assert seen.buckets == len(over)
    assert not over or seen.first_bucket == over[0]
    assert (seen != next_minute) == (seen.buckets != next_minute.buckets)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h", 3600.0),
        ("90s", 90.0),
        ("95min", 5700.0),
        ("-2d", -172_800.0),
        ("1h30min", 5400.0),
        ("0.5h", 1800.0),
    ],
)
def test_durations(text: str, seconds: float):
    """Durations are written as people write them."""
    assert duration_of(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "1 fortnight", "1h-30min", "--1h", "9" * 30 + "d"])
def test_no_durations(text: str):
    """What is none is one line with right ones."""
    with pytest.raises(UsageError, match="right are 90s, 15min"):
        duration_of(text)


def test_instants_are_written_as_they_are_read():
    """Reading and writing are the inverse of one another, to the microsecond."""
    for text in ("2024-03-20T12:07:00Z", "2024-03-20T12:07:30.500000Z"):
        assert written(instant_of(text)) == text
