"""WT3xx on single answers: alignment, order, doubles, the window, UTC, the interval."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Ints, Observation, Rows, instant, written

_FEWEST = 10
_RULES = ("WT301", "WT302", "WT304", "WT306", "WT307", "WT309", "WT310", "WT608")


def judge_grid(book: Book, ledger: Ledger) -> None:
    """Judge each answer by itself."""
    for seen in (*book.observations, *book.witnesses):
        operation = seen.question.operation
        if not seen.readable:
            for rule in _RULES:
                ledger.skipped(rule, operation, f"no answer could be read (status {seen.status})")
            continue
        for rows in seen.rows.values():
            _judge_rows(book, ledger, seen, rows)
        _judge_order_of_resources(ledger, seen)


def _judge_rows(book: Book, ledger: Ledger, seen: Observation, rows: Rows) -> None:
    question = seen.question
    for rule in _RULES:
        if rule != "WT310" or rows.label.size >= _FEWEST:
            ledger.looked(rule, question.operation, rows.label.size, rows.resource)
    distinct = np.unique(rows.label)
    strange = 0
    if distinct.size >= _FEWEST:
        usual = int(np.median(np.diff(distinct)))
        strange = usual if usual != question.interval else 0
    if strange:
        _tell(
            ledger,
            seen,
            rows,
            "WT310",
            np.ones(rows.label.size, dtype=bool),
            f"asked for {question.interval} min, rows are {strange} min apart",
            f"{question.interval} min to the next row",
            lambda _: f"{strange} min",
        )
    aligned = (rows.label % question.interval == 0) & rows.whole
    if strange == 0:
        _tell(
            ledger,
            seen,
            rows,
            "WT301",
            ~aligned,
            f"timestamps are not on the UTC grid of {question.interval} min",
            f"a multiple of {question.interval} min, seconds 00",
            lambda index: rows.texts[index],
        )
    _judge_sequence(ledger, seen, rows)
    _judge_zone(ledger, seen, rows)
    _judge_echo(ledger, seen, rows)
    _judge_window(book, ledger, seen, rows)


def _judge_sequence(ledger: Ledger, seen: Observation, rows: Rows) -> None:
    fallen = np.zeros(rows.label.size, dtype=bool)
    fallen[1:] = np.diff(rows.label) < 0
    newest_first = fallen.size > 2 and bool(fallen[1:].all())
    _tell(
        ledger,
        seen,
        rows,
        "WT302",
        fallen,
        "the newest row comes first" if newest_first else "rows are not in order of time",
        "timestamps that rise from row to row",
        lambda index: f"{rows.texts[index]} after {rows.texts[index - 1]}",
    )
    order = np.argsort(rows.label, kind="stable")
    double = np.zeros(rows.label.size, dtype=bool)
    double[order[1:]] = (np.diff(rows.label[order]) == 0) & (rows.whole[order[1:]] == rows.whole[order[:-1]])
    _tell(
        ledger,
        seen,
        rows,
        "WT304",
        double,
        "a timestamp occurs twice for one resource",
        "each bucket once",
        lambda index: f"{rows.texts[index]} again",
    )


def _judge_zone(ledger: Ledger, seen: Observation, rows: Rows) -> None:
    bad = np.array([(found := instant(text)) is None or found.offset != 0 for text in rows.texts], dtype=bool)
    _tell(
        ledger,
        seen,
        rows,
        "WT309",
        bad,
        "timestamps are not written in UTC",
        "Z or +00:00",
        lambda index: rows.texts[index],
    )


def _judge_echo(ledger: Ledger, seen: Observation, rows: Rows) -> None:
    interval = seen.question.interval
    bad = np.array([one is not None and one != interval for one in rows.echo], dtype=bool)
    _tell(
        ledger,
        seen,
        rows,
        "WT608",
        bad,
        f"rows say another agg_interval than {interval}",
        str(interval),
        lambda index: str(rows.echo[index]),
    )


def _judge_window(book: Book, ledger: Ledger, seen: Observation, rows: Rows) -> None:
    question = seen.question
    outside, partly = _beyond(rows.label - book.shift(question.interval), seen)
    if book.end_labels:
        # Some servers of this kind filter by the label, some by the bucket: either may be.
        by_label = _beyond(rows.label, seen)
        if (outside | partly).sum() > (by_label[0] | by_label[1]).sum():
            outside, partly = by_label
    window = f"[{written(question.start)}, {written(question.end)})"
    _tell(
        ledger,
        seen,
        rows,
        "WT306",
        outside,
        "rows lie outside the window",
        f"a bucket in {window}",
        lambda index: rows.texts[index],
    )
    at_end = bool((partly & (rows.label - book.shift(question.interval) == question.end)).any())
    _tell(
        ledger,
        seen,
        rows,
        "WT307",
        partly,
        "the bucket that begins at the end of the window is returned"
        if at_end
        else "a bucket is only partly inside the window",
        f"{question.interval} min wholly in {window}",
        lambda index: rows.texts[index],
    )


def _beyond(start: Ints, seen: Observation) -> tuple[Flags, Flags]:
    """Return which buckets lie outside the window, and which only partly inside or just after it."""
    question = seen.question
    end = start + question.interval
    just_after = start == question.end
    outside = ((end <= question.start) | (start >= question.end)) & ~just_after
    partly = ((start < question.start) | (end > question.end)) & ~outside
    return outside, partly


def _judge_order_of_resources(ledger: Ledger, seen: Observation) -> None:
    if seen.question.resource is not None or len(seen.rows) < 2:
        return
    operation = seen.question.operation
    ledger.looked("WT303", operation, len(seen.runs))
    mixed = len(seen.runs) > len(seen.rows)
    wrong = [(one, two) for one, two in pairwise(seen.runs) if two < one]
    if mixed or wrong:
        one, two = wrong[0] if wrong else seen.runs[:2]
        ledger.found(
            "WT303",
            operation,
            None,
            "rows of several resources are mixed" if mixed else "resources are not in order of their ids",
            evidence=[Evidence("order of rows", "resource_id rising", f"{two} after {one}")],
            requests=seen.requests,
            size=seen.count,
        )


def _tell(
    ledger: Ledger,
    seen: Observation,
    rows: Rows,
    rule: str,
    bad: Flags,
    message: str,
    expected: str,
    said: Callable[[int], str],
) -> None:
    where = np.flatnonzero(bad)
    if where.size == 0:
        return
    purpose = seen.question
    ledger.found(
        rule,
        purpose.operation,
        rows.resource,
        f"{message} ({where.size} of {bad.size} rows at {purpose.interval} min)",
        evidence=[
            Evidence(rows.texts[index], expected, said(int(index)), rows.row(int(index)))
            for index in where[:3]
        ],
        requests=seen.requests,
        count=int(where.size),
        size=seen.count,
    )
