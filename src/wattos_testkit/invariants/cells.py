"""WT806: PV cells beside air and power over weeks: cells of another time, air in another scale."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT806"
_OPERATION = "get_pv_data"
_CELL, _AIR, _POWER = "temp_cell_max", "temp_ambient_max", "power_active_avg"
_DAYS = 6
_NIGHT = 100
"""Rows of night that there must be."""
_VARIED = 1.5
"""Kelvin by which the air of the nights must vary (standard deviation)."""
_CLOSE = 0.97
"""Correlation at which cells follow the air, by whatever factor."""
_SCALE = 0.25
"""The sky cools cells, and less when it is damp; not by more than this."""
_FITS = 0.95
_BETTER = 4.0
"""Times less is left unexplained when the cells are moved in time."""


def judge_cells(book: Book, ledger: Ledger) -> None:
    """Judge PV systems on the longest answer at 30 or 15 minutes."""
    for resource in book.resources("PV"):
        for interval in (30, 15):
            track = book.longest(resource, interval)
            if track is None or track.start[-1] - track.start[0] < _DAYS * 1440:
                continue
            if not ledger.has(_RULE, _OPERATION, resource):
                _judge_nights(book, ledger, track)
            if not ledger.has(_RULE, _OPERATION, resource):
                _judge_time(ledger, track)
            break


def _judge_nights(book: Book, ledger: Ledger, track: Track) -> None:
    place = book.place(track.resource)
    cell, air = track.column(_CELL), track.column(_AIR)
    if not place.known:
        return
    sun = elevation(track.start + track.interval / 2, place.latitude, place.longitude)
    night = (sun < -8) & np.isfinite(cell) & np.isfinite(air)
    if night.sum() < _NIGHT:
        return
    ledger.looked(_RULE, _OPERATION, int(night.sum()), track.resource)
    one, two = air[night], cell[night]
    if min(one.std(), two.std()) < 0.5 or max(one.std(), two.std()) < _VARIED:
        return
    if max(track.step(_AIR), track.step(_CELL)) > 0.5 * min(one.std(), two.std()):
        return
    related = float(np.corrcoef(one, two)[0, 1])
    factor = float(two.std() / one.std())
    if related > _CLOSE and abs(np.log(factor)) > np.log(1 + _SCALE):
        words = f"PV cells follow the air by {factor:.2f} at night: one of both is in another scale"
        _tell(ledger, track, night, words)


def _judge_time(ledger: Ledger, track: Track) -> None:
    """Find cells that fit air and power of another time."""
    cell, air, power = (_even(track, name) for name in (_CELL, _AIR, _POWER))
    if float(np.nanmax(power, initial=0.0)) <= 0:
        return
    rows = 1440 // track.interval
    shifts = [step * 60 // track.interval for step in (*range(-12, 0), *range(1, 13))]
    shifts += [sign * days * rows for days in (1, 2, 7) for sign in (-1, 1)]
    ledger.looked(_RULE, _OPERATION, len(track), track.resource)
    bad = np.nan_to_num(track.column(_POWER)) > 0
    for words, moves in (
        ("air and power of {} make them", [(shift, shift) for shift in shifts]),
        ("air of {} and power make them", [(shift, 0) for shift in shifts]),
    ):
        left = {move: _left(cell, air, power, *move) for move in ((0, 0), *moves)}
        best = min(left, key=lambda move: left[move])
        if left[best] <= 1 - _FITS and left[0, 0] > _BETTER * left[best]:
            minutes = best[0] * track.interval
            time = f"{abs(minutes)} min" if abs(minutes) < 1440 else f"{abs(minutes) // 1440} day(s)"
            when = f"{time} {'before' if minutes > 0 else 'after'}"
            _tell(ledger, track, bad, f"PV cells are as warm as {words.format(when)}")
            return


def _even(track: Track, name: str) -> Floats:
    """Return a column with a place for every row that there might be."""
    places: Ints = (track.start - track.start[0]) // track.interval
    found = np.full(int(places[-1]) + 1, np.nan)
    found[places] = track.column(name)
    return found


def _left(cell: Floats, air: Floats, power: Floats, air_rows: int, power_rows: int) -> float:
    """Return the share of the cells' variation that air and power so many rows before leave."""
    air, power = _moved(air, air_rows), _moved(power, power_rows)
    known = np.isfinite(cell) & np.isfinite(air) & np.isfinite(power)
    if known.sum() < _NIGHT or float(cell[known].std()) < 1.0:
        return 1.0
    made = np.stack([np.ones(int(known.sum())), air[known], power[known]], axis=1)
    fit, *_ = np.linalg.lstsq(made, cell[known], rcond=None)
    rest = cell[known] - made @ fit
    return float(rest.var() / cell[known].var())


def _moved(column: Floats, rows: int) -> Floats:
    found = np.full(column.size, np.nan)
    if abs(rows) < column.size:
        found[max(0, rows) : column.size + min(0, rows)] = column[max(0, -rows) : column.size - max(0, rows)]
    return found


def _tell(ledger: Ledger, track: Track, bad: Flags, message: str) -> None:
    cell, air = track.column(_CELL), track.column(_AIR)
    tell_rows(
        ledger,
        track,
        _RULE,
        np.flatnonzero(bad),
        f"{message} (at {track.interval} min)",
        lambda index: (f"cells that fit the air at {air[index]:.4g} °C", f"{_CELL} {cell[index]:.4g} °C"),
        [_CELL, _AIR, _POWER],
    )
