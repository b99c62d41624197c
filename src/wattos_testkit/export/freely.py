"""Rows that no fixed width holds, one by one: what each of their fields says, or that it says nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Codes, Columns, Holes
from wattos_testkit.telemetry.freely import texts_of

ABSENT = 2
STATUS = "status"
"""The field whose values are words."""


@dataclass(frozen=True, slots=True)
class FreeRow:
    """One row of a series."""

    placed: Placed
    interval: int
    minute: int
    """UTC since 1970."""
    time: str
    """As the API writes it."""
    values: tuple[tuple[str, str | None, bool], ...]
    """Of each field its name, its text (None where there is none), and whether it is named at all."""

    @property
    def resource(self) -> str:
        """The id of the resource."""
        return self.placed.resource.resource_id

    @property
    def controller(self) -> str:
        """The id of the unit controller."""
        return self.placed.controller.unit_controller_id


def free_rows(placed: Placed, columns: Columns, at_once: int) -> Iterator[list[FreeRow]]:
    """Yield the rows, so many at once, in the order that they come in."""
    for start in range(0, len(columns), at_once):
        inside = slice(start, start + at_once)
        minutes = columns.minutes[inside]
        moments = np.asarray(minutes, dtype="datetime64[m]")
        times = np.datetime_as_string(moments, unit="s", timezone="UTC").tolist()
        fields = list(zip(*_fields(columns, inside), strict=True))
        yield [
            FreeRow(placed, columns.interval, minute, time, values)
            for minute, time, values in zip(minutes.tolist(), times, fields, strict=True)
        ]


def _fields(columns: Columns, inside: slice) -> Iterator[list[tuple[str, str | None, bool]]]:
    """Yield what each field says, row by row."""
    for name, column in columns.fields.items():
        holes = column.holes[inside] if column.holes is not None else None
        if isinstance(column, Codes):
            texts = texts_of(Codes(column.codes[inside], column.vocabulary))
        else:
            texts = texts_of(type(column)(column.values[inside], column.decimals))
        yield _filled(name, texts, holes)


def _filled(name: str, texts: list[str], holes: Holes | None) -> list[tuple[str, str | None, bool]]:
    if holes is None:
        return [(name, text, True) for text in texts]
    return [
        (name, None if hole else text, hole != ABSENT)
        for text, hole in zip(texts, holes.tolist(), strict=True)
    ]
