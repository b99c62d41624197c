"""Rows with holes, twice and out of turn, as faults of telemetry leave them; made without any fault."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.faults.scenario.private import read
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.tables import Table
from wattos_testkit.export.work import DAYS_AT_ONCE, HashedTelemetry, Source
from wattos_testkit.fleet.model import Placed
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.columns import Codes, Columns, Window
from wattos_testkit.telemetry.engine import Telemetry

START = 28485360
"""2024-02-28T12:00Z."""
FLEET = open_fleet()
RESOURCE = {Table.METER: "ME000001", Table.BESS: "BE000001", Table.PV: "PV000001"}
NULLED, ABSENT = 3, 4
"""Rows in which the first field is null, and in which it is absent."""


class _Hollow(Telemetry):
    """A healthy fleet whose rows are punctured."""

    def stream(self, placed: Placed, window: Window, days: int = DAYS_AT_ONCE) -> Iterator[Columns]:
        """Yield rows: two lack fields, one comes twice, one has an immense number, and one is late."""
        for columns in super().stream(placed, window, days):
            order = np.array([1, 0, 2, 2, *range(3, len(columns))])
            fields = {}
            for place, (name, column) in enumerate(columns.fields.items()):
                holes = np.zeros(len(order), dtype=np.uint8)
                if place == 0 or name == "status":
                    holes[NULLED], holes[ABSENT] = 1, 2
                if isinstance(column, Codes):
                    fields[name] = replace(column, codes=column.codes[order], holes=holes)
                else:
                    values = column.values[order]
                    values[5] = -123_456_789_012_345
                    fields[name] = replace(column, values=values, holes=holes)
            yield replace(columns, minutes=columns.minutes[order], fields=fields, regular=False)


class Hollow(HashedTelemetry, _Hollow):
    """The same, hashed."""


class Plainly(HashedTelemetry):
    """A healthy fleet whose rows are written freely, though nothing is wrong with them."""

    def stream(self, placed: Placed, window: Window, days: int = DAYS_AT_ONCE) -> Iterator[Columns]:
        """Yield rows that are said to need no fixed width."""
        for columns in super().stream(placed, window, days):
            yield replace(columns, regular=False)


def source(form: str, table: Table, telemetry: HashedTelemetry | None = None) -> Source:
    """Return the rows of a task of one resource over two hours, as a worker has them."""
    window = Window(START, START + 120, 15)
    scenario = read("- {fault: silent, on: PV000001, from: 12:00}")
    order = Order(FLEET, (table,), window, form, resources=(RESOURCE[table],), scenario=scenario)
    task = Task(0, table, 0, "", (RESOURCE[table],), window, first=True)
    return Source(order, telemetry or Hollow(FLEET), task)


def expected(table: Table) -> Columns:
    """Return the rows that a source of this table has."""
    placed = FLEET.resource(RESOURCE[table])
    assert placed is not None
    (columns,) = _Hollow(FLEET).stream(placed, Window(START, START + 120, 15))
    return columns


def written(form: str, table: Table, folder: Path, telemetry: HashedTelemetry | None = None) -> Path:
    """Write a source in a format whose tasks are files, and return the file."""
    from wattos_testkit.export.formats import open_format  # noqa: PLC0415 - some need libraries

    (one,) = open_format(form).write(source(form, table, telemetry), folder)
    return folder / (one.path if one.path.startswith("segments/") else f"data/{one.path}")
