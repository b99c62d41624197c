"""WT803, WT805: summer beside winter of one resource, where there is data of both.

Between the two the clocks of many countries change, and the sun of either hemisphere is known.
"""

import numpy as np

from wattos_testkit.invariants.book import Book, Place
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags
from wattos_testkit.invariants.solar_days import days_of, middles, whole_days
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_AIR, _POWER = "temp_ambient_max", "power_active_avg"
_DAYS = 3
_TROPICS = 28.0
_POLAR = 60.0
_COLDER = 3.0
"""Kelvin by which weather may turn round two weeks of summer and winter."""
_SHIFT = 0.6
"""Hours; the least that clocks change is one, for all but an island."""


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
            days = days_of(track, place)
            if min(whole_days(track, days, one).size for one in (january, july)) < _DAYS:
                continue
            _judge_air(ledger, track, place, january, july)
            if kind == "PV":
                _judge_clock(ledger, track, place, january, july)


def _season(track: Track, place: Place, first: int, last: int) -> Flags:
    """Return the rows between two days of the year, counted from its first."""
    day = days_of(track, place)
    new_year = day.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    of_year = day - new_year
    inside: Flags = (of_year >= first) & (of_year <= last)
    inside |= (of_year - 365 >= first) & (of_year - 365 <= last)
    return inside


def _judge_air(ledger: Ledger, track: Track, place: Place, january: Flags, july: Flags) -> None:
    latitude = place.latitude or 0.0
    if abs(latitude) < _TROPICS:
        return
    air, days = track.column(_AIR), days_of(track, place)
    means = []
    for season in (july, january):
        known = season & np.isin(days, whole_days(track, days, season)) & np.isfinite(air)
        means.append(float(air[known].mean()) if known.any() else np.nan)
    if not np.isfinite(means).all():
        return
    ledger.looked("WT805", track.operation, int((january | july).sum()), track.resource)
    warmer = means[0] - means[1]
    if warmer * np.sign(latitude) >= -_COLDER:
        return
    words = f"the air is {abs(warmer):.1f} K {'colder' if warmer < 0 else 'warmer'} in July than in January"
    _tell(ledger, track, "WT805", july, f"{words} at {latitude:.1f} degrees", _AIR, "the other season")


def _judge_clock(ledger: Ledger, track: Track, place: Place, january: Flags, july: Flags) -> None:
    if abs(place.latitude or 0.0) > _POLAR:
        return
    power = np.nan_to_num(track.column(_POWER))
    found = [middles(track, place, season) for season in (july, january)]
    if min(one.size for one in found) < _DAYS:
        return
    ledger.looked("WT803", track.operation, int((january | july).sum()), track.resource)
    shift = float(np.median(found[0]) - np.median(found[1]))
    if abs(shift) > _SHIFT:
        words = f"days are {abs(shift):.1f} h {'later' if shift > 0 else 'earlier'} in July than in January"
        _tell(
            ledger, track, "WT803", july & (power > 0), f"{words}, by the sun: summer time?", _POWER,
            "the hours of January",
        )  # fmt: skip


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
