"""Coarse rows beside the fine rows in their buckets, and how a misfit between them is told."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from wattos_testkit.harness.events import Request, Severity
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.labels import gather
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.tracks import Track

FEWEST = 10
"""Informative rows needed."""
SLACK = 0.002
"""Of the larger value: what clocks and sampling of a healthy server do."""
HIGHER = 0.05
"""By such a share may a coarse maximum exceed its parts: it comes from finer raw data."""
READING = 6 / 3600
"""Hours by which two readings of one register may be apart."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Coarse rows and the fine rows in their buckets, complete ones only."""

    fine: Track
    coarse: Track
    places: Ints
    """Per coarse row the indices of its fine rows."""
    rows: Ints
    """Which coarse rows."""

    def parts(self, name: str) -> Floats:
        """Return the fine values, one line per coarse row."""
        return self.fine.column(name)[self.places]

    def whole(self, name: str) -> Floats:
        """Return the coarse values."""
        return self.coarse.column(name)[self.rows]

    def step(self, name: str) -> float:
        """Return what rounding allows."""
        return (self.fine.step(name) + self.coarse.step(name)) * 1.001 + 1e-9


def pairs_of(book: Book, resource: str) -> list[Pair]:
    """Return every pair of intervals of a resource that can be compared."""
    found = []
    for small, large in combinations(book.intervals(resource), 2):
        fine, coarse = book.track(resource, small), book.track(resource, large)
        if fine is None or coarse is None or large % small:
            continue
        places, complete = gather(fine, coarse.start, large // small)
        if complete.any():
            found.append(Pair(fine, coarse, places[complete], np.flatnonzero(complete)))
    return found


def enough(ledger: Ledger, rule: str, pair: Pair, informative: Flags) -> bool:
    """Tell whether there is enough to judge a rule, and note what was looked at."""
    count = int(informative.sum())
    if count < FEWEST:
        ledger.skipped(rule, pair.fine.operation, f"only {count} informative buckets")
        return False
    ledger.looked(rule, pair.fine.operation, count, pair.fine.resource)
    return True


def is_near(one: Floats, two: Floats, where: Ints, tolerance: Floats) -> bool:
    """Tell whether two series agree in most of some rows."""
    return bool((np.abs(one - two) <= tolerance)[where].mean() > 0.9)


def weight_of(bad: int, informative: int) -> Severity:
    """Return how much wrong rows weigh: one or two among many may be data that came late."""
    return Severity.ERROR if bad >= 3 or bad > 0.05 * informative else Severity.WARNING


def requests_of(pair: Pair, index: int) -> tuple[Request, ...]:
    """Return the requests that show a coarse row and its parts."""
    return (
        *pair.fine.request(int(pair.places[index, 0])),
        *pair.coarse.request(int(pair.rows[index])),
    )


def tell(
    ledger: Ledger,
    pair: Pair,
    rule: str,
    name: str,
    bad: Ints,
    message: str,
    expected: Floats,
    *,
    severity: Severity | None = None,
) -> None:
    """Note coarse rows that do not follow from their parts; the worst are shown."""
    if bad.size == 0:
        return
    whole = pair.whole(name)
    shown = bad[np.argsort(-np.abs(expected[bad] - whole[bad]), kind="stable")[:3]]
    ledger.found(
        rule,
        pair.fine.operation,
        pair.fine.resource,
        f"{message} ({bad.size} of {len(whole)} of {pair.coarse.interval} min from {pair.fine.interval})",
        evidence=[
            pair.coarse.proof(int(pair.rows[index]), f"{name} {expected[index]:.6g}", f"{whole[index]:.6g}")
            for index in np.sort(shown)
        ],
        requests=requests_of(pair, int(shown[0])),
        count=int(bad.size),
        severity=severity,
        series=pair.coarse.plot([name], pair.rows[bad]) | {"expected": _beside(pair, bad, expected)},
        size=pair.coarse.size(int(pair.rows[shown[0]])) + pair.fine.size(int(pair.places[shown[0], 0])),
    )


def _beside(pair: Pair, bad: Ints, expected: Floats) -> list[float | None]:
    """Return the expected values at the rows of the plot."""
    plot = pair.coarse.plot([], pair.rows[bad])["timestamp"]
    first = max(0, int(pair.rows[bad[0]]) - 5)
    known = dict(zip(pair.rows.tolist(), expected.tolist(), strict=True))
    return [known.get(first + offset) for offset in range(len(plot))]
