"""WT811 and the sign of the meter: what meters, PV and batteries behind one unit controller say together."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.tracks import Track

_OPERATION = "get_meter_data"
_POWER = "power_active_avg"
_FEWEST = 20
_PAIRED = 0.8
_WITHIN = 0.02


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
        return self.charge - self.discharge - self.pv


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
    if len(ready) < len(tracks):
        return None
    common: Ints | None = None
    for track in ready.values():
        common = track.start if common is None else np.intersect1d(common, track.start, assume_unique=True)
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


def judge_balance(book: Book, ledger: Ledger) -> None:
    """Judge every point of common coupling."""
    for point in points_of(book):
        scale = max(
            float(np.percentile(np.abs(point.meter(index)), 95)) for index in range(len(point.meters))
        )
        if float(np.ptp(point.net)) < 0.05 * scale or scale <= 0:
            continue
        if _judge_echo(ledger, point, scale):
            continue
        if not _judge_pair(ledger, point):
            _judge_export(ledger, point)
    ledger.skipped("WT811", _OPERATION, "no unit controller of which meters, PV and battery were all seen")


def _judge_echo(ledger: Ledger, point: Point, scale: float) -> bool:
    """Tell whether two meters agree to the last digit although PV or battery flow beside them.

    Two meters in one line agree to a class, not to a digit; and only one of load and grid sees the PV.
    """
    flowing = np.abs(point.net) > 0.05 * scale
    for one, two in combinations(range(len(point.meters)), 2):
        room = 1.001 * max(point.meters[one].step(_POWER), point.meters[two].step(_POWER))
        same = flowing & (np.abs(point.meter(one) - point.meter(two)) <= room)
        varied = np.unique(point.meter(one)[flowing]).size >= _FEWEST
        if flowing.sum() >= _FEWEST and varied and same.sum() >= _PAIRED * flowing.sum():
            ledger.looked("WT811", _OPERATION, int(flowing.sum()), point.meters[two].resource)
            words = (
                f"{point.meters[one].resource} and {point.meters[two].resource} show the same, "
                "although PV or battery flow there"
            )
            _tell(ledger, point, one, np.flatnonzero(same), words, point.meter(two) + point.net)
            return True
    return False


def _judge_pair(ledger: Ledger, point: Point) -> bool:
    """Tell whether two meters of a point pair up as grid and gross load."""
    best: tuple[float, int, int, Flags] | None = None
    for grid, load in permutations(range(len(point.meters)), 2):
        for sign in (1, -1):
            expected = sign * (point.meter(load) + point.net)
            scale = np.maximum(np.abs(point.meter(load)), np.abs(point.net))
            fits = np.abs(point.meter(grid) - expected) <= _WITHIN * scale + point.step
            if best is None or fits.mean() > best[0]:
                best = (float(fits.mean()), grid, load, fits)
    if best is None:
        return False
    share, grid, load, fits = best
    if share < _PAIRED:
        return _judge_signs(ledger, point)
    ledger.looked("WT811", _OPERATION, fits.size, point.meters[grid].resource)
    bad = np.flatnonzero(~fits)
    if bad.size >= 10:
        expected = point.meter(load) + point.net
        _tell(
            ledger,
            point,
            grid,
            bad,
            f"{point.meters[grid].resource} is not load - PV + charge - discharge",
            expected,
        )
    return True


def _judge_signs(ledger: Ledger, point: Point) -> bool:
    """Find a grid meter that has PV or battery with the wrong sign."""
    for grid, load in permutations(range(len(point.meters)), 2):
        parts = [point.meter(load), point.pv, point.charge, point.discharge]
        names = ["load", "PV", "charge", "discharge"]
        active = [index for index, part in enumerate(parts) if float(np.ptp(part)) > 10 * point.step]
        if 0 not in active or len(active) < 2:
            continue
        matrix = np.column_stack([parts[index] for index in active])
        seen = point.meter(grid)
        found, *_ = np.linalg.lstsq(matrix, seen, rcond=None)
        misfit = seen - matrix @ found
        if float(np.abs(misfit).max()) > 0.02 * float(np.ptp(seen)) + point.step or abs(found[0] - 1) > 0.1:
            continue
        right = {"load": 1.0, "PV": -1.0, "charge": 1.0, "discharge": -1.0}
        wrong = [
            names[index]
            for index, value in zip(active, found, strict=True)
            if value * right[names[index]] < -0.5
        ]
        if wrong:
            ledger.looked("WT811", _OPERATION, seen.size, point.meters[grid].resource)
            expected = point.meter(load) + point.net
            bad = np.flatnonzero(np.abs(seen - expected) > 0.02 * float(np.ptp(seen)) + point.step)
            words = f"{point.meters[grid].resource} counts {' and '.join(wrong)} with the wrong sign"
            _tell(ledger, point, grid, bad, words, expected)
            return True
    return False


def _judge_export(ledger: Ledger, point: Point) -> None:
    for index, meter in enumerate(point.meters):
        sign = sign_of(point, index)
        if sign == 0:
            continue
        power = sign * point.meter(index)
        room = 0.05 * np.abs(point.net) + 0.02 * float(np.percentile(np.abs(power), 95)) + point.step
        least = np.minimum(point.net, 0.0)
        ledger.looked("WT811", _OPERATION, power.size, meter.resource)
        bad = np.flatnonzero(power < least - room)
        if bad.size >= 10 and bad.size > 0.05 * power.size:
            words = f"{meter.resource} exports more than PV and battery give"
            _tell(ledger, point, index, bad, words, sign * least)


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
    # A meter in the line of the PV system alone shows nothing of the grid.
    if float(np.abs(point.meter(index) + point.net).max()) <= 0.05 * float(np.ptp(point.net)) + point.step:
        return 0
    return 1 if slope > 0 else -1


def _tell(ledger: Ledger, point: Point, index: int, bad: Ints, message: str, expected: Floats) -> None:
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
