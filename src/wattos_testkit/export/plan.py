"""How the work is cut: into tasks that depend on the order alone, never on who does them.

A task is a stretch of time of one table for a few resources; tasks come in the order of the rows, so that
the files are the same whatever the number of workers and whoever finishes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from wattos_testkit.export.order import Order
from wattos_testkit.export.tables import KINDS, Table
from wattos_testkit.export.times import spans
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.existence import row_count

MOST_MINUTES = 4 * 366 * MINUTES_PER_DAY
"""Resource-minutes of a task, whatever the interval: about a second of work."""


class Task(NamedTuple):
    """A stretch of rows of one table."""

    number: int
    table: Table
    part: int
    """Which of the parts of its table and label it is."""
    label: str
    """The day or month that it belongs to, if the order asks for such parts."""
    resources: tuple[str, ...]
    """None for the catalogue."""
    window: Window
    first: bool
    """Whether it is the first of its table."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How large tasks may become; a property of a format."""

    rows: int
    whole_spans: bool = False
    """Whether the rows of a resource within a label must stay together."""


class _Stretch(NamedTuple):
    label: str
    resources: tuple[str, ...]
    start: int
    end: int


def tasks(order: Order, cut: Cut) -> Iterator[Task]:
    """Yield the tasks of an order, in the order of the rows; each table has at least one."""
    index = 0
    for table in order.tables:
        parts: dict[str, int] = {}
        first = True
        for stretch in _stretches(order, table, cut):
            part = parts.get(stretch.label, 0)
            parts[stretch.label] = part + 1
            window = Window(stretch.start, stretch.end, order.window.interval)
            yield Task(index, table, part, stretch.label, stretch.resources, window, first)
            index, first = index + 1, False


def _stretches(order: Order, table: Table, cut: Cut) -> Iterator[_Stretch]:
    start, end, _ = order.window
    if table not in KINDS:
        yield _Stretch("", (), start, end)
        return
    found = False
    pieces = spans(start, end, order.partition)
    for label, since, until in pieces:
        for stretch in _grouped(order, table, cut, _Stretch(label, (), since, until)):
            yield stretch
            found = True
    if not found:
        yield _Stretch(pieces[0][0], (), start, end)


def _grouped(order: Order, table: Table, cut: Cut, whole: _Stretch) -> Iterator[_Stretch]:
    """Gather resources until a task is full; cut the time of a resource that is too much for one."""
    interval = order.window.interval
    window = Window(whole.start, whole.end, interval)
    most = max(1, min(cut.rows, MOST_MINUTES // interval))
    gathered: list[str] = []
    held = 0
    for placed in order.placed(table):
        rows = row_count(placed, window)
        if not rows and not cut.whole_spans:
            continue
        if gathered and held + rows > most:
            yield whole._replace(resources=tuple(gathered))
            gathered, held = [], 0
        if rows > most and not cut.whole_spans:
            days = max(1, most * interval // MINUTES_PER_DAY)
            yield from _by_days(whole._replace(resources=(placed.resource.resource_id,)), days)
            continue
        gathered.append(placed.resource.resource_id)
        held += rows
    if gathered:
        yield whole._replace(resources=tuple(gathered))


def _by_days(whole: _Stretch, days: int) -> Iterator[_Stretch]:
    """Cut a stretch at midnights, into pieces of so many days."""
    start = whole.start
    while start < whole.end:
        stop = min(whole.end, (start // MINUTES_PER_DAY + days) * MINUTES_PER_DAY)
        yield whole._replace(start=start, end=stop)
        start = stop


def count_rows(order: Order, table: Table) -> int:
    """Return how many rows a table of an order has, without computing them."""
    if table in KINDS:
        pieces = spans(order.window.start, order.window.end, order.partition)
        windows = [order.seen(Window(start, end, order.window.interval)) for _, start, end in pieces]
        return sum(row_count(placed, window) for placed in order.placed(table) for window in windows)
    if table is Table.SITES:
        return sum(1 for _ in order.listed_sites())
    only = order.listed_resources()
    every = (one for site in order.listed_sites() for _, _, one in site.resources())
    return sum(1 for one in every if only is None or one.resource_id in only)
