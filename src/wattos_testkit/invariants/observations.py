"""Rows of an answer as columns, read tolerantly: what a schema says of them is another room's business.

`+00:00`, `.000Z`, whole numbers, extra properties, missing values and null are all taken as they come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import isnan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattos_testkit.harness.events import Request
from wattos_testkit.invariants.question import Answer, Question

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NUMBERS = {
    "ME": (
        "power_active_avg",
        "power_active_max",
        "power_apparent_avg",
        "power_reactive_avg",
        "energy_active_cum",
    ),
    "BE": (
        "power_charge_active_avg",
        "power_charge_active_max",
        "power_discharge_active_avg",
        "power_discharge_active_max",
        "energy_charge_active_cum",
        "energy_discharge_active_cum",
        "soc_end",
        "temp_cell_max",
        "temp_ambient_max",
    ),
    "PV": (
        "power_active_avg",
        "power_active_max",
        "energy_active_cum",
        "temp_cell_max",
        "temp_ambient_max",
    ),
}
"""The numeric fields of a row, by resource type, as the document has them."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(NamedTuple):
    """A timestamp as it was written."""

    minute: int
    """UTC minutes since 1970, rounded down."""
    whole: bool
    """Whether the seconds are zero."""
    offset: int | None
    """Minutes east of UTC; None if it was not said."""


@lru_cache(maxsize=65536)
def instant(text: str) -> Instant | None:
    """Return what a timestamp says, or None if it says nothing."""
    try:
        moment = datetime.fromisoformat(text.upper() if text.endswith("z") else text)
    except ValueError:
        return None
    shift = moment.utcoffset()
    whole = moment.second == 0 and moment.microsecond == 0
    if shift is None:
        moment = moment.replace(tzinfo=UTC)
    minute = (moment - _EPOCH) // timedelta(minutes=1)
    return Instant(minute, whole, None if shift is None else shift // timedelta(minutes=1))


def written(minute: int) -> str:
    """Return a minute as the document writes it."""
    return (_EPOCH + timedelta(minutes=int(minute))).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Rows:
    """The rows of one resource in one answer, in the order in which they came."""

    resource: str
    label: Ints
    """Timestamps in UTC minutes, rounded down."""
    texts: list[str]
    whole: Flags
    values: dict[str, Floats]
    """NaN where a value is missing, null or no number."""
    status: NDArray[np.object_]
    controller: list[Any]
    echo: list[Any]
    """agg_interval as the rows say it."""

    def row(self, index: int) -> dict[str, Any]:
        """Return one row again, as evidence."""
        found: dict[str, Any] = {
            "resource_id": self.resource,
            "timestamp": self.texts[index],
            "agg_interval": self.echo[index],
            "unit_controller_id": self.controller[index],
        }
        for name, column in self.values.items():
            value = float(column[index])
            found[name] = None if isnan(value) else int(value) if value.is_integer() else value
        if self.status[index] is not None:
            found["status"] = self.status[index]
        return found


@dataclass(slots=True)
class Observation:
    """One answer, as far as it could be read."""

    question: Question
    status: int
    request: Request | None
    rows: dict[str, Rows] = field(default_factory=dict)
    """By resource, in order of first appearance."""
    runs: list[str] = field(default_factory=list)
    """The resource of each run of rows with one resource."""
    readable: bool = False
    """Whether it was a 200 with a list of rows."""
    count: int = 0
    """How many rows could be read."""
    directed: bool = True

    @property
    def requests(self) -> tuple[Request, ...]:
        """The request, if there was one."""
        return () if self.request is None else (self.request,)


def observe(question: Question, answer: Answer, *, directed: bool = True) -> Observation:
    """Read an answer."""
    seen = Observation(question, answer.status, answer.request, directed=directed)
    rows = _list_of_rows(answer.body) if answer.status == 200 else None
    if rows is None:
        return seen
    seen.readable = True
    kept = [row for row in rows if isinstance(row, dict) and _stamped(row)]
    seen.count = len(kept)
    ids = [str(row.get("resource_id")) for row in kept]
    groups: dict[str, list[int]] = {}
    last: str | None = None
    for index, name in enumerate(ids):
        if name != last:
            seen.runs.append(name)
            last = name
        groups.setdefault(name, []).append(index)
    names = NUMBERS.get(question.kind or "", ())
    for name, places in groups.items():
        part = kept if len(places) == len(kept) else [kept[index] for index in places]
        seen.rows[name] = _columns(name, part, names)
    return seen


def _list_of_rows(body: Any) -> Sequence[Any] | None:  # noqa: ANN401 - any JSON
    if isinstance(body, dict):
        body = body.get("datas")
    return body if isinstance(body, list) else None


def _stamped(row: Mapping[str, Any]) -> bool:
    text = row.get("timestamp")
    return isinstance(text, str) and instant(text) is not None


def _columns(resource: str, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Rows:
    texts = [row["timestamp"] for row in rows]
    instants = [found for text in texts if (found := instant(text)) is not None]
    status = np.empty(len(rows), dtype=object)
    status[:] = [value if isinstance(value := row.get("status"), str) else None for row in rows]
    return Rows(
        resource=resource,
        label=np.array([one.minute for one in instants], dtype=np.int64),
        texts=texts,
        whole=np.array([one.whole for one in instants], dtype=bool),
        values={name: _numbers([row.get(name) for row in rows]) for name in names},
        status=status,
        controller=[row.get("unit_controller_id") for row in rows],
        echo=[row.get("agg_interval") for row in rows],
    )


def _numbers(values: list[Any]) -> Floats:
    try:
        found = np.array(values, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        found = np.array([_number(value) for value in values], dtype=np.float64)
    if found.ndim != 1:
        found = np.array([_number(value) for value in values], dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(value: Any) -> float:  # noqa: ANN401 - any JSON
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return float("nan")
    return float("nan")
