"""Formats whose rows are lines of text, joined end to end in the order of the tasks."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from wattos_testkit.export.freely import FreeRow, free_rows
from wattos_testkit.export.lines import CHUNK, Lines, Template
from wattos_testkit.export.tables import KINDS, Row, Table
from wattos_testkit.export.whole import whole
from wattos_testkit.export.work import Source, Written
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Columns


class TextFormat(ABC):
    """Lines of text."""

    name = "text"
    suffix = ".txt"

    def __init__(self) -> None:
        self._lines = lru_cache(maxsize=512)(self._make_lines)

    def path(self, table: Table) -> str:
        """Return the file that the rows of a table are joined to."""
        return table.value + self.suffix

    def opening(self, table: Table) -> bytes:
        """Return what stands before the first row of a table."""
        del table
        return b""

    @abstractmethod
    def template(self, placed: Placed, interval: int) -> Template:
        """Return the line of a row."""

    def catalogue(self, table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the lines of the table of sites or of resources; none where the format has only series."""
        del table, rows
        yield from ()

    def series(self, lines: Lines, columns: Columns) -> Iterator[bytes]:
        """Yield the lines of a series."""
        return lines.write(columns)

    @abstractmethod
    def free_row(self, row: FreeRow) -> str:
        """Return the line of a row that has no fixed width; empty where the format cannot say it."""

    def free(self, placed: Placed, columns: Columns) -> Iterator[bytes]:
        """Yield the lines of rows that have no fixed width."""
        for several in free_rows(placed, columns, CHUNK):
            yield "".join(map(self.free_row, several)).encode()

    def _make_lines(self, placed: Placed, interval: int) -> Lines:
        return Lines(placed, self.template(placed, interval))

    def pieces(self, source: Source) -> Iterator[bytes]:
        """Yield the text of a task in pieces of bounded size."""
        table = source.task.table
        if source.task.first:
            yield self.opening(table)
        if table in KINDS:
            for placed, columns in source.series():
                if columns.regular:
                    yield from self.series(self._lines(placed, columns.interval), columns)
                else:
                    yield from self.free(placed, columns)
        else:
            yield from self.catalogue(table, source.catalogue())

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write the text of a task to a segment."""
        task = source.task
        name = f"segments/{task.number:06d}"
        size = 0
        with whole(folder / name) as file:
            for piece in self.pieces(source):
                size += file.write(piece)
        return (Written(name, task.table.value, size, "", source.rows),)
