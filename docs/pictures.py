"""Draws the pictures of `docs/pictures/` from the demo fleet, through the same door that the server uses."""

from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import dates
from matplotlib import pyplot as plt

from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.columns import Numbers, Window
from wattos_testkit.telemetry.engine import Telemetry

FOLDER = Path(__file__).parent / "pictures"
DAY = 1440
STYLE = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.0,
    "svg.hashsalt": "wattos-testkit",
}
INK = {"pv": "#d98200", "load": "#39629c", "charge": "#2a8a57", "discharge": "#b03a48", "grid": "#333333"}

FLEET = open_fleet()
SERIES = Telemetry(FLEET)


def minute(year: int, month: int, day: int) -> int:
    """Return UTC minutes since 1970."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) // 60


def column(resource: str, field: str, start: int, end: int, interval: int) -> np.ndarray:
    """Return one field of a resource in its own unit."""
    placed = FLEET.resource(resource)
    if placed is None:
        raise ValueError(f"the demo fleet has no {resource}")
    parts = []
    for piece in SERIES.stream(placed, Window(start, end, interval)):
        values = piece.fields[field]
        if not isinstance(values, Numbers):
            raise TypeError(f"{field} is no number")
        parts.append(values.values / 10**values.decimals)
    return np.concatenate(parts)


def times(start: int, count: int, interval: int, offset: int) -> np.ndarray:
    """Return local standard times for an axis."""
    return (start + offset + np.arange(count) * interval).astype("datetime64[m]")


def save(figure: plt.Figure, name: str) -> None:
    """Write one picture, the same bytes each time."""
    figure.savefig(FOLDER / f"{name}.png", dpi=110, metadata={"Software": None})
    plt.close(figure)
    print(f"docs/pictures/{name}.png")


def kinds_of_days() -> None:
    """Draw a sunny, a broken and an overcast day of the sample system, minute by minute."""
    start, days, offset = minute(2024, 3, 1) + 480, 60, -480
    power = column("PV000001", "power_active_avg", start, start + days * DAY, 1).reshape(days, DAY)
    peak = column("PV000001", "power_active_max", start, start + days * DAY, 1).reshape(days, DAY)
    unrest = np.abs(np.diff(power, axis=1)).sum(axis=1) / power.max()
    energy = power.sum(axis=1)
    sunny = int(np.argmax(energy / (1.0 + unrest)))
    broken = int(np.argmax(unrest))
    overcast = int(np.argmin(energy * (1.0 + unrest)))
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.1), sharey=True)
    for axis, name, day in zip(axes, ("sunny", "broken", "overcast"), (sunny, broken, overcast), strict=True):
        at = times(start + day * DAY, DAY, 1, offset)
        axis.fill_between(at, peak[day], power[day], color=INK["pv"], alpha=0.35, lw=0, label="maximum")
        axis.plot(at, power[day], color=INK["pv"], lw=0.8, label="average")
        axis.set_title(f"{name}: {at[0].astype('datetime64[D]')}, {energy[day] / 60:.0f} kWh", loc="left")
        axis.xaxis.set_major_formatter(dates.DateFormatter("%H"))
        axis.xaxis.set_major_locator(dates.HourLocator(range(0, 24, 4)))
    axes[0].set_ylabel("PV000001, active power [kW]")
    axes[0].legend(frameon=False, loc="upper left")
    save(figure, "three-days")


def week(name: str, unit: tuple[str, str, str, str], start: int, offset: int) -> None:
    """Draw a week of load, PV, battery and the grid meter that balances them."""
    grid, load, pv, battery = unit
    end, interval = start + 7 * DAY, 15
    figure, (top, middle, bottom) = plt.subplots(
        3, 1, figsize=(11, 6.2), sharex=True, height_ratios=(3, 2, 1.3)
    )
    net = column(grid, "power_active_avg", start, end, interval)
    at = times(start, len(net), interval, offset)
    top.plot(
        at, column(load, "power_active_avg", start, end, interval), color=INK["load"], label=f"load {load}"
    )
    top.plot(at, column(pv, "power_active_avg", start, end, interval), color=INK["pv"], label=f"PV {pv}")
    top.plot(at, net, color=INK["grid"], lw=1.3, label=f"grid {grid}")
    top.axhline(0, color="black", lw=0.5)
    top.set_ylabel("active power [kW]")
    top.legend(frameon=False, ncols=3, loc="upper right")
    charge = column(battery, "power_charge_active_avg", start, end, interval)
    discharge = column(battery, "power_discharge_active_avg", start, end, interval)
    middle.fill_between(at, charge, color=INK["charge"], alpha=0.6, lw=0, label="charge")
    middle.fill_between(at, -discharge, color=INK["discharge"], alpha=0.6, lw=0, label="discharge")
    middle.set_ylabel(f"{battery} [kW]")
    middle.legend(frameon=False, ncols=2, loc="upper right")
    bottom.plot(at, column(battery, "soc_end", start, end, interval), color=INK["charge"])
    bottom.set_ylim(0, 100)
    bottom.set_ylabel("state of\ncharge [%]")
    bottom.xaxis.set_major_formatter(dates.DateFormatter("%a %d"))
    save(figure, name)


def year() -> None:
    """Draw a year of daily energy in three climates."""
    figure, axes = plt.subplots(3, 1, figsize=(11, 6), sharex=True)
    cases = (
        ("PV000001", "Los Angeles, mediterranean", -480),
        ("PV000012", "Tromsø, nordic", 60),
        ("PV000017", "Singapore, tropical", 480),
    )
    for axis, (resource, place, offset) in zip(axes, cases, strict=True):
        start = minute(2025, 1, 1) - offset
        register = column(resource, "energy_active_cum", start - 30, start + 365 * DAY, 30)
        placed = FLEET.resource(resource)
        rated = getattr(placed.resource, "rated_dc_kw", 1.0) if placed else 1.0
        daily = np.diff(register[::48]) / rated
        days = np.datetime64("2025-01-01") + np.arange(len(daily))
        axis.bar(days, daily, width=1.0, color=INK["pv"], lw=0)
        axis.set_title(f"{resource}, {place}: {daily.sum():.0f} kWh per kW and year", loc="left")
        axis.set_ylabel("kWh per kW\nand day")
        axis.xaxis.set_major_formatter(dates.DateFormatter("%b"))
    save(figure, "year")


def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(exist_ok=True)
    mpl.use("Agg")
    mpl.rcParams.update(STYLE)
    kinds_of_days()
    sample = ("ME000001", "ME000002", "PV000001", "BE000001")
    week("week-arbitrage", sample, minute(2024, 3, 18) + 480, -480)
    school = ("ME000027", "ME000028", "PV000020", "BE000011")
    week("week-self-consumption", school, minute(2026, 2, 2) - 600, 600)
    year()


if __name__ == "__main__":
    main()
