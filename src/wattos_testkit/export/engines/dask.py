"""A Dask cluster: the one at an address, or processes of this machine.

Dask gives the task of a worker that died to another one by itself. Workers that see the folder of the run
write into it; the others send what they have written.
"""

import logging
import pickle
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import distributed
from distributed.diagnostics.plugin import WorkerPlugin

from wattos_testkit import __version__
from wattos_testkit.errors import OutputError, UsageError
from wattos_testkit.export.engines import AHEAD, MOST_DEATHS
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.work import Receipt, Worker

_SECONDS = 5
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss)://)?([^/:]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})", re.ASCII)
_held: dict[str, Worker] = {}


class _Orders(WorkerPlugin):
    """Gives every worker the order once, those that join later included."""

    def __init__(self, name: str, order: bytes) -> None:
        self.name = name
        self.order = order
        self.version = __version__

    def setup(self, worker: Any) -> None:  # noqa: ANN401 - distributed has no types
        """Keep the order on a worker."""
        del worker
        if self.version != __version__:
            raise UsageError(f"a worker has wattos-testkit {__version__}, this one is {self.version}")
        _held[self.name] = Worker(pickle.loads(self.order))  # noqa: S301 - from our own client

    def teardown(self, worker: Any) -> None:  # noqa: ANN401 - distributed has no types
        """Forget the order."""
        del worker
        _held.pop(self.name, None)


def _do(name: str, task: Task, folder: str, token: str) -> Receipt:
    """Do a task on a worker."""
    worker = _held[name]
    mark = Path(folder) / "mark"
    if mark.is_file() and mark.read_text("utf-8") == token:
        return worker.do(task, Path(folder))
    with tempfile.TemporaryDirectory() as own:
        receipt = worker.do(task, Path(own))
        places = (
            Path(own) / (one.path if one.path.startswith("segments/") else f"data/{one.path}")
            for one in receipt.written
        )
        return Receipt(task, receipt.written, tuple(place.read_bytes() for place in places))


class Dask:
    """Does tasks on a Dask cluster."""

    def __init__(self, order: Order, workers: int, scheduler: str | None) -> None:
        """Reach the scheduler, or start a cluster of this machine.

        Raises
        ------
        UsageError
            If the scheduler does not answer.
        """
        # It logs a killed worker at length; what matters of that is said by the progress and the result.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if scheduler is not None:
            _knock(scheduler)
        cluster: Any = distributed.LocalCluster
        client: Any = distributed.Client
        self.cluster: Any = None
        if scheduler is None:
            self.cluster = cluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
        try:
            self.client = client(self.cluster or scheduler, timeout=_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise _silent(str(scheduler), type(error).__name__) from None
        self.workers = workers if scheduler is None else self._count()
        self._name = f"wattos-{order.fleet.digest[:12]}-{id(self)}"
        self.client.register_plugin(_Orders(self._name, pickle.dumps(order)), name=self._name)

    def _count(self) -> int:
        return max(1, len(self.client.scheduler_info()["workers"]))

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        token = self._name
        (folder / "mark").write_text(token, "utf-8")
        upcoming = iter(tasks)
        under_way: dict[int, object] = {}
        as_completed: Any = distributed.as_completed
        done: Any = as_completed(loop=self.client.loop, with_results=True, raise_errors=False)
        newest = 0

        def submit() -> bool:
            nonlocal newest
            if under_way and newest - min(under_way) > AHEAD * self.workers:
                return False
            task = next(upcoming, None)
            if task is None:
                return False
            future = self.client.submit(
                _do,
                self._name,
                task,
                str(folder),
                token,
                key=f"{self._name}-{task.number}",
                pure=False,
                retries=MOST_DEATHS,
            )
            under_way[task.number] = future
            newest = task.number
            done.add(future)
            return True

        while len(under_way) < AHEAD * self.workers and submit():
            pass
        for future, result in done:
            if future.status != "finished":
                raise _failure(result)
            receipt: Receipt = result
            del under_way[receipt.task.number]
            yield receipt
            while len(under_way) < AHEAD * self.workers and submit():
                pass

    def close(self) -> None:
        """Stop what was started; a cluster of someone else's goes on."""
        with suppress(Exception):
            self.client.unregister_worker_plugin(self._name)
        self.client.close()
        if self.cluster is not None:
            self.cluster.close()


def _knock(address: str) -> None:
    """Refuse an address where nothing listens: Dask itself would try for long, and say it at length."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise _silent(address, "this is no address")
    try:
        socket.create_connection((match[1].strip("[]"), int(match[2])), timeout=_SECONDS).close()
    except (OSError, OverflowError, UnicodeError) as error:
        raise _silent(address, getattr(error, "strerror", None) or str(error) or "no answer") from None


def _silent(address: str, why: str) -> UsageError:
    shown = repr(address[:80])
    return UsageError(
        f"--scheduler: no Dask scheduler answers at {shown} ({why}); right is an address such as "
        "tcp://10.0.0.1:8786"
    )


def _failure(result: Any) -> Exception:  # noqa: ANN401 - distributed has no types
    error = result[1] if isinstance(result, tuple) else result
    if isinstance(error, OSError):
        return OutputError(f"{error.filename or 'a worker'}: {error.strerror or error}")
    if isinstance(error, Exception):
        return OutputError(f"a task failed on the cluster: {type(error).__name__}: {str(error)[:300]}")
    return OutputError("a task was cancelled by the cluster; --resume goes on")
