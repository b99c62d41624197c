"""WT819: days that repeat the one before, stretches that come again at any distance."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.mirrored import judge_mirrored, names_of, power_of, step_of
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT819"
_DAY = 1440
_PAIRS = 4
"""Pairs of days that must be alike."""
_DISTINCT = 12
"""Values that a day must have: a constant load says nothing."""
_OFTEN = 0.5
"""Share of all pairs: a copied week has six days of seven, a copied weekday four."""
_ALIKE = 0.9
_PIECE = 8
"""Rows of a stretch that is looked for again; all but one or two must have values of their own."""
_COPIED = 40
"""Rows that must come again: what a substitute fills in for an hour or two is no pattern."""
_LEVELS = 20
"""Values that a series must have before its repetition says something: two machines that switch have four."""
_LONGEST = 240
_ALWAYS = 0.97
_FINE = 1000
"""The highest power over the resolution: coarser rows may agree by chance."""
_CLOUDY = 0.06
"""Of the mean of a day: by so much it must bend from row to row; a clear day hardly does."""
_SPREAD = 0.3
"""Share of the rows of a day that bend: a chimney's shade takes few of them."""


def judge_repetition(book: Book, ledger: Ledger) -> None:
    """Judge meters and PV systems on the longest answer at 15 or 30 minutes, and the minutes of a day."""
    for kind in OPERATION_OF:
        operation = OPERATION_OF[kind]
        for resource in book.resources(kind):
            for interval in (30, 15):
                track = book.longest(resource, interval)
                if track is not None and track.start[-1] - track.start[0] > _PAIRS * _DAY:
                    _judge_track(book, ledger, track)
                    break
            for interval in (1, 5):
                track = book.longest(resource, interval)
                if track is not None and len(track) >= _PIECE * _COPIED:
                    ledger.looked(_RULE, operation, len(track), resource)
                    _judge_period(ledger, track)
                    _judge_copies(ledger, track)
                    if kind == "PV" and interval == 1:
                        judge_mirrored(book, ledger, track)
        ledger.skipped(_RULE, operation, "less than five days in one answer")


def _judge_track(book: Book, ledger: Ledger, track: Track) -> None:
    days = _by_day(track)
    if days.shape[0] < _PAIRS + 1:
        return
    ledger.looked(_RULE, track.operation, int(np.isfinite(days).sum()), track.resource)
    one, two = days[:-1], days[1:]
    whole = np.isfinite(one).all(axis=1) & np.isfinite(two).all(axis=1)
    varied = np.array([np.unique(row).size >= _DISTINCT for row in one], dtype=bool)
    same = whole & varied & (one == two).all(axis=1)
    telling = whole & varied
    if same.sum() >= _PAIRS and same.sum() > _OFTEN * telling.sum():
        _tell(ledger, track, same, "days repeat the one before, to the last digit")
        return
    if track.kind == "PV":
        alike, telling = _clouds_alike(book, track, days)
        if alike.sum() >= _PAIRS and alike.sum() > 0.8 * telling.sum():
            _tell(ledger, track, alike, "days have the clouds of the one before, at the same minutes")
            return
    _judge_copies(ledger, track)


def _judge_period(ledger: Ledger, track: Track) -> None:
    """Find a pattern that comes again every few minutes, all day long: a test signal."""
    power = power_of(track)
    if np.unique(power[np.isfinite(power)]).size < _LEVELS or np.isnan(power).any():
        return
    for rows in range(_PIECE, _LONGEST // track.interval + 1):
        same = power[rows:] == power[:-rows]
        if same[:rows].all() and same.mean() > _ALWAYS and np.unique(power[:rows]).size >= _PIECE:
            every, name = rows * track.interval, names_of(track)[0]
            words = f"{name} repeats itself every {every} min (at {track.interval} min)"
            again = np.flatnonzero(same) + rows
            tell_rows(
                ledger, track, _RULE, again, words,
                lambda index: ("a value of its own", f"{power[index]:.6g}, as {rows} rows before"),  # noqa: B023 - it returns next
                names_of(track),
            )  # fmt: skip
            return


def _judge_copies(ledger: Ledger, track: Track) -> None:
    """Find stretches that come again at any distance, to the last digit."""
    power, near = power_of(track), track.adjoining()
    size = float(np.nanmax(np.abs(power), initial=0.0))
    if len(track) < 2 * _PIECE or step_of(track) > size / _FINE:
        return
    pieces = np.lib.stride_tricks.sliding_window_view(power, _PIECE)
    joined = np.lib.stride_tricks.sliding_window_view(near[1:], _PIECE - 1).all(axis=1)
    ordered = np.sort(pieces, axis=1)
    varied = (np.diff(ordered, axis=1) != 0).sum(axis=1) >= _PIECE - 2
    good = np.flatnonzero(joined & varied & np.isfinite(pieces).all(axis=1))
    first: dict[bytes, int] = {}
    again = np.zeros(len(track), dtype=bool)
    distances = []
    for index in good:
        before = first.setdefault(pieces[index].tobytes(), int(index))
        if before != index:
            again[index : index + _PIECE] = True
            distances.append(int(track.start[index] - track.start[before]))
    if again.sum() < _COPIED:
        return
    apart = int(np.median(distances))
    words = f"{apart / _DAY:.4g} days" if apart >= _DAY else f"{apart} min"
    rows = np.flatnonzero(again)
    tell_rows(
        ledger,
        track,
        _RULE,
        rows,
        f"{rows.size} rows repeat, to the last digit, those of {words} before (at {track.interval} min)",
        lambda index: ("a value of its own", f"{names_of(track)[0]} {power[index]:.6g}, as {words} before"),
        names_of(track),
    )


def _by_day(track: Track) -> Floats:
    """Return a line of power per UTC day; NaN where a row is missing."""
    rows = _DAY // track.interval
    first = int(track.start[0]) // _DAY
    place = track.start // track.interval - first * rows
    found = np.full(int(place[-1]) // rows * rows + rows, np.nan)
    found[place] = power_of(track)
    return found.reshape(-1, rows)


def _clouds_alike(book: Book, track: Track, days: Floats) -> tuple[Flags, Flags]:
    """Tell for each pair of days whether their clouds are alike, and whether there are any to compare."""
    place = book.place(track.resource)
    none = np.zeros(days.shape[0] - 1, dtype=bool)
    if not place.known:
        return none, none
    starts = int(track.start[0]) // _DAY * _DAY + np.arange(days.size) * track.interval
    high = np.sin(np.radians(elevation(starts + track.interval / 2, place.latitude, place.longitude)))
    sun = high.reshape(days.shape)
    # Light over the sun's height: what is left of a clear day is smooth, and bends nowhere.
    light = np.where(sun > 0.2, days / np.maximum(sun, 0.2), np.nan)
    bends = light[:, 2:] - 2 * light[:, 1:-1] + light[:, :-2]
    alike, telling = none.copy(), none.copy()
    for index in range(none.size):
        known = np.isfinite(bends[index]) & np.isfinite(bends[index + 1])
        one, two = bends[index][known], bends[index + 1][known]
        if known.sum() < 6 or not (one.any() and two.any()):
            continue
        level = float(np.nanmean(light[index]))
        size = float(np.sqrt(np.mean(one * one)))
        telling[index] = size > _CLOUDY * level and float((np.abs(one) > 0.5 * size).mean()) > _SPREAD
        related = float((one * two).sum() / np.sqrt((one * one).sum() * (two * two).sum()))
        alike[index] = telling[index] and related > _ALIKE
    return alike, telling


def _tell(ledger: Ledger, track: Track, same: Flags, message: str) -> None:
    day = int(track.start[0]) // _DAY + 1 + np.flatnonzero(same)
    power = power_of(track)
    rows = np.flatnonzero(np.isin(track.start // _DAY, day) & (np.abs(np.nan_to_num(power)) > 0))
    tell_rows(
        ledger,
        track,
        _RULE,
        rows,
        f"{int(same.sum())} {message} (at {track.interval} min)",
        lambda index: (
            "other weather, another day",
            f"{names_of(track)[0]} {power[index]:.6g}, as a day before",
        ),
        names_of(track),
    )
