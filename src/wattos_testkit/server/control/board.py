"""What all workers share: the state in a small database, and a number in memory that tells when it changed.

A request reads the number, eight bytes of a mapped file, and the database only after a change.
"""

import mmap
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wattos_testkit.faults.model import Family
from wattos_testkit.server.control.state import State
from wattos_testkit.server.live import QUIET, Live
from wattos_testkit.server.wire.draw import key_of

_GENERATION, _CLEARED = 0, 1
_CELLS = 4096
_PATIENCE = 10.0
"""Seconds that one worker waits for another that is changing something."""
_SAVEPOINTS = 1000
"""Savepoints that are kept beside that of the start."""
_SCHEMA = """
CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 0), generation INTEGER, text TEXT);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT);
CREATE TABLE savepoints (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT);
"""
START = 1
"""The savepoint of how the mock was started."""


class Board:
    """The shared state, as one process sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = _connect(folder)
        with (folder / "cells").open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _CELLS)
        self._cells = memoryview(self._memory).cast("Q")
        self._generation = 0
        self._state, self._live = State(), QUIET
        self._load()

    @classmethod
    def create(cls, folder: Path, state: State) -> None:
        """Write down the state that a mock starts with, in an empty folder."""
        (folder / "cells").write_bytes(bytes(_CELLS))
        database = _connect(folder)
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO savepoints (number, text) VALUES (?, ?)", (START, state.text()))
        database.execute("INSERT INTO state VALUES (0, 1, ?)", (state.text(),))
        database.close()
        with (folder / "cells").open("r+b") as file, mmap.mmap(file.fileno(), _CELLS) as memory:
            memory[:8] = (1).to_bytes(8, "little")

    def close(self) -> None:
        """Let go of the files."""
        self._cells.release()
        self._memory.close()
        self._database.close()

    def current(self) -> Live:
        """Return the snapshot of now; the same object until something is changed."""
        if self._cells[_GENERATION] != self._generation:
            self._load()
        return self._live

    @property
    def state(self) -> State:
        """The state of now."""
        self.current()
        return self._state

    def change(self, change: Callable[[State], State]) -> State:
        """Replace the state by what a function makes of it; no other worker changes it meanwhile."""
        with self._alone():
            before = State.read(self._row()[1])
            state = change(before)
            self._write(state, before)
        return state

    def change_from(self, before: State, after: State) -> bool:
        """Replace the state by another, if it still is what that one was made from; return whether it was."""
        with self._alone():
            if State.read(self._row()[1]) != before:
                return False
            self._write(after, before)
        return True

    def savepoint(self) -> int:
        """Keep the state of now, and return the number that `restore` knows it by."""
        cursor = self._database.execute("INSERT INTO savepoints (text) SELECT text FROM state")
        number = int(cursor.lastrowid or 0)
        forgotten = "DELETE FROM savepoints WHERE number <= ? AND number <> ?"
        self._database.execute(forgotten, (number - _SAVEPOINTS, START))
        return number

    def restore(self, number: int) -> bool:
        """Go back to a savepoint, which stays; return whether there is such a one."""
        with self._alone():
            found = self._database.execute(
                "SELECT text FROM savepoints WHERE number = ?", (number,)
            ).fetchone()
            if found is None:
                return False
            before, state = State.read(self._row()[1]), State.read(found[0])
            # An id that was given once is never given again.
            self._write(replace(state, added=max(state.added, before.added)), before)
        return True

    def forget(self, number: int) -> bool:
        """Drop a savepoint; return whether there was such a one."""
        doomed = "DELETE FROM savepoints WHERE number = ? AND number <> ?"
        return self._database.execute(doomed, (number, START)).rowcount > 0

    def reset(self) -> None:
        """Go back to how the mock was started: state, counters and journal."""
        with self._alone():
            start = self._database.execute("SELECT text FROM savepoints WHERE number = ?", (START,))
            state = State.read(start.fetchone()[0])
            self._write(state, state)
            self._database.execute("DELETE FROM counters")
            self._database.execute("DELETE FROM notes")
            self._database.execute("DELETE FROM savepoints WHERE number <> ?", (START,))
        self.clear_journal()

    def next(self, name: str) -> int:
        """Count, together with all other workers: 1, 2, 3, … under each name."""
        counted = self._database.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 "
            "RETURNING value",
            (name,),
        )
        # The statement is over, and what it wrote is seen by others, only once all of it was fetched.
        return int(counted.fetchall()[0][0])

    def amend(self, name: str, change: Callable[[str], str]) -> str:
        """Replace a note that all workers share by what a function makes of it; return it."""
        with self._alone():
            found = self._database.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
            note = change(found[0] if found else "")
            self._database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, note))
        return note

    @property
    def cleared(self) -> int:
        """The nanosecond since 1970 up to which the journal was cleared."""
        return self._cells[_CLEARED]

    def clear_journal(self) -> None:
        """Forget the requests up to now."""
        self._cells[_CLEARED] = time.time_ns()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _row(self) -> tuple[int, str]:
        generation, text = self._database.execute("SELECT generation, text FROM state").fetchone()
        return generation, text

    def _write(self, state: State, before: State) -> None:
        text = state.text()
        for key in _counted(before) - _counted(state):
            # What is gone has counted for nothing, should it come again.
            for table in ("counters", "notes"):
                gone = f"DELETE FROM {table} WHERE name = ? OR substr(name, 1, ?) = ?"  # noqa: S608 - two tables
                self._database.execute(gone, (key, len(key) + 1, f"{key}|"))
        generation = self._row()[0] + 1
        self._database.execute("UPDATE state SET generation = ?, text = ?", (generation, text))
        # Before the commit, so that two changes never set it in the wrong order: who reads the state too
        # early reads an older generation with it, and looks again at the next request.
        self._cells[_GENERATION] = generation

    def _load(self) -> None:
        generation, text = self._row()
        if generation != self._generation:
            self._state = State.read(text)
            self._live = self._state.live(generation)
            self._generation = generation


def _connect(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        folder / "state.sqlite", timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    # Nothing in it outlives the mock.
    database.execute("PRAGMA synchronous=OFF")
    return database


def _counted(state: State) -> set[str]:
    """Return under which names requests are counted."""
    return {key_of(one) for one in state.placements() if one.fault.family is Family.WIRE}
