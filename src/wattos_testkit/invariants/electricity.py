"""WT706-708, WT716, WT810: active, reactive and apparent power, means and maxima, signs."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import PEAKS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.tracks import Track

_FEWEST = 10
_USUALLY = 0.8


def judge_electricity(book: Book, ledger: Ledger) -> None:
    """Judge every resource on the longest answer at each interval."""
    for operation in OPERATIONS:
        kind = KIND_OF[operation]
        for resource in book.resources(kind):
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None or len(track) < _FEWEST or (resource, interval) in book.spoiled:
                    continue
                _judge_maxima(ledger, track)
                if kind == "ME":
                    _judge_triangle(ledger, track)
                else:
                    _judge_signs(ledger, track)
            if kind == "ME":
                _judge_factor(book, ledger, resource)
        rules = ("WT706", "WT707", "WT708", "WT717", "WT810") if kind == "ME" else ("WT708", "WT716", "WT717")
        for rule in rules:
            ledger.skipped(rule, operation, "fewer than ten rows with power")


def _judge_triangle(ledger: Ledger, track: Track) -> None:
    active, reactive = track.column("power_active_avg"), track.column("power_reactive_avg")
    apparent = track.column("power_apparent_avg")
    made = np.hypot(active, reactive)
    step = sum(track.step(name) for name in ("power_active_avg", "power_reactive_avg", "power_apparent_avg"))
    telling = np.isfinite(made) & np.isfinite(apparent) & (made > 4 * step)
    if telling.sum() < _FEWEST:
        return
    count = int(telling.sum())
    for rule in ("WT706", "WT707"):
        ledger.looked(rule, track.operation, count, track.resource)
    low = telling & (apparent < made * 0.99 - step)
    if low.any():
        _tell(
            ledger,
            track,
            "WT706",
            low,
            "power_apparent_avg",
            made,
            "is below what P and Q make",
            _weight(low, telling),
        )
    _judge_reactive(ledger, track, telling)
    peak = float(np.percentile(made[telling], 95))
    # Inside a bucket, a meter that swings through zero has more apparent than net active power.
    swing = np.abs(track.column("power_active_max") - active)
    calm = telling & (made > 0.2 * peak) & (np.abs(active) > 0.3 * made) & (swing < 0.3 * np.abs(active))
    if calm.sum() < _FEWEST:
        return
    ratio = float(np.median(apparent[calm] / made[calm]))
    if ratio > 1.2:
        weight = Severity.ERROR if ratio > 1.5 else Severity.WARNING
        high = calm & (apparent > 1.2 * made)
        text = f"is {ratio:.3g} times what P and Q make"
        _tell(ledger, track, "WT707", high, "power_apparent_avg", made, text, weight)


def _judge_reactive(ledger: Ledger, track: Track, telling: Flags) -> None:
    """Find a reactive power that is a factor, an angle or a share instead."""
    active, reactive = np.abs(track.column("power_active_avg")), np.abs(track.column("power_reactive_avg"))
    apparent = track.column("power_apparent_avg")
    step = sum(track.step(name) for name in ("power_active_avg", "power_reactive_avg", "power_apparent_avg"))
    factor = np.clip(active / np.maximum(apparent, 1e-9), 0.0, 1.0)
    angle = np.degrees(np.arccos(factor))
    needed = np.sqrt(np.maximum(apparent**2 - active**2, 0.0))
    # So much that neither rounding nor the swing of a bucket makes it.
    rows = telling & (apparent > 200 * step) & (needed > 0.05 * apparent)
    rows &= np.abs(needed - reactive) > 0.02 * apparent + step
    if rows.sum() < _FEWEST or rows.sum() < 0.3 * telling.sum():
        return
    ways = (
        ("the power factor", factor, 0.01),
        ("the power factor in percent", 100 * factor, 1.0),
        ("the angle between voltage and current in degrees", angle, 0.5),
        ("the tangent of that angle", np.tan(np.radians(angle)), 0.02),
    )
    for words, other, width in ways:
        room = width + track.step("power_reactive_avg")
        if (np.abs(reactive - other)[rows] <= room).mean() > _USUALLY:
            text = f"is not made by P and Q: Q is {words}"
            weight = Severity.ERROR if float(np.median(needed[rows])) > 4 * room else Severity.WARNING
            _tell(
                ledger, track, "WT707", rows, "power_apparent_avg", np.hypot(active, reactive), text, weight
            )
            return
    small = reactive < 0.2 * needed
    if (small & rows).sum() > _USUALLY * telling.sum():
        text = "is more than P and Q make, whose Q is next to nothing"
        _tell(
            ledger, track, "WT707", small & rows, "power_apparent_avg",
            np.hypot(active, reactive), text, Severity.WARNING,
        )  # fmt: skip


def _judge_maxima(ledger: Ledger, track: Track) -> None:
    for name, mean in PEAKS[track.kind]:
        peak, average = track.column(name), track.column(mean)
        room = track.step(name) + track.step(mean) + 0.001 * np.abs(average)
        telling = (
            np.isfinite(peak) & np.isfinite(average) & ((np.abs(average) > room) | (np.abs(peak) > room))
        )
        if telling.sum() < _FEWEST:
            continue
        ledger.looked("WT708", track.operation, int(telling.sum()), track.resource)
        low = telling & (peak < average - room)
        if low.any():
            _tell(ledger, track, "WT708", low, name, average, f"is below {mean}", _weight(low, telling))
        _judge_far(ledger, track, name, mean)


def _judge_far(ledger: Ledger, track: Track, name: str, mean: str) -> None:
    peak, average = np.abs(track.column(name)), np.abs(track.column(mean))
    busy = np.isfinite(peak) & np.isfinite(average) & (average > 20 * track.step(mean))
    if busy.sum() < _FEWEST or track.interval > 5:
        return
    busy &= average > 0.2 * float(np.percentile(average[busy], 90))
    ledger.looked("WT717", track.operation, int(busy.sum()), track.resource)
    ratio = float(np.median(peak[busy] / average[busy]))
    if busy.sum() >= _FEWEST and ratio > 5:
        weight = Severity.ERROR if ratio > 50 else Severity.WARNING
        _tell(ledger, track, "WT717", busy, name, average, f"is usually {ratio:.3g} times {mean}", weight)


def _judge_signs(ledger: Ledger, track: Track) -> None:
    for _, name in PEAKS[track.kind]:
        power = track.column(name)
        known = np.isfinite(power)
        if known.sum() < _FEWEST:
            continue
        peak = float(np.abs(power[known]).max())
        flowing = known & (np.abs(power) > 0.05 * peak + 2 * track.step(name))
        ledger.looked("WT716", track.operation, int(known.sum()), track.resource)
        negative = flowing & (power < 0)
        if negative.sum() >= _FEWEST and negative.sum() > 0.1 * flowing.sum():
            _tell(ledger, track, "WT716", negative, name, np.abs(power), "is negative", Severity.ERROR)


def _judge_factor(book: Book, ledger: Ledger, resource: str) -> None:
    interval = min(book.intervals(resource))
    track = book.longest(resource, interval)
    if track is None or len(track) < 2 * _FEWEST:
        return
    active, apparent = track.column("power_active_avg"), track.column("power_apparent_avg")
    step = track.step("power_active_avg") + track.step("power_apparent_avg")
    telling = np.isfinite(active) & np.isfinite(apparent) & (apparent > 500 * step)
    if telling.sum() < 2 * _FEWEST:
        ledger.skipped("WT810", track.operation, "power is too coarse for its power factor")
        return
    ledger.looked("WT810", track.operation, int(telling.sum()), resource)
    size, factor = np.abs(active[telling]), np.abs(active[telling]) / apparent[telling]
    varies = float(size.std()) > 0.05 * float(size.mean())
    reactive = np.abs(track.column("power_reactive_avg")[telling])
    # Close to one, hardly anything can make it vary.
    below = float(np.median(factor)) < 0.998
    if varies and below and float(factor.std()) < 0.0005 and float(np.median(reactive)) > 10 * step:
        _tell(
            ledger,
            track,
            "WT810",
            telling,
            "power_apparent_avg",
            apparent,
            f"is always active power / {factor.mean():.4f}",
            Severity.WARNING,
        )


def _weight(bad: Flags, telling: Flags) -> Severity:
    """Return how much it weighs: a lone row among many is a warning."""
    return Severity.ERROR if bad.sum() >= 3 or bad.sum() > 0.05 * telling.sum() else Severity.WARNING


def _tell(
    ledger: Ledger,
    track: Track,
    rule: str,
    bad: Flags,
    name: str,
    expected: Floats,
    words: str,
    severity: Severity,
) -> None:
    where = np.flatnonzero(bad)
    seen = track.column(name)
    signs = {"WT706": "at least ", "WT707": "about ", "WT708": "at least ", "WT716": "", "WT717": "near "}
    ledger.found(
        rule,
        track.operation,
        track.resource,
        f"{name} {words} ({where.size} of {len(track)} rows at {track.interval} min)",
        evidence=[
            track.proof(
                int(index), f"{name} {signs.get(rule, '')}{expected[index]:.6g}", f"{seen[index]:.6g}"
            )
            for index in where[:3]
        ],
        requests=track.request(int(where[0])),
        count=int(where.size),
        severity=severity,
        series=track.plot([name], where) | {"expected": _piece(track, expected, where)},
        size=len(track),
    )


def _piece(track: Track, values: Floats, where: Ints) -> list[float | None]:
    """Return values beside the rows of the plot."""
    count = len(track.plot([], where)["timestamp"])
    first = max(0, int(where[0]) - 5)
    return [None if np.isnan(one) else float(one) for one in values[first : first + count]]
