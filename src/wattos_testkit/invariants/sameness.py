"""WT815: one series under two ids."""

import numpy as np

from wattos_testkit.harness.events import Evidence
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats
from wattos_testkit.invariants.question import KIND_OF
from wattos_testkit.invariants.tracks import Track

_VARYING = 20


def judge_sameness(book: Book, ledger: Ledger) -> None:
    """Judge every pair of a type."""
    for operation in OPERATIONS:
        _judge_twins(book, ledger, operation)
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
