"""WT5xx: rows of different answers that must be equal."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.fickle import is_fickle
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Ints, Observation
from wattos_testkit.invariants.question import KIND_OF, Question
from wattos_testkit.invariants.tracks import Track

_LATE = 120
_DAY = 1440
_RULES = ("WT501", "WT502", "WT503", "WT504", "WT505", "WT506")
_WORDS = {
    "WT501": "depends on the length of the window",
    "WT502": "is another in a window that begins off the grid",
    "WT503": "is another without the filter",
    "WT504": "is another when asked a second time",
    "WT505": "is another when the parameters come in another order",
    "WT506": "has changed since the beginning of the run",
}
_MOST_PAIRS = 40


def judge_relations(book: Book, ledger: Ledger) -> None:
    """Compare each pair of answers that share rows; the same question first."""
    for operation in OPERATIONS:
        pairs = list(_pairs(book, operation))
        pairs.sort(key=lambda one: _ORDER.index(one[0]))
        for rule, resource, one, two in pairs:
            if rule in _AFTER and (ledger.has("WT504", operation) or ledger.has("WT506", operation)):
                # What differs between two equal questions differs between any two.
                ledger.skipped(rule, operation, "answers to one and the same question differ already")
                continue
            _compare(book, ledger, rule, resource, one, two, book.latest(resource) - _LATE)
        _judge_order(book, ledger, operation)
        _judge_absent(book, ledger, operation)
        if not is_fickle(ledger, operation):
            _judge_refused(book, ledger, operation)
        for rule in _RULES:
            ledger.skipped(rule, operation, "no two answers that share rows")


_ORDER = ("WT504", "WT506", "WT505", "WT501", "WT502", "WT503")
_TOO_LONG = {400, 410}
_AFTER = {"WT505", "WT501", "WT502", "WT503"}


def rule_of(one: Question, two: Question) -> str:
    """Return which relation two questions with common rows test."""
    if one.resource != two.resource:
        return "WT503"
    if (one.start, one.end) == (two.start, two.end):
        if one.reordered != two.reordered:
            return "WT505"
        return "WT506" if "past" in {one.purpose, two.purpose} else "WT504"
    if any(question.start % question.interval or question.end % question.interval for question in (one, two)):
        return "WT502"
    return "WT501"


def _pairs(book: Book, operation: str) -> list[tuple[str, str, int, int]]:
    found = []
    for resource, interval in book.pairs(KIND_OF[operation]):
        indices = book.of(resource, interval)
        for one, two in list(combinations(indices, 2))[:_MOST_PAIRS]:
            first, second = book.observations[one].question, book.observations[two].question
            if first.start < second.end and second.start < first.end:
                found.append((rule_of(first, second), resource, one, two))
    return found


def _compare(book: Book, ledger: Ledger, rule: str, resource: str, one: int, two: int, before: int) -> None:
    first, second = book.single(one, resource), book.single(two, resource)
    if first is None or second is None:
        return
    _, left, right = np.intersect1d(first.start, second.start, assume_unique=True, return_indices=True)
    old = first.start[left] + first.interval <= before
    left, right = left[old], right[old]
    if left.size == 0:
        return
    operation = first.operation
    ledger.looked(rule, operation, left.size, resource)
    for name in (*first.values, "status"):
        bad = _differing(first, second, name, left, right)
        if bad.size == 0:
            continue
        ledger.found(
            rule,
            operation,
            resource,
            _message(rule, name, first, second, bad, left, right),
            evidence=[
                _evidence(first, second, name, int(left[index]), int(right[index])) for index in bad[:3]
            ],
            requests=(*book.observations[one].requests, *book.observations[two].requests),
            count=int(bad.size),
            series=first.plot([name], left[bad]) if name != "status" else None,
            size=book.observations[one].count + book.observations[two].count,
        )


def _differing(first: Track, second: Track, name: str, left: Ints, right: Ints) -> Ints:
    if name == "status":
        unequal = first.status[left] != second.status[right]
        return np.flatnonzero(np.asarray(unequal, dtype=bool))
    one, two = first.column(name)[left], second.column(name)[right]
    absent = np.isnan(one) != np.isnan(two)
    gap = np.abs(np.nan_to_num(one) - np.nan_to_num(two))
    bad: Flags = (gap > 1e-9 * np.maximum(1.0, np.abs(np.nan_to_num(one)))) | absent
    count = int(bad.sum())
    step = max(first.step(name), second.step(name))
    if count and not absent.any() and gap.max() <= 1.001 * step and count < 0.05 * left.size:
        return np.array([], dtype=np.int64)
    return np.flatnonzero(bad)


def _message(rule: str, name: str, first: Track, second: Track, bad: Ints, left: Ints, right: Ints) -> str:
    words = f"{name} {_WORDS[rule]} ({bad.size} of {left.size} common rows at {first.interval} min)"
    if name.endswith("_cum") and bad.size > 3:
        gaps = first.column(name)[left[bad]] - second.column(name)[right[bad]]
        if np.ptp(gaps) <= 4 * max(first.step(name), second.step(name)):
            words += f"; by a constant {gaps[0]:.6g} kWh: it counts from the start of the window"
    return words


def _evidence(first: Track, second: Track, name: str, left: int, right: int) -> Evidence:
    if name == "status":
        return first.proof(left, f"status {second.status[right]}", str(first.status[left]))
    return first.proof(
        left,
        f"{name} {second.column(name)[right]:.9g} as in the other answer",
        f"{first.column(name)[left]:.9g}",
    )


def _judge_order(book: Book, ledger: Ledger, operation: str) -> None:
    """Find rows that come, or do not come, with the order of the parameters."""
    asked = [one for one in book.observations if one.question.operation == operation]
    for seen in asked:
        if not seen.question.reordered or not (seen.readable or 400 <= seen.status < 500):
            continue
        plain = replace(seen.question, reordered=False, purpose="day")
        before = next((one for one in asked if one.question == plain and one.readable), None)
        name = plain.resource or ""
        if before is None or name not in before.rows or is_fickle(ledger, operation):
            continue
        ledger.looked("WT505", operation, before.count, name)
        other = set(seen.rows[name].texts) if name in seen.rows else set()
        usual = set(before.rows[name].texts)
        if len(other & usual) < len(usual) - 1:
            ledger.found(
                "WT505",
                operation,
                name,
                "other rows come when the parameters come in another order",
                evidence=[Evidence("rows", f"{len(usual)} rows", f"status {seen.status}, {len(other)} rows")],
                requests=(*before.requests, *seen.requests),
                size=before.count,
            )


def _judge_absent(book: Book, ledger: Ledger, operation: str) -> None:
    """Find resources with rows of their own that an unfiltered answer lacks altogether."""
    kind = KIND_OF[operation]
    for seen in book.observations:
        question = seen.question
        if question.operation != operation or question.resource is not None or not seen.readable:
            continue
        ledger.looked("WT503", operation, len(seen.rows))
        for resource in book.resources(kind):
            if resource in seen.rows:
                continue
            other = _covering(book, resource, question)
            if other is not None:
                ledger.found(
                    "WT503",
                    operation,
                    resource,
                    "the resource has rows when it is asked for, but none in the answer without a filter",
                    evidence=[Evidence("resource_id", resource, f"{len(seen.rows)} other resources")],
                    requests=(*seen.requests, *other.requests),
                    size=seen.count,
                )


def _judge_refused(book: Book, ledger: Ledger, operation: str) -> None:
    """Find resources whose rows an unfiltered answer has, and that have none when they are asked for."""
    for seen in book.observations:
        question = seen.question
        name = question.resource
        if question.operation != operation or name is None or name in seen.rows:
            continue
        if not (seen.readable or seen.status in {400, 403, 404, 410}) or seen.rows:
            continue
        served = any(name in one.rows for one in book.observations if one.question.resource == name)
        if served and seen.status in _TOO_LONG:
            # It has rows when it is asked for: this window was too long or too old, not the resource unknown.
            continue
        for other in book.observations:
            rows = other.rows.get(name)
            if other.question.resource is not None or other.question.operation != operation or rows is None:
                continue
            # What records quarters of an hour has no minutes, however it is asked.
            if other.question.interval != question.interval:
                continue
            start = rows.label - book.shift(other.question.interval)
            inside = (start >= question.start) & (start + other.question.interval <= question.end)
            if question.end - question.start > _DAY or not inside.any() or not book.believed(other, name):
                continue
            place = int(np.flatnonzero(inside)[0])
            ledger.found(
                "WT503",
                operation,
                name,
                "the resource has rows in an answer without a filter, but none when it is asked for",
                evidence=[
                    Evidence(rows.texts[place], f"status {seen.status}, no rows", "a row", rows.row(place)),
                ],
                requests=(*seen.requests, *other.requests),
                size=other.count,
            )
            break


def _covering(book: Book, resource: str, question: Question) -> Observation | None:
    """Return an answer with rows of a resource, asked by its id, inside a window."""
    for interval in book.intervals(resource):
        if interval > question.interval:
            # What is there by the quarter of an hour need not be there by the minute.
            continue
        for index in book.of(resource, interval):
            seen = book.observations[index]
            if seen.question.resource != resource:
                continue
            start = seen.rows[resource].label - book.shift(interval)
            if ((start >= question.start) & (start + max(interval, question.interval) <= question.end)).any():
                return seen
    return None
