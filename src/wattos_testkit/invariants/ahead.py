"""WT312: rows of buckets that have not been yet, from a server that does not make them up for any time."""

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import written
from wattos_testkit.invariants.question import OPERATION_OF

_RULE = "WT312"
_FEWEST = 10
ANY_TIME, SOME, NONE = "any time", "beyond now", "no rows"


def judge_ahead(book: Book, ledger: Ledger) -> None:
    """Judge what was answered about the time ahead."""
    told = future_of(book)
    if told is None:
        ledger.skipped(_RULE, OPERATION_OF["ME"], "nothing was asked about the time ahead")
        return
    near = book.ahead[0]
    question = near.question
    ledger.looked(_RULE, question.operation, 1, question.resource)
    if told[0] != SOME:
        return
    name, rows = next(iter(near.rows.items()))
    if rows.label.size < _FEWEST:
        # A clock that is a little fast.
        ledger.skipped(_RULE, question.operation, f"only {rows.label.size} rows ahead of the clock")
        return
    ledger.found(
        _RULE,
        question.operation,
        name,
        f"{rows.label.size} rows of buckets that have not been yet; years ahead there are none",
        evidence=[
            Evidence(rows.texts[0], f"no row after {written(question.start - 15)}", "a row", rows.row(0))
        ],
        requests=near.requests,
        count=rows.label.size,
        size=near.count,
    )


def future_of(book: Book) -> tuple[str, str] | None:
    """Return what a deployment has of the time ahead, and how that is known; None if it did not say."""
    if not book.ahead:
        return None
    near, far = book.ahead[0], book.ahead[1] if len(book.ahead) > 1 else None
    if near.status == 0 or (far is not None and far.status == 0):
        return None
    if near.status != 200:
        return str(near.status), "asked for tomorrow"
    if not near.rows:
        return NONE, "asked for tomorrow"
    if far is not None and far.rows:
        return ANY_TIME, f"it has rows of {written(far.question.start)}"
    return SOME, "rows of tomorrow, none of years ahead"
