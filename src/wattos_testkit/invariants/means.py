"""WT401, WT407, WT408: coarse averages against the fine ones, and fine ones of another time."""

import numpy as np

from wattos_testkit.invariants.labels import gather
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.pairs import FEWEST, SLACK, Pair, enough, tell, weight_of

_MEANS = {
    "ME": ("power_active_avg", "power_apparent_avg", "power_reactive_avg"),
    "BE": ("power_charge_active_avg", "power_discharge_active_avg"),
    "PV": ("power_active_avg",),
}


def judge_shift(ledger: Ledger, pair: Pair) -> bool:
    """Tell whether coarse rows are made of the fine rows of another time."""
    kind, operation = pair.fine.kind, pair.fine.operation
    for name in _MEANS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        tolerance = pair.step(name) + SLACK * np.abs(whole)
        wrong = np.abs(parts.mean(axis=1) - whole) > tolerance
        informative = np.isfinite(whole) & ((np.abs(whole) > tolerance) | (np.ptp(parts, axis=1) > tolerance))
        if informative.sum() < FEWEST:
            continue
        ledger.looked("WT407", operation, int(informative.sum()), pair.fine.resource)
        if wrong[informative].mean() < 0.3:
            return False
        shift = _best_shift(pair, name)
        if shift:
            bad = np.flatnonzero(wrong & informative)
            tell(
                ledger,
                pair,
                "WT407",
                name,
                bad,
                f"{pair.coarse.interval}-minute rows are made of the {pair.fine.interval}-minute rows "
                f"{abs(shift)} min {'later' if shift > 0 else 'earlier'}",
                parts.mean(axis=1),
            )
            return True
        return False
    return False


def _best_shift(pair: Pair, name: str) -> int:
    length = pair.coarse.interval // pair.fine.interval
    steps = [step * pair.fine.interval for step in range(-2 * length, 2 * length + 1) if step]
    steps += [sign * hours * 60 for hours in range(1, 15) for sign in (1, -1)]
    column, whole = pair.fine.column(name), pair.coarse.column(name)
    for shift in sorted(set(steps), key=abs):
        places, complete = gather(pair.fine, pair.coarse.start + shift, length)
        means, seen = column[places].mean(axis=1), whole
        tolerance = pair.step(name) + SLACK * np.abs(seen)
        telling = complete & (np.abs(seen) > tolerance)
        if telling.sum() < FEWEST:
            continue
        if (np.abs(means - seen) <= tolerance)[telling].mean() > 0.95:
            return shift
    return 0


def judge_means(ledger: Ledger, kind: str, pair: Pair) -> None:
    """Judge the averages of a pair."""
    for name in _MEANS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        mean = parts.mean(axis=1)
        tolerance = pair.step(name) + SLACK * np.abs(parts).max(axis=1)
        wrong = np.abs(mean - whole) > tolerance
        informative = np.isfinite(mean) & np.isfinite(whole) & ((np.abs(mean) > tolerance) | wrong)
        if not enough(ledger, "WT401", pair, informative):
            continue
        bad = np.flatnonzero(wrong & informative)
        if name == "power_apparent_avg" and bad.size and _from_averages(pair, bad, whole, tolerance):
            ledger.looked("WT408", pair.fine.operation, int(informative.sum()), pair.fine.resource)
            tell(ledger, pair, "WT408", name, bad, "power_apparent_avg is made of averages of P and Q", mean)
            continue
        if name == "power_apparent_avg":
            ledger.looked("WT408", pair.fine.operation, int(informative.sum()), pair.fine.resource)
        tell(
            ledger,
            pair,
            "WT401",
            name,
            bad,
            f"{name} {_likeness(parts[bad], whole[bad], tolerance[bad])}",
            mean,
            severity=weight_of(bad.size, int(informative.sum())),
        )


def _from_averages(pair: Pair, bad: Ints, whole: Floats, tolerance: Floats) -> bool:
    active, reactive = pair.whole("power_active_avg"), pair.whole("power_reactive_avg")
    made = np.hypot(active, reactive)
    between = (whole >= made - tolerance) & (
        whole <= pair.parts("power_apparent_avg").mean(axis=1) + tolerance
    )
    return bool(between[bad].all())


def _likeness(parts: Floats, whole: Floats, tolerance: Floats) -> str:
    """Say what wrong averages look like."""
    if len(whole) == 0:
        return ""
    candidates = {
        "is the sum of its parts, not their mean": parts.sum(axis=1),
        "is the last of its parts, not their mean": parts[:, -1],
        "is the first of its parts, not their mean": parts[:, 0],
        "is the highest of its parts, not their mean": parts.max(axis=1),
        "is the lowest of its parts, not their mean": parts.min(axis=1),
        "is the median of its parts, not their mean": np.median(parts, axis=1),
        "is the mean of all but the last of its parts": parts[:, :-1].mean(axis=1),
        "is the mean of all but the first of its parts": parts[:, 1:].mean(axis=1),
    }
    for words, values in candidates.items():
        if (np.abs(values - whole) <= tolerance).mean() > 0.9:
            return words
    return "is not the mean of its parts"
