"""WT819: PV systems that see no cloud in weeks, at places with different weather."""

from functools import partial

import numpy as np

from wattos_testkit.invariants.book import Book, Place
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT819"
_POWER = "power_active_avg"
_DAY = 1440
_DAYS = 12
"""Days that must be known of a place."""
_ROWS = 6
_SMOOTH = 0.012
"""Of the mean of a day: by so little a clear day bends from half hour to half hour."""
_CLEAR = 0.95
_APART = 5.0
"""Degrees between two places that have not the same weather."""
_WET = 10.0
"""Within this latitude [deg] it rains in every fortnight, and hardly a day is without a cloud."""
_COOL = 47.0
"""Beyond this one there are no deserts."""
_LONG = 20


def judge_cloudless(book: Book, ledger: Ledger) -> None:
    """Judge all PV systems together: one alone may stand in a desert."""
    operation = OPERATION_OF["PV"]
    clear: list[tuple[Track, Place, Flags]] = []
    for resource in book.resources("PV"):
        place, track = book.place(resource), book.longest(resource, 30)
        if track is None or not place.known:
            continue
        days = _smooth_days(track, place)
        if days.size < _DAYS:
            continue
        ledger.looked(_RULE, operation, len(track), resource)
        if days.mean() >= _CLEAR:
            clear.append((track, place, days))
    for track, place, days in clear:
        height = abs(place.latitude or 0.0)
        alone = (height < _WET or height > _COOL) and days.size >= _LONG
        if not alone and not any(_apart(place, other) for _, other, _ in clear):
            continue
        power = np.nan_to_num(track.column(_POWER))
        where = f" of {track.resource}, at {place.latitude:.0f} N {place.longitude:.0f} E,"
        tell_rows(
            ledger,
            track,
            _RULE,
            np.flatnonzero(power > 0.2 * power.max(initial=0.0)),
            f"{int(days.sum())} of {days.size} days{where} have no cloud: as a model has them",
            partial(_proof, power),
            [_POWER],
        )


def _proof(power: Floats, index: int) -> tuple[str, str]:
    return "a cloud now and then", f"{_POWER} {power[index]:.6g}"


def _apart(one: Place, other: Place) -> bool:
    north = abs((one.latitude or 0.0) - (other.latitude or 0.0))
    east = abs((one.longitude or 0.0) - (other.longitude or 0.0))
    return max(north, min(east, 360 - east)) > _APART


def _smooth_days(track: Track, place: Place) -> Flags:
    """Tell of each day that can be told whether its power bends as little as under a clear sky."""
    middle = track.start + track.interval / 2
    up = elevation(middle, place.latitude, place.longitude)
    power = track.column(_POWER)
    most = float(np.nanmax(power, initial=0.0))
    near = track.adjoining()
    good = np.isfinite(power) & (up > 15) & (power > 0.02 * most) & (power < 0.995 * most)
    good[1:-1] &= near[1:-1] & near[2:]
    good[[0, -1]] = False
    bend = np.zeros(len(track))
    bend[1:-1] = np.abs(power[2:] - 2 * power[1:-1] + power[:-2])
    # The sun itself bends the day, by its height: less what the clear day bends.
    sun = np.sin(np.radians(np.maximum(up, 0.0)))
    own = np.zeros(len(track))
    own[1:-1] = np.abs(sun[2:] - 2 * sun[1:-1] + sun[:-2])
    day = np.floor((middle + 4 * (place.longitude or 0.0)) / _DAY).astype(np.int64)
    day -= day.min()
    size = int(day.max()) + 1
    count = np.bincount(day[good], minlength=size)
    total = np.bincount(day[good], power[good], minlength=size)
    light = np.bincount(day[good], sun[good], minlength=size)
    level = total / np.maximum(light, 1e-9)
    rest = np.maximum(0.0, bend - 2.5 * own * level[day] - 4 * track.step(_POWER))
    rough = np.bincount(day[good], rest[good], minlength=size) / np.maximum(total, 1e-9)
    told = count >= _ROWS
    smooth: Flags = (rough < _SMOOTH)[told]
    return smooth
