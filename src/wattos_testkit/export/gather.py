"""How what the tasks have written becomes the files of a data set, in an order of its own."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from wattos_testkit.export.formats.database import DatabaseFormat
from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.journal import Entry, Journal
from wattos_testkit.export.rowhash import RowHash
from wattos_testkit.export.tables import Table
from wattos_testkit.export.whole import sha256_of, whole
from wattos_testkit.export.work import Receipt, Written

_BLOCK = 1 << 20


class Gatherer(Protocol):
    """Takes receipts in any order."""

    done: set[int]
    """Tasks that an interrupted run has done."""

    def take(self, receipt: Receipt) -> RowHash:
        """Take what a task has become; return the hash of its rows."""
        ...

    def finish(self) -> list[Written]:
        """Make the files whole, and return what the manifest says of them, in order."""
        ...

    def close(self) -> None:
        """Let go of what is open; a finished run has nothing left."""
        ...


def _land(receipt: Receipt, folder: Path) -> None:
    """Write the files that a worker could not write itself."""
    for written, content in zip(receipt.written, receipt.contents or (), strict=False):
        path = folder / _place(written)
        with whole(path) as file:
            file.write(content)


def _place(written: Written) -> str:
    return written.path if written.path.startswith("segments/") else f"data/{written.path}"


class _Joined:
    """A file that segments are appended to."""

    def __init__(self, path: Path, size: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.digest = hashlib.sha256()
        self.size = 0
        self.file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        self.file.truncate(size)
        while block := self.file.read(_BLOCK):
            self.digest.update(block)
            self.size += len(block)

    def append(self, pieces: Iterable[bytes]) -> None:
        """Append pieces of text."""
        for piece in pieces:
            self.file.write(piece)
            self.digest.update(piece)
            self.size += len(piece)
        self.file.flush()


class Join:
    """Appends the segments of text formats, in the order of the tasks."""

    def __init__(self, form: TextFormat, folder: Path, journal: Journal) -> None:
        self._format = form
        self._folder = folder
        self._journal = journal
        self._waiting: dict[int, Receipt] = {}
        self._files: dict[str, _Joined] = {}
        self._rows: dict[tuple[str, str], RowHash] = {}
        sizes: dict[str, int] = {}
        kept = 0
        for entry in journal.entries:
            path = self._part(entry["path"])
            if not path.exists() or path.stat().st_size < entry["size"]:
                break
            sizes[entry["path"]] = entry["size"]
            self._count(entry)
            kept += 1
        journal.keep(kept)
        self.done = set(range(kept))
        for path_, size in sizes.items():
            self._files[path_] = _Joined(self._part(path_), size)

    def _part(self, path: str) -> Path:
        return self._folder / "joined" / f"{path}.part"

    def _count(self, entry: Entry) -> None:
        key = entry["path"], entry["table"]
        self._rows[key] = self._rows.get(key, RowHash()).plus(RowHash(*entry["rows"]))

    def take(self, receipt: Receipt) -> RowHash:
        """Append a segment when its turn has come."""
        if receipt.live is not None:
            return self._append(receipt, self._format.pieces(receipt.live))
        _land(receipt, self._folder)
        self._waiting[receipt.task.number] = Receipt(receipt.task, receipt.written)
        while (ready := self._waiting.pop(len(self.done), None)) is not None:
            segment = self._folder / ready.written[0].path
            self._append(ready, _blocks(segment))
            segment.unlink()
        return receipt.written[0].rows

    def _append(self, receipt: Receipt, pieces: Iterable[bytes]) -> RowHash:
        task = receipt.task
        name = self._format.path(task.table)
        if name not in self._files:
            self._files[name] = _Joined(self._part(name), 0)
        joined = self._files[name]
        joined.append(pieces)
        rows = receipt.live.rows if receipt.live is not None else receipt.written[0].rows
        entry = {"path": name, "table": task.table.value, "size": joined.size, "rows": list(rows)}
        self._journal.add(entry)
        self._count(entry)
        self.done.add(task.number)
        return rows

    def finish(self) -> list[Written]:
        """Give the files their names."""
        for name, joined in self._files.items():
            joined.file.close()
            path = self._folder / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            joined.path.replace(path)
        return [
            Written(name, table, self._files[name].size, self._files[name].digest.hexdigest(), rows)
            for (name, table), rows in self._rows.items()
        ]

    def close(self) -> None:
        """Close the files."""
        for joined in self._files.values():
            joined.file.close()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


class Parts:
    """Keeps the files of the tasks as they are."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self._journal = journal
        self.written: dict[int, tuple[Written, ...]] = {}
        for entry in journal.entries:
            files = tuple(Written.from_json(one) for one in entry["files"])
            if all(self._is_there(one) for one in files):
                self.written[entry["task"]] = files
        self.done = set(self.written)

    def _is_there(self, written: Written) -> bool:
        path = self.folder / _place(written)
        return path.exists() and path.stat().st_size == written.bytes and sha256_of(path) == written.sha256

    def take(self, receipt: Receipt) -> RowHash:
        """Note what a task has written."""
        _land(receipt, self.folder)
        self.written[receipt.task.number] = receipt.written
        self._journal.add(
            {"task": receipt.task.number, "files": [written.as_json() for written in receipt.written]}
        )
        total = RowHash()
        for written in receipt.written:
            total = total.plus(written.rows)
        return total

    def finish(self) -> list[Written]:
        """Return the files in the order of the tasks."""
        return [
            replace(written, about={**written.about, "task": index})
            for index in sorted(self.written)
            for written in self.written[index]
        ]

    def close(self) -> None:
        """Nothing is open."""


class Merge(Parts):
    """Merges small databases into one, in the order of the tasks."""

    def __init__(self, form: DatabaseFormat, folder: Path, journal: Journal, *, loose: bool) -> None:
        super().__init__(folder, journal)
        self._format = form
        self._loose = loose

    def finish(self) -> list[Written]:
        """Merge, and return one entry per table."""
        segments = super().finish()
        path = self.folder / "data" / self._format.path
        path.parent.mkdir(parents=True, exist_ok=True)
        tables = [(Table(one.table), self.folder / one.path) for one in segments]
        self._format.merge(path, tables, loose=self._loose)
        rows: dict[str, RowHash] = {}
        for one in segments:
            rows[one.table] = rows.get(one.table, RowHash()).plus(one.rows)
        size, digest = path.stat().st_size, sha256_of(path)
        return [Written(self._format.path, table, size, digest, hashed) for table, hashed in rows.items()]
