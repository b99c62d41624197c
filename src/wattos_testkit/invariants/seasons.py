"""WT803, WT805: summer beside winter of one resource, where there is data of both.

Between the two the clocks of many countries change, and the sun of either hemisphere is known.
"""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.book import Book, Place
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.sun import solar_time
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_AIR, _POWER = "temp_ambient_max", "power_active_avg"
_DAY = 1440
_DAYS = 3
_TROPICS = 28.0
_POLAR = 60.0
_COLDER = 3.0
"""Kelvin by which weather may turn round two weeks of summer and winter."""
_LIT = 0.015
"""Of the highest power of those weeks: from here on a row counts as lit, whatever way the modules face."""
_SHIFT = 0.6
"""Hours; the least that clocks change is one, for all but an island."""


@dataclass(frozen=True, slots=True)
class Season:
    """Rows of about a month around a solstice's weather."""

    rows: Flags
    day: Ints
    """By the sun."""


def judge_seasons(book: Book, ledger: Ledger) -> None:
    """Judge each PV system and battery of which there are days of January and of July."""
    for kind in ("PV", "BE"):
        for resource in book.resources(kind):
            place = book.place(resource)
            intervals = book.intervals(resource)
            track = book.track(resource, intervals[-1]) if intervals else None
            if track is None or not place.known:
                continue
            january, july = _season(track, place, -11, 45), _season(track, place, 170, 230)
            if min(_whole(track, one).size for one in (january, july)) < _DAYS:
                continue
            _judge_air(ledger, track, place, january, july)
            if kind == "PV":
                _judge_clock(ledger, track, place, january, july)


def _season(track: Track, place: Place, first: int, last: int) -> Season:
    """Return the rows between two days of the year, counted from its first."""
    middle = track.start + track.interval / 2
    day = np.floor((middle + 4 * (place.longitude or 0.0)) / _DAY).astype(np.int64)
    of_year = (
        day - day.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(int)
    ) % 366
    inside = (of_year >= first) & (of_year <= last) | (of_year - 366 >= first) & (of_year - 366 <= last)
    return Season(inside, day)


def _whole(track: Track, season: Season) -> Ints:
    """Return the days of which all but a few rows are there."""
    days, counts = np.unique(season.day[season.rows], return_counts=True)
    found: Ints = days[counts * track.interval >= 0.95 * _DAY]
    return found


def _judge_air(ledger: Ledger, track: Track, place: Place, january: Season, july: Season) -> None:
    latitude = place.latitude or 0.0
    if abs(latitude) < _TROPICS:
        return
    air = track.column(_AIR)
    means = []
    for season in (july, january):
        known = season.rows & np.isin(season.day, _whole(track, season)) & np.isfinite(air)
        means.append(float(air[known].mean()) if known.any() else np.nan)
    if not np.isfinite(means).all():
        return
    ledger.looked("WT805", track.operation, int((january.rows | july.rows).sum()), track.resource)
    warmer = means[0] - means[1]
    if warmer * np.sign(latitude) >= -_COLDER:
        return
    words = f"the air is {abs(warmer):.1f} K {'colder' if warmer < 0 else 'warmer'} in July than in January"
    _tell(ledger, track, "WT805", july.rows, f"{words} at {latitude:.1f} degrees", _AIR, "the other season")


def _judge_clock(ledger: Ledger, track: Track, place: Place, january: Season, july: Season) -> None:
    if abs(place.latitude or 0.0) > _POLAR:
        return
    power = np.nan_to_num(track.column(_POWER))
    middles = [_middles(track, place, season, power) for season in (july, january)]
    if min(one.size for one in middles) < _DAYS:
        return
    ledger.looked("WT803", track.operation, int((january.rows | july.rows).sum()), track.resource)
    shift = float(np.median(middles[0]) - np.median(middles[1]))
    if abs(shift) > _SHIFT:
        words = f"days are {abs(shift):.1f} h {'later' if shift > 0 else 'earlier'} in July than in January"
        _tell(
            ledger, track, "WT803", july.rows & (power > 0), f"{words}, by the sun: summer time?", _POWER,
            "the hours of January",
        )  # fmt: skip


def _middles(track: Track, place: Place, season: Season, power: Floats) -> Floats:
    """Return of each day the middle between its first light and its last, in hours by the sun."""
    lit = season.rows & (power > _LIT * float(power[season.rows].max(initial=0.0))) & (power > 0)
    hours = solar_time(track.start + track.interval / 2, place.longitude or 0.0)
    found = []
    for day in _whole(track, season):
        rows = hours[lit & (season.day == day)]
        if rows.size and np.ptp(rows) >= 3:
            found.append((float(rows.min()) + float(rows.max())) / 2)
    return np.array(found)


def _tell(
    ledger: Ledger, track: Track, rule: str, bad: Flags, message: str, name: str, expected: str
) -> None:
    column = track.column(name)
    tell_rows(
        ledger,
        track,
        rule,
        np.flatnonzero(bad),
        message,
        lambda index: (expected, f"{name} {column[index]:.4g}"),
        [name],
    )
