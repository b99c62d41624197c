"""WT709-712, WT715, WT812, WT814: state of charge against energy; capacity and efficiency are inferred.

Per charged kWh the state of charge gains 100 η_c / C points, per discharged kWh it loses 100 / (C η_d): the
ratio of the two is the efficiency of a round trip, whatever the capacity C. Sums over stretches of one
direction are compared, never row by row: a state of charge in whole percent is healthy.
"""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.battery import (
    CHARGE,
    DISCHARGE,
    IDLE,
    Battery,
    Runs,
    Slopes,
    battery_of,
    inside_of,
    runs_of,
    slopes_of,
)
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.charge_time import judge_lag, judge_reading, tell_charge
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Ints

_OPERATION = "get_bess_data"
_FEWEST = 10
_LEAST = 0.15
"""Of a round trip: hydrogen returns a quarter of what it takes and more; nothing known returns less."""
_MUCH = 150
"""Points in either direction from which an efficiency is known to a hundredth."""
_COARSE = 4.0
"""Points: a display of a few bars, and no scale."""
_FULL = 97.0
"""Below this no battery is full by its own scale."""
_RULES = ("WT709", "WT710", "WT711", "WT712", "WT715", "WT812")


def judge_charge(book: Book, ledger: Ledger) -> None:
    """Judge every battery on the longest answer at each interval."""
    for resource in book.resources("BE"):
        batteries = [
            battery_of(track)
            for interval in book.intervals(resource)
            if (track := book.longest(resource, interval)) is not None and len(track) >= _FEWEST
            if (resource, interval) not in book.spoiled
        ]
        power = max((one.power for one in batteries), default=0.0)
        for battery in batteries:
            battery.power = power
            _judge_battery(ledger, battery)
    for rule in _RULES:
        ledger.skipped(
            rule, _OPERATION, "the batteries were hardly used: too little energy in either direction"
        )


def _judge_battery(ledger: Ledger, battery: Battery) -> None:
    track = battery.track
    known = np.isfinite(battery.soc)
    if known.sum() < _FEWEST:
        return
    _judge_scale(ledger, battery, known)
    if battery.power <= 0:
        return
    inside = inside_of(battery)
    slopes = slopes_of(runs_of(battery, inside))
    if _judge_flat(ledger, battery):
        return
    jumps = _jumps(battery, slopes)
    inside[jumps] = False
    runs = runs_of(battery, inside)
    slopes = slopes_of(runs, battery.step)
    if np.isnan(slopes.up) and np.isnan(slopes.down):
        ledger.skipped("WT710", _OPERATION, "the state of charge moves by less than 5 points")
        return
    ledger.looked("WT710", _OPERATION, int(runs.rows.sum()), track.resource)
    if _judge_direction(ledger, battery, runs, slopes):
        return
    _judge_jumps(ledger, battery, slopes, jumps)
    if _judge_stop(ledger, battery, slopes):
        return
    if np.isnan(slopes.up) or np.isnan(slopes.down):
        return
    _judge_efficiency(ledger, battery, runs, slopes)
    _judge_follow(ledger, battery, runs, slopes)
    judge_reading(ledger, battery, slopes)
    judge_lag(ledger, battery, slopes)


def _judge_scale(ledger: Ledger, battery: Battery, known: Flags) -> None:
    track = battery.track
    ledger.looked("WT709", _OPERATION, int(known.sum()), track.resource)
    room = battery.step * 1.001 + 1e-9
    bad = np.flatnonzero(known & ((battery.soc < -room) | (battery.soc > 100 + room)))
    words = "soc_end lies outside 0 to 100"
    if bad.size == 0 and _is_fraction(battery, known):
        bad, words = np.flatnonzero(known), "soc_end is a fraction of one, not percent"
    if bad.size:
        tell_charge(ledger, battery, "WT709", bad, words, "0 to 100", battery.soc)
    elif battery.step >= _COARSE and np.unique(battery.soc[known]).size >= 3:
        moves = np.flatnonzero(np.nan_to_num(battery.change) != 0)
        words = f"soc_end comes in steps of {battery.step:.3g} points"
        tell_charge(ledger, battery, "WT709", moves, words, "steps of a point", battery.soc, Severity.WARNING)


def _is_fraction(battery: Battery, known: Flags) -> bool:
    soc = battery.soc[known]
    if soc.max() > 1.001 or soc.min() < 0 or np.ptp(soc) < 0.02:
        return False
    slopes = slopes_of(runs_of(battery, np.isfinite(battery.change)))
    per_kwh = max(
        abs(slopes.up) if slopes.up == slopes.up else 0, abs(slopes.down) if slopes.down == slopes.down else 0
    )
    return bool(per_kwh > 0 and 100 / per_kwh > 100 * battery.power)


def _judge_flat(ledger: Ledger, battery: Battery) -> bool:
    """Tell whether the state of charge stands still although much energy flows."""
    track = battery.track
    net = np.cumsum(battery.charged - battery.discharged * 1.1)
    swing = float(np.ptp(net)) if net.size else 0.0
    active = battery.mode != IDLE
    ledger.looked("WT711", _OPERATION, int(active.sum()), track.resource)
    moved = float(np.nanmax(battery.soc) - np.nanmin(battery.soc))
    at_limit = np.nanmin(battery.soc) >= 99 or np.nanmax(battery.soc) <= 1
    # Even a battery for a hundred hours would have moved by two percent in two hours of full power.
    if swing < 2 * battery.power or active.sum() < _FEWEST or at_limit or moved > 1.001 * battery.step:
        return False
    if 200 * swing / battery.power / 100 < 2 * battery.step:
        return False
    bad = np.flatnonzero(active)
    words = f"soc_end stays at {np.nanmedian(battery.soc):.6g} while {swing:.4g} kWh flow"
    tell_charge(ledger, battery, "WT711", bad, words, "soc_end moves with energy", battery.soc)
    return True


def _judge_stop(ledger: Ledger, battery: Battery, slopes: Slopes) -> bool:
    """Tell whether the state of charge ends at a value that is no limit, while energy goes on to flow."""
    for mode, energy, slope, done in (
        (CHARGE, battery.charged, slopes.up, "charged"),
        (DISCHARGE, battery.discharged, slopes.down, "discharged"),
    ):
        end = float(np.nanmax(battery.soc) if mode == CHARGE else np.nanmin(battery.soc))
        if not slope > 0 or end > _FULL or end < 100 - _FULL:
            continue
        stuck = (battery.mode == mode) & (battery.change == 0) & (battery.soc == end)
        # A battery that is kept from its limits takes a little more while its cells are balanced.
        if stuck.sum() >= _FEWEST and slope * float(energy[stuck].sum()) > max(20.0, 4 * battery.step):
            words = f"soc_end stays at {end:.6g} while {energy[stuck].sum():.4g} kWh are {done}"
            bad = np.flatnonzero(stuck)
            tell_charge(ledger, battery, "WT711", bad, words, "soc_end moves with energy", battery.soc)
            return True
    return False


def _judge_direction(ledger: Ledger, battery: Battery, runs: Runs, slopes: Slopes) -> bool:
    up, down = slopes.up, slopes.down
    against = [mode for mode, slope in ((CHARGE, up), (DISCHARGE, down)) if slope < 0]
    if not against:
        return False
    words = " and ".join(
        "falls while charging" if mode == CHARGE else "rises while discharging" for mode in against
    )
    mine = np.flatnonzero(np.isin(runs.mode, against) & (runs.change * runs.mode < 0))
    bad = runs.last[mine[np.argsort(-np.abs(runs.change[mine]), kind="stable")[:20]]]
    tell_charge(
        ledger, battery, "WT710", np.sort(bad), f"soc_end {words}", "the other direction", battery.soc
    )
    return True


def _judge_efficiency(ledger: Ledger, battery: Battery, runs: Runs, slopes: Slopes) -> None:
    track = battery.track
    ledger.looked("WT712", _OPERATION, int(runs.rows.sum()), track.resource)
    ledger.looked("WT812", _OPERATION, int(runs.rows.sum()), track.resource)
    trip = slopes.up / slopes.down
    moved = min(float(np.abs(runs.change[runs.mode == mode]).sum()) for mode in (CHARGE, DISCHARGE))
    most = 1.01 if moved > _MUCH else 1.04
    if trip > most or trip < 0.55:
        weight = Severity.ERROR if trip > 1.1 or trip < _LEAST else Severity.WARNING
        bad = runs.last[np.isin(runs.mode, (CHARGE, DISCHARGE))]
        words = f"a round trip has an efficiency of {trip:.3f} by state of charge against energy"
        tell_charge(ledger, battery, "WT712", bad, words, f"0.55 to {most}", battery.soc, weight)
    hours = 100 / np.sqrt(slopes.up * slopes.down) / battery.power
    if hours < 0.15 or hours > 30:
        bad = runs.last[np.isin(runs.mode, (CHARGE, DISCHARGE))]
        words = (
            f"state of charge against energy makes the battery last {hours:.3g} hours at its highest power"
        )
        tell_charge(ledger, battery, "WT812", bad, words, "0.15 to 30 hours", battery.soc)


def _judge_follow(ledger: Ledger, battery: Battery, runs: Runs, slopes: Slopes) -> None:
    expected = slopes.up * runs.charged - slopes.down * runs.discharged
    hours = runs.rows * battery.track.interval / 60
    room = 2 * battery.step + np.maximum(2.5, 0.25 * np.abs(expected)) + 0.5 * hours
    telling = (np.abs(expected) > room) | (np.abs(runs.change) > room)
    if telling.sum() < 3:
        return
    ledger.looked("WT711", _OPERATION, int(runs.rows[telling].sum()), battery.track.resource)
    wrong = telling & (np.abs(runs.change - expected) > room)
    _judge_idle(ledger, battery)
    if wrong.sum() >= 3 and wrong.sum() > 0.25 * telling.sum() and runs.rows[wrong].sum() >= _FEWEST:
        words = "soc_end does not follow the energy"
        tell_charge(
            ledger, battery, "WT711", runs.last[wrong], words, "capacity times change = energy", battery.soc
        )


def _judge_idle(ledger: Ledger, battery: Battery) -> None:
    """Find a state of charge that moves to and fro without power: noise."""
    idle = (battery.mode == IDLE) & np.isfinite(battery.change)
    idle[1:] &= battery.mode[:-1] == IDLE
    if idle.sum() < _FEWEST:
        return
    moving = idle & (np.abs(battery.change) > max(1.0, 2.5 * battery.step))
    if moving.sum() >= _FEWEST and moving.sum() > 0.2 * idle.sum():
        bad = np.flatnonzero(moving)
        tell_charge(
            ledger, battery, "WT711", bad, "soc_end moves without power", "no movement", battery.change
        )


def _jumps(battery: Battery, slopes: Slopes) -> Ints:
    """Return rows over which the state of charge moves more, or elsewhere, than power explains."""
    up = slopes.up if slopes.up > 0 else 0.0
    down = slopes.down if slopes.down > 0 else 0.0
    expected = up * battery.charged - down * battery.discharged
    change = np.nan_to_num(battery.change)
    room = 5 + 2 * battery.step
    over = (np.abs(change) > 1.5 * np.abs(expected) + room) & (np.abs(change) > room)
    against = (change * expected < 0) & (np.abs(change) > room)
    return np.flatnonzero(over | against)


def _judge_jumps(ledger: Ledger, battery: Battery, slopes: Slopes, jumps: Ints) -> None:
    track = battery.track
    ledger.looked("WT715", _OPERATION, int(np.isfinite(battery.change).sum()), track.resource)
    if jumps.size == 0:
        return
    largest = float(np.abs(battery.change[jumps]).max())
    # One outage, over which the power was lost, is one jump, however many rows it takes.
    times = 1 + int((np.diff(jumps) > 1).sum())
    gross = largest > 20 or times >= 4
    words = f"soc_end jumps {times} times, by up to {largest:.3g} points"
    tell_charge(
        ledger,
        battery,
        "WT715",
        jumps,
        words,
        f"a change that power explains ({slopes.up:.3g} points per kWh)",
        battery.change,
        Severity.ERROR if gross else Severity.WARNING,
    )
