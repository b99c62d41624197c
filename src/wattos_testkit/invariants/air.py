"""WT805: air that is warm at the wrong hour, or whenever the battery beside the sensor works."""

import numpy as np

from wattos_testkit.invariants.battery import IDLE, battery_of
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.solar_days import days_of
from wattos_testkit.invariants.sun import solar_time
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT805"
_AIR = "temp_ambient_max"
_DAY = 1440
_DAYS = 5
_WARMEST = 14.5
"""Hour by the sun at which air is warmest, as measured (12.4 to 14 at plants, up to 17 inland in summer)."""
_OFF = 5.5
_SWING = 1.0
"""Half of the range of a mean day [K]: less says nothing of the hour."""
_CERTAIN = 4.0
"""Times its own uncertainty that a mean day must swing: weather has no hour."""
_MINUTES = 12
"""A battery must work, or rest, for so long before and after a change."""
_LEAP = 3.0
_CHANGES = 4
_RECURS = 10
_BEYOND = 3.0
"""Times the next highest: by so much the rows of one time must leap further."""


def judge_air(book: Book, ledger: Ledger) -> None:
    """Judge the air of PV systems, and of batteries at sites that have no other."""
    outdoors = {one.site for one in book.listed.values() if one.resource in set(book.resources("PV"))}
    for kind in ("PV", "BE"):
        for resource in book.resources(kind):
            listed = book.listed.get(resource)
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None:
                    continue
                # Rooms of batteries are warm when the battery works, whatever the hour.
                if kind == "PV" or (listed is not None and listed.site not in outdoors):
                    _judge_hour(book, ledger, track)
                _judge_jumps(ledger, track)
                if kind == "BE" and interval <= 5:
                    _judge_heater(ledger, track)


def _judge_hour(book: Book, ledger: Ledger, track: Track) -> None:
    place = book.place(track.resource)
    if not place.known or (track.start[-1] - track.start[0]) < _DAYS * _DAY:
        return
    air, middle = track.column(_AIR), track.start + track.interval / 2
    day = days_of(track, place)
    waves = _waves(air, day - day.min(), solar_time(middle, place.longitude or 0.0), _DAY // track.interval)
    if waves.size < _DAYS:
        return
    ledger.looked(_RULE, track.operation, len(track), track.resource)
    mean = complex(waves.mean())
    blur = float(np.abs(waves - mean).std()) / np.sqrt(waves.size)
    if abs(mean) < max(_SWING, _CERTAIN * blur):
        return
    hour = float(np.angle(mean) * 12 / np.pi % 24)
    if abs((hour - _WARMEST + 12) % 24 - 12) <= _OFF:
        return
    days = np.flatnonzero(np.isfinite(air))
    warmest = days[np.argsort(-air[days], kind="stable")[:10]]
    words = f"the air is warmest at {hour:.1f} h by the sun, over {waves.size} days"
    _tell(ledger, track, np.sort(warmest), f"{words} (at {track.interval} min)", "warmest after noon")


def _waves(air: Floats, day: Ints, hours: Floats, rows: int) -> np.ndarray:
    """Return of each whole day the wave of 24 hours in its temperature."""
    known = np.isfinite(air)
    count = np.bincount(day[known], minlength=int(day.max()) + 1)
    total = np.bincount(day[known], air[known], minlength=count.size)
    rest = np.where(known, air - (total / np.maximum(count, 1))[day], 0.0)
    turn = hours / 12 * np.pi
    east = np.bincount(day, rest * np.sin(turn), minlength=count.size)
    north = np.bincount(day, rest * np.cos(turn), minlength=count.size)
    whole = count >= 0.95 * rows
    found: np.ndarray = ((north + 1j * east) * 2 / np.maximum(count, 1))[whole]
    return found


def _judge_jumps(ledger: Ledger, track: Track) -> None:
    """Find air that leaps at one time of day, or at one minute of the hour: where files end, not weather."""
    air, near = track.column(_AIR), track.adjoining()
    period = 60 if track.interval <= 5 else _DAY
    leap = np.full(len(track), np.nan)
    leap[1:] = np.where(near[1:], np.abs(np.diff(air)), np.nan)
    known = np.isfinite(leap)
    slot = track.start % period // track.interval
    counts = np.bincount(slot[known], minlength=period // track.interval)
    if counts.min() < _RECURS:
        return
    ledger.looked(_RULE, track.operation, int(known.sum()), track.resource)
    usual = np.array([float(np.median(leap[known & (slot == one)])) for one in range(counts.size)])
    order = np.argsort(-usual, kind="stable")
    room = max(_LEAP / 2, 3 * track.step(_AIR))
    if usual[order[0]] < max(room, _BEYOND * usual[order[1]]):
        return
    where = np.flatnonzero(known & (slot == order[0]) & (leap > room))
    minute = int(order[0]) * track.interval
    when = f"{minute // 60:02d}:{minute % 60:02d} UTC" if period == _DAY else f"minute {minute} of each hour"
    words = f"the air leaps at {when}, by {usual[order[0]]:.1f} K as a rule"
    _tell(ledger, track, where, f"{words} (at {track.interval} min)", "near that of the row before")


def _judge_heater(ledger: Ledger, track: Track) -> None:
    """Find air that leaps with the battery's power: no room is warmed within a minute."""
    battery = battery_of(track)
    air, near = track.column(_AIR), track.adjoining()
    works = battery.mode != IDLE
    side = max(3, _MINUTES // track.interval)
    changes, leaps = [], []
    for index in np.flatnonzero(works[1:] != works[:-1]) + 1:
        before, after = slice(index - side, index), slice(index, index + side)
        if index < side or index + side > len(track) or not near[index - side + 1 : index + side].all():
            continue
        if works[before].any() == works[before].all() and works[after].any() == works[after].all():
            changes.append(int(index))
            leap = float(air[index : index + 2].mean() - air[index - 2 : index].mean())
            leaps.append(leap if works[index] else -leap)
    if len(changes) < _CHANGES:
        return
    ledger.looked(_RULE, track.operation, len(changes) * 2 * side, track.resource)
    if float((np.abs(leaps) > _LEAP).mean()) > 0.7 and abs(float(np.mean(np.sign(leaps)))) > 0.7:
        words = f"the air leaps by {np.median(leaps):+.1f} K when the battery begins to work"
        _tell(
            ledger,
            track,
            np.array(changes),
            f"{words} (at {track.interval} min)",
            "near that of the row before",
        )


def _tell(ledger: Ledger, track: Track, where: Ints, message: str, expected: str) -> None:
    air = track.column(_AIR)
    tell_rows(
        ledger, track, _RULE, where, message, lambda index: (expected, f"{_AIR} {air[index]:.4g} °C"), [_AIR]
    )
