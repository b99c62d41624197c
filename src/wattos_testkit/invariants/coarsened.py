"""WT401-405: coarse rows that are rounded, or counted, far more coarsely than the fine rows in their buckets.

What both intervals are rounded to is allowed everywhere. Here a coarse row must keep to what the fine rows
show: an average taken from a register in whole kWh is a multiple of 4 kW at 15 minutes, and no mean.
"""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.flows import FLOWS, PEAKS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import NUMBERS, Flags, Floats
from wattos_testkit.invariants.pairs import FEWEST, READING, SLACK, Pair, tell

_COARSER = 4
"""Times the fine resolution: less may be a digit more or less of one and the same number."""
_OFTEN = 0.2
"""Share of rows that must not fit."""
_GROSS = 0.01
"""Of the highest value: steps of a register are no finer than that, and seen in every sum."""
_DIGITS = 0.05
"""The same of steps that are a power of ten: an archive may well keep a digit or two less."""


def judge_coarsened(ledger: Ledger, kind: str, pair: Pair, convention: str, told: set[str]) -> None:
    """Judge every number of a pair by the resolution of the fine rows alone, but for rules that have told."""
    registers = dict(FLOWS[kind])
    for name in NUMBERS[kind]:
        fine, coarse = pair.fine.step(name), pair.coarse.step(name)
        if fine <= 0 or coarse < _COARSER * fine or (name in registers and convention == "interval"):
            continue
        rule, expected = _expected(pair, name)
        if rule in told:
            continue
        whole = pair.whole(name)
        room = 1.001 * fine + 1e-9
        if name.startswith("power_"):
            room = room + SLACK * np.abs(pair.parts(name)).max(axis=1)
        elif name in registers:
            room = room + READING * np.abs(pair.parts(registers[name])).max(axis=1) + 1e-12 * np.abs(whole)
        gap = whole - expected
        # A maximum may well be higher: it comes from finer raw data.
        wrong = gap < -room if name.endswith("_max") else np.abs(gap) > room
        # What is within one step of the right value is rounded; what is not has been told already.
        wrong &= np.abs(gap) <= 1.001 * (coarse + fine) + room
        known = np.isfinite(gap)
        moving = known & _moving(expected, coarse)
        bad = np.flatnonzero(wrong & known)
        if bad.size < FEWEST or bad.size < _OFTEN * max(1, int(moving.sum())):
            continue
        words = f"{name} comes in steps of {coarse:.4g}, that of its parts in steps of {fine:.4g}"
        tell(ledger, pair, rule, name, bad, words, expected, severity=_weight(name, coarse, expected))


def _moving(expected: Floats, step: float) -> Flags:
    """Tell which rows are no plain zero: those fit at any resolution."""
    found: Flags = np.abs(np.nan_to_num(expected)) > 1e-3 * step
    return found


def _expected(pair: Pair, name: str) -> tuple[str, Floats]:
    """Return the rule of a number, and what the fine rows make of it."""
    parts = pair.parts(name)
    if name.endswith("_avg"):
        return "WT401", parts.mean(axis=1)
    if any(name == peak for peaks in PEAKS.values() for peak, _ in peaks):
        return "WT402", parts.max(axis=1)
    if name.endswith("_cum"):
        return "WT403", parts[:, -1]
    return ("WT404", parts[:, -1]) if name == "soc_end" else ("WT405", parts.max(axis=1))


def _weight(name: str, step: float, expected: Floats) -> Severity:
    """Return an error for averages and maxima whose steps are a good part of what flows."""
    decimal = abs(np.log10(step) - round(np.log10(step))) < 1e-6
    most = (_DIGITS if decimal else _GROSS) * float(np.nanmax(np.abs(expected)))
    return Severity.ERROR if name.startswith("power_") and step > most else Severity.WARNING
