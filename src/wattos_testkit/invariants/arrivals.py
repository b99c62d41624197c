"""Rows that come while the check runs: lacking in all answers up to one, there in all after it."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.observations import Ints, Observation


def came_later(book: Book, seen: Observation, resource: str, lost: Ints) -> bool:
    """Tell whether an upload explains what an answer lacks: each bucket came once, and stays."""
    interval = seen.question.interval
    lacked, had = np.full(lost.size, -1), np.full(lost.size, len(book.observations))
    for index, other in enumerate(book.observations):
        question = other.question
        if question.operation != seen.question.operation or question.resource not in {None, resource}:
            continue
        if question.interval > interval or not other.readable:
            continue
        inside = (lost >= question.start) & (lost + interval <= question.end)
        if not inside.any():
            continue
        rows = other.rows.get(resource)
        there = np.array([], dtype=np.int64) if rows is None else rows.label - book.shift(question.interval)
        has = np.isin(lost, np.unique(there // interval * interval))
        lacked[inside & ~has] = index
        had = np.where(inside & has, np.minimum(had, index), had)
    return bool((lacked < had).all()) and bool((had < len(book.observations)).any())
