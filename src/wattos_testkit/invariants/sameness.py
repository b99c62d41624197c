"""WT815: one series under two ids."""

from itertools import combinations

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.tracks import Track

_VARYING = 20
_COMPARED = 12
"""Series of one operation that are compared with one another."""
_SAME = 0.97
_ONE = 1e-6


def judge_sameness(book: Book, ledger: Ledger) -> None:
    """Judge every pair of a type."""
    for operation in OPERATIONS:
        _judge_twins(book, ledger, operation)
        _judge_scaled(book, ledger, operation)
        ledger.skipped("WT815", operation, "no two resources with varying rows over the same time")


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


def _judge_scaled(book: Book, ledger: Ledger, operation: str) -> None:
    """Find series of two sites of which one is the other times a number: a pattern, no measurement."""
    groups: dict[tuple[int, bytes], list[Track]] = {}
    for resource, interval in book.pairs(KIND_OF[operation]):
        track = book.longest(resource, interval)
        if track is not None and resource in book.listed:
            groups.setdefault((interval, track.start.tobytes()), []).append(track)
    told: set[str] = set()
    for tracks in groups.values():
        for one, two in combinations(tracks[:_COMPARED], 2):
            left, right = book.listed[one.resource], book.listed[two.resource]
            apart = left.site != right.site and left.controller != right.controller
            if not apart or two.resource in told:
                continue
            factor, rows = _factor(one, two)
            ledger.looked("WT815", operation, rows, two.resource)
            if factor is None or abs(factor - 1) < _ONE or ledger.has("WT815", operation, two.resource):
                continue
            told.add(two.resource)
            name = _first(one)
            column = two.column(name)
            ledger.found(
                "WT815",
                operation,
                two.resource,
                f"it is {factor:.4g} times {one.resource} ({rows} rows at {two.interval} min)",
                evidence=[
                    two.proof(
                        int(np.nanargmax(np.abs(column))),
                        "a value of its own",
                        f"{factor:.4g} times that of {one.resource}",
                    )
                ],
                requests=(*one.request(0), *two.request(0)),
                count=rows,
                size=len(two),
            )


def _first(track: Track) -> str:
    return next(name for name in track.values if name.endswith("_avg"))


def _factor(one: Track, two: Track) -> tuple[float | None, int]:
    """Return the number that makes one series of another, if there is one, and how many rows say so."""
    name = _first(one)
    left, right = one.column(name), two.column(name)
    telling = (np.abs(left) > 100 * one.step(name)) & (np.abs(right) > 100 * two.step(name))
    rows = int(telling.sum())
    if rows < _VARYING or np.ptp(left[telling]) < 0.2 * np.abs(left[telling]).max():
        return None, rows
    factor = float(np.median(right[telling] / left[telling]))
    room = 0.75 * (two.step(name) + abs(factor) * one.step(name)) + 1e-9 * np.abs(right)
    fits = np.abs(right - factor * left)[telling] <= room[telling]
    bends = np.diff(left[telling], 2)
    # Two straight lines are alike without being related.
    rough = float(np.abs(bends).max(initial=0.0)) > 20 * one.step(name)
    return (factor, rows) if rough and float(fits.mean()) > _SAME else (None, rows)


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
