"""WT822: one value, to the last digit, that stands in for rows that were lost, wherever they were."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT822"
_ROWS = 180
_FINE = 500
"""The usual power over its resolution: coarser rows agree by chance."""
_OFTEN = 10
_TIMES = 5
"""Times as often as the next value that comes again."""
_APART = 20
"""Steps by which rows differ from their neighbours: where they hardly differ, a value stays."""


def judge_stand_ins(book: Book, ledger: Ledger) -> None:
    """Judge the active power of meters and PV systems on the longest answers at 1 and 5 minutes."""
    for kind in ("ME", "PV"):
        for resource in book.resources(kind):
            for interval in (1, 5):
                track = book.longest(resource, interval)
                if track is not None and len(track) >= _ROWS and (resource, interval) not in book.spoiled:
                    _judge(ledger, track, "power_active_avg")
        ledger.skipped(_RULE, OPERATION_OF[kind], "too few rows at 1 or 5 minutes")


def _judge(ledger: Ledger, track: Track, name: str) -> None:
    power, step = track.column(name), track.step(name)
    usual = float(np.nanpercentile(np.abs(power), 75)) if np.isfinite(power).any() else 0.0
    if step <= 0 or usual < _FINE * step:
        return
    ledger.looked(_RULE, track.operation, len(track), track.resource)
    values, counts = np.unique(power[_jumped_to(track, power, _APART * step)], return_counts=True)
    # Zero and the highest value are where switches and limits leave a series.
    inner = (values != 0) & (values < 0.995 * float(np.nanmax(np.abs(power))))
    values, counts = values[inner], counts[inner]
    if values.size < 2:
        return
    best = int(np.argmax(counts))
    most, next_most = int(counts[best]), int(np.delete(counts, best).max())
    if most < _OFTEN or most < _TIMES * next_most:
        return
    rows = np.flatnonzero(power == values[best])
    words = f"{name} is {values[best]:.6g} in {rows.size} rows, here and there: it stands in for others"
    tell_rows(
        ledger,
        track,
        _RULE,
        rows,
        f"{words} (at {track.interval} min)",
        lambda index: ("a value of its own", f"{power[index]:.6g} again"),
        [name],
        margin=20,
    )


def _jumped_to(track: Track, power: Floats, least: float) -> Flags:
    """Tell which rows differ from the one before and the one after."""
    near, steps = track.adjoining(), np.abs(np.diff(power))
    found = np.zeros(power.size, dtype=bool)
    found[1:-1] = near[1:-1] & near[2:] & (steps[:-1] > least) & (steps[1:] > least)
    return found
