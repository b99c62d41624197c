"""Questions on suspicion: asked only when an answer gave cause, and never many.

They tell a cut answer from an outage, a stranger's resource from one that does not exist, and a range limit
from a server that has no data.
"""

from collections.abc import Iterator

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.fickle import doubted
from wattos_testkit.invariants.gaps import expected_and_present
from wattos_testkit.invariants.observations import Observation
from wattos_testkit.invariants.question import OPERATION_OF, Question
from wattos_testkit.invariants.wanted import DAY, Plan

_LATE = 120
_REFUSED = {400, 403, 413, 416, 422}
_PROBES = 6
_STRANGERS = 2
_MISSED = 3


def follow_ups(book: Book, most: int) -> Iterator[Question]:
    """Yield what suspicion asks for, within a budget."""
    left = most
    for part in (doubted(book), _shorter(book), _strangers(book), _missed(book), _lost(book)):
        for question in part:
            if left <= 0:
                return
            left -= 1
            yield question


def _shorter(book: Book) -> Iterator[Question]:
    """Ask for less where a long window was refused."""
    for seen in list(book.observations):
        question = seen.question
        if question.purpose not in {"weeks", "long"} or seen.status not in _REFUSED:
            continue
        for days in (14, 7, 3):
            if days * DAY >= question.end - question.start:
                continue
            less = Question(
                question.operation,
                question.kind,
                question.resource,
                question.end - days * DAY,
                question.end,
                question.interval,
                "weeks",
            )
            yield less
            if book.observations and book.observations[-1].readable:
                break


def _strangers(book: Book) -> Iterator[Question]:
    """Ask on their own for resources that no list has: first those at unit controllers that we know."""
    ours = {one.controller for one in book.resource_rows}
    for kind, operation in OPERATION_OF.items():
        found: dict[str, tuple[bool, Question]] = {}
        for seen in list(book.observations):
            question = seen.question
            if question.operation != operation or question.resource is not None:
                continue
            for name, rows in seen.rows.items():
                if name not in book.listed:
                    own = Question(
                        operation, kind, name, question.start, question.end, question.interval, "unlisted"
                    )
                    found.setdefault(name, (str(rows.controller[0]) in ours, own))
        near = [question for known, question in found.values() if known]
        # What other groups have is no business of ours: one of them says how such ids are answered.
        yield from near[:_STRANGERS] or [question for _, question in found.values()][:1]


def _missed(book: Book) -> Iterator[Question]:
    """Ask on their own for listed resources that an answer without a filter lacks."""
    for kind, operation in OPERATION_OF.items():
        asked = 0
        for seen in list(book.observations):
            question = seen.question
            if question.operation != operation or question.resource is not None or not seen.readable:
                continue
            for name, one in book.listed.items():
                if (
                    one.kind != kind
                    or name in seen.rows
                    or book.of(name, question.interval)
                    or asked >= _MISSED
                ):
                    continue
                asked += 1
                yield Question(
                    operation, kind, name, question.start, question.end, question.interval, "missed"
                )


def _lost(book: Book) -> Iterator[Question]:
    """Ask on their own for the stretches that are missing from answers."""
    probes: dict[tuple[str | None, str], int] = {}
    for seen in list(book.observations):
        resource = seen.question.resource
        if resource is None or not seen.readable or resource not in seen.rows:
            continue
        key = (seen.question.kind, "edge")
        for start, end in _stretches(book, seen, resource, book.latest(resource)):
            if probes.get(key, 0) >= _PROBES // 2:
                break
            probes[key] = probes.get(key, 0) + 1
            question = seen.question
            yield Question(
                question.operation, question.kind, resource, start, end, question.interval, "probe"
            )


def _stretches(book: Book, seen: Observation, resource: str, newest: int) -> list[tuple[int, int]]:
    """Return up to two missing stretches, each cut to a few hours: at the edges, or the longest."""
    expected, present = expected_and_present(book, seen, resource)
    missing = np.setdiff1d(expected, present)
    missing = missing[missing < newest - _LATE] if seen.question.purpose != "weeks" else missing
    if missing.size == 0:
        return []
    step = seen.question.interval
    edges = np.flatnonzero(np.diff(missing) != step)
    firsts = missing[np.concatenate([[0], edges + 1])]
    lasts = missing[np.concatenate([edges, [missing.size - 1]])]
    order = np.argsort(-(lasts - firsts), kind="stable")[:2]
    most = max(8 * step, 4 * 60)
    return [
        (int(firsts[one]), int(min(lasts[one] + step, firsts[one] + most)))
        if lasts[one] != expected[-1]
        else (int(max(firsts[one], lasts[one] + step - most)), int(lasts[one] + step))
        for one in order
    ]


def behind_the_meter(book: Book, plan: Plan) -> Iterator[Question]:
    """Yield what is lacking to balance the best unit controller: each resource for the same day."""
    mains = {resources[0] for resources in plan.chosen.values() if resources}
    controllers = [book.listed[resource].controller for resource in mains]
    if not controllers:
        return
    best = max(sorted(set(controllers)), key=controllers.count)
    members = [one for one in book.listed.values() if one.controller == best and one.kind in OPERATION_OF]
    if len(members) > 8:
        return
    for one in members:
        day = plan.day(one.kind, one.resource)
        if day is not None and not book.of(one.resource, 30):
            yield Question(OPERATION_OF[one.kind], one.kind, one.resource, *day, 30, "balance")
