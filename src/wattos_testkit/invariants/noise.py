"""WT818: series in which no row knows of the one before."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT818"
_FEWEST = 180
_TREND = 31
"""Rows whose mean is taken for the trend: what is slower than that is no noise."""
_ALIKE = 0.2
"""Correlation of neighbours below which they know nothing of one another; measured clouds have .6."""
_ROUGH = {"ME": 0.2, "PV": 0.15}
"""Share of the mean by which a row differs from its trend; less is what sensors do."""
_KELVIN = 1.0


def judge_noise(book: Book, ledger: Ledger) -> None:
    """Judge the minutes of meters and PV systems, and those of the air."""
    for kind in ("ME", "PV", "BE"):
        operation = OPERATION_OF[kind]
        for resource in book.resources(kind):
            track = book.longest(resource, 1)
            if track is None or len(track) < _FEWEST:
                continue
            if kind in _ROUGH:
                _judge_power(book, ledger, track)
            if kind != "ME":
                _judge_air(ledger, track)
        ledger.skipped(_RULE, operation, "less than three hours of minutes")


def _judge_power(book: Book, ledger: Ledger, track: Track) -> None:
    name = "power_active_avg"
    power = track.column(name)
    known = np.isfinite(power)
    if track.kind == "PV":
        place = book.place(track.resource)
        sun = elevation(track.start + 0.5, place.latitude, place.longitude)
        known &= sun > 10
        # Twilight and noon are of one size only when the sun's height is taken out.
        power = power / np.sin(np.radians(np.maximum(sun, 5)))
    if known.sum() < _FEWEST:
        return
    values = power[known]
    wild = _wild(values)
    level = float(np.abs(values).mean())
    ledger.looked(_RULE, track.operation, values.size, track.resource)
    # A meter that counts pulses has few values, and between two pulses no say.
    coarse = track.step(name) > 0.1 * float(wild.std())
    if level <= 0 or coarse or float(wild.std()) < _ROUGH[track.kind] * level or _alike(wild) > _ALIKE:
        return
    words = f"{name} of a minute says nothing of the next: they differ by {wild.std() / level:.0%} at random"
    _tell(ledger, track, name, words)


def _judge_air(ledger: Ledger, track: Track) -> None:
    name = "temp_ambient_max"
    air = track.column(name)
    air = air[np.isfinite(air)]
    if air.size < _FEWEST:
        return
    wild = _wild(air)
    ledger.looked(_RULE, track.operation, air.size, track.resource)
    if wild.std() > _KELVIN and track.step(name) < wild.std() and _alike(wild) < _ALIKE:
        words = f"{name} of a minute says nothing of the next: they differ by {wild.std():.1f} K at random"
        _tell(ledger, track, name, words)


def _wild(values: Floats) -> Floats:
    """Return what is left of a series without its trend."""
    window = np.ones(_TREND)
    trend = np.convolve(values, window, "same") / np.convolve(np.ones(values.size), window, "same")
    rest = values - trend
    # Single spikes are no noise, and have a rule of their own.
    most = 5 * float(np.median(np.abs(rest)))
    found: Floats = np.clip(rest, -most, most)
    return found


def _alike(values: Floats) -> float:
    """Return the correlation of each row with the next."""
    total = float((values * values).sum())
    return float((values[1:] * values[:-1]).sum()) / total if total > 0 else 1.0


def _tell(ledger: Ledger, track: Track, name: str, words: str) -> None:
    column = track.column(name)
    steps = np.abs(np.diff(np.nan_to_num(column)))
    worst = np.sort(np.argsort(-steps, kind="stable")[:10]) + 1
    tell_rows(
        ledger,
        track,
        _RULE,
        worst,
        words,
        lambda index: (f"{name} near {column[index - 1]:.6g}, a minute before", f"{column[index]:.6g}"),
        [name],
    )
