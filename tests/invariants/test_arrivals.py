"""Rows that come while the check asks are no rows that are lost."""

from tests.invariants.plant import LAST, Plant, Row, hear, rules, told
from tests.invariants.spoiled import minute
from wattos_testkit.invariants.judge import Question

BEGIN, END = LAST - 8 * 1440, LAST - 7 * 1440


def backlog(*, lost_again: bool) -> Plant:
    """Serve a day of one resource that comes bucket by bucket; it may go again."""
    asked = [0]

    def rows(question: Question, given: list[Row]) -> list[Row]:
        asked[0] += question.kind == "PV"
        come = (END if asked[0] % 2 else BEGIN) if lost_again else BEGIN + 30 * asked[0]
        return [
            row
            for row in given
            if row["resource_id"] != "PV000002" or not max(BEGIN, come) <= minute(row) < END
        ]

    return Plant(rows=rows)


def test_a_backlog_that_is_uploaded_meanwhile_is_no_error():
    """Buckets that nobody had before, and all have since, are said to have come later, in a warning."""
    verdict = hear(backlog(lost_again=False))
    assert rules(verdict, "error") == set(), list(told(verdict))
    assert any("came later" in one.message for one in verdict.findings)


def test_what_comes_and_goes_is_an_error():
    """Buckets that are there, and then not, are lost."""
    assert rules(hear(backlog(lost_again=True)), "error")
