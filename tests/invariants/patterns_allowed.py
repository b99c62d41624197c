"""Healthy series that look much like faults of pattern."""

from dataclasses import replace

import numpy as np

from tests.invariants.lawful import lawful, truth
from tests.invariants.patterns import MINUTES, RNG, Columns
from tests.invariants.plant import DAYS, LAST, Plant, Row, height, stamp
from tests.invariants.spoiled import minute
from wattos_testkit.invariants.judge import Question
from wattos_testkit.invariants.question import AHEAD


def any_time(question: Question, given: list[Row]) -> list[Row]:
    """Make up rows for any time, as a mock does."""
    if question.purpose != AHEAD:
        return given
    back = (question.start - LAST) // 1440 * 1440 + 30 * 1440
    old = replace(question, start=question.start - back, end=question.end - back, purpose="")
    rows: list[Row] = Plant().answer(old).body["datas"]  # type: ignore[index]
    return [row | {"timestamp": stamp(minute(row) + back)} for row in rows]


lawful("a mock that has rows for any time", lambda: Plant(rows=any_time), custom=("future", "any time"))


def _counted(columns: Columns, power: np.ndarray) -> None:
    columns["power_active_avg"], columns["power_active_max"] = power, power * 1.02
    columns["energy_active_cum"] = 70000 + np.cumsum(power) / 60
    if "power_reactive_avg" in columns:
        columns["power_apparent_avg"] = np.hypot(power, columns["power_reactive_avg"])


def _desert(columns: Columns) -> None:
    # Never a cloud; a mast throws its shade at the same minutes each day.
    power = 80 * np.clip(height(34.05, -118.24), 0, None) ** 1.15
    shade = (MINUTES % 1440 > 1020) & (MINUTES % 1440 < 1065)
    _counted(columns, power * np.where(shade, 0.6, 1.0))


def _small_inverter(columns: Columns) -> None:
    _counted(columns, np.minimum(columns["power_active_avg"], 22.0))
    columns["power_active_max"] = np.minimum(columns["power_active_max"], 22.0)


def _pulses(columns: Columns) -> None:
    energy = np.floor(columns["energy_active_cum"] / 0.5) * 0.5
    columns["energy_active_cum"] = energy
    columns["power_active_avg"] = np.diff(energy, prepend=energy[0]) * 60
    columns["power_active_max"] = columns["power_active_avg"]
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])


def _heat_pump(columns: Columns) -> None:
    # Seven minutes on, eleven off, never quite the same.
    on = (np.arange(DAYS * 1440) + RNG.integers(0, 2, DAYS * 1440)) % 18 < 7
    _counted(columns, 3.0 + 14.0 * on + 0.2 * RNG.random(DAYS * 1440))


def _held_reactive(columns: Columns) -> None:
    columns["power_reactive_avg"] = np.zeros(DAYS * 1440)
    columns["power_apparent_avg"] = np.abs(columns["power_active_avg"])


def _still_cells(columns: Columns) -> None:
    columns["temp_ambient_max"] = np.round(22.0 + 0.04 * np.sin(MINUTES / 40), 1)
    columns["temp_cell_max"] = np.round(24.0 + 0.1 * np.sin(MINUTES / 300), 1)


def _warm_room(columns: Columns) -> None:
    # A small room that a battery warms within the hour, and that is warmest at night.
    flow = columns["power_charge_active_avg"] + columns["power_discharge_active_avg"]
    kernel = np.exp(-np.arange(300) / 60.0)
    warm = np.convolve(flow, kernel / kernel.sum())[: flow.size] * 0.25
    columns["temp_ambient_max"] = columns["temp_ambient_max"] + warm
    columns["temp_cell_max"] = columns["temp_cell_max"] + warm


def _gusts(columns: Columns) -> None:
    columns["temp_cell_max"] = columns["temp_cell_max"] + RNG.normal(0, 1.5, DAYS * 1440)


lawful("a desert without a cloud, and a mast", truth("PV000001", _desert))
lawful("a small inverter", truth("PV", _small_inverter))
lawful("a load of pulses", truth("ME000002", _pulses), "WT811")
lawful("a heat pump that cycles", truth("ME000002", _heat_pump), "WT811")
lawful("no reactive power", truth("ME", _held_reactive))
lawful("cells in a conditioned room", truth("BE", _still_cells))
lawful("a room that the battery warms", truth("BE", _warm_room))
lawful("modules in gusts", truth("PV", _gusts))
