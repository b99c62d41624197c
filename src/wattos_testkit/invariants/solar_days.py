"""Days by the sun of a place: a solar day is no UTC day, and begins at midnight by the sun."""

import numpy as np

from wattos_testkit.invariants.book import Place
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.sun import solar_time
from wattos_testkit.invariants.tracks import Track

_DAY = 1440
_LIT = 0.015
"""Of the highest power of those days: from here on a row counts as lit, whatever way the modules face."""
_SHORT = 3.0
"""Hours of light below which a day has no middle worth the name."""


def days_of(track: Track, place: Place) -> Ints:
    """Return of each row the number of its day by the sun, since 1970."""
    middle = track.start + track.interval / 2 + 4 * (place.longitude or 0.0)
    found: Ints = np.floor(middle / _DAY).astype(np.int64)
    return found


def whole_days(track: Track, days: Ints, rows: Flags) -> Ints:
    """Return the days of which all but a few rows are among those given."""
    found, counts = np.unique(days[rows], return_counts=True)
    whole: Ints = found[counts * track.interval >= 0.95 * _DAY]
    return whole


def middles(track: Track, place: Place, rows: Flags) -> Floats:
    """Return of each whole day among some rows the middle between first and last light [h by the sun]."""
    power = np.nan_to_num(track.column("power_active_avg"))
    days = days_of(track, place)
    lit = rows & (power > _LIT * float(power[rows].max(initial=0.0))) & (power > 0)
    hours = solar_time(track.start + track.interval / 2, place.longitude or 0.0)
    found = []
    for day in whole_days(track, days, rows):
        light = hours[lit & (days == day)]
        if light.size and np.ptp(light) >= _SHORT:
            found.append((float(light.min()) + float(light.max())) / 2)
    return np.array(found)
