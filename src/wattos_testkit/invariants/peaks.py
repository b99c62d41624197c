"""WT817: maxima that are held over from rows before, such as that of the day so far."""

import numpy as np

from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import PEAKS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.runs import runs_of_one_value
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT817"
_RUN = 10
_ROWS = 30
"""Rows in such runs that there must be in all."""
_MOVES = 0.3
"""Of the maximum: by so much the average moves while the maximum stands."""
_BELOW = 0.6
"""Of the maximum: below this lies half of the averages. An inverter at its limit is near it."""


def judge_held_peaks(book: Book, ledger: Ledger) -> None:
    """Judge the maxima of every resource on the longest answer at each short interval."""
    for operation in OPERATIONS:
        kind = KIND_OF[operation]
        for resource in book.resources(kind):
            for interval in (1, 5):
                track = book.longest(resource, interval)
                if track is not None and len(track) >= _ROWS and (resource, interval) not in book.spoiled:
                    for peak, mean in PEAKS[kind]:
                        _judge_held(ledger, track, peak, mean)
        ledger.skipped(_RULE, operation, "too few rows at 1 or 5 minutes")


def _judge_held(ledger: Ledger, track: Track, peak: str, mean: str) -> None:
    highest, average = np.abs(track.column(peak)), np.abs(track.column(mean))
    known = np.isfinite(highest) & np.isfinite(average)
    ledger.looked(_RULE, track.operation, int(known.sum()), track.resource)
    runs = runs_of_one_value(highest, track.adjoining())
    runs = runs.only((runs.rows >= _RUN) & (np.nan_to_num(highest[runs.first]) > 20 * track.step(peak)))
    held = []
    for first, last in zip(runs.first, runs.last, strict=True):
        part, top = average[first : last + 1], float(highest[first])
        if np.isfinite(part).all() and np.ptp(part) > _MOVES * top and np.median(part) < _BELOW * top:
            held.append(np.arange(first + 1, last + 1))
    rows = np.concatenate(held) if held else np.array([], dtype=np.int64)
    if rows.size < _ROWS:
        return
    tell_rows(
        ledger,
        track,
        _RULE,
        rows,
        f"{peak} stands still over {rows.size} rows while {mean} moves (at {track.interval} min)",
        lambda index: (
            f"{peak} of its own, {mean} is {average[index]:.6g}",
            f"{highest[index]:.6g} as before",
        ),
        [peak, mean],
    )
