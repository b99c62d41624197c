"""Shapes of missing buckets that no outage has: they recur by the day, the night, the week or the hour."""

import numpy as np

from wattos_testkit.invariants.observations import Flags, Ints, written
from wattos_testkit.invariants.runs import Stretches, cut_at

DAY = 1440
_WEEK = 7 * DAY
_DAYS = 5
_MOST = 0.6
_NIGHTS = 0.8
_WEEKS = 3
_RHYTHM = 5
_REGULAR = 0.9


def runs_of(missing: Ints, interval: int) -> Stretches:
    """Return the runs of missing buckets that follow one another."""
    turns = np.ones(missing.size, dtype=bool)
    turns[1:] = np.diff(missing) != interval
    return cut_at(turns)


def without_outages(missing: Ints, interval: int) -> Ints:
    """Return what is missing, but for whatever is missing for a day and longer: that is an outage."""
    runs = runs_of(missing, interval)
    long = runs.only(runs.rows * interval >= DAY - interval)
    return missing[~long.covered(missing.size)]


def daily(interval: int, present: Ints, missing: Ints) -> tuple[str, Ints] | None:
    """Return what is missing at the same time of most days."""
    days = int(present[-1] // DAY - present[0] // DAY)
    if days < _DAYS:
        return None
    slots, counts = np.unique(missing % DAY, return_counts=True)
    often = slots[counts >= max(_DAYS - 1, _MOST * days)]
    if often.size == 0 or often.size > DAY // interval // 2 or not _regular(missing, interval, often):
        return None
    lost = missing[np.isin(missing % DAY, often)]
    return f"every day at {written(int(often[0]))[11:16]} UTC", lost


def _regular(missing: Ints, interval: int, slots: Ints) -> bool:
    """Tell whether what is missing then begins, or ends, at the same time each day: weather does not."""
    runs = runs_of(missing, interval)
    inside = np.add.reduceat(np.isin(missing % DAY, slots).astype(np.int64), runs.first) > 0
    runs = runs.only(inside)
    edges = (missing[runs.first] % DAY, missing[runs.last] % DAY)
    most = max(int(np.unique(edge, return_counts=True)[1].max()) for edge in edges)
    return most >= _MOST * runs.first.size


def weekly(interval: int, present: Ints, missing: Ints) -> tuple[str, Ints] | None:
    """Return what is missing at the same time of each week, by whatever clock weeks are told."""
    span = present[-1] - present[0]
    if span < _WEEKS * _WEEK or missing.size < _WEEKS:
        return None
    slots, counts = np.unique(missing % _WEEK, return_counts=True)
    # How often each slot lies between the first row and the last.
    first = present[0] + (slots - present[0]) % _WEEK
    chances = (present[-1] - first) // _WEEK + 1
    always = slots[(counts == chances) & (chances >= _WEEKS)]
    lost = missing[np.isin(missing % _WEEK, always)]
    if lost.size < _REGULAR * missing.size or always.size > _WEEK // interval // 2:
        return None
    # A few buckets that are lost at random do not meet three times.
    return f"every week from {_weekday(int(lost[0]))} {written(int(lost[0]))[11:16]} UTC", lost


def _weekday(minute: int) -> str:
    return ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")[minute // DAY % 7]


def rhythmic(interval: int, missing: Ints, dark: Flags) -> tuple[str, Ints] | None:
    """Return runs of missing buckets at a fixed distance; those that touch the night are no rhythm."""
    runs = runs_of(missing, interval)
    night = np.add.reduceat(dark.astype(np.int64), runs.first) > 0
    runs = runs.only(~night)
    if runs.first.size < _RHYTHM:
        return None
    distances = np.diff(missing[runs.first])
    usual = int(np.median(distances))
    if usual > int(distances.min()) or (distances == usual).mean() < _REGULAR:
        return None
    return f"every {usual} min", missing[runs.covered(missing.size)]


def nightly(expected: Ints, missing: Ints, heights: np.ndarray, longitude: float) -> tuple[str, Ints] | None:
    """Return what is missing in most nights, from dusk to dawn, while days are there."""
    night = np.floor((expected + 4 * longitude) / DAY + 0.5).astype(np.int64)
    night -= night.min()
    gone, dark, light = np.isin(expected, missing), heights < -2, heights > 10
    of_night = np.bincount(night[dark], minlength=int(night.max()) + 1)
    lost = np.bincount(night[dark & gone], minlength=of_night.size)
    nights = of_night > 0
    empty = nights & (lost == of_night)
    if empty.sum() < max(_DAYS, _NIGHTS * nights.sum()) or not light.any():
        return None
    if gone[light].mean() > 0.3:
        return None
    return f"in {int(empty.sum())} of {int(nights.sum())} nights", expected[dark & gone & empty[night]]
