"""WT809: single values far above all others, or far from their neighbours with no energy behind them."""

import numpy as np

from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import FLOWS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_FEWEST = 40
_TIMES = {"PV": 1.65, "ME": 4.0, "BE": 4.0}
_BROKEN = 30
"""Times the highest average of all: motors take eight times their power when they start."""
_SUNNY_DAYS = 5
_ALONE = 2.2
"""Times its neighbours."""


def judge_spikes(book: Book, ledger: Ledger) -> None:
    """Judge every resource on the longest answer at each interval."""
    for operation in OPERATIONS:
        kind = KIND_OF[operation]
        for resource in book.resources(kind):
            tracks = [
                track
                for interval in book.intervals(resource)
                if (track := book.longest(resource, interval)) is not None and len(track) >= _FEWEST
            ]
            for track in tracks:
                for name in (
                    one for one in track.values if one.startswith("power_") and one.endswith("_avg")
                ):
                    _judge_spike(ledger, track, name, tracks)
                    _judge_peaks(ledger, track, name)
                for register, power in FLOWS[kind]:
                    _judge_empty(ledger, track, register, power)
                for name in (one for one in track.values if one.startswith("temp_")):
                    if (kind, name) != ("PV", "temp_cell_max"):
                        _judge_warm_spike(ledger, track, name)
        ledger.skipped("WT809", operation, "fewer than forty rows")


def _beside(sizes: Floats) -> Floats:
    """Return the larger neighbour of each row."""
    padded = np.concatenate([[0.0], sizes, [0.0]])
    found: Floats = np.maximum(padded[:-2], padded[2:])
    return found


def _judge_spike(ledger: Ledger, track: Track, name: str, tracks: list[Track]) -> None:
    sizes = np.abs(np.nan_to_num(track.column(name)))
    ledger.looked("WT809", track.operation, sizes.size, track.resource)
    top = int(np.argmax(sizes))
    if sizes[top] <= 20 * track.step(name):
        return
    # On a grey day a gap in the clouds stands alone: only many days tell what is high for a PV system.
    if track.kind == "PV" and max(len(one) * one.interval for one in tracks) < _SUNNY_DAYS * 1440:
        return
    rest = sizes.copy()
    rest[max(0, top - 1) : top + 2] = 0
    # What other answers have at other times; the same time is the same spike.
    moment = int(track.start[top])
    others = [float(rest.max(initial=0.0))]
    for other in tracks:
        apart = (other.start >= moment + track.interval) | (other.start + other.interval <= moment)
        others.append(float(np.nanmax(np.abs(other.column(name)[apart]), initial=0.0)))
    highest = max(others)
    # A single clear hour of a dull day is no spike: it has neighbours, and a longer series has seen others.
    days = max(int(other.start[-1] - other.start[0]) for other in tracks) / 1440
    times = _TIMES[track.kind] if days > 20 else 2 * _TIMES[track.kind] if days > 5 else 6.0
    beside = float(sizes[max(0, top - 1) : top + 2].sum() - sizes[top]) / 2
    alone = sizes[top] > _ALONE * beside
    if alone and highest > 20 * track.step(name) and sizes[top] > times * highest:
        words = f"{name} has a single value {sizes[top] / highest:.3g} times any other"
        _tell(ledger, track, name, np.arange(len(track)) == top, words)


def _judge_empty(ledger: Ledger, track: Track, register: str, name: str) -> None:
    """Find values that stand alone and whose energy the register does not have, though it has all other."""
    power, count = track.column(name), track.column(register)
    near, hours = track.adjoining(), track.interval / 60
    sizes = np.abs(np.nan_to_num(power))
    alone = (sizes > _ALONE * _beside(sizes)) & np.isfinite(power)
    # The register over the row and both its neighbours: it may be read a little late.
    rows = np.flatnonzero(alone[2:-1] & near[1:-2] & near[2:-1] & near[3:] & (power[2:-1] > 0)) + 2
    total, went = float(np.nansum(power)) * hours, float(count[-1] - count[0])
    # A register that stands still, starts anew or counts otherwise has its own rules.
    if rows.size == 0 or not abs(went - total) < 0.3 * abs(total):
        return
    moved = count[rows + 1] - count[rows - 2]
    told = (power[rows - 1] + power[rows] + power[rows + 1]) * hours
    plain = (power[rows - 1] + power[rows + 1]) * hours * 1.5
    room = 2.001 * track.step(register) + 2 * track.step(name) * hours
    excess = np.abs(told - plain)
    empty = (np.abs(moved - told) > 0.5 * excess + room) & (np.abs(moved - plain) < 0.5 * excess + room)
    empty &= np.isfinite(moved) & (excess > 4 * room)
    high = sizes[rows] > 0.05 * float(sizes.max())
    bad = np.zeros(len(track), dtype=bool)
    bad[rows[empty & high]] = True
    if 0 < bad.sum() <= max(2, len(track) // 50):
        words = f"{name} has {int(bad.sum())} value(s) that stand alone, and no energy behind them"
        _tell(ledger, track, name, bad, words)


def _judge_peaks(ledger: Ledger, track: Track, name: str) -> None:
    """Find maxima that no start of a motor explains: a counter at its end, a broken telegram."""
    peaks = track.values.get(name.removesuffix("_avg") + "_max")
    highest = float(np.nanmax(np.abs(track.column(name)), initial=0.0))
    if peaks is None or highest <= 20 * track.step(name):
        return
    bad = np.nan_to_num(np.abs(peaks)) > _BROKEN * highest
    # Where they are many, it is their unit.
    if 0 < bad.sum() < 0.2 * len(track):
        peak = name.removesuffix("_avg") + "_max"
        words = f"{peak} is {np.abs(peaks[bad])[0] / highest:.3g} times the highest average"
        _tell(ledger, track, peak, bad, words)


def _judge_warm_spike(ledger: Ledger, track: Track, name: str) -> None:
    column = track.column(name)
    before, here, after = column[:-2], column[1:-1], column[2:]
    level = (before + after) / 2
    near = track.adjoining()[1:-1] & track.adjoining()[2:]
    alone = np.zeros(len(track), dtype=bool)
    alone[1:-1] = near & (np.abs(here - level) > 15) & (np.abs(before - after) < 4)
    if alone.any():
        first = int(np.flatnonzero(alone)[0])
        words = f"{name} leaps by {column[first] - level[first - 1]:.3g} K for a single row"
        _tell(ledger, track, name, alone, words)


def _tell(ledger: Ledger, track: Track, name: str, bad: Flags, message: str) -> None:
    column = track.column(name)
    tell_rows(
        ledger,
        track,
        "WT809",
        np.flatnonzero(bad),
        f"{message} (at {track.interval} min)",
        lambda index: (f"{name} like its neighbours", f"{column[index]:.6g}"),
        [name],
        margin=20,
    )
