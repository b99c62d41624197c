"""SQLite: one file, tables with keys and types; times as ISO 8601 text, numbers as REAL."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from wattos_testkit.export.formats.database import DatabaseFormat
from wattos_testkit.export.formats.ddl import create_table
from wattos_testkit.export.tables import KINDS, Table, fields
from wattos_testkit.export.times import iso_minutes
from wattos_testkit.export.work import Source
from wattos_testkit.telemetry.columns import Codes, Columns


class Sqlite(DatabaseFormat):
    """A SQLite database."""

    name = "sqlite"
    path = "wattos.sqlite"

    def fill(self, path: Path, source: Source) -> None:
        """Write the rows of a task to a small database of one table."""
        table = source.task.table
        with closing(_connect(path)) as base:
            base.execute(_create((), table, loose=source.order.loose))
            if table in KINDS:
                insert = f'INSERT INTO "{table}" VALUES ({",".join("?" * len(fields(table)))})'  # noqa: S608
                for _, columns in source.series():
                    base.executemany(insert, _rows(columns))
            else:
                insert = f'INSERT INTO "{table}" VALUES ({",".join("?" * len(fields(table)))})'  # noqa: S608
                base.executemany(insert, (tuple(row.values()) for row in source.catalogue()))
            base.commit()

    def merge(self, path: Path, segments: list[tuple[Table, Path]], *, loose: bool) -> None:
        """Merge small databases into one."""
        path.unlink(missing_ok=True)
        tables = tuple(dict.fromkeys(table for table, _ in segments))
        with closing(_connect(path)) as base:
            for table in tables:
                base.execute(_create(tables, table, loose=loose))
            base.commit()
            for table, segment in segments:
                base.execute("ATTACH ? AS segment", (str(segment),))
                base.execute(f'INSERT INTO main."{table}" SELECT * FROM segment."{table}"')  # noqa: S608
                base.commit()
                base.execute("DETACH segment")


def _connect(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path)
    # A file that is not whole is thrown away, so nothing needs to survive a crash in it.
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    return base


def _create(tables: tuple[Table, ...], table: Table, *, loose: bool) -> str:
    created = create_table(tables, table, exact=False, loose=loose)
    # Rows are kept in the order of the key, which is the order that they come in.
    return created if loose and table in KINDS else created + " WITHOUT ROWID"


def _rows(columns: Columns) -> Iterator[tuple[object, ...]]:
    count = len(columns)
    values: list[Iterable[object]] = [
        [columns.resource_id] * count,
        _times(columns),
        [columns.interval] * count,
        [columns.unit_controller_id] * count,
    ]
    for column in columns.fields.values():
        if isinstance(column, Codes):
            found: list[object] = [column.vocabulary[code] for code in column.codes.tolist()]
        else:
            found = (column.values / 10**column.decimals).tolist()
        if column.holes is not None:
            holes = column.holes.tolist()
            found = [None if hole else value for value, hole in zip(found, holes, strict=True)]
        values.append(found)
    return zip(*values, strict=True)


def _times(columns: Columns) -> list[str]:
    if columns.regular:
        return iso_minutes(int(columns.minutes[0]), len(columns), columns.interval)
    moments = np.asarray(columns.minutes, dtype="datetime64[m]")
    texts: list[str] = np.datetime_as_string(moments, unit="s", timezone="UTC").tolist()
    return texts


FORMAT = Sqlite()
