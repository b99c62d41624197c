"""WT701-705, WT808, WT813, WT814: every register against its power, in blocks of one direction of flow."""

import numpy as np

from wattos_testkit.invariants.blocks import blocks_of
from wattos_testkit.invariants.book import OPERATIONS, Book
from wattos_testkit.invariants.flows import FLOWS, Flow, flow_of, rolled_back
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.misfits import judge_factor, tell_misfit
from wattos_testkit.invariants.movement import (
    is_dead,
    judge_falls,
    judge_reading,
    judge_turned,
    tell_dead,
)
from wattos_testkit.invariants.question import KIND_OF

_FEWEST = 10
_LOW = 0.02
"""Of the highest power: what an inverter shows below that is as it likes."""
_RULES = ("WT701", "WT702", "WT703", "WT704", "WT705", "WT813")


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
                    judge_falls(ledger, flow, convention)
                    _judge_flow(ledger, flow, convention, _LOW * _highest(book, resource, power))
        for rule in _RULES:
            ledger.skipped(rule, operation, "too little energy for the register's resolution")


def _highest(book: Book, resource: str, power: str) -> float:
    """Return the highest power of a resource that was seen."""
    tracks = (book.longest(resource, interval) for interval in book.intervals(resource))
    return max(
        (float(np.nanmax(np.abs(one.column(power)), initial=0.0)) for one in tracks if one), default=0.0
    )


def _judge_flow(ledger: Ledger, flow: Flow, convention: str, low: float) -> None:
    track = flow.track
    moved = flow.count.copy() if convention == "interval" else flow.moved.copy()
    if convention == "interval":
        moved = np.where(flow.energy < 0, -np.abs(moved), np.abs(moved))
    moved[flow.falls] = np.nan
    moved[rolled_back(flow)] = np.nan
    if judge_reading(ledger, flow, moved) or judge_turned(ledger, flow):
        return
    if is_dead(flow, moved):
        tell_dead(ledger, flow)
        return
    into = blocks_of(flow, moved, 1)
    out = blocks_of(flow, moved, -1) if track.kind == "ME" else None
    for blocks, exporting in ((into, False), (out, True)):
        if blocks is None or blocks.rows < _FEWEST or blocks.energy.size < 2:
            continue
        rows = blocks.rows
        for rule in ("WT701", "WT702", "WT703", "WT704", "WT813"):
            ledger.looked(rule, track.operation, rows, track.resource)
        factor = 1.0
        if exporting:
            # Import-only registers stand still, two-way ones count either way.
            factor = min((1.0, 0.0, -1.0), key=lambda one: int(blocks.misfit(one).sum()))
        wrong = blocks.misfit(factor)
        if wrong.any():
            tell_misfit(ledger, flow, blocks, wrong, factor if exporting else None, low)
        elif not exporting:
            judge_factor(ledger, flow, blocks)
