"""Windows drawn by Hypothesis."""

from tests.invariants.plant import FIRST, LAST, Plant, Row, hear, rules, told
from tests.invariants.spoiled import minute
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.drawn import drawn_windows
from wattos_testkit.invariants.judge import Question
from wattos_testkit.invariants.observations import observe


def _asked(plant: Plant, most: int, seed: int) -> list[Question]:
    book = Book()
    for question in drawn_windows(book, "ME", "ME000001", (FIRST, LAST), most, seed):
        book.add(observe(question, plant.answer(question)))
    return plant.asked


def test_a_healthy_plant_is_asked_within_the_budget():
    """No more windows than allowed, all inside the stretch, and the same for the same seed."""
    asked = _asked(Plant(), 30, 3)
    assert 3 <= len(asked) <= 30
    assert all(FIRST <= one.start < one.end <= LAST for one in asked)
    assert asked == _asked(Plant(), 30, 3)
    assert asked != _asked(Plant(), 30, 4)


def test_a_window_that_differs_is_shrunk():
    """Of windows over noon that lose a row, the smallest that shows it is a fraction of the first."""

    def rows(question: Question, given: list[Row]) -> list[Row]:
        long = question.end - question.start > 240
        return [row for row in given if not long or minute(row) % 1440 != 720]

    asked = _asked(Plant(rows=rows), 300, 1)
    lengths = [one.end - one.start for one in asked[::3]]
    assert min(lengths) < 0.5 * max(lengths)


def test_a_run_that_is_given_up_leaves_no_thread_behind():
    """Whoever stops drawing questions is not waited for."""
    questions = drawn_windows(Book(), "PV", "PV000001", (FIRST, LAST), 30, 3)
    assert next(questions).purpose == "drawn"
    questions.close()  # type: ignore[attr-defined]


def test_the_deep_profile_is_clean_on_a_healthy_plant():
    """More questions, and still nothing to find."""
    plant = Plant()
    verdict = hear(plant, profile="deep")
    assert rules(verdict) == set(), list(told(verdict))
    assert any(one.purpose == "drawn" for one in plant.asked)
