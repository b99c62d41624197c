"""Faults of what meters show of one another, and of days that no weather makes."""

import numpy as np

from tests.invariants.patterns import MINUTES, Columns
from tests.invariants.plant import PLACES, Plant
from tests.invariants.spoiled import case, truth
from wattos_testkit.invariants.sun import solar_time

DAY = 1440


def _grid(change) -> Plant:
    """Serve another active power at the grid's meter, and all that follows from it."""

    def changed(name: str, columns: Columns) -> Columns:
        if name != "ME000001":
            return columns
        own = dict(columns)
        active = change(own["power_active_avg"])
        own |= {"power_active_avg": active, "power_active_max": np.abs(active) * 0.05 + active}
        own["power_apparent_avg"] = np.hypot(active, own["power_reactive_avg"])
        own["energy_active_cum"] = 20000 + np.cumsum(active) / 60
        return own

    return Plant(truth=changed)


@case("WT811")
def the_ratio_of_the_old_transformers() -> Plant:
    """Show three quarters of everything."""
    return _grid(lambda active: 0.75 * active)


@case("WT811")
def a_zero_point_that_drifts() -> Plant:
    """Add half a kilowatt a day."""
    return _grid(lambda active: active + 0.5 * (MINUTES - MINUTES[0]) / DAY)


@case("WT811")
def two_hours_of_zero_each_day() -> Plant:
    """Lose the meter from ten to twelve."""
    return _grid(lambda active: np.where((MINUTES % DAY >= 600) & (MINUTES % DAY < 720), 0.0, active))


@truth("WT822", "ME", "lost minutes are filled in with one value")
def _(columns: Columns) -> None:
    for key in ("power_active_avg", "power_active_max"):
        columns[key] = np.where(MINUTES % 11 == 0, round(float(columns[key].mean()), 3), columns[key])
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])


@truth("WT819", "ME", "a test signal that repeats each hour")
def _(columns: Columns) -> None:
    active = 1.0 + 2.0 * (MINUTES % 60)
    columns |= {"power_active_avg": active, "power_active_max": active}
    columns["power_apparent_avg"] = np.hypot(active, columns["power_reactive_avg"])
    columns["energy_active_cum"] = 20000 + np.cumsum(active) / 60


@case("WT819")
def afternoons_that_are_mornings_backwards() -> Plant:
    """Estimate what PV gives after noon by what it gave before."""

    def changed(name: str, columns: Columns) -> Columns:
        if not name.startswith("PV"):
            return columns
        _, longitude = PLACES["SITE0001" if name == "PV000001" else "SITE0002"]
        clock = np.rint(solar_time(MINUTES + 0.5, longitude) * 60).astype(int)
        index = np.arange(MINUTES.size)
        index = np.where(clock > 720, np.maximum(index - (2 * (clock - 720) - 1), 0), index)
        own = {key: column[index] if key.startswith("power") else column for key, column in columns.items()}
        own["energy_active_cum"] = 20000 + np.cumsum(own["power_active_avg"]) / 60
        return own

    return Plant(truth=changed)
