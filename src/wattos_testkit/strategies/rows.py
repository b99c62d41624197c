"""Rows: sound ones, and such that break exactly one rule."""

from dataclasses import dataclass, field

from hypothesis import reject
from hypothesis import strategies as st

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.model import Kind, Placed
from wattos_testkit.strategies.asking import windows
from wattos_testkit.strategies.fleets import demo, placed
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.testkit.breaking import BREAKS, Row, broken
from wattos_testkit.testkit.fleet import Fleet, kind_of
from wattos_testkit.testkit.series import Series

_SHOWN_ROWS = 12
"""Rows among which one is out of line."""


@dataclass(frozen=True)
class BrokenRows:
    """Rows that break one rule, and what they were before."""

    name: str
    """One of `wattos_testkit.testkit.breaking.BREAKS`."""
    rule: str
    """The rule of `wattos-testkit check` that looks for it."""
    what: str
    """What is wrong, in one line."""
    rows: list[Row]
    sound: list[Row] = field(repr=False)
    placed: Placed = field(repr=False)
    window: Window


@st.composite
def rows(
    draw: st.DrawFn, kind: str | Kind | None = None, fleet: Fleet | None = None, most_rows: int = 48
) -> list[Row]:
    """Draw the rows of a resource over a window, as a client of the mock reads them; they obey every rule."""
    one = draw(placed(kind, fleet))
    window = draw(windows(one, most_rows=most_rows))
    return _rows(fleet or demo(), one, window)


@st.composite
def broken_rows(
    draw: st.DrawFn, name: str | None = None, kind: str | Kind | None = None, fleet: Fleet | None = None
) -> BrokenRows:
    """Draw rows that break exactly one rule: a named one, or any that the kind allows."""
    if name is not None and name not in BREAKS:
        raise UsageError(f"name: {name[:40]!r} is not one of {', '.join(BREAKS)}")
    names = (
        [name]
        if name
        else [one.name for one in BREAKS.values() if kind is None or kind_of(kind) in one.kinds]
    )
    one = BREAKS[draw(st.sampled_from(names))]
    kinds = sorted(one.kinds & ({kind_of(kind)} if kind is not None else set(Kind)))
    if not kinds:
        raise UsageError(f"{one.name} cannot happen to a resource of that kind")
    place = draw(placed(draw(st.sampled_from(kinds)), fleet))
    interval = 1 if one.name == "both-directions" else None
    day = draw(windows(place, interval, least_rows=1, most_rows=1))
    # A whole day has a place for everything: a night, a charge, a rest; a few rows of it are enough to show.
    day = day._replace(end=day.end + MINUTES_PER_DAY)
    sound = _rows(fleet or demo(), place, day)
    first, at = draw(st.integers(0, len(sound) - _SHOWN_ROWS)), draw(st.integers(1, _SHOWN_ROWS - 1))
    for begin in [*range(first, len(sound) - _SHOWN_ROWS + 1, at), *range(0, first, at)]:
        piece = sound[begin : begin + _SHOWN_ROWS]
        found = broken(piece, one.name, at, place)
        if found is not None:
            start = day.first_bucket + begin * day.interval
            window = Window(start, start + _SHOWN_ROWS * day.interval, day.interval)
            return BrokenRows(one.name, one.rule, one.what, found, piece, place, window)
    return reject()


def _rows(fleet: Fleet, one: Placed, window: Window) -> list[Row]:
    return Series(fleet.telemetry, one.kind, (one,), window).rows
