"""Questions without a filter: what each resource of a type says, in as few requests as there are types."""

from collections.abc import Iterator

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.question import OPERATION_OF, Question

_DAY = 1440
_MOST_ROWS = 20_000
"""Rows of one answer at most: some megabytes."""
_OVERVIEW = 64
"""Up to so many resources of a type, all are asked for more than two hours."""
_FORTNIGHT = 14
_ROWS = {1: _DAY, 5: _DAY // 5}


def everyone(
    book: Book, kind: str, day: tuple[int, int], stretch: tuple[int, int], noon: int, *, thorough: bool
) -> Iterator[Question]:
    """Yield a few hours of all resources; if they are not too many two weeks, and a day of minutes.

    What is refused is asked for less: a day at 30 minutes.
    """
    operation = OPERATION_OF[kind]
    yield Question(operation, kind, None, noon - 60, noon + 60, 15, "unfiltered")
    many = len(_last(book))
    if not 0 < many <= _OVERVIEW:
        return
    days = min(_FORTNIGHT, _MOST_ROWS // (48 * many)) if thorough else 1
    start = max(stretch[0], day[1] - days * _DAY)
    yield Question(operation, kind, None, start, day[1], 30, "overview")
    if start < day[0] and not _last(book):
        yield Question(operation, kind, None, *day, 30, "overview")
    fine = next((step for step, rows in _ROWS.items() if many * rows <= _MOST_ROWS), None)
    if thorough and fine is not None:
        yield Question(operation, kind, None, *day, fine, "everyone")


def _last(book: Book) -> dict[str, object]:
    """Return the rows by resource of the latest answer, if it is one without a filter."""
    seen = book.observations[-1] if book.observations else None
    return dict(seen.rows) if seen is not None and seen.question.resource is None and seen.readable else {}
