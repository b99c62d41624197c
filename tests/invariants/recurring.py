"""Faults that recur: holes by night and week, leaps by the day, copies at any distance, answers in turn."""

import numpy as np

from tests.invariants.patterns import MINUTES, Columns
from tests.invariants.plant import FIRST, LAST, PLACES, Plant, Row, height
from tests.invariants.spoiled import case, each, minute, truth
from wattos_testkit.invariants.judge import Answer, Question


@each("WT305", kind="PV", name="rows without power are not stored")
def _(row: Row, _question: Question) -> bool:
    return row["power_active_avg"] > 0


@each("WT305", kind="ME", name="no rows on Sundays, by the clock of Los Angeles")
def _(row: Row, _question: Question) -> bool:
    return (minute(row) - 480) // 1440 % 7 != 3


@each("WT305", kind="ME", name="two minutes of each hour are lost")
def _(row: Row, question: Question) -> bool:
    return question.interval > 1 or minute(row) % 60 > 1


@case("WT504")
def every_second_answer_lacks_the_last_days() -> Plant:
    """Let every second answer come from a copy that is two days old."""
    calls = iter(range(10**6))

    def rows(_question: Question, given: list[Row]) -> list[Row]:
        late = 2880 if next(calls) % 2 else 0
        return [row for row in given if minute(row) < LAST - late]

    return Plant(rows=rows)


@case("WT504")
def the_first_answer_is_empty() -> Plant:
    """Answer long windows with nothing until they have been fetched from an archive."""
    known: set[Question] = set()

    def answers(question: Question, given: Answer) -> Answer:
        key = Question(question.operation, None, question.resource, question.start, question.end, 30, "")
        if question.end - question.start < 2 * 1440 or key in known:
            return given
        known.add(key)
        return Answer(200, {"datas": []}, given.request)

    return Plant(answers=answers)


@case("WT501")
def nothing_when_the_end_lies_ahead() -> Plant:
    """Lose the past rows of a window that reaches into the future."""
    return Plant(rows=lambda question, given: [] if question.end > LAST else given)


@truth("WT707", "ME", "the power factor as reactive power")
def _(columns: Columns) -> None:
    columns["power_reactive_avg"] = np.abs(columns["power_active_avg"]) / columns["power_apparent_avg"]


@truth("WT707", "ME", "an angle as reactive power")
def _(columns: Columns) -> None:
    factor = np.abs(columns["power_active_avg"]) / columns["power_apparent_avg"]
    columns["power_reactive_avg"] = np.degrees(np.arccos(factor))


@truth("WT805", "PV", "air of another forecast each day")
def _(columns: Columns) -> None:
    offset = np.random.default_rng(3).normal(0, 5, 80)[(MINUTES - FIRST) // 1440]
    for key in ("temp_ambient_max", "temp_cell_max"):
        columns[key] = columns[key] + offset


@truth("WT819", "ME", "the week before again")
def _(columns: Columns) -> None:
    for key in [one for one in columns if one.startswith("power")]:
        columns[key] = np.resize(columns[key][: 7 * 1440], MINUTES.size)


@truth("WT819", "ME", "evenings of two days and a half before")
def _(columns: Columns) -> None:
    for key in [one for one in columns if one.startswith("power")]:
        copied = np.roll(columns[key], 3600)
        columns[key] = np.where(MINUTES % 2880 < 600, copied, columns[key])


@case("WT819")
def no_cloud_anywhere() -> Plant:
    """Show the clear sky of a model at both places."""

    def change(name: str, own: Columns) -> Columns:
        if not name.startswith("PV"):
            return own
        place = PLACES["SITE0001" if name == "PV000001" else "SITE0002"]
        power = 76 * np.clip(height(*place), 0, None) ** 1.15
        return own | {
            "power_active_avg": power,
            "power_active_max": power * 1.02,
            "energy_active_cum": 70000 + np.cumsum(power) / 60,
        }

    return Plant(truth=change)


@truth("WT820", "ME", "nights drawn as lines")
def _(columns: Columns) -> None:
    for key in [one for one in columns if one.startswith("power")]:
        column = columns[key] = columns[key].copy()
        for first in range(1440, MINUTES.size - 1440, 1440):
            column[first : first + 240] = np.linspace(column[first], column[first + 239] + 2, 240)
