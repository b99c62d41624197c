"""WT501: a window that reaches into the future must have the rows of its past."""

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Observation, written

_RULE = "WT501"
_LATE = 120
_FEWEST = 2


def judge_onward(book: Book, ledger: Ledger) -> None:
    """Compare such windows with what other answers have; a refusal says nothing."""
    for seen in book.onward:
        if seen.readable and seen.question.resource is not None:
            _judge(book, ledger, seen, seen.question.resource)


def _judge(book: Book, ledger: Ledger, seen: Observation, resource: str) -> None:
    question = seen.question
    known = book.track(resource, question.interval)
    if known is None:
        return
    old = min(question.end, book.latest(resource) - _LATE)
    inside = (known.start >= question.start) & (known.start + question.interval <= old)
    rows = seen.rows.get(resource)
    labels = np.array([], dtype=np.int64) if rows is None else rows.label
    lost = np.setdiff1d(known.start[inside], labels - book.shift(question.interval))
    ledger.looked(_RULE, question.operation, int(inside.sum()), resource)
    if lost.size < _FEWEST:
        return
    share = f"{lost.size} of {int(inside.sum())} buckets at {question.interval} min"
    ledger.found(
        _RULE,
        question.operation,
        resource,
        f"a window that ends in the future lacks rows of its past ({share})",
        evidence=[Evidence(written(minute), "a row, as another answer has", "no row") for minute in lost[:3]],
        requests=(*seen.requests, *known.request(int(np.searchsorted(known.start, lost[0])))),
        count=int(lost.size),
        size=seen.count,
    )
