"""WT501 to WT506 over all that was heard: a bucket of a resource has one row, whoever asks and however."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.fickle import is_fickle
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.memory import Clash, Heard, Key
from wattos_testkit.invariants.observations import Ints, written
from wattos_testkit.invariants.question import KIND_OF, NEWEST, OPERATION_OF, Question
from wattos_testkit.invariants.relations import rule_of

_LATE = 120
_GONE = 404
_GONE_ROWS = 2
_WORDS = {
    "WT501": "is another in another window",
    "WT502": "is another in a window that begins off the grid",
    "WT503": "is another without the filter",
    "WT504": "is another when asked a second time",
    "WT505": "is another when the parameters come in another order",
    "WT506": "has changed since the beginning of the run",
}
_OF_WINDOWS = {"WT501", "WT502", "WT503", "WT505"}
_HOLES = ("WT301", "WT305", "WT306", "WT307", "WT308", "WT309", "WT310", "WT311", "WT503")
"""Rules that have said already which rows an operation lacks, or whose findings make labels doubtful."""


def judge_contradictions(book: Book, ledger: Ledger) -> None:
    """Judge what answers have differently, and then what only some of them have."""
    for (one, two, resource), rows in book.memory.common.items():
        first, second = book.memory.heard[one], book.memory.heard[two]
        rule = rule_of(first.question, second.question)
        ledger.looked(rule, first.question.operation, rows, resource)
    clashes = sorted(book.memory.clashes, key=lambda one: _rule(book, one) in _OF_WINDOWS)
    for clash in clashes:
        _judge_clash(book, ledger, clash)
    for heard in book.memory.heard:
        for key, lost in _lacking(book, ledger, heard):
            _tell_lost(book, ledger, heard, key, lost)
    _judge_newest(book, ledger)
    _judge_strange(book, ledger)


def contradicted(book: Book, most: int) -> Iterator[tuple[Question, Question]]:
    """Yield pairs of questions whose answers contradict each other, no question twice."""
    told: set[Question] = set()
    for one, two in _pairs(book):
        if most <= 0:
            return
        if one in told or two in told:
            continue
        told |= {one, two}
        most -= 1
        yield one, two


def _pairs(book: Book) -> Iterator[tuple[Question, Question]]:
    heard, blank = book.memory.heard, Ledger(0)
    for clash in book.memory.clashes:
        if _old(book, clash).size:
            yield heard[clash.one].question, heard[clash.two].question
    for lacking in list(heard):
        for key, lost in _lacking(book, blank, lacking):
            yield book.memory.source(key, int(lost[0])).question, lacking.question


def _rule(book: Book, clash: Clash) -> str:
    heard = book.memory.heard
    return rule_of(heard[clash.one].question, heard[clash.two].question)


def _old(book: Book, clash: Clash) -> Ints:
    """Return which rows of a clash are old enough to stay as they are."""
    _, resource, interval = clash.key
    return np.flatnonzero(clash.labels - book.shift(interval) + interval <= book.latest(resource) - _LATE)


def _judge_clash(book: Book, ledger: Ledger, clash: Clash) -> None:
    operation, resource, interval = clash.key
    one, two = book.memory.heard[clash.one], book.memory.heard[clash.two]
    rule, old = _rule(book, clash), _old(book, clash)
    if not old.size or not _is_of_its_kind(book, resource, operation):
        return
    if one.directed and two.directed and ledger.has(rule, operation, resource):
        # The same two answers have been compared before.
        return
    if rule in _OF_WINDOWS and is_fickle(ledger, operation):
        ledger.skipped(rule, operation, "answers to one and the same question differ already")
        return
    ledger.found(
        rule,
        operation,
        resource,
        f"{clash.name} {_WORDS[rule]} ({old.size} of {clash.common} common rows at {interval} min)",
        evidence=[
            Evidence(
                written(int(clash.labels[place])),
                f"{clash.name} {_text(clash.before[place])} as in the other answer",
                _text(clash.after[place]),
            )
            for place in old[:3].tolist()
        ],
        requests=(*one.requests, *two.requests),
        count=int(old.size),
        size=one.count + two.count,
    )


def _is_of_its_kind(book: Book, resource: str, operation: str) -> bool:
    listed = book.listed.get(resource)
    return listed is None or listed.kind not in OPERATION_OF or listed.kind == KIND_OF[operation]


def _text(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _lacking(book: Book, ledger: Ledger, heard: Heard) -> Iterator[tuple[Key, Ints]]:
    """Yield the rows well inside a window that other answers have, and that this one lacks."""
    question, memory = heard.question, book.memory
    operation, interval = question.operation, question.interval
    gone = heard.status == _GONE and question.resource is not None
    if not (heard.readable or gone) or any(ledger.has(rule, operation) for rule in _HOLES):
        return
    for key in list(memory.keys(operation, interval)):
        resource = key[1]
        if question.resource not in (None, resource) or not _is_of_its_kind(book, resource, operation):
            continue
        start = memory.labels(key) - book.shift(interval)
        # The edges are the affair of other rules, which know what labels mean and which ends belong to it.
        inside = (start >= question.start + interval) & (start + 2 * interval <= question.end)
        inside &= start + interval <= book.latest(resource) - _LATE
        if gone and not (start <= question.start + interval).any():
            # So old there may be nothing any more, and how that is said is not ours to judge.
            continue
        mine = heard.labels.get(resource, np.array([], dtype=np.int64)) - book.shift(interval)
        lost = np.setdiff1d(start[inside], mine)
        if lost.size:
            yield key, lost + book.shift(interval)


def _tell_lost(book: Book, ledger: Ledger, heard: Heard, key: Key, lost: Ints) -> None:
    operation, resource, interval = key
    other = book.memory.source(key, int(lost[0]))
    rule = rule_of(heard.question, other.question)
    if rule in _OF_WINDOWS and is_fickle(ledger, operation):
        return
    said = "no row" if heard.readable else f"status {heard.status}"
    ledger.found(
        rule,
        operation,
        resource,
        f"an answer lacks rows that another has ({lost.size} at {interval} min): {_LOST[rule]}",
        evidence=[Evidence(written(minute), "a row, as in the other answer", said) for minute in lost[:3]],
        requests=(*heard.requests, *other.requests),
        count=int(lost.size),
        size=heard.count + other.count,
    )


_LOST = {
    "WT501": "the windows differ",
    "WT502": "one window begins off the grid",
    "WT503": "one has no filter",
    "WT504": "the question is the same",
    "WT505": "the order of the parameters differs",
    "WT506": "it was asked at the beginning of the run",
}


def _judge_newest(book: Book, ledger: Ledger) -> None:
    """Find new rows that were there, and are gone when asked for again: a replica lags."""
    newest = [one for one in book.memory.heard if one.question.purpose == NEWEST and one.readable]
    for before, after in pairwise(newest):
        question, resource = after.question, after.question.resource or ""
        none = np.array([], dtype=np.int64)
        gone = np.setdiff1d(before.labels.get(resource, none), after.labels.get(resource, none))
        ledger.looked("WT504", question.operation, before.count, resource)
        if gone.size >= _GONE_ROWS:
            ledger.found(
                "WT504",
                question.operation,
                resource,
                f"the newest rows come and go: {gone.size} of {before.count} at {question.interval} min were "
                "there, and were not when asked for again",
                evidence=[Evidence(written(minute), "a row, as before", "no row") for minute in gone[:3]],
                requests=(*before.requests, *after.requests),
                count=int(gone.size),
                size=before.count,
            )


def _judge_strange(book: Book, ledger: Ledger) -> None:
    """Find rows outside a window that are, all of them, the answer to another question: a cache's."""
    first: dict[tuple[str, str, int, bytes], Heard] = {}
    for heard in book.memory.heard:
        question, resource = heard.question, heard.question.resource
        labels = heard.labels.get(resource or "")
        if labels is None or labels.size == 0 or resource is None:
            continue
        other = first.setdefault((question.operation, resource, question.interval, labels.tobytes()), heard)
        mine, its = (_well_outside(book, one, labels) for one in (heard, other))
        if other is heard or its or not mine:
            continue
        rule = rule_of(question, other.question)
        ledger.found(
            rule if rule in _OF_WINDOWS else "WT501",
            question.operation,
            resource,
            f"the answer is that to another window, {written(other.question.start)} to "
            f"{written(other.question.end)}",
            evidence=[
                Evidence(
                    f"{written(question.start)} to {written(question.end)}",
                    "rows of this window",
                    f"{written(int(labels[0]))} to {written(int(labels[-1]))}",
                )
            ],
            requests=(*other.requests, *heard.requests),
            count=int(labels.size),
            size=heard.count,
        )


def _well_outside(book: Book, heard: Heard, labels: Ints) -> bool:
    """Tell whether rows lie outside a window by more than labels and ends can make them."""
    question = heard.question
    start = labels - book.shift(question.interval)
    return bool(((start < question.start - question.interval) | (start > question.end)).any())
