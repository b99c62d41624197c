"""The engine without workers: this process does it all."""

from collections.abc import Iterator
from pathlib import Path

from wattos_testkit.export.formats import about
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.work import Receipt, Worker


class Single:
    """Does one task after the other."""

    workers = 1

    def __init__(self, order: Order) -> None:
        self._worker = Worker(order)
        self._joins = about(order.format).assembly == "join" and not order.rehearsal

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for task in tasks:
            if self._joins:
                # Text goes straight to where it belongs: no segment, no copy.
                yield Receipt(task, live=self._worker.source(task))
            else:
                yield self._worker.do(task, folder)

    def close(self) -> None:
        """Nothing runs."""
