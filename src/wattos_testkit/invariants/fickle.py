"""WT504, WT506: rows that come, or do not come, when one and the same question is asked again.

A replica that lags, a cache that keeps half an answer, a server that gives each row once: seen from other
questions they look like faults of windows, filters or order, which they are not.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Ints, Observation, written
from wattos_testkit.invariants.question import Question

AGAIN = "again"
"""The purpose of a question that is asked again because its answer was doubted."""
_LATE = 120
_NOTHING = {404}
"""Beside an empty list, how servers say that a window has no rows."""
_TIMES = 2
_DOUBTED = 3
"""Questions per operation that are asked again."""


def judge_fickle(book: Book, ledger: Ledger) -> None:
    """Compare which rows came, between answers to equal questions."""
    for answers in _equal(book).values():
        for one, two in pairwise(answers):
            _compare(book, ledger, one, two)


def is_fickle(ledger: Ledger, operation: str) -> bool:
    """Tell whether answers to one question differ in their rows: then they differ from any other's."""
    return any(ledger.has(rule, operation) for rule in ("WT504", "WT506"))


def doubted(book: Book) -> Iterator[Question]:
    """Yield again the questions whose answers lack rows that other answers have."""
    asked: dict[str, int] = {}
    for seen in list(book.observations):
        question = seen.question
        if not _told(book, seen) or asked.get(question.operation, 0) >= _DOUBTED:
            continue
        if not _lacking(book, seen).size and not _differs(book, seen):
            continue
        asked[question.operation] = asked.get(question.operation, 0) + 1
        for _ in range(_TIMES):
            yield replace(question, purpose=AGAIN)


def _told(book: Book, seen: Observation) -> bool:
    """Tell whether an answer says which rows a resource of its own type has."""
    name = seen.question.resource
    if name is None or book.kind(name) != seen.question.kind:
        return False
    return seen.readable or seen.status in _NOTHING


def _starts(book: Book, seen: Observation) -> Ints:
    rows = seen.rows.get(seen.question.resource or "")
    if rows is None:
        return np.array([], dtype=np.int64)
    return np.unique(rows.label - book.shift(seen.question.interval))


def _lacking(book: Book, seen: Observation) -> Ints:
    """Return the buckets inside a window that another answer at the same interval has."""
    question = seen.question
    track = book.track(question.resource or "", question.interval)
    if track is None:
        return np.array([], dtype=np.int64)
    end = min(question.end, book.latest(track.resource) - _LATE)
    inside = (track.start >= question.start) & (track.start + track.interval <= end)
    return np.setdiff1d(track.start[inside], _starts(book, seen))


def _differs(book: Book, seen: Observation) -> bool:
    """Tell whether a column has other values than the answer that gave the same rows first."""
    question = seen.question
    name = question.resource or ""
    track = book.track(name, question.interval)
    rows = seen.rows.get(name)
    if track is None or rows is None:
        return False
    starts = rows.label - book.shift(question.interval)
    old = starts + question.interval <= book.latest(name) - _LATE
    _, left, right = np.intersect1d(track.start, starts[old], return_indices=True)
    return any(
        not np.allclose(track.column(one)[left], values[old][right], rtol=1e-9, atol=0.0, equal_nan=True)
        for one, values in rows.values.items()
    )


def _equal(book: Book) -> dict[Question, list[Observation]]:
    found: dict[Question, list[Observation]] = {}
    for seen in book.observations:
        if _told(book, seen):
            found.setdefault(replace(seen.question, purpose=""), []).append(seen)
    return found


def _compare(book: Book, ledger: Ledger, one: Observation, two: Observation) -> None:
    question = one.question
    name = question.resource or ""
    rule = "WT506" if two.question.purpose == "past" else "WT504"
    left, right = _starts(book, one), _starts(book, two)
    old = book.latest(name) - _LATE
    left, right = left[left + question.interval <= old], right[right + question.interval <= old]
    ledger.looked(rule, question.operation, left.size, name)
    differ = np.setxor1d(left, right)
    if differ.size == 0:
        return
    ledger.found(
        rule,
        question.operation,
        name,
        f"the same question, asked again, has other rows ({left.size} and {right.size} "
        f"at {question.interval} min)",
        evidence=[
            Evidence(written(minute), *(("a row", "no row") if minute in left else ("no row", "a row")))
            for minute in differ[:3]
        ],
        requests=(*one.requests, *two.requests),
        count=int(differ.size),
        size=max(one.count, two.count),
    )
