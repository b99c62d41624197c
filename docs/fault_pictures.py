"""Draws the pictures of `docs/pictures/faults/`: what is reported, beside what a healthy plant would."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from fault_cases import AGAIN, FLEET, ORDER, STATUS, Case, case_of
from matplotlib import dates
from matplotlib import pyplot as plt
from PIL import Image

from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Fault, Placement
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.plan import Plan
from wattos_testkit.telemetry.columns import Codes, Window
from wattos_testkit.telemetry.engine import Telemetry

FOLDER = Path(__file__).parent / "pictures" / "faults"
HEALTHY, STRUCK, WINDOW = "#9a9a9a", "#c2410c", "#fde8d0"
INK = {
    "SB": "#9a9a9a",
    "ON": "#2a8a57",
    "CH": "#2a8a57",
    "DI": "#39629c",
    "CU": "#d98200",
    "FA": "#b03a48",
    "OF": "#333333",
}
STYLE = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "font.size": 8,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.0,
}
UNITS = {
    "power_active_avg": "power [kW]",
    "power_active_max": "maximum [kW]",
    "power_reactive_avg": "reactive [kvar]",
    "power_charge_active_avg": "charge [kW]",
    "power_discharge_active_avg": "discharge [kW]",
    "energy_active_cum": "register [kWh]",
    "soc_end": "state of\ncharge [%]",
    "temp_cell_max": "cells [°C]",
    "temp_ambient_max": "air [°C]",
    STATUS: "status",
    ORDER: "time in\nthe row",
    AGAIN: "rows of\na time",
}
_COLOURS = 48
_LATER = 1.5


class Seen(NamedTuple):
    """Rows of a resource as they come."""

    minutes: np.ndarray
    values: np.ndarray


def rows(series: Telemetry, resource: str, field: str, window: Window) -> Seen:
    """Return one field in its own unit, NaN where a row has none; of no field, the times alone."""
    placed = FLEET.resource(resource)
    if placed is None:
        raise ValueError(f"the demo fleet has no {resource}")
    times, parts = [], []
    for piece in series.stream(placed, window):
        times.append(piece.minutes)
        column = piece.fields.get(field)
        if column is None:
            parts.append(piece.minutes.astype(np.float64))
        elif isinstance(column, Codes):
            parts.append(np.array(column.vocabulary)[column.codes])
        else:
            values = column.values / 10.0**column.decimals
            holes = getattr(column, "holes", None)
            parts.append(values if holes is None else np.where(holes > 0, np.nan, values))
    return Seen(np.concatenate(times), np.concatenate(parts))


def broken(seen: Seen, interval: int) -> Seen:
    """Return rows with a hole where none came, so that no line crosses it."""
    gaps = np.flatnonzero(np.diff(seen.minutes) > _LATER * interval) + 1
    return Seen(
        np.insert(seen.minutes, gaps, seen.minutes[gaps - 1] + interval), np.insert(seen.values, gaps, np.nan)
    )


class Picture:
    """One picture: panels of the same time."""

    def __init__(self, fault: Fault, case: Case) -> None:
        self.case = case
        self.start = case.minute(case.begins)
        self.end = self.start + case.lasts
        self.window = Window(
            (self.start - case.before) // case.interval * case.interval,
            (self.end + case.after) // case.interval * case.interval,
            case.interval,
        )
        self.placement = Placement(
            name=fault.name,
            fault=fault,
            targets=case.targets,
            start=self.start,
            end=self.end,
            values=case.values,
            seed=7,
        )
        now = None if case.now is None else case.minute(case.now)
        self.now = now
        self.healthy = Telemetry(FLEET)
        self.struck = FaultyTelemetry(FLEET, Plan([self.placement]), now)
        moment = datetime.fromtimestamp(self.start * 60, UTC)
        self.offset = int((moment.astimezone(case.zone).utcoffset() or moment - moment).total_seconds()) // 60

    def at(self, minutes: np.ndarray | int) -> np.ndarray:
        """Return local times for an axis."""
        return (np.asarray(minutes) + self.offset).astype("datetime64[m]")

    def draw(self) -> plt.Figure:
        """Draw all panels."""
        panels = self.case.panels
        heights = [0.35 if field == STATUS else 1.0 for _, field in panels]
        figure, axes = plt.subplots(
            len(panels),
            1,
            figsize=(7.6, 0.75 + 1.05 * sum(heights)),
            sharex=True,
            height_ratios=heights,
            squeeze=False,
        )
        for axis, (resource, field) in zip(axes[:, 0], panels, strict=True):
            axis.axvspan(self.at(self.start), self.at(self.end), color=WINDOW, lw=0, zorder=0)
            draw = {STATUS: self._status, ORDER: self._order, AGAIN: self._again}.get(field, self._values)
            draw(axis, resource, field)
            axis.set_ylabel(f"{resource}\n{UNITS[field]}", fontsize=7)
        last = axes[-1, 0]
        last.set_xlim(self.at(self.window.start), self.at(self.window.end))
        locator = dates.AutoDateLocator(minticks=4, maxticks=9)
        last.xaxis.set_major_locator(locator)
        last.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, show_offset=False))
        if self.now is not None:
            for axis in axes[:, 0]:
                axis.axvline(self.at(self.now), color="black", lw=0.8, ls=":")
                axis.text(
                    self.at(self.now), 1.0, " now", transform=axis.get_xaxis_transform(), fontsize=7, va="top"
                )
        handles, names = axes[0, 0].get_legend_handles_labels()
        if handles:
            figure.legend(handles, names, loc="outside upper right", ncols=4, frameon=False, fontsize=7)
        words = ", ".join(f"{name} {value}" for name, value in self.case.values.items())
        figure.suptitle(
            f"{self.placement.name}, {self.case.begins}{f', {words}' if words else ''}",
            x=0.01,
            ha="left",
            fontsize=9,
        )
        return figure

    def _values(self, axis: plt.Axes, resource: str, field: str) -> None:
        well = rows(self.healthy, resource, field, self.window)
        seen = broken(rows(self.struck, resource, field, self.window), self.window.interval)
        steps = "steps-post"
        axis.plot(self.at(seen.minutes), seen.values, color=STRUCK, lw=1.0, ds=steps, label="reported")
        shown = axis.get_ylim()
        axis.plot(
            self.at(well.minutes),
            well.values,
            color=HEALTHY,
            lw=0.9,
            ds=steps,
            zorder=1.5,
            label="healthy plant",
        )
        if self.case.alone:
            axis.set_ylim(shown)
        if np.nanmin(well.values) < 0 or np.nanmin(seen.values) < 0:
            axis.axhline(0, color="black", lw=0.4)

    def _status(self, axis: plt.Axes, resource: str, field: str) -> None:
        for row, series in enumerate((self.healthy, self.struck)):
            seen = rows(series, resource, field, self.window)
            for code in np.unique(seen.values):
                spans = [(one, self.window.interval) for one in seen.minutes[seen.values == code]]
                axis.broken_barh(
                    [(self.at(begin), np.timedelta64(length, "m")) for begin, length in joined(spans)],
                    (1 - row, 0.8),
                    color=INK[code],
                    lw=0,
                )
        shown = np.unique(rows(self.struck, resource, field, self.window).values)
        for place, code in enumerate(shown):
            axis.text(
                1.005,
                0.9 - 0.32 * place,
                code,
                color=INK[code],
                transform=axis.transAxes,
                fontsize=6.5,
                va="top",
            )
        axis.set_yticks([0.4, 1.4], ["rep.", "healthy"], fontsize=6)
        axis.grid(visible=False)

    def _order(self, axis: plt.Axes, resource: str, field: str) -> None:
        seen = rows(self.struck, resource, field, self.window)
        place = self.at(self.window.start + np.arange(len(seen.minutes)) * self.window.interval)
        axis.plot(place, self.at(np.sort(seen.minutes)), color=HEALTHY, lw=0.9, label="in order")
        axis.plot(place, self.at(seen.minutes), color=STRUCK, lw=0, marker=".", ms=3, label="as they come")
        axis.yaxis.set_major_formatter(dates.DateFormatter("%H:%M"))

    def _again(self, axis: plt.Axes, resource: str, field: str) -> None:
        seen = rows(self.struck, resource, field, self.window)
        times, counts = np.unique(seen.minutes, return_counts=True)
        axis.bar(
            self.at(times), counts, width=np.timedelta64(self.window.interval * 40, "s"), color=STRUCK, lw=0
        )
        axis.set_yticks([0, 1, 2])


def joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans with those that touch put together."""
    out: list[tuple[int, int]] = []
    for begin, length in spans:
        if out and out[-1][0] + out[-1][1] == begin:
            out[-1] = out[-1][0], out[-1][1] + length
        else:
            out.append((begin, length))
    return out


def compact(figure: plt.Figure, file: Path) -> None:
    """Write a picture in few colours, the same bytes each time."""
    buffer = BytesIO()
    figure.savefig(buffer, dpi=96, metadata={"Software": None})
    plt.close(figure)
    few = Image.open(buffer).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    print(file.relative_to(Path(__file__).parents[1]))


def main(*names: str) -> None:
    """Draw all of them, or those that are named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    mpl.use("Agg")
    with mpl.rc_context(STYLE):
        for fault in CATALOGUE.values():
            case = case_of(fault)
            if case is not None and (not names or fault.name in names):
                compact(Picture(fault, case).draw(), FOLDER / f"{fault.name}.png")


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
