"""CREATE and INSERT statements that load into PostgreSQL and SQLite."""

from collections.abc import Iterable, Iterator

from wattos_testkit.export.formats.ddl import create_table
from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.freely import STATUS, FreeRow, free_rows
from wattos_testkit.export.lines import Lines, Slot, Template
from wattos_testkit.export.tables import TABLES, Row, Table
from wattos_testkit.export.work import Source
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Columns
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES

_ROWS = 500
"""Rows of one INSERT: few enough for the statement sizes that databases allow."""


class Sql(TextFormat):
    """SQL statements, all tables in one file."""

    name = "sql"

    def path(self, table: Table) -> str:
        """Return the one file."""
        del table
        return "wattos.sql"

    def pieces(self, source: Source) -> Iterator[bytes]:
        """Yield the statements of a task, in a transaction of their own."""
        yield b"BEGIN;\n"
        if source.task.first:
            order = source.order
            yield create_table(order.tables, source.task.table, exact=True, loose=order.loose).encode()
            yield b";\n"
        yield from super().pieces(source)
        yield b"COMMIT;\n"

    def template(self, placed: Placed, interval: int) -> Template:
        """Return the values of a row."""
        parts: list[str | Slot] = [f"('{placed.resource.resource_id}','", Slot("timestamp", "iso")]
        parts.append(f"',{interval},'{placed.controller.unit_controller_id}'")
        for field in NUMERIC_FIELDS[placed.kind]:
            parts += [",", Slot(field.name)]
        if STATUSES[placed.kind]:
            parts += [",'", Slot("status"), "'"]
        return [*parts, "),\n"]

    def series(self, lines: Lines, columns: Columns) -> Iterator[bytes]:
        """Yield the statements of a series."""
        for piece in lines.write(columns, _ROWS):
            yield self._insert(columns, piece)

    def free_row(self, row: FreeRow) -> str:
        """Return the values of a row: what has no value is NULL."""
        head = f"('{row.resource}','{row.time}',{row.interval},'{row.controller}'"
        said = [
            "NULL" if text is None else f"'{text}'" if name == STATUS else text
            for name, text, _ in row.values
        ]
        return ",".join([head, *said]) + "),\n"

    def free(self, placed: Placed, columns: Columns) -> Iterator[bytes]:
        """Yield the statements of rows that have no fixed width."""
        for several in free_rows(placed, columns, _ROWS):
            yield self._insert(columns, "".join(map(self.free_row, several)).encode())

    def _insert(self, columns: Columns, values: bytes) -> bytes:
        return b'INSERT INTO "%s" VALUES\n' % TABLES[columns.kind].encode() + values[:-2] + b";\n"

    def catalogue(self, table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield one statement per row."""
        for row in rows:
            values = ",".join(_literal(value) for value in row.values())
            yield f'INSERT INTO "{table}" VALUES ({values});\n'.encode()  # noqa: S608 - values are quoted


def _literal(value: str | float) -> str:
    return repr(value) if not isinstance(value, str) else "'" + value.replace("'", "''") + "'"


FORMAT = Sql()
