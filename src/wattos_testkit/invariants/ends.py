"""WT403-406: what a coarse row takes from the end, or the height, of its bucket."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.flows import FLOWS
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.pairs import (
    HIGHER,
    READING,
    Pair,
    enough,
    is_near,
    requests_of,
    tell,
    weight_of,
)

_TEMPERATURES = {
    "ME": (),
    "BE": ("temp_cell_max", "temp_ambient_max"),
    "PV": ("temp_cell_max", "temp_ambient_max"),
}


def judge_readings(ledger: Ledger, kind: str, pair: Pair, convention: str) -> None:
    """Judge the registers of a pair."""
    for name, power in FLOWS[kind]:
        parts, whole = pair.parts(name), pair.whole(name)
        flow = np.abs(pair.parts(power)).max(axis=1)
        tolerance = pair.step(name) + 1e-12 * np.abs(whole) + READING * flow
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
        if bad.size and convention == "start" and is_near(whole, parts[:, 0], bad, tolerance):
            continue
        like = f"{name} is not the register at the end"
        if bad.size and is_near(whole, parts[:, 0], bad, tolerance):
            like = f"{name} is the register after the first of its parts, not at the end"
        elif bad.size and is_near(whole, parts.mean(axis=1), bad, tolerance):
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


def judge_ends(ledger: Ledger, kind: str, pair: Pair) -> None:
    """Judge state of charge, temperatures and status of a pair."""
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
        above = np.maximum(1.0, HIGHER * np.abs(highest)) + tolerance
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
