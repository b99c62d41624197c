"""WT809, WT815: single values far above all others, and one series under two ids."""

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.tracks import Track

_FEWEST = 40
_TIMES = {"PV": 1.65, "ME": 4.0, "BE": 4.0}
_BROKEN = 30
"""Times the highest average of all: motors take eight times their power when they start."""
_VARYING = 20
_SUNNY_DAYS = 5


def judge_sameness(book: Book, ledger: Ledger) -> None:
    """Judge every resource, and every pair of a type."""
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
                for name in (one for one in track.values if one.startswith("temp_")):
                    if (kind, name) != ("PV", "temp_cell_max"):
                        _judge_warm_spike(ledger, track, name)
        _judge_twins(book, ledger, operation)
        ledger.skipped("WT809", operation, "fewer than forty rows")
        ledger.skipped("WT815", operation, "no two resources with varying rows over the same time")


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
    alone = sizes[top] > 2.2 * beside
    if alone and highest > 20 * track.step(name) and sizes[top] > times * highest:
        _tell(
            ledger, track, name, top, f"{name} has a single value {sizes[top] / highest:.3g} times any other"
        )


def _judge_peaks(ledger: Ledger, track: Track, name: str) -> None:
    """Find maxima that no start of a motor explains: a counter at its end, a broken telegram."""
    peaks = track.values.get(name.removesuffix("_avg") + "_max")
    highest = float(np.nanmax(np.abs(track.column(name)), initial=0.0))
    if peaks is None or highest <= 20 * track.step(name):
        return
    bad = np.flatnonzero(np.nan_to_num(np.abs(peaks)) > _BROKEN * highest)
    # Where they are many, it is their unit.
    if 0 < bad.size < 0.2 * len(track):
        peak = name.removesuffix("_avg") + "_max"
        words = f"{peak} is {abs(peaks[bad[0]]) / highest:.3g} times the highest average"
        _tell(ledger, track, peak, int(bad[0]), words, int(bad.size))


def _judge_warm_spike(ledger: Ledger, track: Track, name: str) -> None:
    column = track.column(name)
    if column.size < _FEWEST:
        return
    before, here, after = column[:-2], column[1:-1], column[2:]
    level = (before + after) / 2
    near = track.adjoining()[1:-1] & track.adjoining()[2:]
    alone = near & (np.abs(here - level) > 15) & (np.abs(before - after) < 4)
    where = np.flatnonzero(alone) + 1
    if where.size:
        gap = column[where[0]] - level[where[0] - 1]
        _tell(ledger, track, name, int(where[0]), f"{name} leaps by {gap:.3g} K for a single row", where.size)


def _tell(ledger: Ledger, track: Track, name: str, index: int, message: str, count: int = 1) -> None:
    value = track.column(name)[index]
    ledger.found(
        "WT809",
        track.operation,
        track.resource,
        f"{message} (at {track.interval} min)",
        evidence=[track.proof(index, f"{name} like its neighbours", f"{value:.6g}")],
        requests=track.request(index),
        count=count,
        series=track.plot([name], [index], margin=20),
        size=len(track),
    )


def _judge_twins(book: Book, ledger: Ledger, operation: str) -> None:
    seen: dict[tuple[int, bytes, bytes], str] = {}
    for resource, interval in book.pairs(KIND_OF[operation]):
        track = book.longest(resource, interval)
        if track is None:
            continue
        name = next(one for one in track.values if one.endswith("_avg"))
        column = track.column(name)
        if np.unique(column[np.isfinite(column)]).size < _VARYING:
            continue
        ledger.looked("WT815", operation, len(track), resource)
        # Power and peak both, to the last digit: two plants never agree in that.
        print_of = (interval, track.start.tobytes(), b"".join(one.tobytes() for one in _powers(track)))
        twin = seen.setdefault(print_of, resource)
        if twin != resource and not _one_circuit(book, resource, twin, interval):
            ledger.found(
                "WT815",
                operation,
                resource,
                f"the series is that of {twin}, to the last digit ({len(track)} rows at {interval} min)",
                evidence=[
                    Evidence(f"{name} of {twin}", "another plant, other values", "the same values"),
                    track.proof(int(np.nanargmax(np.abs(column))), "a value of its own", f"as {twin}"),
                ],
                requests=track.request(0),
                count=len(track),
                size=len(track),
            )


def _one_circuit(book: Book, resource: str, twin: str, interval: int) -> bool:
    """Return whether two meters stand at one unit controller, where all may flow through both."""
    one, other = book.longest(resource, interval), book.longest(twin, interval)
    if one is None or other is None or one.kind != "ME":
        return False
    # By their rows: resources of other groups, which an unfiltered answer may show, are in no list.
    places = [track.rows(0).controller[int(track.place[0])] for track in (one, other)]
    return places[0] is not None and places[0] == places[1]


def _powers(track: Track) -> list[Floats]:
    return [column for name, column in track.values.items() if name.startswith("power_")]
