"""Rows that no fixed width holds: with holes, at odd times, or with numbers beyond the ratings.

They are written as most programs write JSON, without blanks, but numbers have the decimals they always have.
"""

import numpy as np

from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Codes, Column, Columns, Numbers
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, largest, signed

_EXACT = 2**50
"""Up to here a double holds thousandths with digits to spare."""


def encode_freely(columns: Columns, separator: bytes) -> bytes:
    """Return rows as they are, each followed by the separator."""
    count = len(columns)
    if not count:
        return b""
    resource, controller = (
        name.replace("%", "%%") for name in (columns.resource_id, columns.unit_controller_id)
    )
    template = f'{{"resource_id":"{resource}","timestamp":"%s","agg_interval":{columns.interval}'
    template += f',"unit_controller_id":"{controller}"'
    minutes = np.asarray(columns.minutes, dtype="datetime64[m]")
    values: list[list[object]] = [np.datetime_as_string(minutes, unit="s", timezone="UTC").tolist()]
    for name, column in columns.fields.items():
        form, texts = _field(name, column)
        template += form
        values.append(texts)
    template += "}" + separator.decode().replace("%", "%%")
    row = [value for together in zip(*values, strict=True) for value in together]
    return ((template * count) % tuple(row)).encode()


def _field(name: str, column: Column) -> tuple[str, list[object]]:
    """Return how a field is written, and what is to be put there row by row."""
    if isinstance(column, Numbers) and column.holes is None and _exact(column):
        return f',"{name}":%.{column.decimals}f', (column.values / 10**column.decimals).tolist()
    quote = '"' if isinstance(column, Codes) else ""
    if column.holes is None:
        return f',"{name}":{quote}%s{quote}', list(texts_of(column))
    texts = [f"{quote}{text}{quote}" for text in texts_of(column)]
    # A hole may swallow the name too.
    instead = ["", f',"{name}":null', ""]
    holes = column.holes.tolist()
    filled: list[object] = [
        instead[hole] if hole else f',"{name}":{text}' for text, hole in zip(texts, holes, strict=True)
    ]
    return "%s", filled


def texts_of(column: Column) -> list[str]:
    """Return the values of a column as text, those of holes too: whoever writes looks for holes first."""
    if isinstance(column, Codes):
        return [column.vocabulary[code] for code in column.codes.tolist()]
    if _exact(column):
        form = f"%.{column.decimals}f"
        return [form % value for value in (column.values / 10**column.decimals).tolist()]
    return [_digits(value, column.decimals) for value in column.values.tolist()]


def _exact(column: Numbers) -> bool:
    values = column.values
    return not values.size or -_EXACT < int(values.min()) <= int(values.max()) < _EXACT


def _digits(value: int, decimals: int) -> str:
    """Return a number of any size to the digit."""
    digits = f"{abs(value):0{decimals + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def fits(placed: Placed, columns: Columns) -> bool:
    """Return whether rows without a gap could be written in the width of their resource."""
    for field in NUMERIC_FIELDS[placed.kind]:
        column = columns.fields[field.name]
        if isinstance(column, Numbers) and column.values.size:
            most = largest(placed, field)
            least = -most if signed(placed.kind, field) else 0
            if not least <= int(column.values.min()) <= int(column.values.max()) <= most:
                return False
    return not any(one.holes is not None and one.holes.any() for one in columns.fields.values())
