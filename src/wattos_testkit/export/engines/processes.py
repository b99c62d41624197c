"""Processes of this machine, one task each at a time.

A worker that dies costs the task that it was at: another one takes its place and does that task again.
Python's own pools give up all tasks in that case.
"""

import pickle
import signal
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from wattos_testkit.errors import OutputError, WattosError
from wattos_testkit.export.engines import AHEAD, MOST_DEATHS
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.work import Receipt, Worker


@dataclass(eq=False)
class Hand:
    """One worker process, as its owner sees it."""

    process: SpawnProcess
    pipe: Connection
    task: Task | None = None


class Processes:
    """Does tasks in several processes."""

    def __init__(self, order: Order, workers: int) -> None:
        self.workers = workers
        self._order = pickle.dumps(order)
        self._context = get_context("spawn")
        self._hands: list[Hand] = []
        self._deaths: Counter[int] = Counter()

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        again: deque[Task] = deque()
        upcoming = iter(tasks)
        self._hands = [self.hire(folder) for _ in range(self.workers)]
        while True:
            for hand in self._hands:
                if hand.task is None and (task := self._next(again, upcoming)) is not None:
                    hand.task = task
                    with suppress(OSError):
                        # A worker that has died meanwhile is found out below: its pipe has ended.
                        hand.pipe.send(task)
            busy = [hand for hand in self._hands if hand.task is not None]
            if not busy:
                return
            ready = wait([hand.pipe for hand in busy])
            for hand in (hand for hand in busy if hand.pipe in ready):
                receipt = self._hear(hand, folder, again)
                if receipt is not None:
                    yield receipt

    def _next(self, again: deque[Task], upcoming: Iterator[Task]) -> Task | None:
        if again:
            return again.popleft()
        oldest = min((hand.task.number for hand in self._hands if hand.task is not None), default=None)
        newest = max((hand.task.number for hand in self._hands if hand.task is not None), default=0)
        if oldest is not None and newest - oldest > AHEAD * self.workers:
            return None
        return next(upcoming, None)

    def _hear(self, hand: Hand, folder: Path, again: deque[Task]) -> Receipt | None:
        """Return what a worker says; replace it when it is dead."""
        task = hand.task
        hand.task = None
        try:
            said = hand.pipe.recv()
        except (EOFError, OSError):
            if task is not None:
                again.append(task)
                self._count_death(task)
            hand.process.join()
            hand.pipe.close()
            self._hands[self._hands.index(hand)] = self.hire(folder)
            return None
        if isinstance(said, BaseException):
            raise said
        receipt: Receipt = said
        return receipt

    def _count_death(self, task: Task) -> None:
        self._deaths[task.number] += 1
        if self._deaths[task.number] >= MOST_DEATHS:
            raise OutputError(
                f"{MOST_DEATHS} worker processes died over the same task ({task.table}, part {task.part}): "
                "is the memory full? --workers takes fewer; --resume goes on"
            )

    def hire(self, folder: Path) -> Hand:
        """Start a worker process."""
        mine, yours = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(yours, self._order, folder), name="wattos-worker", daemon=True
        )
        with _undisturbed():
            process.start()
        yours.close()
        return Hand(process, mine)

    def pids(self) -> list[int]:
        """Return the ids of the worker processes."""
        return [hand.process.pid for hand in self._hands if hand.process.pid is not None]

    def close(self) -> None:
        """Stop all workers at once."""
        for hand in self._hands:
            hand.process.kill()
        for hand in self._hands:
            hand.process.join()
            hand.pipe.close()
        self._hands = []


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back, for good in processes that start meanwhile: their owner alone decides."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, order: bytes, folder: Path) -> None:
    """Do tasks until the other side has gone."""
    worker = Worker(pickle.loads(order))  # noqa: S301 - from our own process
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(worker.do(task, folder))
        except OSError as error:
            pipe.send(OutputError(f"{error.filename or folder}: {error.strerror or error}"))
        except WattosError as error:
            pipe.send(OutputError(str(error)))
        except Exception as error:  # noqa: BLE001 - said by the owner, in one line
            pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
