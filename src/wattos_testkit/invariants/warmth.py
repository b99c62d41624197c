"""WT805-807: cells, air, units."""

from itertools import pairwise

import numpy as np

from wattos_testkit.invariants.battery import IDLE, battery_of
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_FEWEST = 10
_DAY = 1440
_COARSE = 2.0
"""Kelvin: sensors show tenths, or whole degrees of one scale or the other."""
_COOL = 30
"""Ambient below which actively cooled cells are no excuse [degC]."""


def judge_warmth(book: Book, ledger: Ledger) -> None:
    """Judge temperatures on the longest answer at each interval."""
    for kind in ("BE", "PV"):
        operation = OPERATION_OF[kind]
        for resource in book.resources(kind):
            # A dim day has no full power of its own: what it is, the whole series says.
            peak = max((_peak(book.longest(resource, one)) for one in book.intervals(resource)), default=0.0)
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None or len(track) < _FEWEST:
                    continue
                _judge_range(book, ledger, track)
                _judge_battery_cell(ledger, track) if kind == "BE" else _judge_pv_cell(
                    book, ledger, track, peak
                )
        for rule in ("WT805", "WT806"):
            ledger.skipped(rule, operation, "fewer than ten rows with temperatures")
    _judge_shared(book, ledger)


def _judge_range(book: Book, ledger: Ledger, track: Track) -> None:
    air, cell = track.column("temp_ambient_max"), track.column("temp_cell_max")
    known = np.isfinite(air)
    if known.sum() >= _FEWEST:
        ledger.looked("WT805", track.operation, int(known.sum()), track.resource)
        bad = known & ((air < -50) | (air > 55))
        _tell(ledger, track, "WT805", bad, "temp_ambient_max is outside -50 to 55 °C", "temp_ambient_max")
        if bad.sum() < _FEWEST:
            _judge_climate(book, ledger, track, known)
    for name in ("temp_ambient_max", "temp_cell_max"):
        step, column = track.step(name), track.column(name)
        if step >= _COARSE and np.unique(column[np.isfinite(column)]).size >= 3:
            moves = np.concatenate([[False], np.diff(column) != 0]) & np.isfinite(column)
            _tell(ledger, track, "WT805", moves, f"{name} comes in steps of {step:.3g} K", name)
    known = np.isfinite(cell)
    if known.sum() >= _FEWEST:
        low, high = (-30, 65) if track.kind == "BE" else (-60, 95)
        bad = known & ((cell < low) | (cell > high))
        _tell(ledger, track, "WT805", bad, f"temp_cell_max is outside {low} to {high} °C", "temp_cell_max")


def _judge_climate(book: Book, ledger: Ledger, track: Track, known: Flags) -> None:
    """Find air that is too warm for the whole globe, or for its latitude and season: degrees Fahrenheit."""
    air = track.column("temp_ambient_max")
    if (track.start[known][-1] - track.start[known][0]) < 0.8 * _DAY:
        return
    mean = float(air[known].mean())
    coolest = float(np.percentile(air[known], 10))
    limit = 42.0
    place = book.place(track.resource)
    if place.known:
        noon = elevation(track.start[known], place.latitude, place.longitude)
        # Mean air temperature follows the height of the sun at noon: at 30 degrees some 33 at most.
        limit = min(limit, 20.0 + 0.45 * float(np.percentile(noon, 99)))
    if (mean > limit or coolest > 40) and known.sum() >= _FEWEST:
        words = f"the air is {mean:.1f} °C on average: degrees Fahrenheit?"
        _tell(ledger, track, "WT805", known, words, "temp_ambient_max")


def _peak(track: Track | None) -> float:
    return 0.0 if track is None else float(np.nanmax(track.column("power_active_avg"), initial=0.0))


def _judge_battery_cell(ledger: Ledger, track: Track) -> None:
    air, cell = track.column("temp_ambient_max"), track.column("temp_cell_max")
    known = np.isfinite(air) & np.isfinite(cell) & (air < _COOL)
    if known.sum() < _FEWEST:
        ledger.skipped("WT806", track.operation, "the air is warmer than 30 °C throughout")
        return
    ledger.looked("WT806", track.operation, int(known.sum()), track.resource)
    # A heated container in the frost, or a cellar, is warmer than the air by far.
    cold = known & (cell < air - 10)
    hot = known & (cell > np.maximum(air, 10) + 28)
    _judge_one_sensor(ledger, track)
    _tell(
        ledger, track, "WT806", cold, "battery cells are more than 10 K colder than the air", "temp_cell_max"
    )
    _tell(
        ledger, track, "WT806", hot, "battery cells are more than 28 K warmer than the air", "temp_cell_max"
    )


def _judge_one_sensor(ledger: Ledger, track: Track) -> None:
    """Find cells and air that agree to the last digit while the battery works: one sensor for both."""
    air, cell = track.column("temp_ambient_max"), track.column("temp_cell_max")
    works = battery_of(track).mode != IDLE
    varied = np.unique(air[np.isfinite(air)]).size >= _FEWEST
    if varied and works.sum() >= _FEWEST and (air == cell)[np.isfinite(air)].mean() > 0.99:
        words = "cells and air have one temperature, to the last digit, while the battery works"
        _tell(ledger, track, "WT806", works & (air == cell), words, "temp_cell_max")


def _judge_pv_cell(book: Book, ledger: Ledger, track: Track, peak: float) -> None:
    air, cell = track.column("temp_ambient_max"), track.column("temp_cell_max")
    power = np.nan_to_num(track.column("power_active_avg"))
    known = np.isfinite(air) & np.isfinite(cell) & (air < _COOL)
    if known.sum() < _FEWEST:
        ledger.skipped("WT806", track.operation, "the air is warmer than 30 °C throughout")
        return
    ledger.looked("WT806", track.operation, int(known.sum()), track.resource)
    cold = known & (cell < air - 12)
    _tell(ledger, track, "WT806", cold, "PV cells are more than 12 K colder than the air", "temp_cell_max")
    place = book.place(track.resource)
    high = elevation(track.start, place.latitude, place.longitude) > 20 if place.known else power > 0
    full = known & (power > 0.7 * peak) & high & (peak > 0)
    chilly = full & (cell < air + 2)
    if full.sum() >= _FEWEST and chilly.sum() > 0.6 * full.sum():
        words = "PV cells at full power are no warmer than the air"
        _tell(ledger, track, "WT806", chilly, words, "temp_cell_max")
    hot = known & (cell > air + 60)
    _tell(ledger, track, "WT806", hot, "PV cells are more than 60 K warmer than the air", "temp_cell_max")
    if place.known:
        night = known & (elevation(track.start, place.latitude, place.longitude) < -8)
        warm = night & (cell > air + 15)
        if warm.sum() > 0.3 * max(1, int(night.sum())):
            words = "PV cells are far warmer than the air at night"
            _tell(ledger, track, "WT806", warm, words, "temp_cell_max")


def _judge_shared(book: Book, ledger: Ledger) -> None:
    by_site: dict[str, list[str]] = {}
    for resource in book.resources("PV"):
        listed = book.listed.get(resource)
        if listed is not None:
            by_site.setdefault(listed.site, []).append(resource)
    for members in by_site.values():
        for one, two in pairwise(members):
            _judge_pair(book, ledger, one, two)
    ledger.skipped("WT807", "get_pv_data", "no two PV systems of one site were seen at the same time")


def _judge_pair(book: Book, ledger: Ledger, one: str, two: str) -> None:
    for interval in sorted(set(book.intervals(one)) & set(book.intervals(two)), reverse=True):
        first, second = book.track(one, interval), book.track(two, interval)
        if first is None or second is None:
            continue
        _, left, right = np.intersect1d(first.start, second.start, assume_unique=True, return_indices=True)
        gap = np.abs(first.column("temp_ambient_max")[left] - second.column("temp_ambient_max")[right])
        gap = gap[np.isfinite(gap)]
        if gap.size < _FEWEST:
            continue
        ledger.looked("WT807", first.operation, gap.size, two)
        if (gap > 8).mean() > 0.5:
            bad = np.zeros(len(second), dtype=bool)
            bad[right] = True
            words = f"temp_ambient_max differs from that of {one} of the same site by {np.median(gap):.1f} K"
            _tell(ledger, second, "WT807", bad, words, "temp_ambient_max")
        return


def _tell(ledger: Ledger, track: Track, rule: str, bad: Flags, message: str, name: str) -> None:
    if bad.sum() < _FEWEST:
        return
    where = np.flatnonzero(bad)
    column, air = track.column(name), track.column("temp_ambient_max")
    tell_rows(
        ledger,
        track,
        rule,
        where,
        f"{message} ({where.size} rows at {track.interval} min)",
        lambda index: (f"plausible with the air at {air[index]:.4g} °C", f"{name} {column[index]:.4g} °C"),
        ["temp_cell_max", "temp_ambient_max"],
    )
