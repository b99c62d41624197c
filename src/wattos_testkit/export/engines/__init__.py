"""Who does the tasks: this process, several processes, or a cluster. The files are the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from wattos_testkit.export.plan import Task
from wattos_testkit.export.work import Receipt

AHEAD = 4
"""Tasks per worker that may be under way or waiting for an earlier one: what is held is bounded by it."""
MOST_DEATHS = 3
"""How many workers may die over one task before it is given up."""


class Engine(Protocol):
    """Does tasks and yields their receipts, in any order."""

    workers: int

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        ...

    def close(self) -> None:
        """Stop all workers at once."""
        ...
