"""Rows that break exactly one rule: what a consumer's own checks must find, and nothing else be disturbed.

Each takes sound rows of one resource in the order of time, and where to break them. It returns other rows,
or None where these rows have no place for it (a battery that stands still cannot contradict its status).
"""

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wattos_testkit.fleet.model import Kind, Photovoltaic, Placed
from wattos_testkit.telemetry.columns import INTERVALS

Row = dict[str, Any]
Breaker = Callable[[list[Row], int, Placed], "list[Row] | None"]
EVERY = frozenset(Kind)
_DEEP_NIGHT = 2.5
"""Hours around the solar midnight in which it is dark below the polar circles' reach."""
_DARK_LATITUDE = 45.0
_WHOLE = 0.06
"""Over one minute this power [kW] is one unit of a register [Wh]."""


@dataclass(frozen=True, slots=True)
class Break:
    """A way to break rows."""

    name: str
    rule: str
    """The rule of `wattos-testkit check` that looks for it; `wattos-testkit explain` tells more."""
    what: str
    """What is then wrong, in one line."""
    kinds: frozenset[Kind]
    apply: Breaker


def _registers(row: Row) -> list[str]:
    return [name for name in row if name.endswith("_cum")]


def _shifted(rows: list[Row], by: timedelta) -> list[Row]:
    for row in rows:
        moment = datetime.fromisoformat(row["timestamp"]) + by
        row["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return rows


def _countable(power: float) -> float:
    """Return about a power, such that a register counts it without rounding in any interval."""
    return round(max(1, round(power / _WHOLE)) * _WHOLE, 3)


def _off_grid(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del at, placed
    interval = rows[0]["agg_interval"]
    return _shifted(rows, timedelta(seconds=30) if interval == 1 else timedelta(minutes=interval // 2))


def _out_of_order(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return rows


def _twice(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    return [*rows[:at], dict(rows[at]), *rows[at:]]


def _gap(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    del placed
    inside = max(1, min(at, len(rows) - 2))
    return rows[:inside] + rows[inside + 1 :] if len(rows) > 2 else None  # noqa: PLR2004 - one between two


def _other_interval(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    rows[at]["agg_interval"] = next(one for one in INTERVALS if one != rows[at]["agg_interval"])
    return rows


def _other_controller(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    own = rows[at]["unit_controller_id"]
    rows[at]["unit_controller_id"] = own[:-1] + ("Z" if own[-1] != "Z" else "Y")
    return rows


def _register_step(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    name = _registers(rows[0])[0]
    power = name.replace("energy", "power").replace("_cum", "_avg")
    most = max(abs(row[power]) for row in rows)
    for row in rows[at:]:
        row[name] = round(row[name] + 3.0 * most + 5.0, 3)
    return rows


def _low_maximum(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    for row in rows[at:] + rows[:at]:
        for name in [one for one in row if one.startswith("power") and one.endswith("_avg")]:
            most = name.replace("_avg", "_max")
            # A power that cannot be negative must be high enough to have something below it.
            if most in row and (placed.kind is Kind.METER or row[name] > 0.2):  # noqa: PLR2004 - see above
                row[most] = round(row[name] - 0.2 * abs(row[name]) - 0.1, 3)
                return rows
    return None


def _low_apparent(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    del placed
    for row in rows[at:] + rows[:at]:
        least = math.hypot(row["power_active_avg"], row["power_reactive_avg"])
        if least > 0.1:  # noqa: PLR2004 - below, rounding could hide it
            row["power_apparent_avg"] = round(0.8 * least, 3)
            return rows
    return None


def _soc_scale(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del at, placed
    lift = 104.0 - max(row["soc_end"] for row in rows)
    for row in rows:
        row["soc_end"] = round(row["soc_end"] + lift, 2)
    return rows


def _soc_jump(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    del placed
    later = [row["soc_end"] for row in rows[at:]]
    jump = 20.0 if max(later) <= 80.0 else -20.0  # noqa: PLR2004 - room for it
    if min(later) + jump < 0.0:
        return None
    for row in rows[at:]:
        row["soc_end"] = round(row["soc_end"] + jump, 2)
    return rows


def _both_directions(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    del placed
    if rows[0]["agg_interval"] != 1:
        return None
    for index in [*range(at, len(rows)), *range(at)]:
        row = rows[index]
        for one, other in (("charge", "discharge"), ("discharge", "charge")):
            power = row[f"power_{one}_active_avg"]
            if power > 1.0:
                # So little that the state of charge need not show it, and with its energy counted.
                little = _countable(0.02 * power)
                row[f"power_{other}_active_avg"] = row[f"power_{other}_active_max"] = little
                for later in rows[index:]:
                    name = f"energy_{other}_active_cum"
                    later[name] = round(later[name] + little / 60.0, 3)
                return rows
    return None


def _wrong_status(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    wrong = {Kind.PV: "ON", Kind.BESS: "CH"}[placed.kind]
    for row in rows[at:] + rows[:at]:
        if not any(value for name, value in row.items() if name.startswith("power")):
            row["status"] = wrong
            return rows
    return None


def _at_night(rows: list[Row], at: int, placed: Placed) -> list[Row] | None:
    if abs(placed.site.latitude) > _DARK_LATITUDE or not isinstance(placed.resource, Photovoltaic):
        return None
    for index in [*range(at, len(rows)), *range(at)]:
        row = rows[index]
        moment = datetime.fromisoformat(row["timestamp"])
        solar = (moment.hour + moment.minute / 60.0 + placed.site.longitude / 15.0) % 24.0
        if min(solar, 24.0 - solar) < _DEEP_NIGHT - row["agg_interval"] / 60.0:
            power = _countable(0.25 * placed.resource.rated_ac_kw)
            row.update(power_active_avg=power, power_active_max=power, status="ON")
            for later in rows[index:]:
                energy = later["energy_active_cum"] + power * row["agg_interval"] / 60.0
                later["energy_active_cum"] = round(energy, 3)
            return rows
    return None


def _hot(rows: list[Row], at: int, placed: Placed) -> list[Row]:
    del placed
    # Both by as much: how far the cell is above the air stays as it was.
    lift = 75.0 - rows[at]["temp_ambient_max"]
    for name in ("temp_ambient_max", "temp_cell_max"):
        rows[at][name] = round(rows[at][name] + lift, 1)
    return rows


_WARM = frozenset({Kind.PV, Kind.BESS})
_METER, _BESS, _PV = frozenset({Kind.METER}), frozenset({Kind.BESS}), frozenset({Kind.PV})
BREAKS: dict[str, Break] = {
    one.name: one
    for one in (
        Break("off-grid", "WT301", "The buckets lie off the UTC grid.", EVERY, _off_grid),
        Break("out-of-order", "WT302", "Two rows have changed places.", EVERY, _out_of_order),
        Break("twice", "WT304", "A bucket occurs twice.", EVERY, _twice),
        Break("gap", "WT305", "A bucket is missing.", EVERY, _gap),
        Break("other-controller", "WT603", "A row names another unit controller.", EVERY, _other_controller),
        Break("other-interval", "WT608", "A row names another interval.", EVERY, _other_interval),
        Break("register-step", "WT701", "A register leaps beyond its power.", EVERY, _register_step),
        Break("low-apparent", "WT706", "S is below √(P² + Q²).", _METER, _low_apparent),
        Break("low-maximum", "WT708", "A maximum is below its average.", EVERY, _low_maximum),
        Break("soc-scale", "WT709", "State of charge exceeds 100 %.", _BESS, _soc_scale),
        Break(
            "both-directions", "WT713", "It charges and discharges in one minute.", _BESS, _both_directions
        ),
        Break("wrong-status", "WT714", "The status contradicts the power.", _WARM, _wrong_status),
        Break("soc-jump", "WT715", "State of charge jumps without energy.", _BESS, _soc_jump),
        Break("at-night", "WT801", "PV generates at night.", _PV, _at_night),
        Break("hot", "WT805", "The air is hotter than anywhere on earth.", _WARM, _hot),
    )
}


def broken(rows: list[Row], name: str, at: int, placed: Placed) -> list[Row] | None:
    """Return a copy of sound rows in which one rule is broken, or None where they have no place for it.

    Parameters
    ----------
    rows
        Rows of one resource, at least two.
    name
        One of `BREAKS`.
    at
        The index, from 1 on, about which it is done.
    placed
        The resource.
    """
    one = BREAKS[name]
    return one.apply(deepcopy(rows), at, placed) if placed.kind in one.kinds else None
