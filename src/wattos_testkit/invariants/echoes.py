"""The same minutes under many addresses: other windows, filters and orders, whose common rows must agree.

A cache that is keyed by too little, a replica chosen by the address, a server that damages each so many-th
answer: what shows them is not much data, but the same data asked for in many ways.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.contradictions import contradicted
from wattos_testkit.invariants.question import ECHO, NEWEST, OPERATION_OF, ROLL, SETTLE, Question
from wattos_testkit.invariants.wanted import DAY, Plan

_INTERVAL = 15
_WINDOWS = ((-90, 30), (-60, 45), (-30, 60), (-67, 52))
"""Minutes from noon, between them alike in start or in end; the last is off the grid."""
_TURNED = (-45, 75)
_ALL = (((-75, 15), 15), ((-15, 75), 15), ((-90, 30), 30))
"""Windows without a filter, and their intervals."""
_CALL = (-60, 45)
_CALLED = 6
"""Resources of a type, beside the main ones, that are asked for by their ids."""
_OFTEN = 5
"""More often than there are replicas."""
_HOURS = 12
_RECENT = 7 * DAY
_AT_ONCE = 6
_SETTLED = 4
_TIMES = 2


def echoes(book: Book, plan: Plan) -> Iterator[Question]:
    """Yield the same minutes under many addresses."""
    if not plan.budget.thorough:
        return
    yield from _newest(book, plan)
    for kind, resources in plan.chosen.items():
        day = plan.day(kind, resources[0]) if resources else None
        if day is None:
            continue
        noon = plan.noon(resources[0], day)
        yield from _one(kind, resources[0], noon)
        yield from _all(book, kind, noon)
        yield from _roll(book, plan, kind, noon)
        yield from _longer(plan, kind, resources[0], day)
        if plan.now is not None and day[0] < plan.now < day[1] + _RECENT:
            # It ends in the future, and need not have a row more for that.
            end = (plan.now // 30 + 4) * 30
            yield Question(OPERATION_OF[kind], kind, resources[0], day[1] - 3 * 60, end, _INTERVAL, ECHO)


def settle(book: Book) -> Iterator[Question]:
    """Yield again, in turn, the questions whose answers contradict each other, to see each repeat its own."""
    for pair in list(contradicted(book, _SETTLED)):
        for _ in range(_TIMES):
            for question in pair:
                yield replace(question, purpose=SETTLE)


def _newest(book: Book, plan: Plan) -> Iterator[Question]:
    """Ask for the newest hours again and again, while there are rows."""
    kind = next((one for one, found in plan.chosen.items() if found), None)
    if kind is None or plan.now is None:
        return
    end = plan.now // _INTERVAL * _INTERVAL
    for _ in range(_OFTEN):
        yield Question(
            OPERATION_OF[kind], kind, plan.chosen[kind][0], end - _HOURS * 60, end, _INTERVAL, NEWEST
        )
        if not book.memory.heard[-1].count:
            return


def burst(book: Book) -> list[Question]:
    """Return questions that have been answered, to be asked at once: as different as can be."""
    asked: dict[tuple[str, str | None], Question] = {}
    for heard in book.memory.heard:
        question = heard.question
        if heard.directed and heard.count and question.purpose in {ECHO, ROLL} and question.resource:
            asked.setdefault((question.operation, question.resource), question)
    turns = [[one for one in asked.values() if one.kind == kind] for kind in OPERATION_OF]
    mixed = [one for turn in zip_longest(*turns) for one in turn if one is not None]
    return [replace(one, purpose=SETTLE) for one in mixed[:_AT_ONCE]]


def _one(kind: str, resource: str, noon: int) -> Iterator[Question]:
    operation = OPERATION_OF[kind]
    for first, last in _WINDOWS:
        yield Question(operation, kind, resource, noon + first, noon + last, _INTERVAL, ECHO)
    first, last = _TURNED
    yield Question(operation, kind, resource, noon + first, noon + last, _INTERVAL, ECHO, reordered=True)


def _all(book: Book, kind: str, noon: int) -> Iterator[Question]:
    operation = OPERATION_OF[kind]
    for seen in book.observations:
        if seen.question.purpose == "unfiltered" and seen.question.kind == kind and not seen.readable:
            # Without a filter there is no answer.
            return
    for (first, last), interval in _ALL:
        yield Question(operation, kind, None, noon + first, noon + last, interval, ECHO)


def _roll(book: Book, plan: Plan, kind: str, noon: int) -> Iterator[Question]:
    """Ask by its id for each resource that has been seen only among all."""
    first, last = _CALL
    main = plan.chosen[kind][0]
    others = [one.resource for one in book.listed.values() if one.kind == kind and one.resource != main]
    for resource in others[:_CALLED]:
        yield Question(OPERATION_OF[kind], kind, resource, noon + first, noon + last, _INTERVAL, ROLL)


def _longer(plan: Plan, kind: str, resource: str, day: tuple[int, int]) -> Iterator[Question]:
    """Ask for three days, which may come from elsewhere than a day does, and for the turn of a week."""
    operation, stretch = OPERATION_OF[kind], plan.stretch(kind, resource)
    if stretch is None or day[1] - 3 * DAY < stretch[0]:
        return
    yield Question(operation, kind, resource, day[1] - 3 * DAY, day[1], 15, ECHO)
    yield Question(operation, kind, resource, day[1] - 3 * DAY, day[1], 5, ECHO)
    for turn in _turns(day[1], stretch[0]):
        yield Question(operation, kind, resource, turn - 90, turn + 90, 30, ECHO)


def _turns(end: int, start: int) -> Iterator[int]:
    """Yield the newest turns of a week and of a month: tables are often cut there."""
    newest = (end - 180) // DAY
    monday = newest - (newest + 3) % 7
    first = newest - (date(1970, 1, 1) + timedelta(days=newest)).day + 1
    for day in dict.fromkeys((monday, first)):
        if day * DAY - 180 >= start:
            yield day * DAY
