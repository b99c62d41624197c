"""Whatever the window, the filter or the moment: a bucket of a resource has one row."""

from collections.abc import Callable
from zlib import crc32

import pytest

from tests.invariants.plant import FIRST, LAST, Plant, Row, hear, lists, rules, stamp, told
from wattos_testkit.invariants.judge import Judge
from wattos_testkit.invariants.question import ECHO, ROLL, SETTLE, Answer, Question

_FACTOR = 0.8


def _damaged(rows: list[Row], name: str = "") -> list[Row]:
    return [
        {key: value * _FACTOR if key.startswith(("power", "energy")) else value for key, value in row.items()}
        if name in row["resource_id"]
        else row
        for row in rows
    ]


def _where(told_of: Callable[[Question], bool], name: str = "") -> Plant:
    """Return a plant whose answers to some questions are damaged."""
    return Plant(rows=lambda question, rows: _damaged(rows, name) if told_of(question) else rows)


def _address(question: Question) -> bytes:
    return repr((question.resource, question.start, question.end, question.interval)).encode()


def test_the_same_in_other_ways_is_the_same_on_a_healthy_plant():
    """Nothing is found, few questions are asked, and none twice for nothing."""
    plant = Plant()
    verdict = hear(plant, again=True)
    assert list(told(verdict)) == []
    later = [one for one in plant.asked if one.purpose in {ECHO, ROLL}]
    assert len(later) <= 60
    assert SETTLE not in {one.purpose for one in plant.asked}


@pytest.mark.parametrize("salt", range(6))
def test_a_replica_chosen_by_the_address_is_found(salt: int):
    """Of two replicas one has another factor; each address has its own, and keeps it."""
    plant = _where(lambda one: crc32(_address(one) + bytes([salt])) % 2 == 0, "ME")
    found = rules(hear(plant, again=True), "error")
    assert found & {"WT501", "WT502", "WT503"}
    assert "WT504" not in found


def test_a_short_window_from_elsewhere_is_found():
    """What only windows of less than two hours have wrong stands in no window of a day."""
    plant = _where(lambda one: one.end - one.start < 106)
    assert rules(hear(plant, again=True), "error") & {"WT501", "WT502"}


def test_each_so_many_th_answer_is_damaged_and_the_question_is_asked_again():
    """What differs between two equal questions is no fault of windows."""
    calls = iter(range(10_000))
    plant = Plant(rows=lambda _, rows: _damaged(rows) if next(calls) % 9 == 8 else rows)
    assert "WT504" in rules(hear(plant, again=True), "error")


def test_each_so_many_th_answer_lacks_a_row():
    """Rows that others have count also where nobody has asked for them twice."""
    calls = iter(range(10_000))
    plant = Plant(
        rows=lambda _, rows: [*rows[:3], *rows[4:]] if next(calls) % 23 == 22 and len(rows) > 5 else rows
    )
    assert rules(hear(plant, again=True), "error") & {"WT305", "WT501", "WT502", "WT503", "WT504"}


def test_a_witness_that_contradicts_is_heard():
    """An answer to a made-up request counts as much as one of the judge's own."""
    judge, plant = Judge(seed=7), Plant()
    for question in judge.questions(dict.fromkeys(("ME", "BE", "PV"), (0, 1)), "smoke", LAST):
        judge.answer(question, plant.answer(question))
    first = Question("get_meter_data", "ME", "ME000001", LAST - 2_880, LAST - 1_440, 15, "day")
    other = Question("get_meter_data", "ME", "ME000001", LAST - 2_000, LAST - 1_800, 15, "met")
    judge.answer(first, plant.answer(first))
    body = plant.answer(other).body
    judge.witness(other, Answer(200, {"datas": _damaged(body["datas"])}))
    assert "WT502" in rules(judge.verdict(), "error")


def test_rows_of_the_last_two_hours_may_change():
    """Data may come late: the newest rows are in flux."""

    def late(question: Question, rows: list[Row]) -> list[Row]:
        return [*rows[:-4], *_damaged(rows[-4:])] if question.end >= LAST - 60 else rows

    assert not rules(hear(Plant(rows=late), again=True), "error") & {"WT501", "WT502", "WT503", "WT504"}


def test_a_lagging_replica_is_found():
    """Every second answer knows nothing of the last four hours."""
    calls = iter(range(10_000))

    def lag(_: Question, rows: list[Row]) -> list[Row]:
        behind = next(calls) % 2
        return [row for row in rows if not behind or row["timestamp"] < stamp(LAST - 240)]

    assert "WT504" in rules(hear(Plant(rows=lag), again=True), "error")


def test_a_cache_that_is_keyed_by_the_day_is_found():
    """The answer to another window is told as such."""
    kept: dict[tuple[object, ...], Answer] = {}

    def cached(question: Question, answer: Answer) -> Answer:
        day = (question.start // 1440, question.end // 1440)
        return kept.setdefault((question.operation, question.resource, *day, question.interval), answer)

    verdict = hear(Plant(answers=cached), again=True)
    assert any("that to another window" in one.message for one in verdict.findings)


def test_questions_at_once_are_those_that_were_answered_before():
    """A burst is small, mixes the operations, and asks nothing new."""
    judge, plant = Judge(seed=7), Plant()
    sites, resources = lists()
    judge.listed(sites, resources, "GROUP001", None)
    stretches = dict.fromkeys(("ME", "BE", "PV"), (FIRST, LAST))
    for ask in (lambda: judge.questions(stretches, "standard", LAST), judge.echoes):
        for question in ask():
            judge.answer(question, plant.answer(question))
    burst = judge.burst()
    assert 1 < len(burst) <= 6
    assert {one.kind for one in burst[:3]} == {"ME", "BE", "PV"}
    known = {_address(one) for one in plant.asked}
    assert all(_address(one) in known for one in burst)
