"""WT822: codes in place of values: rows that stand alone, again and again, though their energy may agree."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.runs import runs_of_one_value
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT822"
_ROWS = 180
_VALUES = 50
"""Different values that a series must have: a pump that runs for a minute has one, and zero."""
_TIMES = 3
"""Times that a code must come."""
_FAR = 8.0
"""Times the ninth tenth of all steps: a row that is farther than this from both neighbours stands alone."""
_ABOVE = 6.0
"""Times the highest of all rows that do not stand alone."""
_RARE = 0.02


def judge_codes(book: Book, ledger: Ledger) -> None:
    """Judge every value but registers on the longest answers at 1 and 5 minutes."""
    for kind in ("ME", "BE", "PV"):
        for resource in book.resources(kind):
            for interval in (1, 5):
                track = book.longest(resource, interval)
                if track is None or len(track) < _ROWS or (resource, interval) in book.spoiled:
                    continue
                for name in track.values:
                    if not name.startswith("energy_"):
                        _judge_field(ledger, track, name)
        ledger.skipped(_RULE, OPERATION_OF[kind], "too few rows at 1 or 5 minutes")


def _judge_field(ledger: Ledger, track: Track, name: str) -> None:
    column = track.column(name)
    if name.startswith("power_") and track.kind == "BE":
        way = "discharge" if "_discharge_" in name else "charge"
        other = track.column(name.replace(way, "charge" if way == "discharge" else "discharge"))
        # What no longer charges because it discharges is not idle.
        column = np.where((column == 0) & (np.nan_to_num(other) > 0), np.nan, column)
    if np.isfinite(column).sum() < _ROWS or np.unique(column[np.isfinite(column)]).size < _VALUES:
        return
    ledger.looked(_RULE, track.operation, len(track), track.resource)
    alone = _alone(track, column, 20 * track.step(name))
    if not 0 < alone.sum() <= _RARE * len(track):
        return
    same = _code(track, column, alone)
    if same.any():
        value = float(column[np.flatnonzero(same)[0]])
        words = f"{name} is {value:.6g} in {int(same.sum())} rows that stand alone: a code, not a value"
        _tell(ledger, track, name, same, words)
        return
    if not name.startswith("power_"):
        return
    turned = _turned(column, alone)
    if turned.sum() >= _TIMES:
        _tell(ledger, track, name, turned, f"{name} has the other sign in {int(turned.sum())} single rows")
        return
    sizes = np.abs(np.nan_to_num(column))
    high = alone & (sizes > _ABOVE * float(sizes[~alone].max()))
    if high.sum() >= 2:
        words = f"{name} is more than {_ABOVE:.0f} times as high as ever in {int(high.sum())} single rows"
        _tell(ledger, track, name, high, words)


def _alone(track: Track, column: Floats, least: float) -> Flags:
    """Tell which rows are far from both neighbours, which are near each other."""
    found = np.zeros(column.size, dtype=bool)
    near = track.adjoining()
    before, here, after = column[:-2], column[1:-1], column[2:]
    steps = np.abs(np.diff(column))
    far = max(least, _FAR * float(np.nanpercentile(steps, 90)))
    apart = np.minimum(np.abs(here - before), np.abs(here - after))
    found[1:-1] = near[1:-1] & near[2:] & (apart > far) & (np.abs(after - before) < 0.3 * apart)
    return found


def _code(track: Track, column: Floats, alone: Flags) -> Flags:
    """Tell in which rows that stand alone there is one value to the last digit, hardly seen else."""
    values, counts = np.unique(column[alone], return_counts=True)
    best = int(np.argmax(counts))
    same: Flags = alone & (column == values[best])
    runs = runs_of_one_value(column, track.adjoining())
    short = (column[runs.first] == values[best]) & (runs.rows * track.interval <= 180)
    if counts[best] < _TIMES or short.sum() > 1.3 * counts[best] + 1:
        return np.zeros(column.size, dtype=bool)
    return same


def _turned(column: Floats, alone: Flags) -> Flags:
    level = np.zeros(column.size)
    level[1:-1] = (column[:-2] + column[2:]) / 2
    found: Flags = alone & (np.abs(column + level) < 0.15 * np.abs(level))
    return found


def _tell(ledger: Ledger, track: Track, name: str, bad: Flags, message: str) -> None:
    column = track.column(name)
    tell_rows(
        ledger,
        track,
        _RULE,
        np.flatnonzero(bad),
        f"{message} (at {track.interval} min)",
        lambda index: (f"{name} near {column[max(0, index - 1)]:.6g}, as beside it", f"{column[index]:.6g}"),
        [name],
        margin=20,
    )
