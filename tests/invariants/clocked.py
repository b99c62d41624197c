"""Faults of single minutes whose energy agrees: blocks out of order, codes; and cells of another time."""

import numpy as np

from tests.invariants.patterns import MINUTES, Columns
from tests.invariants.spoiled import truth

_POWERS = ("power_active_avg", "power_active_max", "power_apparent_avg", "power_reactive_avg")


def _anew(columns: Columns, place: np.ndarray) -> None:
    for key in _POWERS:
        if key in columns:
            columns[key] = columns[key][place]
    first = columns["energy_active_cum"][0]
    columns["energy_active_cum"] = first + np.cumsum(columns["power_active_avg"]) / 60


@truth("WT821", "ME", "quarters of an hour run backwards")
def _(columns: Columns) -> None:
    place = np.arange(MINUTES.size)
    _anew(columns, place // 15 * 15 + 14 - place % 15)


@truth("WT821", "PV", "the halves of each half-hour are exchanged")
def _(columns: Columns) -> None:
    place = np.arange(MINUTES.size)
    _anew(columns, place // 30 * 30 + (place % 30 + 15) % 30)


@truth("WT821", "ME", "every tenth minute is two hours old")
def _(columns: Columns) -> None:
    place = np.arange(MINUTES.size)
    _anew(columns, np.where(place % 10 == 0, np.maximum(place - 120, 0), place))


@truth("WT822", "ME", "a counter at its end is a measurement")
def _(columns: Columns) -> None:
    code = MINUTES % 397 == 0
    for key in _POWERS:
        columns[key] = np.where(code, 655.35, columns[key])
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])
    _anew(columns, np.arange(MINUTES.size))


@truth("WT822", "PV", "a sensor that was just switched on says 85 degrees")
def _(columns: Columns) -> None:
    columns["temp_cell_max"] = np.where(MINUTES % 397 == 0, 85.0, columns["temp_cell_max"])


@truth("WT806", "PV", "cells are of the day before")
def _(columns: Columns) -> None:
    columns["temp_cell_max"] = np.roll(columns["temp_cell_max"], 1440)


@truth("WT806", "PV", "the air is halved")
def _(columns: Columns) -> None:
    columns["temp_ambient_max"] = columns["temp_ambient_max"] / 2
