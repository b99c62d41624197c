"""WT801-804: PV against the sun over its own coordinates."""

import numpy as np

from wattos_testkit.invariants.book import Book, Place
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.solar_days import middles
from wattos_testkit.invariants.sun import clear_sky, elevation, solar_time
from wattos_testkit.invariants.tracks import Track

_OPERATION = "get_pv_data"
_FEWEST = 10
_RULES = ("WT801", "WT802", "WT803", "WT804")
_DAY = 1440
_DAYS = 5
_POLAR = 60.0
_ASKEW = 0.8
"""Hours by which mountains on one side may move the middle of a day; clocks and zones move it by one."""
_STEADY = 0.3
"""Hours by which days differ among themselves at most, if it is a clock that moves them."""


def judge_daylight(book: Book, ledger: Ledger) -> None:
    """Judge every PV system on the longest answer at each interval."""
    for resource in book.resources("PV"):
        place = book.place(resource)
        if not place.known:
            for rule in _RULES:
                ledger.skipped(rule, _OPERATION, "coordinates are unknown")
            continue
        for interval in book.intervals(resource):
            track = book.longest(resource, interval)
            if track is not None and len(track) >= _FEWEST:
                _judge_track(ledger, track, place)
    for rule in _RULES:
        ledger.skipped(rule, _OPERATION, "too few days or rows")


def _judge_track(ledger: Ledger, track: Track, place: Place) -> None:
    power = track.column("power_active_avg")
    known = np.isfinite(power)
    peak = float(np.nanmax(power, initial=0.0))
    if peak <= 4 * track.step("power_active_avg") or known.sum() < _FEWEST:
        return
    begin = elevation(track.start, place.latitude, place.longitude)
    end = elevation(track.start + track.interval, place.latitude, place.longitude)
    highest, lowest = np.maximum(begin, end), np.minimum(begin, end)
    _judge_night(ledger, track, known & (highest < -4), power, peak)
    _judge_noon(ledger, track, known & (lowest > 20), power, peak)
    _judge_centre(ledger, track, place, power)
    _judge_envelope(ledger, track, known & (highest > -4), highest, power)
    if not ledger.has("WT803", _OPERATION, track.resource):
        _judge_light(ledger, track, place, known, power)


def _judge_night(ledger: Ledger, track: Track, night: Flags, power: Floats, peak: float) -> None:
    ledger.looked("WT801", _OPERATION, int(night.sum()), track.resource)
    floor = max(0.01 * peak, 2 * track.step("power_active_avg"))
    bad = night & (power > floor)
    if bad.sum() >= _FEWEST or (bad.sum() >= 3 and track.interval > 5):
        share = bad.sum() / max(1, night.sum())
        words = f"PV generates with the sun below the horizon in {share:.0%} of such rows"
        _tell(ledger, track, "WT801", bad, words, "0")


def _judge_noon(ledger: Ledger, track: Track, high: Flags, power: Floats, peak: float) -> None:
    days = np.unique(track.start[high] // _DAY)
    if days.size < 3:
        return
    floor = max(0.002 * peak, track.step("power_active_avg"))
    dark = high & (power <= floor)
    ledger.looked("WT802", _OPERATION, int(high.sum()), track.resource)
    lit = int((power > floor).sum())
    by_day = np.array([bool(dark[high & (track.start // _DAY == day)].mean() > 0.8) for day in days[:40]])
    if lit >= _FEWEST and by_day.all() and dark.sum() >= _FEWEST:
        _tell(ledger, track, "WT802", dark, "PV is dark whenever the sun is high", "more than 0")


def _judge_centre(ledger: Ledger, track: Track, place: Place, power: Floats) -> None:
    energy = np.maximum(np.nan_to_num(power), 0.0)
    hours = solar_time(track.start + track.interval / 2, place.longitude or 0.0)
    # A solar day, not a UTC day: it begins at midnight by the sun.
    day = np.floor((track.start + track.interval / 2 + 4 * (place.longitude or 0.0)) / _DAY).astype(np.int64)
    day -= day.min()
    whole = np.bincount(day) * track.interval >= 0.95 * _DAY
    total = np.bincount(day, energy)
    good = whole & (total > 0.1 * np.max(total, initial=0.0)) & (total > 0)
    if good.sum() < 3:
        return
    turn = hours / 12 * np.pi
    east, north = np.bincount(day, energy * np.sin(turn)), np.bincount(day, energy * np.cos(turn))
    angle = np.arctan2(east, north)
    centre = (angle * 12 / np.pi) % 24
    ledger.looked("WT803", _OPERATION, int(good.sum()), track.resource)
    shift = float(np.median(centre[good])) - 12
    if abs(shift) > 2.5:
        busy = energy > 0.5 * energy.max()
        side = "after" if shift > 0 else "before"
        words = f"the centre of daily energy is {abs(shift):.1f} h {side} solar noon"
        _tell(ledger, track, "WT803", busy, words, "within 2.5 h of solar noon")


def _judge_light(ledger: Ledger, track: Track, place: Place, known: Flags, power: Floats) -> None:
    """Find days whose light is not centred on noon: however modules face, they see first light and last."""
    if abs(place.latitude or 0.0) > _POLAR:
        return
    found = middles(track, place, known)
    if found.size < _DAYS:
        return
    ledger.looked("WT803", _OPERATION, int(found.size), track.resource)
    shift = float(np.median(found)) - 12
    if abs(shift) > _ASKEW and float(np.median(np.abs(found - 12 - shift))) < _STEADY:
        side = "after" if shift > 0 else "before"
        words = f"the middle between first and last light is {abs(shift):.1f} h {side} solar noon"
        _tell(ledger, track, "WT803", power > 0, words, "within 0.8 h of solar noon")


def _judge_envelope(ledger: Ledger, track: Track, day: Flags, highest: Floats, power: Floats) -> None:
    most = clear_sky(highest)
    high = day & (highest > 25)
    if high.sum() < 3 * _FEWEST:
        ledger.skipped("WT804", _OPERATION, "the sun is hardly ever high enough")
        return
    scale = float(np.percentile(power[high] / most[high], 98))
    if scale <= 0:
        return
    ledger.looked("WT804", _OPERATION, int(day.sum()), track.resource)
    peak = float(np.nanmax(power))
    bad = day & (power > 1.65 * scale * most) & (power > 0.1 * peak)
    if bad.sum() >= _FEWEST:
        _tell(
            ledger, track, "WT804", bad, "PV gives more than a clear sky can", "at most a clear sky's share"
        )


def _tell(ledger: Ledger, track: Track, rule: str, bad: Flags, message: str, expected: str) -> None:
    where = np.flatnonzero(bad)
    power = track.column("power_active_avg")
    ledger.found(
        rule,
        _OPERATION,
        track.resource,
        f"{message} ({where.size} rows at {track.interval} min)",
        evidence=[
            track.proof(int(index), f"power_active_avg {expected}", f"{power[index]:.6g}")
            for index in where[:3]
        ],
        requests=track.request(int(where[0])),
        count=int(where.size),
        series=track.plot(["power_active_avg"], where),
        size=len(track),
    )
