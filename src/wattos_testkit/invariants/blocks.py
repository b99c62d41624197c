"""Blocks: stretches of one direction of flow that hold enough energy for a register to show it."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.flows import Flow
from wattos_testkit.invariants.observations import Flags, Floats, Ints

UNITS = 25
"""Units of the register's resolution that a block must hold."""
_ROWS = {1: 10, 5: 4, 15: 3, 30: 2}
"""Rows that a block must hold: the register may be read some seconds late."""
WITHIN = 0.06
"""Share by which a register may differ from its power over a block."""


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
            WITHIN * np.abs(self.energy) * max(1.0, abs(factor)) + self.room * max(1.0, abs(factor))
        )
        return wrong

    @property
    def rows(self) -> int:
        """How many rows they have in all."""
        return int((self.last - self.first + 1).sum())


def blocks_of(flow: Flow, moved: Floats, direction: int) -> Blocks | None:
    """Cut a track into blocks of one direction of flow; None if there is too little energy."""
    energy = flow.energy * direction
    known = np.isfinite(moved) & np.isfinite(energy)
    quiet = 2 * flow.blur
    flowing = known & (energy > quiet) & ~turning(flow)
    if not flowing.any():
        return None
    against = ~known | (energy < -quiet) | turning(flow)
    need = max(UNITS * flow.step, _ROWS.get(flow.track.interval, 2) * float(np.median(energy[flowing])))
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
