"""What an interrupted run has done: one line per task, so that the next one does only what is missing."""

import json
from pathlib import Path
from typing import Any, BinaryIO

from wattos_testkit.errors import UsageError

Entry = dict[str, Any]


class Journal:
    """An append-only file of finished tasks."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Open a journal, or begin one.

        Raises
        ------
        UsageError
            If it belongs to another order.
        """
        self.entries: list[Entry] = []
        self._file: BinaryIO
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            whole = self._read(path, fingerprint)
            self._file = path.open("r+b")
            self._file.truncate(whole)
            self._file.seek(whole)
        else:
            self._file = path.open("wb")
            self._line({"fingerprint": fingerprint})

    def _read(self, path: Path, fingerprint: str) -> int:
        """Keep the entries, and return the bytes up to which the file is whole."""
        size = 0
        for number, line in enumerate(path.read_bytes().splitlines(keepends=True)):
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                entry = None
            if not isinstance(entry, dict):
                break
            if number == 0:
                if entry.get("fingerprint") != fingerprint:
                    raise UsageError(
                        f"{path.parent.parent}: the interrupted run was of another order, fleet or version; "
                        "--force begins anew"
                    )
            else:
                self.entries.append(entry)
            size += len(line)
        return size

    def add(self, entry: Entry) -> None:
        """Note that a task is done."""
        self.entries.append(entry)
        self._line(entry)

    def keep(self, count: int) -> None:
        """Forget all entries but the first ones."""
        del self.entries[count:]

    def _line(self, entry: Entry) -> None:
        self._file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
