"""Whether a timestamp is the start or the end of its bucket: told by windows and by parts."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.tracks import Track

_FEWEST = 6
_CLEAR = 0.8


@dataclass(frozen=True, slots=True)
class Labels:
    """What the labels mean, and why that is believed."""

    end: bool
    reason: str
    certain: bool


def detect_labels(book: Book) -> Labels:
    """Decide what the labels of a deployment mean; the book must not have been relabelled."""
    start, end = _votes_of_parts(book)
    if start + end >= _FEWEST:
        if end >= _CLEAR * (start + end):
            return Labels(
                end=True, reason=f"{end} of {start + end} coarse rows are of the time before", certain=True
            )
        if start >= _CLEAR * (start + end):
            return Labels(
                end=False, reason=f"{start} of {start + end} coarse rows are of the time after", certain=True
            )
    start, end = _votes_of_windows(book)
    if end > start and start == 0:
        return Labels(end=True, reason=f"{end} windows end with a row labelled with their end", certain=True)
    return Labels(
        end=False, reason=f"{start} windows begin with a row labelled with their start", certain=start > 0
    )


def _votes_of_windows(book: Book) -> tuple[int, int]:
    start = end = 0
    for seen in book.observations:
        question = seen.question
        if question.start % question.interval or question.end % question.interval:
            continue
        for rows in seen.rows.values():
            begins = bool((rows.label == question.start).any())
            ends = bool((rows.label == question.end).any())
            start += begins and not ends
            end += ends and not begins
    return start, end


def _votes_of_parts(book: Book) -> tuple[int, int]:
    start = end = 0
    for resource in {name for name, _ in book.pairs()}:
        intervals = book.intervals(resource)
        for coarse in intervals[1:]:
            fine = intervals[0]
            one, two = book.track(resource, fine), book.track(resource, coarse)
            if one is None or two is None or coarse % fine:
                continue
            found = _votes(one, two)
            start, end = start + found[0], end + found[1]
    return start, end


def _votes(fine: Track, coarse: Track) -> tuple[int, int]:
    """Count the coarse rows that fit only one of the two readings of the labels."""
    name = next((one for one in fine.values if one.endswith("_avg")), None)
    if name is None:
        return 0, 0
    length = coarse.interval // fine.interval
    tolerance = (
        fine.step(name) + coarse.step(name) + 1e-6 * float(np.nanmax(np.abs(coarse.column(name)), initial=0))
    )
    after, complete_after = gather(fine, coarse.start, length)
    # Read as ends, the fine labels of a bucket reach from one fine interval after its start to its end.
    before, complete_before = gather(fine, coarse.start - coarse.interval + fine.interval, length)
    both = complete_after & complete_before
    if not both.any():
        return 0, 0
    column = fine.column(name)
    seen = coarse.column(name)[both]
    fits_start = _fits(column, after[both], seen, tolerance)
    fits_end = _fits(column, before[both], seen, tolerance)
    return int((fits_start & ~fits_end).sum()), int((fits_end & ~fits_start).sum())


def _fits(column: Floats, places: Ints, seen: Floats, tolerance: float) -> Flags:
    means = column[places].mean(axis=1)
    fits: Flags = np.abs(means - seen) <= tolerance
    return fits


def gather(fine: Track, starts: Ints, length: int) -> tuple[Ints, Flags]:
    """Return the indices of the fine rows from each start on, and whether all of them are there."""
    first = np.searchsorted(fine.start, starts)
    last = first + length - 1
    inside = last < len(fine)
    safe_first = np.minimum(first, len(fine) - 1)
    safe_last = np.minimum(last, len(fine) - 1)
    complete = (
        inside
        & (fine.start[safe_first] == starts)
        & (fine.start[safe_last] == starts + (length - 1) * fine.interval)
    )
    places = np.minimum(first[:, None] + np.arange(length), len(fine) - 1)
    return places, complete
