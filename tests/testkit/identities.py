"""The rules of rows, written down once more from the API's description, for the strategies' own tests."""

import math
from datetime import datetime
from itertools import pairwise

from wattos_testkit.fleet.model import Kind

MINUTE = 60.0


def violations(rows, placed, window):
    """Return the names of the rules that rows of one resource break."""
    found = set(grid(rows, placed, window))
    ordered = sorted(rows, key=lambda row: row["timestamp"])
    pairs = [
        (one, two)
        for one, two in pairwise(ordered)
        if seconds(two) - seconds(one) == window.interval * MINUTE
    ]
    found |= {name for row in rows for name in each(row, placed, window)}
    return found | {name for one, two in pairs for name in follows(one, two, placed, window)}


def seconds(row):
    """Return the seconds since 1970 of a row."""
    return datetime.fromisoformat(row["timestamp"]).timestamp()


def grid(rows, placed, window):
    """Yield what is wrong with the times, and with what names the rows."""
    times = [seconds(row) for row in rows]
    step = window.interval * MINUTE
    if any(time % step for time in times):
        yield "off-grid"
    if times != sorted(times):
        yield "out-of-order"
    if len(set(times)) < len(times):
        yield "twice"
    if any(two - one > step for one, two in pairwise(sorted(times))):
        yield "gap"
    if {row["unit_controller_id"] for row in rows} != {placed.controller.unit_controller_id}:
        yield "other-controller"
    if {row["agg_interval"] for row in rows} != {window.interval}:
        yield "other-interval"


def each(row, placed, window):
    """Yield what is wrong within one row."""
    for name, value in row.items():
        if name.endswith("_avg") and row.get(name.replace("_avg", "_max"), math.inf) < value:
            yield "low-maximum"
    if placed.kind is Kind.METER:
        least = math.hypot(row["power_active_avg"], row["power_reactive_avg"])
        if row["power_apparent_avg"] < least - 0.002:
            yield "low-apparent"
        return
    if not (-50 <= row["temp_ambient_max"] <= 55 and row["temp_cell_max"] < 95):
        yield "hot"
    yield from battery(row, window) if placed.kind is Kind.BESS else sun(row, placed)


def battery(row, window):
    """Yield what is wrong within a row of a battery."""
    if not 0 <= row["soc_end"] <= 100:
        yield "soc-scale"
    both = row["power_charge_active_avg"] > 0 and row["power_discharge_active_avg"] > 0
    if window.interval == 1 and both:
        yield "both-directions"
    for status, direction in (("CH", "charge"), ("DI", "discharge")):
        if row["status"] == status and row[f"power_{direction}_active_max"] == 0:
            yield "wrong-status"


def sun(row, placed):
    """Yield what is wrong within a row of a PV system."""
    if row["status"] == "ON" and row["power_active_max"] == 0:
        yield "wrong-status"
    if row["power_active_avg"] > 0 and deep_night(row, placed):
        yield "at-night"


def deep_night(row, placed):
    """Return whether it is about midnight by the sun, where that means darkness."""
    hour = (seconds(row) / 3600 + placed.site.longitude / 15) % 24
    return min(hour, 24 - hour) < 2.5 and abs(placed.site.latitude) < 45


def follows(one, two, placed, window):
    """Yield what is wrong from a row to the next."""
    hours = window.interval / 60
    for name in one:
        if name.endswith("_cum"):
            power = two[name.replace("energy", "power").replace("_cum", "_avg")]
            if abs(two[name] - one[name] - power * hours) > 0.0011 + 0.0006 * hours:
                yield "register-step"
    if placed.kind is Kind.BESS:
        battery = placed.resource
        stored = (two["soc_end"] - one["soc_end"]) / 100 * battery.capacity_kwh
        charge = two["power_charge_active_avg"] * hours
        discharge = two["power_discharge_active_avg"] * hours
        rest = 0.0002 * battery.capacity_kwh + 0.002 + 0.02 * battery.rated_kw * hours
        idle = 0.04 * battery.capacity_kwh * hours / 24
        if not 0.7 * charge - 1.4 * discharge - idle - rest <= stored <= charge - discharge + rest:
            yield "soc-jump"
