"""WT305, WT308, WT311: buckets that are missing although they should be there.

Lost minutes and outages are healthy. A missing bucket counts only if somebody else has it, or if no outage
would have its shape: every day at the same time, in a fixed rhythm, just where local clocks change.
"""

from calendar import day_name
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.invariants.arrivals import came_later
from wattos_testkit.invariants.book import Book, Place
from wattos_testkit.invariants.clocks import clock_changes
from wattos_testkit.invariants.fickle import is_fickle
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Ints, Observation, written
from wattos_testkit.invariants.recurring import daily, nightly, rhythmic, weekly, without_outages
from wattos_testkit.invariants.sun import elevation

DAY = 1440
_LATE = 120
_LONG = 40


def judge_gaps(book: Book, ledger: Ledger) -> None:
    """Judge what is missing in every answer."""
    for seen in book.observations:
        if not seen.readable:
            continue
        asked = seen.question.resource
        for resource in seen.rows if asked is None else [asked]:
            if not book.believed(seen, resource) or not book.intervals(resource):
                continue
            expected, present = expected_and_present(book, seen, resource)
            if expected.size == 0:
                continue
            if not _is_orderly(seen, resource):
                ledger.skipped("WT305", seen.question.operation, "rows off the grid or outside the window")
                continue
            for rule in ("WT305", "WT308", "WT311"):
                ledger.looked(rule, seen.question.operation, expected.size, resource)
            missing = np.setdiff1d(expected, present)
            missing = missing[missing < book.latest(resource) - _LATE]
            if missing.size and is_fickle(ledger, seen.question.operation):
                # What the server does not answer twice alike is no hole of the grid.
                continue
            if missing.size and not _known_elsewhere(
                book, ledger, seen, resource, expected, present, missing
            ):
                _of_a_shape(book, ledger, seen, resource, present, missing)


def judge_lost_days(book: Book, ledger: Ledger) -> None:
    """Find whole days that are missing by the calendar: each last of a month, each Sunday."""
    for resource in {name for name, _ in book.pairs()}:
        whole, lost, witness = _days_of(book, resource)
        for words, told, least in _CALENDAR:
            gone = [day for day in lost if told(day)]
            # None of them is there, and no other day is lost with them.
            if len(gone) < least or len(gone) < len(lost) or any(told(day) for day in whole):
                continue
            seen = witness[gone[0]]
            ledger.found(
                "WT305",
                seen.question.operation,
                resource,
                f"days are missing: {words}, {len(gone)} of {len(gone)} that were asked for",
                evidence=[Evidence(written(day * DAY)[:10], "rows", "no row") for day in gone[:3]],
                requests=seen.requests,
                count=len(gone),
                severity=Severity.WARNING if words in _WEEKLY else Severity.ERROR,
                size=seen.count,
            )
            break


_EPOCH = date(1970, 1, 1)


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


_CALENDAR: tuple[tuple[str, Callable[[int], bool], int], ...] = (
    ("the last of the month", lambda day: _date(day + 1).day == 1, 2),
    ("the first of the month", lambda day: _date(day).day == 1, 2),
    ("the 31st", lambda day: _date(day).day == 31, 2),
    *(
        (f"each {name}", lambda day, weekday=weekday: _date(day).weekday() == weekday, 3)
        for weekday, name in enumerate(day_name)
    ),
    ("Saturdays and Sundays", lambda day: _date(day).weekday() >= 5, 4),
)
"""What lost days may have in common, and how many there must be."""
_WEEKLY = {*(f"each {name}" for name in day_name), "Saturdays and Sundays"}
"""Somebody may switch a gateway off each week, but nobody each last of a month."""


def _days_of(book: Book, resource: str) -> tuple[set[int], set[int], dict[int, Observation]]:
    """Return the UTC days that are there, those wholly missing amid others, and an answer that lacks each."""
    whole: set[int] = set()
    lost: dict[int, Observation] = {}
    for seen in book.observations:
        if seen.question.resource != resource or resource not in seen.rows:
            continue
        expected, present = expected_and_present(book, seen, resource)
        days, counts = np.unique(expected // DAY, return_counts=True)
        full = {int(day) for day in days[counts == DAY // seen.question.interval]}
        there = {int(day) for day in present // DAY}
        if not there:
            continue
        whole |= full & there
        lost |= {day: seen for day in full - there if min(there) < day < max(there)}
    return whole, set(lost) - whole, lost


def _is_orderly(seen: Observation, resource: str) -> bool:
    """Tell whether the grid of an answer is as it should be; else what is missing is no news."""
    if resource not in seen.rows:
        return not seen.rows
    rows, question = seen.rows[resource], seen.question
    inside = (rows.label >= question.start - question.interval) & (
        rows.label <= question.end + question.interval
    )
    if not ((rows.label % question.interval == 0) & inside).all():
        return False
    distinct = np.unique(rows.label)
    return distinct.size < 10 or int(np.median(np.diff(distinct))) == question.interval


def expected_and_present(book: Book, seen: Observation, resource: str) -> tuple[Ints, Ints]:
    """Return the starts of the buckets wholly inside the window, and of those that are there."""
    question = seen.question
    first = -(-question.start // question.interval) * question.interval
    last = question.end // question.interval * question.interval
    expected = np.arange(first, last, question.interval, dtype=np.int64)
    rows = seen.rows.get(resource)
    if rows is None:
        return expected, np.array([], dtype=np.int64)
    return expected, np.unique(rows.label - book.shift(question.interval))


def _known(book: Book, resource: str, interval: int, missing: Ints) -> tuple[Flags, Observation | None]:
    """Return which missing buckets another answer has, at this interval or complete at a finer one."""
    found = np.zeros(missing.size, dtype=bool)
    witness: Observation | None = None
    for finer in book.intervals(resource):
        if finer > interval or interval % finer:
            continue
        track = book.track(resource, finer)
        if track is None:
            continue
        first = np.searchsorted(track.start, missing)
        last = np.searchsorted(track.start, missing + interval)
        here = (last - first) == interval // finer
        if witness is None and here.any():
            witness = book.observations[int(track.source[first[np.flatnonzero(here)[0]]])]
        found |= here
    return found, witness


def _known_elsewhere(
    book: Book, ledger: Ledger, seen: Observation, resource: str, expected: Ints, present: Ints, missing: Ints
) -> bool:
    known, witness = _known(book, resource, seen.question.interval, missing)
    if book.end_labels:
        # Such servers may filter by the label or by the bucket: the edges prove nothing.
        known &= (missing != expected[0]) & (missing != expected[-1])
    if witness is None or not known.any():
        return False
    lost = missing[known]
    rule, words = _shape(expected, present, lost)
    if rule == "WT305" and _is_odd_filter(seen, witness):
        rule = "WT503"
        words = "rows are missing that are there with another filter"
    later = came_later(book, seen, resource, lost)
    words += ", and came later" if later else ""
    ledger.found(
        rule,
        seen.question.operation,
        resource,
        f"{words} ({lost.size} of {expected.size} buckets at {seen.question.interval} min)",
        evidence=[Evidence(written(minute), "a row, as another answer has", "no row") for minute in lost[:3]],
        requests=(*seen.requests, *witness.requests),
        count=int(lost.size),
        # Somebody may upload a backlog while we ask.
        severity=Severity.WARNING if later else None,
        size=seen.count,
    )
    return True


def _is_odd_filter(seen: Observation, witness: Observation) -> bool:
    return (seen.question.resource is None) != (witness.question.resource is None)


def _shape(expected: Ints, present: Ints, lost: Ints) -> tuple[str, str]:
    """Tell which rule lost buckets break."""
    if present.size == 0:
        few = expected.size <= 2
        return ("WT311", "both edges are missing") if few else ("WT308", "the whole window is missing")
    tail = int((lost > present[-1]).sum())
    head = int((lost < present[0]).sum())
    if tail + head < lost.size:
        return "WT305", "buckets are missing"
    if max(tail, head) <= 1 and lost.size <= 2:
        edge = "first" if head and not tail else "last" if not head else "first and last"
        return "WT311", f"the {edge} bucket of the window is missing"
    if expected.size < _LONG:
        return "WT311", "buckets at the edge of the window are missing"
    side = "end" if tail >= head else "beginning"
    return "WT308", f"the answer is cut short at its {side}: {present.size} rows came"


def _of_a_shape(
    book: Book, ledger: Ledger, seen: Observation, resource: str, present: Ints, missing: Ints
) -> None:
    if present.size == 0:
        return
    interval, place = seen.question.interval, book.place(resource)
    inner = missing[(missing > present[0]) & (missing < present[-1])]
    pv = seen.question.kind == "PV"
    if pv and inner.size and not place.known:
        return
    told = _at_clock_change(book, seen, resource, inner) or _leap_day(seen, inner)
    severity = Severity.ERROR
    if told is None and inner.size:
        told, severity = _recurring(interval, present, inner, place if pv else None)
    if told:
        ledger.found(
            "WT305",
            seen.question.operation,
            resource,
            f"buckets are missing {told[0]}",
            evidence=[Evidence(written(minute), "a row", "no row") for minute in told[1][:3]],
            requests=seen.requests,
            count=int(told[1].size),
            severity=severity,
            size=seen.count,
        )


def _recurring(
    interval: int, present: Ints, inner: Ints, sun: Place | None
) -> tuple[tuple[str, Ints] | None, Severity]:
    """Return what recurs; with the place of a PV system, nights are looked at apart."""
    holes = without_outages(inner, interval)
    # The logger of an inverter may sleep at night.
    dark = np.zeros(inner.size, dtype=bool)
    if sun is not None:
        dark = elevation(inner + interval / 2, sun.latitude, sun.longitude) <= 5
    of_holes = dark[np.isin(inner, holes)]
    awake = holes[~of_holes]
    told = daily(interval, present, awake) if awake.size else None
    told = told or (rhythmic(interval, holes, of_holes) if holes.size else None)
    if told is not None:
        return told, Severity.ERROR
    told = weekly(interval, present, inner[~dark])
    if told is None and sun is not None and holes.size:
        asked = np.arange(present[0], present[-1] + interval, interval, dtype=np.int64)
        heights = elevation(asked + interval / 2, sun.latitude, sun.longitude)
        told = nightly(asked, holes, heights, sun.longitude or 0.0)
    # Somebody may switch a plant off each week, or each night.
    return told, Severity.WARNING


def _at_clock_change(book: Book, seen: Observation, resource: str, inner: Ints) -> tuple[str, Ints] | None:
    """Return an hour that is missing where local clocks change."""
    interval = seen.question.interval
    places = [book.place(resource), *(site.place for site in book.sites.values())]
    question = seen.question
    # The clocks of a server are often those of another of its sites.
    for change in sorted(
        {one for here in places for one in clock_changes(here, question.start, question.end)}
    ):
        near = inner[(inner >= change - 60) & (inner < change + 120)]
        around = inner[(inner >= change - 240) & (inner < change + 300)]
        if near.size == 60 // interval == around.size and int(near[-1] - near[0]) == 60 - interval:
            return "in the hour in which local clocks change", near
    return None


def _leap_day(seen: Observation, inner: Ints) -> tuple[str, Ints] | None:
    """Return the 29th of February, if it is missing from its first bucket to its last, and nothing beside."""
    interval = seen.question.interval
    if inner.size != DAY // interval or inner[0] % DAY or int(inner[-1] - inner[0]) != DAY - interval:
        return None
    return ("on the 29th of February", inner) if written(int(inner[0]))[5:10] == "02-29" else None
