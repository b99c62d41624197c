"""Faults that single values do not show: what a series is like, and what stands beside it."""

from dataclasses import replace

import numpy as np

from tests.invariants.plant import DAYS, FIRST, LAST, Plant, Row, stamp
from tests.invariants.spoiled import case, each, minute, truth
from wattos_testkit.invariants.judge import Question
from wattos_testkit.invariants.question import AHEAD

Columns = dict[str, np.ndarray]
MINUTES = FIRST + np.arange(DAYS * 1440)
RNG = np.random.default_rng(5)


def ahead(question: Question, given: list[Row]) -> list[Row]:
    """Make up rows of the next days out of those of a month before."""
    if question.purpose != AHEAD or question.end > LAST + 4 * 1440:
        return given
    back = replace(question, start=question.start - 30 * 1440, end=question.end - 30 * 1440, purpose="")
    rows: list[Row] = Plant().answer(back).body["datas"]  # type: ignore[index]
    return [row | {"timestamp": stamp(minute(row) + 30 * 1440)} for row in rows]


@case("WT312")
def rows_of_the_next_days() -> Plant:
    """Serve rows for four days that have not been."""
    return Plant(rows=ahead)


@case("WT606", change=lambda _, resources: _hide(resources["SITE0001"], "ME000002"))
def a_neighbour_that_no_list_has() -> Plant:
    """Answer for a meter behind a listed unit controller that the site does not list."""
    return Plant()


def _hide(rows: list[Row], name: str) -> None:
    rows[:] = [row for row in rows if row["resource_id"] != name]


@case("WT811")
def the_grid_meter_repeats_the_load() -> Plant:
    """Show the load at both meters of a point with PV and a battery."""
    return Plant(truth=lambda name, own: dict(Plant().of("ME000002")) if name == "ME000001" else own)


@truth("WT805", "PV", "air warmest at two at night")
def _(columns: Columns) -> None:
    for key in ("temp_ambient_max", "temp_cell_max"):
        columns[key] = np.roll(columns[key], 720)


@truth("WT805", "BE", "air that the battery heats")
def _(columns: Columns) -> None:
    works = (columns["power_charge_active_avg"] + columns["power_discharge_active_avg"]) > 0
    for key in ("temp_ambient_max", "temp_cell_max"):
        columns[key] = columns[key] + 8.0 * works


@truth("WT808", "BE", "cells frozen from morning to midnight")
def _(columns: Columns) -> None:
    cells = columns["temp_cell_max"].copy().reshape(DAYS, 1440)
    cells[:, 600:] = cells[:, 600:601]
    columns["temp_cell_max"] = np.round(cells.ravel(), 1)
    columns["temp_ambient_max"] = np.round(columns["temp_ambient_max"], 1)


@truth("WT808", "ME", "frozen reactive power")
def _(columns: Columns) -> None:
    reactive = columns["power_reactive_avg"].copy().reshape(DAYS, 1440)
    reactive[:, 300:1300] = reactive[:, 300:301]
    columns["power_reactive_avg"] = reactive.ravel()
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])


@truth("WT809", "PV", "minutes without energy behind them")
def _(columns: Columns) -> None:
    spikes = np.arange(DAYS * 1440) % 240 == 90
    for key in ("power_active_avg", "power_active_max"):
        columns[key] = columns[key] * np.where(spikes, 4.0, 1.0)


@truth("WT817", "PV", "the maximum of the day so far")
def _(columns: Columns) -> None:
    by_day = columns["power_active_max"].reshape(DAYS, 1440)
    columns["power_active_max"] = np.maximum.accumulate(by_day, axis=1).ravel()


@truth("WT817", "ME", "the maximum of the last quarter of an hour")
def _(columns: Columns) -> None:
    power = columns["power_active_avg"] + 150.0 * (RNG.random(DAYS * 1440) < 0.02)
    columns["power_active_avg"] = power
    padded = np.concatenate([power[:14], power]) * 1.01
    columns["power_active_max"] = np.lib.stride_tricks.sliding_window_view(padded, 15).max(axis=1)
    columns["power_apparent_avg"] = np.hypot(power, columns["power_reactive_avg"])
    columns["energy_active_cum"] = 20000 + np.cumsum(power) / 60


@truth("WT818", "ME", "a load of white noise")
def _(columns: Columns) -> None:
    power = 80 * RNG.random(DAYS * 1440)
    columns["power_active_avg"], columns["power_active_max"] = power, power * 1.02
    columns["power_apparent_avg"] = np.hypot(power, columns["power_reactive_avg"])
    columns["energy_active_cum"] = 20000 + np.cumsum(power) / 60


@truth("WT818", "PV", "clouds that come and go within a minute")
def _(columns: Columns) -> None:
    power = columns["power_active_avg"] * np.where(RNG.random(DAYS * 1440) < 0.5, 1.0, 0.2)
    columns["power_active_avg"], columns["power_active_max"] = power, power * 1.02
    columns["energy_active_cum"] = 70000 + np.cumsum(power) / 60


@truth("WT818", "PV", "air of white noise")
def _(columns: Columns) -> None:
    wild = RNG.normal(0, 2.5, DAYS * 1440)
    for key in ("temp_ambient_max", "temp_cell_max"):
        columns[key] = columns[key] + wild


@truth("WT819", "PV", "the same clouds each day")
def _(columns: Columns) -> None:
    one = RNG.random(48).repeat(30)
    power = columns["power_active_avg"] / np.maximum(columns["power_active_avg"].max(), 1e-9)
    high = np.sin(np.clip((MINUTES % 1440 - 840) / 600, 0, 1) * np.pi)
    power = 80 * high * (0.2 + 0.8 * np.tile(one, DAYS)) * (1 + 0.0 * power)
    columns["power_active_avg"], columns["power_active_max"] = power, power * 1.02
    columns["energy_active_cum"] = 70000 + np.cumsum(power) / 60


@truth("WT819", "ME", "one day copied")
def _(columns: Columns) -> None:
    for key in ("power_active_avg", "power_active_max", "power_apparent_avg", "power_reactive_avg"):
        columns[key] = np.tile(columns[key].reshape(DAYS, 1440)[0], DAYS)
    columns["energy_active_cum"] = 20000 + np.cumsum(columns["power_active_avg"]) / 60


@truth("WT803", "PV", "fifty minutes late")
def _(columns: Columns) -> None:
    for key in ("power_active_avg", "power_active_max", "status"):
        columns[key] = np.roll(columns[key], 55)
    columns["energy_active_cum"] = 70000 + np.cumsum(columns["power_active_avg"]) / 60


@case("WT811")
def a_meter_whose_clock_is_late() -> Plant:
    """Show the grid's meter eleven minutes late."""

    def change(name: str, columns: Columns) -> Columns:
        return (
            {key: np.roll(column, 11) for key, column in columns.items()} if name == "ME000001" else columns
        )

    return Plant(truth=change)


@case("WT811")
def pv_in_another_unit_throughout() -> Plant:
    """Show power and register of PV systems a thousand times too high."""

    def change(name: str, columns: Columns) -> Columns:
        many = {key: 1000.0 for key in columns if key.startswith(("power", "energy"))}
        if not name.startswith("PV"):
            return columns
        return {key: column * many[key] if key in many else column for key, column in columns.items()}

    return Plant(truth=change)


@truth("WT813", "ME", "register three percent high")
def _(columns: Columns) -> None:
    columns["energy_active_cum"] = 1000 + 1.035 * columns["energy_active_cum"]


@truth("WT814", "BE", "state of charge twelve minutes late")
def _(columns: Columns) -> None:
    columns["soc_end"] = np.roll(columns["soc_end"], 12)


@truth("WT712", "BE", "a battery that loses nothing and gains a little")
def _(columns: Columns) -> None:
    for key in [name for name in columns if "discharge" in name]:
        columns[key] = columns[key] * 1.02 / 0.95**2


@case("WT815")
def one_pattern_for_all() -> Plant:
    """Show at each PV system that of the first, by size."""

    def change(name: str, columns: Columns) -> Columns:
        if name == "PV000002":
            first = Plant().of("PV000001")
            return {
                key: column * 1.7 if key.startswith(("power", "energy")) else column
                for key, column in first.items()
            }
        return columns

    return Plant(truth=change)


@each("WT305", kind="ME", name="no rows on Sundays")
def _(row: Row, _question: Question) -> bool:
    return (minute(row) // 1440 + 3) % 7 != 6


@each("WT305", kind="ME", name="no rows on the last of the month")
def _(row: Row, _question: Question) -> bool:
    return (np.datetime64(row["timestamp"][:10]) + 1).item().day != 1


@truth("WT806", "BE", "one sensor for cells and air")
def _(columns: Columns) -> None:
    columns["temp_ambient_max"] = columns["temp_cell_max"]


@truth("WT805", "PV", "temperatures in steps of five kelvin")
def _(columns: Columns) -> None:
    for key in ("temp_ambient_max", "temp_cell_max"):
        columns[key] = np.round(columns[key] / 5) * 5


@truth("WT709", "BE", "a state of charge of five bars")
def _(columns: Columns) -> None:
    columns["soc_end"] = np.round(columns["soc_end"] / 20) * 20


@truth("WT714", "BE", "status nine minutes late")
def _(columns: Columns) -> None:
    columns["status"] = np.roll(columns["status"], 9)


@case("WT811")
def two_systems_exchanged() -> Plant:
    """Show each PV system the series of the other site's."""
    other = {"PV000001": "PV000002", "PV000002": "PV000001"}
    return Plant(truth=lambda name, own: dict(Plant().of(other[name])) if name in other else own)
