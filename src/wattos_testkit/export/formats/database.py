"""Formats of one database file: tasks write small databases, which are merged in the order of the tasks."""

from abc import ABC, abstractmethod
from pathlib import Path

from wattos_testkit.export.tables import Table
from wattos_testkit.export.whole import own_name, sha256_of
from wattos_testkit.export.work import Source, Written


class DatabaseFormat(ABC):
    """A database in one file."""

    name = "database"
    path = "wattos.db"

    @abstractmethod
    def fill(self, path: Path, source: Source) -> None:
        """Write the rows of a task to a small database of one table."""

    @abstractmethod
    def merge(self, path: Path, segments: list[tuple[Table, Path]], *, loose: bool) -> None:
        """Merge small databases into one; `loose` as `create_table` has it."""

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write the rows of a task to a segment."""
        task = source.task
        name = f"segments/{task.number:06d}"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = own_name(path)
        part.unlink(missing_ok=True)
        try:
            self.fill(part, source)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return (Written(name, task.table.value, path.stat().st_size, sha256_of(path), source.rows),)
