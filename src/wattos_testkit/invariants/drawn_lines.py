"""WT820: rows that somebody filled in after an outage, as straight as no load runs."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.runs import Stretches, runs_where
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT820"
_LASTS = 90
"""Minutes over which a line runs at least: ramps of inverters and machines are over by then."""
_ROWS = 10
_ROOM = 4.0
"""Steps by which three neighbours on a line may bend: each is rounded."""
_RISES = 20.0
"""Steps by which a line rises or falls: a load that stands still has its own rules."""
_LIVELY = 20.0
"""Steps by which half of all other rows bend at least."""
_FAR = 5.0
"""Times what other rows bend, by which it rises or falls: at rest, a load drifts by little, and in a line."""
_OTHERS = 60
_POWERS = {"ME": ("power_active_avg", "power_reactive_avg"), "PV": ("power_active_avg",)}
"""Batteries are left out: charged with a steady current their power follows their voltage, in a line."""


def judge_drawn_lines(book: Book, ledger: Ledger) -> None:
    """Judge every meter and PV system on the longest answer at each interval."""
    for kind, names in _POWERS.items():
        for resource in book.resources(kind):
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None or (resource, interval) in book.spoiled:
                    continue
                for name in names:
                    _judge(ledger, track, name)
        ledger.skipped(_RULE, OPERATION_OF[kind], "no lively series of some hours")


def _judge(ledger: Ledger, track: Track, name: str) -> None:
    power, step = track.column(name), track.step(name)
    if len(track) < _OTHERS or step <= 0:
        return
    near = track.adjoining()
    bends = np.full(len(track), np.nan)
    bends[1:-1] = np.abs(power[2:] - 2 * power[1:-1] + power[:-2])
    bends[1:-1][~(near[1:-1] & near[2:])] = np.nan
    straight = np.nan_to_num(bends, nan=np.inf) <= (_ROOM + 0.01) * step
    runs = runs_where(straight)
    long = runs.only(runs.rows >= max(_ROWS, _LASTS // track.interval))
    others = bends[~long.covered(len(track)) & np.isfinite(bends) & (power != 0)]
    if others.size < _OTHERS:
        return
    ledger.looked(_RULE, track.operation, int(others.size), track.resource)
    # Where power is told in coarse steps, or hardly moves, any stretch of it is a line.
    if float(np.median(others)) < _LIVELY * step:
        return
    lines = long.only(_are_lines(power, step, long, _FAR * float(np.median(others))))
    if not lines.first.size:
        return
    rows = np.flatnonzero(lines.covered(len(track)))
    hours = rows.size * track.interval / 60
    tell_rows(
        ledger,
        track,
        _RULE,
        rows,
        f"{name} runs in a straight line over {hours:.3g} hours (at {track.interval} min)",
        lambda index: (f"{name} that moves as it does elsewhere", f"{power[index]:.6g}, on a line"),
        [name],
    )


def _are_lines(power: Floats, step: float, runs: Stretches, least: float) -> Flags:
    """Tell which runs rise or fall by so much, and keep to the line from their first row to their last."""
    found = np.zeros(runs.first.size, dtype=bool)
    for index, (first, last) in enumerate(zip(runs.first, runs.last, strict=True)):
        piece = power[first : last + 1]
        line = np.linspace(piece[0], piece[-1], piece.size)
        rise = abs(float(piece[-1] - piece[0]))
        found[index] = rise > max(_RISES * step, least) and float(np.abs(piece - line).max()) <= _ROOM * step
    return found
