"""Windows drawn and shrunk by Hypothesis: a window must equal its parts, whatever its edges.

Hypothesis calls a predicate; the judge is a generator that yields questions. A thread stands between the two:
it runs Hypothesis, hands each question out and waits for the answer. Never more than one of them runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Queue
from random import Random
from threading import Thread

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.observations import Observation
from wattos_testkit.invariants.question import OPERATION_OF, Question

Window = tuple[int, int, int, int]
"""First minute, length, where it is cut (per cent), interval."""


@dataclass
class Dialogue:
    """A conversation between Hypothesis in its thread and the judge outside."""

    book: Book
    left: int
    """Questions that may still be asked."""
    outgoing: Queue[Question | None] = field(default_factory=Queue)
    incoming: Queue[Observation | None] = field(default_factory=Queue)
    open: bool = True

    def ask(self, question: Question) -> Observation | None:
        """Ask from inside the thread; None when the budget is spent."""
        if self.left <= 0 or not self.open:
            return None
        self.left -= 1
        self.outgoing.put(question)
        return self.incoming.get()

    def run(self, work: Callable[["Dialogue"], None]) -> Iterator[Question]:
        """Yield what the thread asks, and give it what the book has got."""

        def told() -> None:
            try:
                work(self)
            finally:
                self.outgoing.put(None)

        thread = Thread(target=told, name="drawn-windows", daemon=True)
        thread.start()
        try:
            while (question := self.outgoing.get()) is not None:
                count = len(self.book.observations)
                yield question
                answered = len(self.book.observations) > count
                self.incoming.put(self.book.observations[-1] if answered else None)
        finally:
            # Whoever stops drawing questions early must not leave a thread that waits for ever.
            self.open = False
            self.incoming.put(None)
            thread.join(timeout=10)


def drawn_windows(
    book: Book, kind: str, resource: str, stretch: tuple[int, int], most: int, seed: int
) -> Iterator[Question]:
    """Yield windows and their parts; a window that differs is shrunk to the smallest that does."""

    def work(dialogue: Dialogue) -> None:
        _draw(dialogue, kind, resource, stretch, seed)

    yield from Dialogue(book, most).run(work)


def _draw(dialogue: Dialogue, kind: str, resource: str, stretch: tuple[int, int], seed: int) -> None:
    from hypothesis import HealthCheck, Phase, find, settings, strategies  # noqa: PLC0415 - takes memory
    from hypothesis.errors import HypothesisException, NoSuchExample  # noqa: PLC0415 - the same

    start, end = stretch
    known: dict[Window, bool] = {}
    windows = strategies.tuples(
        strategies.integers(start, max(start, end - 120)),
        strategies.integers(31, 2 * 1440),
        strategies.integers(1, 99),
        strategies.sampled_from([30, 15, 5, 1]),
    )

    def differs(window: Window) -> bool:
        if window not in known:
            known[window] = _differs(dialogue, kind, resource, window, end)
        return known[window]

    quiet = settings(
        max_examples=max(1, dialogue.left // 3),
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        find(windows, differs, settings=quiet, random=Random(seed))  # noqa: S311 - reproducible, no secret
    except (NoSuchExample, HypothesisException):
        return


def _differs(dialogue: Dialogue, kind: str, resource: str, window: Window, end: int) -> bool:
    first, length, cut, interval = window
    last = min(first + length, end)
    # The parts meet on the grid: a bucket that the cut runs through belongs to neither.
    middle = (first + (last - first) * cut // 100) // interval * interval
    if middle - first < interval or last - middle < interval:
        return False
    seen = []
    for one, two in ((first, last), (first, middle), (middle, last)):
        question = Question(OPERATION_OF[kind], kind, resource, one, two, interval, "drawn")
        answer = dialogue.ask(question)
        if answer is None or not answer.readable:
            return False
        seen.append(answer)
    return not _equal(resource, seen[0], seen[1:])


def _equal(resource: str, whole: Observation, parts: list[Observation]) -> bool:
    """Tell whether a window has the rows of its parts, and no others."""
    rows = [part.rows[resource] for part in parts if resource in part.rows]
    own = whole.rows.get(resource)
    if own is None or not rows:
        return own is None and not rows
    labels = np.concatenate([one.label for one in rows])
    if not np.array_equal(labels, own.label):
        return False
    return all(
        np.allclose(
            np.concatenate([one.values[name] for one in rows]), column, rtol=1e-9, atol=1e-9, equal_nan=True
        )
        for name, column in own.values.items()
    )
