"""WT701-705, WT808, WT813, WT814: registers against power, in blocks of one direction of flow."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import FLOWS, Flow, flow_of, rolled_over, to_zero
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints, written
from wattos_testkit.invariants.question import KIND_OF

_UNITS = 25
"""Units of the register's resolution that a block must hold."""
_ROWS = {1: 10, 5: 4, 15: 3, 30: 2}
"""Rows that a block must hold: the register may be read some seconds late."""
_WITHIN = 0.06
_FEWEST = 10
_TURNED = 3
_STEADY = (0.8, 1.25)
_RULES = ("WT701", "WT702", "WT703", "WT704", "WT705", "WT813")
_FACTORS = {
    1000.0: "Wh in place of kWh",
    0.001: "MWh in place of kWh, or power in W",
    60.0: "kW-minutes in place of kWh, or the duration is left out",
    1 / 60: "a minute is taken for an hour",
    3600.0: "kJ in place of kWh",
    1 / 3600: "a second is taken for an hour",
}


@dataclass(frozen=True, slots=True)
class Blocks:
    """Stretches of one direction of flow."""

    energy: Floats
    moved: Floats
    room: Floats
    """What rounding allows."""
    first: Ints
    last: Ints
    """Rows of the track, the last included."""

    def misfit(self, factor: float) -> Flags:
        """Tell which blocks do not follow a factor."""
        wrong: Flags = np.abs(self.moved - factor * self.energy) > (
            _WITHIN * np.abs(self.energy) * max(1.0, abs(factor)) + self.room * max(1.0, abs(factor))
        )
        return wrong


def judge_registers(book: Book, ledger: Ledger, registers: dict[str, str]) -> None:
    """Judge every register of every resource on the longest answer at each interval."""
    for operation in OPERATIONS:
        kind = KIND_OF[operation]
        for resource in book.resources(kind):
            convention = registers.get(resource, "lifetime")
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None or len(track) < _FEWEST or (resource, interval) in book.spoiled:
                    continue
                for register, power in FLOWS[kind]:
                    flow = flow_of(track, register, power)
                    _judge_falls(ledger, flow, convention)
                    _judge_flow(ledger, flow, convention)
        for rule in _RULES:
            ledger.skipped(rule, operation, "too little energy for the register's resolution")


def _judge_falls(ledger: Ledger, flow: Flow, convention: str) -> None:
    track = flow.track
    if convention == "interval":
        return
    ledger.looked("WT705", track.operation, int(np.isfinite(flow.moved).sum()), track.resource)
    if convention == "daily":
        return
    if flow.falls.size == 0:
        _judge_sinking(ledger, flow)
        return
    zero, over = to_zero(flow), rolled_over(flow)
    # A register of few digits that counts both ways rolls over to and fro.
    mild = bool(over.all()) or (flow.falls.size == 1 and bool(zero[0]))
    words = f"{flow.register} falls"
    if mild:
        words += " once, to about zero" if zero[0] and not over[0] else ": it rolls over"
    ledger.found(
        "WT705",
        track.operation,
        track.resource,
        f"{words} ({flow.falls.size} times at {track.interval} min)" if not mild else words,
        evidence=[
            track.proof(
                int(index),
                f"{flow.register} at least {flow.count[index - 1]:.9g}",
                f"{flow.count[index]:.9g}",
            )
            for index in flow.falls[:3]
        ],
        requests=track.request(int(flow.falls[0])),
        count=int(flow.falls.size),
        severity=Severity.WARNING if mild else None,
        series=track.plot([flow.register, flow.power], flow.falls),
        size=len(track),
    )


def _judge_sinking(ledger: Ledger, flow: Flow) -> None:
    """Find a register of one direction that sinks again and again, little by little."""
    track = flow.track
    if track.kind == "ME":
        return
    # What an inverter consumes at night may be counted back, if its power says so.
    shown = 1.25 * np.minimum(np.nan_to_num(flow.energy), 0.0) - 2 * flow.blur
    sinking = np.flatnonzero(np.nan_to_num(flow.moved) < shown - 2.001 * flow.step)
    if sinking.size < _FEWEST:
        return
    ledger.found(
        "WT705",
        track.operation,
        track.resource,
        f"{flow.register} falls again and again ({sinking.size} rows at {track.interval} min)",
        evidence=[
            track.proof(
                int(index),
                f"{flow.register} at least {flow.count[index - 1]:.9g}",
                f"{flow.count[index]:.9g}",
            )
            for index in sinking[:3]
        ],
        requests=track.request(int(sinking[0])),
        count=int(sinking.size),
        series=track.plot([flow.register, flow.power], sinking),
        size=len(track),
    )


def _judge_flow(ledger: Ledger, flow: Flow, convention: str) -> None:
    track = flow.track
    moved = flow.count.copy() if convention == "interval" else flow.moved.copy()
    if convention == "interval":
        moved = np.where(flow.energy < 0, -np.abs(moved), np.abs(moved))
    moved[flow.falls] = np.nan
    if _judge_reading(ledger, flow, moved) or _judge_turned(ledger, flow):
        return
    if _is_dead(flow, moved):
        _tell_dead(ledger, flow)
        return
    into = blocks_of(flow, moved, 1)
    out = blocks_of(flow, moved, -1) if track.kind == "ME" else None
    for blocks, exporting in ((into, False), (out, True)):
        if blocks is None or _rows(blocks) < _FEWEST or blocks.energy.size < 2:
            continue
        rows = _rows(blocks)
        for rule in ("WT701", "WT702", "WT703", "WT704", "WT813"):
            ledger.looked(rule, track.operation, rows, track.resource)
        factor = 1.0
        if exporting:
            # Import-only registers stand still, two-way ones count either way.
            factor = min((1.0, 0.0, -1.0), key=lambda one: int(blocks.misfit(one).sum()))
        wrong = blocks.misfit(factor)
        if wrong.any():
            _tell_misfit(ledger, flow, blocks, wrong, factor if exporting else None)


def _judge_turned(ledger: Ledger, flow: Flow) -> bool:
    """Find a two-way register that rises where its power is negative, and falls where it is positive."""
    track, room = flow.track, 2 * flow.step + 2 * flow.blur
    if track.kind != "ME":
        return False
    flowing = np.isfinite(flow.moved) & (np.abs(flow.energy) > 2 * room) & ~turning(flow)
    opposite = flowing & (np.abs(flow.moved + flow.energy) <= 0.1 * np.abs(flow.energy) + room)
    sinking = np.flatnonzero(opposite & (flow.energy > 0))
    rising = int((opposite & (flow.energy < 0)).sum())
    # One that counts either way up rises where it is positive, too.
    if sinking.size < _TURNED or rising < _FEWEST or opposite.sum() < 0.8 * flowing.sum():
        return False
    ledger.found(
        "WT703",
        track.operation,
        track.resource,
        f"{flow.register} moves against {flow.power}, up and down (at {track.interval} min)",
        evidence=[
            track.proof(int(one), f"moves by {flow.energy[one]:.6g} kWh", f"{flow.moved[one]:.6g} kWh")
            for one in sinking[:3]
        ],
        requests=track.request(int(sinking[0])),
        count=int(opposite.sum()),
        series=track.plot([flow.power, flow.register], sinking),
        size=len(track),
    )
    return True


def _is_dead(flow: Flow, moved: Floats) -> bool:
    """Tell whether the register goes on although there is no power at all."""
    known = np.isfinite(moved) & np.isfinite(flow.energy)
    if known.sum() < _FEWEST or float(np.abs(flow.energy[known]).max()) > 2 * flow.blur:
        return False
    total = float(np.abs(moved[known]).sum())
    rows = int((np.abs(moved[known]) > flow.step / 2).sum())
    return rows >= _FEWEST and total > _UNITS * flow.step + 2 * flow.blur * int(known.sum())


def _tell_dead(ledger: Ledger, flow: Flow) -> None:
    track = flow.track
    bad = np.flatnonzero(np.nan_to_num(np.abs(flow.moved)) > flow.step / 2)
    ledger.found(
        "WT701",
        track.operation,
        track.resource,
        f"{flow.register} goes on although {flow.power} is zero throughout (at {track.interval} min)",
        evidence=[track.proof(int(one), "no movement", f"{flow.moved[one]:.6g} kWh") for one in bad[:3]],
        requests=track.request(int(bad[0]) if bad.size else 0),
        count=int(bad.size),
        series=track.plot([flow.power, flow.register], bad),
        size=len(track),
    )


def _rows(blocks: Blocks) -> int:
    return int((blocks.last - blocks.first + 1).sum())


def blocks_of(flow: Flow, moved: Floats, direction: int) -> Blocks | None:
    """Cut a track into blocks of one direction of flow; None if there is too little energy."""
    energy = flow.energy * direction
    known = np.isfinite(moved) & np.isfinite(energy)
    quiet = 2 * flow.blur
    flowing = known & (energy > quiet) & ~turning(flow)
    if not flowing.any():
        return None
    against = ~known | (energy < -quiet) | turning(flow)
    need = max(_UNITS * flow.step, _ROWS.get(flow.track.interval, 2) * float(np.median(energy[flowing])))
    run = np.cumsum(against)
    inside = ~against
    total = np.cumsum(np.where(inside, np.maximum(energy, 0.0), 0.0))
    start_of_run = np.zeros(run.max() + 1)
    breaks = np.flatnonzero(against)
    start_of_run[run[breaks]] = total[breaks]
    number = np.floor((total - start_of_run[run]) / need - 1e-9).astype(np.int64)
    rows = np.flatnonzero(inside)
    if rows.size == 0:
        return None
    label = run[rows] * (int(number.max()) + 2) + np.maximum(number[rows], 0)
    _, first, counts = np.unique(label, return_index=True, return_counts=True)
    sums = np.add.reduceat(flow.energy[rows], first)
    went = np.add.reduceat(moved[rows], first)
    full = np.abs(sums) >= 0.7 * need
    room = 2.001 * flow.step + counts * flow.blur
    last = rows[first + counts - 1]
    return Blocks(sums[full], went[full], room[full], rows[first][full], last[full])


def turning(flow: Flow) -> Flags:
    """Tell in which rows a meter turns between import and export: its register does then as it likes."""
    turns = np.zeros(flow.energy.size, dtype=bool)
    if flow.track.kind != "ME" or not (flow.energy < 0).any() or not (flow.energy > 0).any():
        return turns
    sign = np.sign(np.nan_to_num(flow.energy))
    turns[1:] = sign[1:] != sign[:-1]
    turns[:-1] |= turns[1:]
    swings: Flags = flow.track.column(flow.power.replace("_avg", "_max")) * flow.energy < 0
    return turns | swings


def _tell_misfit(ledger: Ledger, flow: Flow, blocks: Blocks, wrong: Flags, out: float | None) -> None:
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
    if steady and abs(factor - 1) > _WITHIN and (out is None or abs(factor) > 1.25):
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
        Severity.ERROR if _is_many(flow, blocks, wrong) else Severity.WARNING,
    )


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
    energy = flow.energy
    turn = np.ones(energy.size, dtype=bool)
    turn[1:] = (np.diff(energy) != 0) | ~flow.track.adjoining()[1:]
    run = np.cumsum(turn) - 1
    rows = np.bincount(run)[run]
    constant: Flags = (rows >= 3) & (rows * flow.track.interval >= 90) & (energy != 0)
    return constant


def _judge_reading(ledger: Ledger, flow: Flow, moved: Floats) -> bool:
    """Find registers that are read at the start of the bucket: they move by the energy of the row before."""
    track = flow.track
    here, before = flow.energy[1:], flow.energy[:-1]
    near = np.isfinite(moved[1:]) & np.isfinite(here) & np.isfinite(before) & track.adjoining()[1:]
    # Only rows whose energy changes tell one from the other.
    room = 2 * flow.step + 2 * flow.blur
    telling = near & (np.abs(here - before) > 4 * room)
    if telling.sum() < _FEWEST:
        return False
    ledger.looked("WT814", track.operation, int(telling.sum()), track.resource)
    now = np.abs(moved[1:] - here) <= room + 0.02 * np.abs(here)
    late = np.abs(moved[1:] - before) <= room + 0.02 * np.abs(before)
    if late[telling].mean() <= 0.9 or now[telling].mean() >= 0.2:
        return False
    bad = np.flatnonzero(telling & late) + 1
    ledger.found(
        "WT814",
        track.operation,
        track.resource,
        f"{flow.register} moves by the energy of the row before: it is read at the start of the bucket",
        evidence=[
            track.proof(int(index), f"moves by {flow.energy[index]:.6g} kWh", f"{moved[index]:.6g} kWh")
            for index in bad[:3]
        ],
        requests=track.request(int(bad[0])),
        count=int(bad.size),
        size=len(track),
    )
    return True


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
