"""Points of common coupling, and how a meter there answers to PV and battery from row to row (WT811)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_OPERATION = "get_meter_data"
_FEWEST = 20
_STEPS = 60
"""Rows in which PV or battery must move before it is asked when the meter does."""
_LAGS = 90
"""Minutes by which clocks of devices are looked for to differ."""
_RELATED = 0.6
_CHANGES = 50
_UNRELATED = 0.12
_CROSSED = 0.35
_CAUSES = {
    "PV": {"power_active_avg": -1.0},
    "BE": {"power_charge_active_avg": 1.0, "power_discharge_active_avg": -1.0},
}
_FIRST = {"ME": "power_active_avg", "PV": "power_active_avg", "BE": "power_charge_active_avg"}
_UNIT = 20.0
"""A meter that answers so many times too much, or too little, does so in another unit."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of common coupling over the times that all its resources have."""

    controller: str
    meters: list[Track]
    at: list[Ints]
    """Per meter the rows of those times."""
    pv: Floats
    charge: Floats
    discharge: Floats
    step: float

    def meter(self, index: int) -> Floats:
        """Return the active power of a meter."""
        return self.meters[index].column("power_active_avg")[self.at[index]]

    @property
    def net(self) -> Floats:
        """What PV and battery take from the grid, together."""
        return self.storage - self.pv

    @property
    def storage(self) -> Floats:
        """What the battery takes."""
        return self.charge - self.discharge


def points_of(book: Book) -> Iterator[Point]:
    """Yield every point of common coupling of which meters and all else were seen at the same time."""
    behind: dict[str, list[str]] = {}
    for resource, one in book.listed.items():
        behind.setdefault(one.controller, []).append(resource)
    for controller, members in behind.items():
        for interval in (1, 5, 15, 30):
            point = _point(book, controller, members, interval)
            if point is not None:
                yield point


def _point(book: Book, controller: str, members: list[str], interval: int) -> Point | None:
    kinds = {one: book.listed[one].kind for one in members}
    tracks = {one: book.track(one, interval) for one in members if kinds[one] in {"ME", "PV", "BE"}}
    if not any(kinds[one] == "ME" for one in tracks) or all(kinds[one] == "ME" for one in tracks):
        return None
    ready = {one: track for one, track in tracks.items() if track is not None}
    # A meter may be lacking, but of what moves meters all must be there.
    if any(kinds[one] != "ME" for one in tracks.keys() - ready.keys()):
        return None
    if not any(kinds[one] == "ME" for one in ready):
        return None
    common: Ints | None = None
    for track in ready.values():
        known = track.start[np.isfinite(track.column(_FIRST[kinds[track.resource]]))]
        common = known if common is None else np.intersect1d(common, known, assume_unique=True)
    if common is None or common.size < _FEWEST:
        return None

    def total(kind: str, name: str) -> Floats:
        found = np.zeros(common.size)
        for one, track in ready.items():
            if kinds[one] == kind:
                found += np.nan_to_num(track.column(name)[np.searchsorted(track.start, common)])
        return found

    meters = [track for one, track in ready.items() if kinds[one] == "ME"]
    step = sum(
        track.step(name) for track in ready.values() for name in track.values if name.endswith("active_avg")
    )
    return Point(
        controller,
        meters,
        [np.searchsorted(track.start, common) for track in meters],
        total("PV", "power_active_avg"),
        total("BE", "power_charge_active_avg"),
        total("BE", "power_discharge_active_avg"),
        step,
    )


def sign_of(point: Point, index: int) -> int:
    """Return 1 if import is positive, -1 if export is, 0 if the meter does not show it.

    From row to row, a meter at the point of common coupling answers to PV and battery one to one; a meter of
    the load does not answer at all.
    """
    moved, cause = np.diff(point.meter(index)), np.diff(point.net)
    if float(cause.std()) <= 2 * point.step or float(moved.std()) <= point.step:
        return 0
    slope = float((moved * cause).sum() / (cause * cause).sum())
    related = float(np.corrcoef(moved, cause)[0, 1])
    if abs(related) < 0.5 or not 0.6 < abs(slope) < 1.4:
        return 0
    # A meter in the line of the PV system or of the battery alone shows nothing of the grid.
    if any(_is_line(point.meter(index), flow, point.step) for flow in (point.net, point.pv, point.storage)):
        return 0
    return 1 if slope > 0 else -1


def _is_line(meter: Floats, flow: Floats, step: float) -> bool:
    """Tell whether a meter shows one flow, either way round, and nothing else."""
    room = 0.05 * float(np.ptp(flow)) + step
    return any(float(np.abs(meter - sign * flow).max()) <= room for sign in (1, -1))


def judge_steps(ledger: Ledger, point: Point) -> None:
    """Find meters that answer to PV and battery, but at another time, or in another unit."""
    interval = point.meters[0].interval
    cause = np.diff(point.net)
    moving = np.abs(cause) > 2 * point.step + 0.01 * float(np.ptp(point.net))
    if interval > 5 or moving.sum() < _STEPS:
        return
    most = _LAGS // interval
    near = np.diff(point.meters[0].start[point.at[0]]) == interval
    if not near.all() or cause.size < 3 * most:
        return
    calm = _clipped(cause)
    for index, meter in enumerate(point.meters):
        ledger.looked("WT811", _OPERATION, int(moving.sum()), meter.resource)
        moved = np.diff(point.meter(index))
        # A meter in the line of the PV system alone, or of a constant load, is another story.
        if float(moved.std()) <= point.meters[index].step("power_active_avg"):
            continue
        answers = np.array([_related(_clipped(moved), calm, lag) for lag in range(-most, most + 1)])
        best = int(np.argmax(np.abs(answers)))
        lag, here = (best - most) * interval, float(answers[most])
        rows = np.flatnonzero(moving)[:_STEPS] + 1
        if lag and abs(answers[best]) > _RELATED and abs(here) < 0.4 * abs(answers[best]):
            side = "later" if lag > 0 else "earlier"
            words = f"{meter.resource} answers to PV and battery {abs(lag)} min {side}"
            tell_point(ledger, point, index, rows, words, point.meter(index))
        elif not lag and abs(here) > 0.8:
            slope = float((moved * cause).sum() / (cause * cause).sum())
            if abs(slope) > _UNIT or abs(slope) < 1 / _UNIT:
                words = f"{meter.resource} answers to PV and battery by a factor of {slope:.3g}"
                tell_point(ledger, point, index, rows, words, point.meter(index))


def judge_exchanged(book: Book, ledger: Ledger) -> None:
    """Find two PV systems, or batteries, to each of which only the meter of the other one answers."""
    for interval in (1, 5):
        meters = [track for one in book.resources("ME") if (track := book.longest(one, interval)) is not None]
        for kind, names in _CAUSES.items():
            causes = [
                track
                for one in book.resources(kind)
                if one in book.listed and (track := book.longest(one, interval)) is not None
            ]
            for one, two in combinations(causes, 2):
                _judge_exchange(book, ledger, one, two, names, meters)


def _judge_exchange(
    book: Book, ledger: Ledger, one: Track, two: Track, names: dict[str, float], meters: list[Track]
) -> None:
    here, there = (book.listed[track.resource].controller for track in (one, two))
    if here == there:
        return
    behind = {here: [], there: []}  # type: dict[str, list[Track]]
    for meter in meters:
        listed = book.listed.get(meter.resource)
        if listed is not None and listed.controller in behind:
            behind[listed.controller].append(meter)
    own, crossed = (
        [_answer(track, names, behind[point]) for track, point in zip((one, two), points, strict=True)]
        for points in ((here, there), (there, here))
    )
    if None in own or None in crossed:
        return
    ledger.looked("WT811", one.operation, len(one), one.resource)
    if max(filter(None, own), default=0.0) < _UNRELATED and min(filter(None, crossed)) > _CROSSED:
        words = f"only the meter behind {there} answers to it, and to {two.resource} only that behind {here}"
        column = one.column(next(iter(names)))
        tell_rows(
            ledger,
            one,
            "WT811",
            np.flatnonzero(np.nan_to_num(column) != 0)[:_STEPS],
            f"{words}: exchanged? (at {one.interval} min)",
            lambda index: (f"a meter behind {here} that answers", f"{column[index]:.6g}"),
            list(names),
        )


def _answer(cause: Track, names: dict[str, float], meters: list[Track]) -> float | None:
    """Return how the meters of a point are related to a cause, row by row; None if that cannot be told."""
    found: list[float] = []
    for meter in meters:
        _, left, right = np.intersect1d(meter.start, cause.start, assume_unique=True, return_indices=True)
        if left.size < 3 * _CHANGES or (np.diff(left) != 1).any():
            continue
        flow = np.sum(
            [np.nan_to_num(cause.column(name)[right]) * sign for name, sign in names.items()], axis=0
        )
        steps = np.diff(flow)
        if (np.abs(steps) > 0.01 * float(np.ptp(flow))).sum() >= _CHANGES:
            moved = np.diff(np.nan_to_num(meter.column("power_active_avg")[left]))
            found.append(max(abs(_related(_clipped(moved), _clipped(steps), 0)), 1e-9))
    return max(found, default=None)


def _clipped(steps: Floats) -> Floats:
    """Return steps of which none outweighs all others: two single switchings are no relation."""
    sizes = np.abs(steps[steps != 0])
    most = 3 * float(np.percentile(sizes, 75)) if sizes.size else 0.0
    found: Floats = np.clip(steps, -most, most)
    return found


def _related(one: Floats, two: Floats, lag: int) -> float:
    """Return the correlation of one series with another so many rows before."""
    late, early = (one[lag:], two[: two.size - lag]) if lag >= 0 else (one[:lag], two[-lag:])
    size = float(np.sqrt((late * late).sum() * (early * early).sum()))
    return float((late * early).sum()) / size if size > 0 else 0.0


def tell_point(ledger: Ledger, point: Point, index: int, bad: Ints, message: str, expected: Floats) -> None:
    """Note rows in which a meter disagrees with what stands behind it."""
    meter, rows = point.meters[index], point.at[index]
    seen = point.meter(index)
    if bad.size == 0:
        return
    ledger.found(
        "WT811",
        _OPERATION,
        meter.resource,
        f"behind {point.controller}, {message} ({bad.size} of {seen.size} rows at {meter.interval} min)",
        evidence=[
            meter.proof(int(rows[one]), f"power_active_avg {expected[one]:.6g}", f"{seen[one]:.6g}")
            for one in bad[:3]
        ],
        requests=meter.request(int(rows[bad[0]])),
        count=int(bad.size),
        series=meter.plot(["power_active_avg"], rows[bad]),
        size=seen.size,
    )
