"""WT4xx: coarse rows against the fine rows in their buckets."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import FLOWS, PEAKS
from wattos_testkit.invariants.labels import gather
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.pairs import FEWEST, Pair, enough, pairs_of, requests_of, tell, weight_of
from wattos_testkit.invariants.question import KIND_OF

_SLACK = 0.002
"""Of the larger value: what clocks and sampling of a healthy server do."""
_HIGHER = 0.05
_READING = 6 / 3600
"""Hours by which two readings of one register may be apart."""
_MEANS = {
    "ME": ("power_active_avg", "power_apparent_avg", "power_reactive_avg"),
    "BE": ("power_charge_active_avg", "power_discharge_active_avg"),
    "PV": ("power_active_avg",),
}
_TEMPERATURES = {
    "ME": (),
    "BE": ("temp_cell_max", "temp_ambient_max"),
    "PV": ("temp_cell_max", "temp_ambient_max"),
}
_RULES = ("WT401", "WT402", "WT403", "WT404", "WT405", "WT406", "WT407", "WT409")

_ABSENT = {"ME": {"WT404", "WT405", "WT406"}, "BE": set(), "PV": {"WT404"}}
"""What a type has no fields for."""


def judge_aggregation(book: Book, ledger: Ledger, registers: dict[str, str]) -> None:
    """Judge every resource at every pair of intervals; `registers` says what its registers count."""
    for operation in OPERATIONS:
        kind = KIND_OF[operation]
        if ledger.has("WT504", operation):
            for rule in _RULES:
                ledger.skipped(rule, operation, "answers to one and the same question differ")
            continue
        for resource in book.resources(kind):
            for pair in pairs_of(book, resource):
                if _judge_shift(ledger, pair):
                    book.spoiled.add((resource, pair.coarse.interval))
                    continue
                _judge_means(ledger, kind, pair)
                _judge_peaks(ledger, kind, pair)
                _judge_registers(ledger, kind, pair, registers.get(resource, "lifetime"))
                _judge_ends(ledger, kind, pair)
                if any(ledger.has(rule, operation, resource) for rule in ("WT401", "WT403", "WT404")):
                    book.spoiled.add((resource, pair.coarse.interval))
        for rule in _RULES:
            if rule in _ABSENT[kind]:
                continue
            ledger.skipped(rule, operation, "no two intervals over the same time with ten complete buckets")


def _judge_shift(ledger: Ledger, pair: Pair) -> bool:
    """Tell whether coarse rows are made of the fine rows of another time."""
    kind, operation = pair.fine.kind, pair.fine.operation
    for name in _MEANS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        tolerance = pair.step(name) + _SLACK * np.abs(whole)
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
        tolerance = pair.step(name) + _SLACK * np.abs(seen)
        telling = complete & (np.abs(seen) > tolerance)
        if telling.sum() < FEWEST:
            continue
        if (np.abs(means - seen) <= tolerance)[telling].mean() > 0.95:
            return shift
    return 0


def _judge_means(ledger: Ledger, kind: str, pair: Pair) -> None:
    for name in _MEANS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        mean = parts.mean(axis=1)
        tolerance = pair.step(name) + _SLACK * np.abs(parts).max(axis=1)
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


def _judge_peaks(ledger: Ledger, kind: str, pair: Pair) -> None:
    for name, mean in PEAKS[kind]:
        peak, whole = pair.parts(name).max(axis=1), pair.whole(name)
        scale = float(np.nanpercentile(np.abs(whole), 99)) if np.isfinite(whole).any() else 0.0
        tolerance = pair.step(name) + _SLACK * np.abs(peak)
        high = peak + _HIGHER * np.maximum(np.abs(peak), np.abs(pair.parts(mean)).max(axis=1)) + 0.01 * scale
        informative = (
            np.isfinite(peak) & np.isfinite(whole) & ((np.abs(peak) > tolerance) | (whole > tolerance))
        )
        if not enough(ledger, "WT402", pair, informative):
            continue
        low = np.flatnonzero(informative & (whole < peak - tolerance))
        like = (
            "is the mean"
            if low.size and _near(whole, pair.whole(mean), low, tolerance)
            else "is below its parts"
        )
        like = (
            "is the highest average"
            if low.size and _near(whole, pair.parts(mean).max(axis=1), low, tolerance)
            else like
        )
        weight = weight_of(low.size, int(informative.sum()))
        tell(ledger, pair, "WT402", name, low, f"{name} {like}", peak, severity=weight)
        ledger.looked("WT409", pair.fine.operation, int(informative.sum()), pair.fine.resource)
        above = np.flatnonzero(informative & (whole > high + tolerance))
        # Where one-minute peaks are only means, a coarse peak from finer raw data may well be higher.
        plain = np.abs(pair.parts(name) - pair.parts(mean)).max() <= pair.step(name)
        often = above.size >= 0.1 * informative.sum() and not plain
        tell(
            ledger,
            pair,
            "WT409",
            name,
            above,
            f"{name} is more than 5 % above its parts",
            peak,
            severity=Severity.ERROR if often else Severity.WARNING,
        )


def _near(one: Floats, two: Floats, where: Ints, tolerance: Floats) -> bool:
    return bool((np.abs(one - two) <= tolerance)[where].mean() > 0.9)


def _judge_registers(ledger: Ledger, kind: str, pair: Pair, convention: str) -> None:
    for name, power in FLOWS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        flow = np.abs(pair.parts(power)).max(axis=1)
        tolerance = pair.step(name) + 1e-12 * np.abs(whole) + _READING * flow
        expected = parts[:, -1]
        if convention == "interval":
            expected = parts.sum(axis=1)
            tolerance = tolerance + pair.fine.step(name) * parts.shape[1] / 2 + 0.02 * np.abs(expected)
        energy = flow * pair.coarse.interval / 60
        wrong = np.abs(expected - whole) > tolerance
        informative = np.isfinite(expected) & np.isfinite(whole) & ((energy > tolerance) | wrong)
        if not enough(ledger, "WT403", pair, informative):
            continue
        bad = np.flatnonzero(wrong & informative)
        if bad.size and convention == "start" and _near(whole, parts[:, 0], bad, tolerance):
            continue
        like = f"{name} is not the register at the end"
        if bad.size and _near(whole, parts[:, 0], bad, tolerance):
            like = f"{name} is the register after the first of its parts, not at the end"
        elif bad.size and _near(whole, parts.mean(axis=1), bad, tolerance):
            like = f"{name} is the mean of the registers of its parts"
        tell(
            ledger,
            pair,
            "WT403",
            name,
            bad,
            like,
            expected,
            severity=weight_of(bad.size, int(informative.sum())),
        )


def _judge_ends(ledger: Ledger, kind: str, pair: Pair) -> None:
    if kind == "BE":
        parts, whole = pair.parts("soc_end"), pair.whole("soc_end")
        wrong = np.abs(parts[:, -1] - whole) > pair.step("soc_end")
        informative = np.isfinite(whole) & np.isfinite(parts[:, -1])
        if enough(ledger, "WT404", pair, informative):
            bad = np.flatnonzero(wrong & informative)
            weight = weight_of(bad.size, int(informative.sum()))
            text = "soc_end is not the state of charge at the end"
            tell(ledger, pair, "WT404", "soc_end", bad, text, parts[:, -1], severity=weight)
    for name in _TEMPERATURES[kind]:
        highest, whole = pair.parts(name).max(axis=1), pair.whole(name)
        tolerance = pair.step(name)
        above = np.maximum(1.0, _HIGHER * np.abs(highest)) + tolerance
        informative = np.isfinite(highest) & np.isfinite(whole)
        if enough(ledger, "WT405", pair, informative):
            bad = np.flatnonzero(informative & ((whole < highest - tolerance) | (whole > highest + above)))
            weight = weight_of(bad.size, int(informative.sum()))
            tell(
                ledger,
                pair,
                "WT405",
                name,
                bad,
                f"{name} is not the highest of its parts",
                highest,
                severity=weight,
            )
    if kind != "ME":
        _judge_status(ledger, pair)


def _judge_status(ledger: Ledger, pair: Pair) -> None:
    parts, whole = pair.fine.status[pair.places], pair.coarse.status[pair.rows]
    known = np.array([one is not None for one in whole], dtype=bool) & (parts[:, -1] != None)  # noqa: E711 - elementwise
    if not enough(ledger, "WT406", pair, known):
        return
    wrong = known & (parts[:, -1] != whole)
    bad = np.flatnonzero(wrong)
    if bad.size == 0:
        return
    alien = ~(parts == whole[:, None]).any(axis=1)
    severe = (alien & wrong).sum() >= 3
    ledger.found(
        "WT406",
        pair.fine.operation,
        pair.fine.resource,
        "status never occurred in the bucket" if severe else "status is not the one at the end of the bucket",
        evidence=[
            pair.coarse.proof(int(pair.rows[index]), str(parts[index, -1]), str(whole[index]))
            for index in bad[:3]
        ],
        requests=requests_of(pair, int(bad[0])),
        count=int(bad.size),
        severity=Severity.ERROR if severe else Severity.WARNING,
        size=pair.coarse.size(int(pair.rows[bad[0]])),
    )
