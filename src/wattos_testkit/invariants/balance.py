"""WT811: what meters, PV and batteries behind one unit controller say together."""

from dataclasses import dataclass
from itertools import combinations, permutations

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
from wattos_testkit.invariants.observations import Flags
from wattos_testkit.invariants.shares import judge_shares

_OPERATION = "get_meter_data"
_POWER = "power_active_avg"
_FEWEST = 20
_PAIRED = 0.8
_OFTEN = 0.72
"""So often a sum is not right by chance: the rest is wrong, or something runs that nobody lists."""
_FLOWS = 0.05
_WITHIN = 0.02
_APART = 0.06
_TOLD = 10


def judge_balance(book: Book, ledger: Ledger) -> None:
    """Judge every point of common coupling."""
    pairs: dict[str, tuple[str, str]] = {}
    # From coarse to fine: what pairs up over weeks of half hours is a pair at the minute, too.
    for point in sorted(points_of(book), key=lambda one: -one.meters[0].interval):
        scale = max(
            float(np.percentile(np.abs(point.meter(index)), 95)) for index in range(len(point.meters))
        )
        if float(np.ptp(point.net)) < 0.05 * scale or scale <= 0:
            continue
        if _judge_echo(ledger, point, scale):
            continue
        judge_steps(ledger, point)
        best = _best_pair(point)
        if best is not None and best.share >= _PAIRED:
            pairs[point.controller] = best.names(point)
            _tell_pair(ledger, point, best)
        elif not judge_shares(ledger, point) and best is not None and best.share >= _OFTEN:
            _tell_pair(ledger, point, best)
        elif best is None or not _judge_known_pair(ledger, point, pairs.get(point.controller)):
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


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two meters taken for that of the grid and that of the load."""

    share: float
    """Of rows in which they are."""
    grid: int
    load: int
    sign: int
    fits: Flags

    def names(self, point: Point) -> tuple[str, str]:
        """Return the resources of both."""
        return point.meters[self.grid].resource, point.meters[self.load].resource


def _best_pair(point: Point) -> _Pair | None:
    """Return the two meters of a point that pair up in most rows."""
    many = range(len(point.meters))
    pairs = [
        _pair(point, grid, load, sign, _WITHIN) for grid, load in permutations(many, 2) for sign in (1, -1)
    ]
    return max(pairs, key=lambda one: one.share, default=None)


def _pair(point: Point, grid: int, load: int, sign: int, within: float) -> _Pair:
    expected = sign * (point.meter(load) + point.net)
    scale = np.maximum(np.abs(point.meter(load)), np.abs(point.net))
    fits: Flags = np.abs(point.meter(grid) - expected) <= within * scale + point.step
    # Where neither PV nor battery flows, any two meters in one line agree.
    flowing = np.abs(point.net) > _FLOWS * float(np.ptp(point.net))
    return _Pair(min(float(fits.mean()), float(fits[flowing].mean())), grid, load, sign, fits)


def _judge_known_pair(ledger: Ledger, point: Point, known: tuple[str, str] | None) -> bool:
    """Judge finer rows of two meters that pair up in coarser ones; they may be read some seconds apart."""
    names = [meter.resource for meter in point.meters]
    if known is None or not set(known) <= set(names):
        return False
    pair = max(
        (_pair(point, names.index(known[0]), names.index(known[1]), sign, _APART) for sign in (1, -1)),
        key=lambda one: one.share,
    )
    if pair.share < _PAIRED:
        _tell_pair(ledger, point, pair)
    return True


def _tell_pair(ledger: Ledger, point: Point, pair: _Pair) -> None:
    grid = point.meters[pair.grid].resource
    ledger.looked("WT811", _OPERATION, pair.fits.size, grid)
    bad = np.flatnonzero(~pair.fits)
    if bad.size >= _TOLD:
        expected = pair.sign * (point.meter(pair.load) + point.net)
        words = f"{grid} is not load - PV + charge - discharge"
        tell_point(ledger, point, pair.grid, bad, words, expected)


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
