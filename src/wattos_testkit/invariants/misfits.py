"""What it means when a register does not follow its power: unit, sign, standstill, loss, or nothing known."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.blocks import WITHIN, Blocks
from wattos_testkit.invariants.flows import Flow
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, written
from wattos_testkit.invariants.runs import runs_of_one_value

_STEADY = (0.8, 1.25)
_STRAY = 0.025
"""More than the classes of two meters: 1 and 0.5 are usual, 2 is the worst that is sold."""
_STEADY_BLOCKS = 10
_FACTORS = {
    1000.0: "Wh in place of kWh",
    0.001: "MWh in place of kWh, or power in W",
    60.0: "kW-minutes in place of kWh, or the duration is left out",
    1 / 60: "a minute is taken for an hour",
    3600.0: "kJ in place of kWh",
    1 / 3600: "a second is taken for an hour",
}


def tell_misfit(
    ledger: Ledger, flow: Flow, blocks: Blocks, wrong: Flags, out: float | None, low: float
) -> None:
    """Say why blocks do not follow.

    `out` is how an exporting register counts, None where power flows in; blocks with less power than `low`
    are no error.
    """
    total, went = float(blocks.energy.sum()), float(blocks.moved.sum())
    factor = went / total if total else 0.0
    constant = _constant(flow)
    frozen = np.array(
        [bool(constant[a : b + 1].all()) for a, b in zip(blocks.first, blocks.last, strict=True)]
    )
    if abs(went) <= 2.001 * flow.step and out is None:
        _tell(ledger, flow, blocks, wrong, "WT704", f"{flow.register} does not move while {flow.power} flows")
        return
    steady = blocks.misfit(factor).mean() <= 0.1
    if (
        steady
        and abs(factor - 1) > WITHIN
        and (out is None or abs(factor) > 1.25 or _STEADY[0] <= factor <= _STEADY[1])
    ):
        if _STEADY[0] <= factor <= _STEADY[1]:
            _tell(
                ledger, flow, blocks, wrong, "WT813", f"{flow.register} follows {flow.power} by {factor:.3f}"
            )
        elif factor < 0 and abs(factor + 1) <= 0.25:
            _tell(ledger, flow, blocks, wrong, "WT703", f"{flow.register} moves against {flow.power}")
        else:
            unit = next((words for size, words in _FACTORS.items() if abs(factor / size - 1) < 0.1), "")
            if not unit and abs(abs(factor) * flow.track.interval / 60 - 1) < 0.1:
                unit = "the duration of the bucket is left out"
            text = f"{flow.register} follows {flow.power} by a factor of {factor:.4g}"
            _tell(ledger, flow, blocks, wrong, "WT702", f"{text} ({unit})" if unit else text)
        return
    if (frozen & wrong).sum() >= 0.8 * wrong.sum():
        _tell(ledger, flow, blocks, wrong, "WT808", f"{flow.power} is frozen while {flow.register} goes on")
        return
    still = (out is None) & wrong & (np.abs(blocks.moved) <= flow.step * 0.5)
    if still.sum() >= 0.8 * wrong.sum() and still.sum() >= 2:
        gross = float(np.abs(blocks.energy[still]).sum()) > 0.1 * abs(total)
        weight = Severity.ERROR if gross else Severity.WARNING
        text = f"{flow.register} stands still for a while although {flow.power} flows"
        _tell(ledger, flow, blocks, wrong, "WT704", text, weight)
        return
    _tell(
        ledger,
        flow,
        blocks,
        wrong,
        "WT701",
        f"{flow.register} does not follow {flow.power}",
        Severity.ERROR if _is_many(flow, blocks, wrong & _weighty(flow, blocks, low)) else Severity.WARNING,
    )


def _weighty(flow: Flow, blocks: Blocks, low: float) -> Flags:
    """Tell which blocks have more than a little power, by the one or the other."""
    hours = (blocks.last - blocks.first + 1) * flow.track.interval / 60
    weighty: Flags = np.maximum(np.abs(blocks.energy), np.abs(blocks.moved)) > low * hours
    return weighty


def _is_many(flow: Flow, blocks: Blocks, wrong: Flags) -> bool:
    """Tell whether misfits are more than what an outage leaves."""
    count = int(wrong.sum())
    if count >= 3 and count > 0.05 * wrong.size:
        return True
    if wrong.size < 6:
        return count >= 2
    times, hits = np.unique(flow.track.start[blocks.first[wrong]] % 1440 // 120, return_counts=True)
    return bool(times.size and hits.max() >= 5)


def _constant(flow: Flow) -> Flags:
    """Tell which rows are in a stretch of hours over which power, not zero, stays the same."""
    runs = runs_of_one_value(flow.energy, flow.track.adjoining())
    long = runs.only((runs.rows >= 3) & (runs.rows * flow.track.interval >= 90))
    constant: Flags = long.covered(flow.energy.size) & (flow.energy != 0)
    return constant


def judge_factor(ledger: Ledger, flow: Flow, blocks: Blocks) -> None:
    """Find a register that follows its power by a steady few percent more, or less, than it should."""
    total, went = float(blocks.energy.sum()), float(blocks.moved.sum())
    room = float(blocks.room.sum()) / total if total > 0 else 1.0
    if blocks.energy.size < _STEADY_BLOCKS or room > 0.2 * _STRAY:
        return
    factor = went / total
    spread = float(np.median(np.abs(blocks.moved / blocks.energy - factor)))
    if abs(factor - 1) > _STRAY and spread < 0.2 * _STRAY:
        words = f"{flow.register} follows {flow.power} by {factor:.4f}"
        _tell(ledger, flow, blocks, np.ones(blocks.energy.size, dtype=bool), "WT813", words)


def _tell(
    ledger: Ledger,
    flow: Flow,
    blocks: Blocks,
    wrong: Flags,
    rule: str,
    message: str,
    severity: Severity | None = None,
) -> None:
    track = flow.track
    ledger.looked(rule, track.operation, 0, track.resource)
    worst = np.flatnonzero(wrong)
    shown = worst[np.argsort(-np.abs(blocks.moved - blocks.energy)[worst], kind="stable")[:3]]
    ledger.found(
        rule,
        track.operation,
        track.resource,
        f"{message} ({worst.size} of {wrong.size} blocks at {track.interval} min)",
        evidence=[
            track.proof(
                int(blocks.last[index]),
                f"{flow.register} moves by {blocks.energy[index]:.6g} kWh since "
                f"{written(int(track.start[blocks.first[index]]))}",
                f"{blocks.moved[index]:.6g} kWh",
            )
            for index in np.sort(shown)
        ],
        requests=track.request(int(blocks.first[shown[0]])),
        count=int(worst.size),
        severity=severity,
        series=track.plot(
            [flow.power, flow.register], np.arange(blocks.first[shown[0]], blocks.last[shown[0]] + 1)
        ),
        size=len(track),
    )
