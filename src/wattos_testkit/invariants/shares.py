"""WT811: how much of load, PV and battery a grid meter shows, and what it shows beside them."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.coupling import Point, tell_point
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats

_POWER = "power_active_avg"
_OPERATION = "get_meter_data"
_FEWEST = 40
_DAY = 1440
_RIGHT = {"load": 1.0, "PV": -1.0, "charge": 1.0, "discharge": -1.0}
_CLOSE = 0.01
"""Of the range of the meter: a sum that comes so near in most rows is no chance."""
_MOST = 0.9
_LOSSES = 0.1
"""What inverters and transformers between two meters may take."""
_COMMON = 0.06
_ELSEWHERE = 0.1
"""A flow of which the meter shows less than that is connected elsewhere."""
_SHIFT = 0.03
"""Of the meter's usual power."""
_LONG = 5 * _DAY


@dataclass(frozen=True, slots=True)
class _Fit:
    grid: int
    shares: dict[str, float]
    """How much of each flow the meter shows; 1 is right."""
    offset: float
    drift: float
    """Per day."""
    days: float
    misfit: float
    expected: Floats


def judge_shares(ledger: Ledger, point: Point) -> bool:
    """Find a meter that is a sum of what stands behind it, but with wrong weights; tell whether one was."""
    fits = [fit for grid in range(len(point.meters)) for fit in _fits(point, grid)]
    if not fits:
        return False
    # Whichever meter is taken for the grid's, most devices must have their sign; it is the lower one.
    best = min(fits, key=lambda one: (_turned(one), float(point.meter(one.grid).min()), one.misfit))
    words = _words(point, best)
    if not words:
        return False
    meter, seen = point.meters[best.grid], point.meter(best.grid)
    room = 0.02 * np.abs(best.expected) + 0.005 * float(np.ptp(seen)) + point.step
    bad = np.flatnonzero(np.abs(seen - best.expected) > room)
    if bad.size < 10:
        return False
    ledger.looked("WT811", _OPERATION, seen.size, meter.resource)
    tell_point(ledger, point, best.grid, bad, f"{meter.resource} {words}", best.expected)
    return True


def _turned(fit: _Fit) -> int:
    """Return how many devices are counted with the wrong sign."""
    turned = {name for name, share in fit.shares.items() if share < 0}
    return len(turned & {"load", "PV"}) + bool(turned & {"charge", "discharge"})


def _fits(point: Point, grid: int) -> list[_Fit]:
    """Return each way to make one meter of another, or of all others together, that comes close."""
    others = [index for index in range(len(point.meters)) if index != grid]
    loads = [point.meter(index) for index in others]
    if len(loads) > 1:
        loads.append(np.sum(loads, axis=0))
    found = (_fit(point, grid, load) for load in loads)
    return [one for one in found if one is not None]


def _fit(point: Point, grid: int, load: Floats) -> _Fit | None:
    seen = point.meter(grid)
    size = float(np.ptp(seen))
    flows = {"load": load, "PV": point.pv, "charge": point.charge, "discharge": point.discharge}
    own = point.meters[grid].step(_POWER)
    least = 0.05 * max(float(np.ptp(flow)) for flow in flows.values()) + 10 * (point.step - own)
    active = [name for name, flow in flows.items() if float(np.ptp(flow)) > least]
    if "load" not in active or len(active) < 2 or seen.size < _FEWEST:
        return None
    starts = point.meters[grid].start[point.at[grid]]
    time = (starts - starts.mean()) / _DAY
    days = float(np.ptp(starts)) / _DAY
    columns = [flows[name] for name in active] + [np.ones(seen.size)]
    # A day is too short to tell a drift from the day itself.
    columns += [time] if days * _DAY >= _LONG else []
    matrix = np.column_stack(columns)
    weights, close = _solve(matrix, seen, _CLOSE * size + point.step)
    if weights is None or close.mean() < _MOST:
        return None
    shares = {name: float(weights[index]) * _RIGHT[name] for index, name in enumerate(active)}
    unseen = shares["load"] < _ELSEWHERE or max(list(shares.values())[1:]) < _ELSEWHERE
    if unseen and min(shares.values()) > -0.5:
        return None
    drift = float(weights[-1]) if len(columns) > len(active) + 1 else 0.0
    misfit = float(np.median(np.abs(seen - matrix @ weights)))
    return _Fit(grid, shares, float(weights[len(active)]), drift, days, misfit, load + point.net)


def _solve(matrix: Floats, seen: Floats, room: float) -> tuple[Floats | None, Flags]:
    """Return weights by least squares, a second time without what does not fit, and which rows are close."""
    sizes = np.maximum(np.abs(matrix).max(axis=0), 1e-9)
    kept = np.ones(seen.size, dtype=bool)
    close = kept
    weights: Floats | None = None
    for _ in range(3):
        found, _, rank, _ = np.linalg.lstsq(matrix[kept] / sizes, seen[kept], rcond=1e-6)
        if rank < matrix.shape[1]:
            return None, close
        weights = found / sizes
        misfit = np.abs(seen - matrix @ weights)
        close = misfit <= room
        kept = misfit <= np.quantile(misfit, _MOST)
    return weights, close


def _words(point: Point, fit: _Fit) -> str:
    """Say what is wrong with the weights; nothing if they are right."""
    usual = float(np.percentile(np.abs(point.meter(fit.grid)), 95))
    there = {name: share for name, share in fit.shares.items() if abs(share) >= _ELSEWHERE}
    turned = [name for name, share in there.items() if share < 0]
    mean = float(np.mean(list(there.values())))
    if turned and len(turned) < len(there):
        return f"counts {' and '.join(turned)} with the wrong sign"
    even = len(there) > 1 and all(abs(share - mean) <= _COMMON * abs(mean) for share in there.values())
    if even and abs(abs(mean) - 1) > _COMMON:
        return f"shows {abs(mean):.3g} times what load, PV and battery make"
    if abs(fit.drift) * fit.days > _SHIFT * usual + 4 * point.step:
        return f"drifts by {fit.drift:+.3g} kW a day against load, PV and battery"
    if abs(fit.offset) > _SHIFT * usual + 4 * point.step:
        return f"stands {fit.offset:+.3g} kW beside what load, PV and battery make"
    wrong = {name: share for name, share in there.items() if abs(abs(share) - 1) > _LOSSES}
    # A meter of a part of the load is none of all of it.
    partly = list(wrong) == ["load"] and wrong["load"] > 1
    if wrong and not even and not partly:
        return "shows " + " and ".join(f"{share:.3g} times the {name}" for name, share in wrong.items())
    return ""
