"""WT703-705, WT814: how a register moves by itself: it falls, goes on without power, or is read too early."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.blocks import UNITS, turning
from wattos_testkit.invariants.flows import Flow, rolled_over, to_zero
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.telling import tell_rows

_FEWEST = 10
_TURNED = 3


def judge_falls(ledger: Ledger, flow: Flow, convention: str) -> None:
    """Judge the falls of a register: an exchange, a rollover, or a fault."""
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
    if not mild:
        words += f" ({flow.falls.size} times at {track.interval} min)"
    _tell_fall(ledger, flow, flow.falls, words, Severity.WARNING if mild else None)


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
    words = f"{flow.register} falls again and again ({sinking.size} rows at {track.interval} min)"
    _tell_fall(ledger, flow, sinking, words)


def _tell_fall(ledger: Ledger, flow: Flow, where: Ints, words: str, severity: Severity | None = None) -> None:
    def proof(index: int) -> tuple[str, str]:
        return f"{flow.register} at least {flow.count[index - 1]:.9g}", f"{flow.count[index]:.9g}"

    plot = [flow.register, flow.power]
    tell_rows(ledger, flow.track, "WT705", where, words, proof, plot, severity=severity)


def judge_turned(ledger: Ledger, flow: Flow) -> bool:
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
    words = f"{flow.register} moves against {flow.power}, up and down (at {track.interval} min)"
    _tell_move(ledger, flow, "WT703", sinking, words, flow.moved)
    return True


def _tell_move(ledger: Ledger, flow: Flow, rule: str, where: Ints, words: str, moved: Floats) -> None:
    def proof(index: int) -> tuple[str, str]:
        return f"moves by {flow.energy[index]:.6g} kWh", f"{moved[index]:.6g} kWh"

    tell_rows(ledger, flow.track, rule, where, words, proof, [flow.power, flow.register])


def judge_reading(ledger: Ledger, flow: Flow, moved: Floats) -> bool:
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
    words = f"{flow.register} moves by the energy of the row before: it is read at the start of the bucket"
    _tell_move(ledger, flow, "WT814", bad, words, moved)
    return True


def is_dead(flow: Flow, moved: Floats) -> bool:
    """Tell whether the register goes on although there is no power at all."""
    known = np.isfinite(moved) & np.isfinite(flow.energy)
    if known.sum() < _FEWEST or float(np.abs(flow.energy[known]).max()) > 2 * flow.blur:
        return False
    total = float(np.abs(moved[known]).sum())
    rows = int((np.abs(moved[known]) > flow.step / 2).sum())
    return rows >= _FEWEST and total > UNITS * flow.step + 2 * flow.blur * int(known.sum())


def tell_dead(ledger: Ledger, flow: Flow) -> None:
    """Note a register that goes on without power."""
    bad = np.flatnonzero(np.nan_to_num(np.abs(flow.moved)) > flow.step / 2)
    words = f"{flow.register} goes on although {flow.power} is zero throughout (at {flow.track.interval} min)"
    tell_rows(
        ledger,
        flow.track,
        "WT701",
        bad,
        words,
        lambda index: ("no movement", f"{flow.moved[index]:.6g} kWh"),
        [flow.power, flow.register],
    )
