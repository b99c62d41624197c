"""State of charge beside energy: stretches of one direction, and what a kWh moves."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.runs import cut_at
from wattos_testkit.invariants.tracks import Track

_FEWEST = 10
_DIGITS = 25
"""Units of resolution that the state of charge must move in all."""
_POINTS = 5
"""Points that it must move in all: over less, idle draw and relaxation count for as much as energy."""
CHARGE, DISCHARGE, IDLE, MIXED = 1, -1, 0, 2


@dataclass(slots=True)
class Battery:
    """State of charge and energy on one track."""

    track: Track
    soc: Floats
    change: Floats
    """Of the state of charge over each row; NaN where the row before is not its neighbour."""
    charged: Floats
    discharged: Floats
    mode: Ints
    step: float
    power: float
    """The highest power of either direction [kW]."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of one mode."""

    mode: Ints
    change: Floats
    charged: Floats
    discharged: Floats
    rows: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Slopes:
    """Points of charge per kWh; NaN where too little moved."""

    up: float
    down: float


def battery_of(track: Track) -> Battery:
    """Return the state of charge beside the energies."""
    hours = track.interval / 60
    charge, discharge = track.column("power_charge_active_avg"), track.column("power_discharge_active_avg")
    soc = track.column("soc_end")
    change = np.full(len(track), np.nan)
    change[1:] = np.diff(soc)
    change[~track.adjoining()] = np.nan
    power = float(max(np.nanmax(np.abs(charge), initial=0), np.nanmax(np.abs(discharge), initial=0)))
    floor = 0.01 * power + max(
        track.step("power_charge_active_avg"), track.step("power_discharge_active_avg")
    )
    into, out = np.nan_to_num(charge) > floor, np.nan_to_num(discharge) > floor
    mode = np.where(into & out, MIXED, np.where(into, CHARGE, np.where(out, DISCHARGE, IDLE))).astype(
        np.int64
    )
    return Battery(
        track,
        soc,
        change,
        np.nan_to_num(charge) * hours,
        np.nan_to_num(discharge) * hours,
        mode,
        track.step("soc_end"),
        power,
    )


def inside_of(battery: Battery) -> Flags:
    """Return the rows away from the limits: a clamped state of charge says nothing about energy."""
    soc, before = battery.soc, np.concatenate([[np.nan], battery.soc[:-1]])
    highest, lowest = float(np.nanmax(soc)), float(np.nanmin(soc))
    edge = 0.5 + battery.step
    at_top = (soc >= min(100.0 - edge, highest)) | (before >= 100.0 - edge)
    at_bottom = (soc <= max(edge, lowest)) | (before <= edge)
    stuck = (battery.change == 0) & (
        ((battery.mode == CHARGE) & at_top) | ((battery.mode == DISCHARGE) & at_bottom)
    )
    inside: Flags = np.isfinite(battery.change) & ~stuck & (soc < 100.0 - edge) & (soc > edge)
    inside &= (np.nan_to_num(before) < 100.0 - edge) & (np.nan_to_num(before) > edge)
    return inside


def runs_of(battery: Battery, inside: Flags) -> Runs:
    """Cut the rows into stretches of one mode."""
    turn = np.ones(len(battery.track), dtype=bool)
    turn[1:] = (np.diff(battery.mode) != 0) | (inside[1:] != inside[:-1])
    cuts = cut_at(turn)
    first, last, keep = cuts.first, cuts.last, inside[cuts.first]
    change, charged, discharged = (
        np.add.reduceat(np.nan_to_num(column), first)[keep]
        for column in (battery.change, battery.charged, battery.discharged)
    )
    rows = (last - first + 1)[keep]
    return Runs(battery.mode[first][keep], change, charged, discharged, rows, first[keep], last[keep])


def slopes_of(runs: Runs, step: float = 0.0) -> Slopes:
    """Return points per kWh in either direction, from the stretches with the most energy."""
    found = []
    for mode, energy in ((CHARGE, runs.charged), (DISCHARGE, runs.discharged)):
        mine = np.flatnonzero(runs.mode == mode)
        if mine.size == 0:
            found.append(np.nan)
            continue
        mine = mine[energy[mine] >= 0.1 * energy[mine].max()]
        change, total = float(runs.change[mine].sum()), float(energy[mine].sum())
        enough = abs(change) >= max(_DIGITS * step, _POINTS) and abs(change) >= 2 * step * mine.size
        # Stretches that contribute less than their rounding would drown what the others say.
        if step and not (enough and runs.rows[mine].sum() >= _FEWEST):
            found.append(np.nan)
            continue
        found.append(change / total if total > 0 else np.nan)
    return Slopes(found[0], -found[1])
