"""WT811: what meters, PV and batteries behind one unit controller say together."""

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.coupling import (
    Point,
    judge_exchanged,
    judge_steps,
    points_of,
    sign_of,
    tell_point,
)
from wattos_testkit.invariants.ledger import Ledger

if TYPE_CHECKING:
    from wattos_testkit.invariants.observations import Flags

_OPERATION = "get_meter_data"
_POWER = "power_active_avg"
_FEWEST = 20
_PAIRED = 0.8
_WITHIN = 0.02


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
        judge_steps(ledger, point)
        if not _judge_pair(ledger, point):
            _judge_export(ledger, point)
    judge_exchanged(book, ledger)
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
            tell_point(ledger, point, one, np.flatnonzero(same), words, point.meter(two) + point.net)
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
        tell_point(
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
            tell_point(ledger, point, grid, bad, words, expected)
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
            tell_point(ledger, point, index, bad, words, sign * least)
