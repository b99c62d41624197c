"""A series as tests want it: columns, rows, or a data frame."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from wattos_testkit.errors import MissingExtraError, UsageError
from wattos_testkit.fleet.model import Kind, Placed
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Codes, Columns, Numbers, Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.existence import row_count
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES
from wattos_testkit.testkit.fleet import Fleet
from wattos_testkit.testkit.times import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    import polars as pl

    from wattos_testkit.faults.labels import Label
    from wattos_testkit.faults.plan import Plan

Column = npt.NDArray[Any]
Row = dict[str, Any]
Library = Literal["pandas", "polars"]


@dataclass(frozen=True)
class Series:
    """What resources of one kind measured in a window; made when one of its forms is asked for."""

    telemetry: Telemetry = field(repr=False)
    kind: Kind
    resources: tuple[Placed, ...] = field(repr=False)
    window: Window

    def __len__(self) -> int:
        """Return the number of rows; those of a healthy fleet need not be made for it."""
        if self._plan:
            return len(self.columns["timestamp"])
        return sum(row_count(placed, self.window) for placed in self.resources)

    def __getitem__(self, name: str) -> Column:
        """Return one column.

        Raises
        ------
        KeyError
            If there is none of this name; the message names those there are.
        """
        if name not in self.columns:
            raise KeyError(f"{name!r} is not one of {', '.join(self.columns)}")
        return self.columns[name]

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Numpy arrays by name, in the order of the API's fields: `timestamp` in UTC, numbers as floats.

        What a fault has taken away, null or absent, is NaN, and of `status` the empty text.
        """
        pieces = [
            _columns(piece)
            for placed in self.resources
            if row_count(placed, self.window)
            for piece in self.telemetry.stream(placed, self.window)
        ]
        pieces.append(_nothing(self.kind))
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[-1]}

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, exactly as a client reads them from the mock's answer."""
        # The very bytes that the mock would send: nothing here can differ from them.
        body = b"".join(datas_pieces(self.telemetry, self.resources, self.window))
        rows: list[Row] = json.loads(body)["datas"]
        return rows

    @property
    def _plan(self) -> "Plan | None":
        """What acts on the fleet, if anything does."""
        return getattr(self.telemetry, "plan", None)

    @cached_property
    def labels(self) -> list[dict[str, Any]]:
        """What strikes these resources in this window, as in `labels.json`; nothing in a healthy fleet."""
        if not self._plan:
            return []
        from wattos_testkit.faults.labels import plain  # noqa: PLC0415 - a healthy fleet has no use for it

        return [plain(label) for _, label in self._labels()]

    @cached_property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Of each row, whether it lies in a label of its resource: what an alarm should find."""
        found = np.zeros(len(self), dtype=np.bool_)
        if not self._plan:
            return found
        minutes = self.columns["timestamp"].astype("datetime64[m]").astype(np.int64)
        for placed, label in self._labels():
            start, end = label.span(self.window)
            own = self.columns["resource_id"] == placed.resource.resource_id
            found |= own & (minutes >= start) & (minutes < end)
        return found

    def _labels(self) -> "Iterator[tuple[Placed, Label]]":
        from wattos_testkit.faults.labels import labels_of  # noqa: PLC0415 - as above

        for placed in self.resources:
            for label in labels_of(self._plan, placed) if self._plan else ():
                start, end = label.span(self.window)
                if start < end:
                    yield placed, label

    def pandas(self) -> "pd.DataFrame":
        """Return a pandas data frame; `timestamp` carries UTC.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        frame: pd.DataFrame = _library("pandas").DataFrame(self.columns)
        frame["timestamp"] = frame["timestamp"].dt.tz_localize("UTC")
        return frame

    def polars(self) -> "pl.DataFrame":
        """Return a polars data frame; `timestamp` carries UTC.

        Raises
        ------
        MissingExtraError
            If polars is not installed.
        """
        polars = _library("polars")
        # It knows no seconds.
        columns = self.columns | {"timestamp": self.columns["timestamp"].astype("datetime64[ms]")}
        frame: pl.DataFrame = polars.DataFrame(columns)
        return frame.with_columns(polars.col("timestamp").dt.replace_time_zone("UTC"))

    def frame(self, library: Library | None = None) -> Any:  # noqa: ANN401 - depends on what is installed
        """Return a data frame of the library that is named, or of the first of pandas and polars there is.

        Raises
        ------
        MissingExtraError
            If it is not installed.
        """
        makers: dict[str, Callable[[], Any]] = {"pandas": self.pandas, "polars": self.polars}
        if library is None:
            library = next((name for name in ("pandas", "polars") if find_spec(name)), "pandas")
        if library not in makers:
            raise UsageError(f"library: {str(library)[:40]!r} is not one of {', '.join(makers)}")
        return makers[library]()


def _columns(piece: Columns) -> dict[str, Column]:
    count = len(piece)
    found: dict[str, Column] = {
        "resource_id": np.full(count, piece.resource_id),
        "timestamp": piece.minutes.astype("datetime64[m]").astype("datetime64[s]"),
        "agg_interval": np.full(count, piece.interval, dtype=np.int64),
        "unit_controller_id": np.full(count, piece.unit_controller_id),
    }
    for name, column in piece.fields.items():
        match column:
            case Numbers(values, decimals):
                found[name] = values / 10.0**decimals
            case Codes(codes, vocabulary):
                found[name] = np.array(vocabulary)[codes]
        if column.holes is not None:
            found[name][column.holes > 0] = np.nan if isinstance(column, Numbers) else ""
    return found


def _nothing(kind: Kind) -> dict[str, Column]:
    """Return the columns of no rows: their names and types do not depend on what there is."""
    found: dict[str, Column] = {
        "resource_id": np.empty(0, dtype="U8"),
        "timestamp": np.empty(0, dtype="datetime64[s]"),
        "agg_interval": np.empty(0, dtype=np.int64),
        "unit_controller_id": np.empty(0, dtype="U8"),
    }
    for one in NUMERIC_FIELDS[kind]:
        found[one.name] = np.empty(0)
    if STATUSES[kind]:
        found["status"] = np.empty(0, dtype="U2")
    return found


def _library(name: str) -> Any:  # noqa: ANN401 - a module
    if find_spec(name) is None:
        raise MissingExtraError(f"a {name} data frame", "frames")
    return import_module(name)


@lru_cache(maxsize=1)
def _demo() -> Fleet:
    return Fleet()


def series(  # noqa: PLR0913 - what, when, and of which fleet
    resource: str | None,
    start: Instant,
    end: Instant,
    interval: int = 15,
    *,
    kind: str | Kind | None = None,
    fleet: Fleet | None = None,
) -> Series:
    """Return the series of a resource of a fleet, the demo fleet unless one is given.

    Examples
    --------
    >>> day = series("PV000001", "2024-03-20", "2024-03-21")
    >>> len(day), day["power_active_avg"].dtype, day.rows[0]["timestamp"]
    (96, dtype('float64'), '2024-03-20T00:00:00Z')

    Raises
    ------
    UnknownIdError
        If there is no such resource.
    UsageError
        If the window or the interval is none.
    """
    return (fleet or _demo()).series(resource, start, end, interval, kind=kind)
