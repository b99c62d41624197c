"""WT4xx: coarse rows against the fine rows in their buckets."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.coarsened import judge_coarsened
from wattos_testkit.invariants.ends import judge_ends, judge_readings
from wattos_testkit.invariants.flows import PEAKS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.means import judge_means, judge_shift
from wattos_testkit.invariants.pairs import HIGHER, SLACK, Pair, enough, is_near, pairs_of, tell, weight_of
from wattos_testkit.invariants.question import KIND_OF, OPERATION_OF

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
            _judge_resource(book, ledger, kind, resource, registers.get(resource, "lifetime"))
        for rule in _RULES:
            if rule in _ABSENT[kind]:
                continue
            ledger.skipped(rule, operation, "no two intervals over the same time with ten complete buckets")


def _judge_resource(book: Book, ledger: Ledger, kind: str, resource: str, convention: str) -> None:
    operation = OPERATION_OF[kind]
    sound = []
    for pair in pairs_of(book, resource):
        if judge_shift(ledger, pair):
            book.spoiled.add((resource, pair.coarse.interval))
            continue
        judge_means(ledger, kind, pair)
        _judge_peaks(ledger, kind, pair)
        judge_readings(ledger, kind, pair, convention)
        judge_ends(ledger, kind, pair)
        if any(ledger.has(rule, operation, resource) for rule in ("WT401", "WT403", "WT404")):
            book.spoiled.add((resource, pair.coarse.interval))
        else:
            sound.append(pair)
    told = {rule for rule in _RULES if ledger.has(rule, operation, resource)}
    for pair in sound:
        judge_coarsened(ledger, kind, pair, convention, told)


def _judge_peaks(ledger: Ledger, kind: str, pair: Pair) -> None:
    for name, mean in PEAKS[kind]:
        peak, whole = pair.parts(name).max(axis=1), pair.whole(name)
        scale = float(np.nanpercentile(np.abs(whole), 99)) if np.isfinite(whole).any() else 0.0
        tolerance = pair.step(name) + SLACK * np.abs(peak)
        high = peak + HIGHER * np.maximum(np.abs(peak), np.abs(pair.parts(mean)).max(axis=1)) + 0.01 * scale
        informative = (
            np.isfinite(peak) & np.isfinite(whole) & ((np.abs(peak) > tolerance) | (whole > tolerance))
        )
        if not enough(ledger, "WT402", pair, informative):
            continue
        low = np.flatnonzero(informative & (whole < peak - tolerance))
        like = (
            "is the mean"
            if low.size and is_near(whole, pair.whole(mean), low, tolerance)
            else "is below its parts"
        )
        like = (
            "is the highest average"
            if low.size and is_near(whole, pair.parts(mean).max(axis=1), low, tolerance)
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
