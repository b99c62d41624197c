"""What a worker does: a task becomes rows, and the rows files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.rowhash import RowHash, hash_catalogue, hash_columns
from wattos_testkit.export.tables import KINDS, Row
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Columns, Window
from wattos_testkit.telemetry.engine import Telemetry

DAYS_AT_ONCE = 8
"""Days of a resource that are computed in one go: what fits a core's cache; a month takes twice the time."""


@dataclass(frozen=True)
class Written:
    """A file, or a part of one, that a task has written below the folder of the run."""

    path: str
    table: str
    bytes: int
    sha256: str
    rows: RowHash
    """The hash of its rows, their number included."""
    about: dict[str, Any] = field(default_factory=dict)
    """What else the manifest says of it."""

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {**vars(self), "rows": list(self.rows)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Return what `as_json` was made of."""
        return cls(**{**value, "rows": RowHash(*value["rows"])})


class HashedTelemetry(Telemetry):
    """Series that are hashed as they pass, up to now where there is one."""

    rows = RowHash()
    until: int | None = None

    def stream(self, placed: Placed, window: Window, days: int = DAYS_AT_ONCE) -> Iterator[Columns]:
        """Yield the rows of a resource in pieces of bounded size."""
        if self.until is not None:
            window = window._replace(end=min(window.end, self.until))
        for columns in super().stream(placed, window, days):
            self.rows = self.rows.plus(hash_columns(columns))
            yield columns


class HashedFaultyTelemetry(HashedTelemetry, FaultyTelemetry):
    """The same of a fleet with faults."""


def telemetry_of(order: Order) -> HashedTelemetry:
    """Return the series that an order asks for."""
    if order.plan:
        telemetry: HashedTelemetry = HashedFaultyTelemetry(order.fleet, order.plan, order.now)
    else:
        telemetry = HashedTelemetry(order.fleet)
    telemetry.until = order.now
    return telemetry


class Source:
    """The rows of one task."""

    def __init__(self, order: Order, telemetry: HashedTelemetry, task: Task) -> None:
        self.order = order
        self.task = task
        self.telemetry = telemetry
        telemetry.rows = RowHash()

    @property
    def rows(self) -> RowHash:
        """The hash of the rows that have passed."""
        return self.telemetry.rows

    def placed(self) -> Iterator[Placed]:
        """Yield the resources of the task."""
        for name in self.task.resources:
            placed = self.order.fleet.resource(name)
            if placed is None:
                raise LookupError(f"the fleet has lost {name}")
            yield placed

    def series(self) -> Iterator[tuple[Placed, Columns]]:
        """Yield all rows of a table of series."""
        for placed in self.placed():
            for columns in self.telemetry.stream(placed, self.task.window):
                yield placed, columns

    def catalogue(self) -> Iterator[Row]:
        """Yield all rows of the table of sites or of resources."""
        for row in self.order.catalogue(self.task.table):
            self.telemetry.rows = self.rows.plus(hash_catalogue([row]))
            yield row

    def drain(self) -> RowHash:
        """Compute all rows, keep none, and return their hash."""
        if self.task.resources:
            for _ in self.series():
                pass
        elif self.task.table not in KINDS:
            for _ in self.catalogue():
                pass
        return self.rows


@dataclass(frozen=True)
class Receipt:
    """What a task has become."""

    task: Task
    written: tuple[Written, ...] = ()
    contents: tuple[bytes, ...] | None = None
    """The files themselves, from a worker that does not see the folder of the run."""
    live: Source | None = None
    """The rows themselves, yet to be written, where whoever asked for them does it."""


class Worker:
    """Does tasks of one order, one after the other."""

    def __init__(self, order: Order) -> None:
        # Imported here: the formats know this module.
        from wattos_testkit.export.formats import open_format  # noqa: PLC0415

        self.order = order
        self.format = open_format("none" if order.rehearsal else order.format)
        self._telemetry = telemetry_of(order)

    def source(self, task: Task) -> Source:
        """Return the rows of a task."""
        return Source(self.order, self._telemetry, task)

    def do(self, task: Task, folder: Path) -> Receipt:
        """Write what a task asks for below a folder."""
        return Receipt(task, self.format.write(self.source(task), folder))
