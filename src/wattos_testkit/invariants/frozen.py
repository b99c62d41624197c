"""WT808: values that keep still for hours while what moves them goes on."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.runs import Stretches, runs_of_one_value
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_DAY = 1440
_FINE = 0.11
"""Kelvin: a coarser sensor may well show one value all day."""
_HOURS = 5
"""Hours over which a value is the same before anybody asks why."""
_WORKS = 1.5
"""Hours of them with power."""
_LIVELY = 0.5
"""Share of all other rows in which the value moves: it is no value that hardly ever does."""


def judge_frozen(book: Book, ledger: Ledger) -> None:
    """Judge temperatures, and the reactive power of meters, on the longest answer at each interval."""
    for kind in ("ME", "BE", "PV"):
        for resource in book.resources(kind):
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None:
                    continue
                if kind == "ME":
                    _judge_reactive(ledger, track)
                    continue
                for name in ("temp_ambient_max", "temp_cell_max"):
                    if track.step(name) <= _FINE:
                        _judge_temperature(ledger, track, name)
        ledger.skipped("WT808", OPERATION_OF[kind], "less than a day in one answer")


def _judge_temperature(ledger: Ledger, track: Track, name: str) -> None:
    column = track.column(name)
    rows = _DAY // track.interval
    if np.isfinite(column).sum() < rows:
        return
    ledger.looked("WT808", track.operation, len(track), track.resource)
    runs = runs_of_one_value(column, track.adjoining())
    power = _flowing(track)
    day = runs.only((runs.rows >= rows) & _hours_of(power > 0, runs, track.interval).astype(bool))
    # Air may be conditioned, or come from a forecast; what current heats and wind cools cannot stand.
    cells = name == "temp_cell_max"
    still = day if day.first.size or not cells else _awake(track, column, power, runs)
    if still.first.size:
        bad = still.covered(len(track))
        words = f"{name} is frozen at {column[still.first[0]]:.4g} °C"
        _tell(ledger, track, name, bad, words)


def _awake(track: Track, column: Floats, power: Floats, runs: Stretches) -> Stretches:
    """Return runs of hours with power, of a value that else moves from row to row."""
    busy = power > 0.3 * float(power.max(initial=0.0))
    long = runs.rows * track.interval >= _HOURS * 60
    still = runs.only(long & (_hours_of(busy, runs, track.interval) >= _WORKS))
    free = ~runs.only(long).covered(len(track)) & track.adjoining()
    steps = np.concatenate([[0.0], np.diff(column)])[free]
    lively = steps.size >= 30 and float((steps != 0).mean()) >= _LIVELY
    return still if lively else still.only(np.zeros(still.first.size, dtype=bool))


def _hours_of(flags: Flags, runs: Stretches, interval: int) -> Floats:
    """Return for how many hours of each run something is true."""
    total = np.concatenate([[0], np.cumsum(flags)])
    found: Floats = (total[runs.last + 1] - total[runs.first]) * interval / 60
    return found


def _flowing(track: Track) -> Floats:
    """Return what flows, in either direction."""
    names = [name for name in track.values if name.startswith("power_") and name.endswith("_avg")]
    found: Floats = np.sum([np.abs(np.nan_to_num(track.column(name))) for name in names], axis=0)
    return found


def _judge_reactive(ledger: Ledger, track: Track) -> None:
    """Find reactive power that keeps its value, other than zero, while active power comes and goes."""
    name = "power_reactive_avg"
    column, power = track.column(name), np.abs(np.nan_to_num(track.column("power_active_avg")))
    if len(track) * track.interval < _HOURS * 60:
        return
    ledger.looked("WT808", track.operation, len(track), track.resource)
    runs = runs_of_one_value(column, track.adjoining())
    fine = np.abs(np.nan_to_num(column[runs.first])) > 100 * track.step(name)
    long = runs.only(fine & (runs.rows * track.interval >= _HOURS * 60) & (runs.rows >= 10))
    moves = np.array(
        [
            np.ptp(power[first : last + 1]) > 0.3 * power[first : last + 1].max()
            for first, last in zip(long.first, long.last, strict=True)
        ],
        dtype=bool,
    )
    still = long.only(moves)
    if still.first.size:
        words = f"{name} is frozen at {column[still.first[0]]:.6g} while active power comes and goes"
        _tell(ledger, track, name, still.covered(len(track)), words)


def _tell(ledger: Ledger, track: Track, name: str, bad: Flags, message: str) -> None:
    where = np.flatnonzero(bad)
    column = track.column(name)
    tell_rows(
        ledger,
        track,
        "WT808",
        where,
        f"{message} ({where.size} rows at {track.interval} min)",
        lambda index: (f"{name} that moves", f"{column[index]:.6g}"),
        [name],
    )
