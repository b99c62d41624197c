"""A track: what is known of one resource at one interval, in order of time, without doubles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.invariants.observations import Flags, Floats, Ints, Observation, Rows, written
from wattos_testkit.invariants.resolution import resolution

_FEWEST = 10
"""Rows from which a resolution can be told."""


@dataclass(slots=True)
class Track:
    """Columns by the start of their buckets."""

    operation: str
    kind: str
    resource: str
    interval: int
    start: Ints
    """Starts of the buckets, ascending, each once; whatever the label says."""
    values: dict[str, Floats]
    status: Any
    """Array of text or None."""
    source: Ints
    """Which observation each row is from."""
    place: Ints
    """Which row of it."""
    origin: Sequence[Observation]
    _steps: dict[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.start.size)

    def column(self, name: str) -> Floats:
        """Return a column; NaN throughout if the rows lack it."""
        found = self.values.get(name)
        return np.full(len(self), np.nan) if found is None else found

    def step(self, name: str) -> float:
        """Return the resolution that a column shows."""
        if name not in self._steps:
            self._steps[name] = resolution(self.column(name))
        return self._steps[name]

    def rows(self, index: int) -> Rows:
        """Return the raw rows that a row is among."""
        return self.origin[int(self.source[index])].rows[self.resource]

    def request(self, index: int) -> tuple[Request, ...]:
        """Return the request that showed a row."""
        return self.origin[int(self.source[index])].requests

    def size(self, index: int) -> int:
        """Return how many rows the answer had that showed a row."""
        return self.origin[int(self.source[index])].count

    def proof(self, index: int, expected: str, seen: str) -> Evidence:
        """Return a row as evidence."""
        rows = self.rows(index)
        place = int(self.place[index])
        return Evidence(rows.texts[place], expected, seen, rows.row(place))

    def plot(
        self, names: Iterable[str], indices: Ints | Sequence[int], margin: int = 5
    ) -> dict[str, list[Any]]:
        """Return columns around some rows, for a plot."""
        if len(indices) == 0:
            return {}
        first = max(0, int(indices[0]) - margin)
        last = min(len(self), max(first + 24, min(int(indices[-1]) + margin, first + 55)))
        piece: dict[str, list[Any]] = {"timestamp": [written(minute) for minute in self.start[first:last]]}
        for name in names:
            piece[name] = [
                None if bad else value
                for value, bad in zip(
                    self.column(name)[first:last].tolist(),
                    np.isnan(self.column(name)[first:last]),
                    strict=True,
                )
            ]
        return piece

    def adjoining(self) -> Flags:
        """Tell for each row whether the one before is its neighbour in time."""
        near = np.zeros(len(self), dtype=bool)
        near[1:] = np.diff(self.start) == self.interval
        return near

    def only(self, keep: Flags) -> "Track":
        """Return some of the rows."""
        return Track(
            self.operation,
            self.kind,
            self.resource,
            self.interval,
            self.start[keep],
            {name: column[keep] for name, column in self.values.items()},
            self.status[keep],
            self.source[keep],
            self.place[keep],
            self.origin,
            dict(self._steps),
        )


def merge(
    kind: str, resource: str, interval: int, shift: int, origin: Sequence[Observation], chosen: Sequence[int]
) -> Track | None:
    """Make a track of the rows of some observations; the first that has a bucket gives it."""
    parts = [(index, origin[index].rows[resource]) for index in chosen if resource in origin[index].rows]
    if not parts:
        return None
    starts = np.concatenate([rows.label for _, rows in parts]) - shift
    good = np.concatenate([rows.whole for _, rows in parts]) & (starts % interval == 0)
    source = np.concatenate([np.full(rows.label.size, index, dtype=np.int64) for index, rows in parts])
    place = np.concatenate([np.arange(rows.label.size, dtype=np.int64) for _, rows in parts])
    kept = np.flatnonzero(good)
    _, first = np.unique(starts[kept], return_index=True)
    take = kept[first]
    if take.size == 0:
        return None
    names = parts[0][1].values
    return Track(
        operation=origin[chosen[0]].question.operation,
        kind=kind,
        resource=resource,
        interval=interval,
        start=starts[take],
        values={name: np.concatenate([rows.values[name] for _, rows in parts])[take] for name in names},
        status=np.concatenate([rows.status for _, rows in parts])[take],
        source=source[take],
        place=place[take],
        origin=origin,
    )


def usable(track: Track | None) -> bool:
    """Tell whether a track has enough rows to be judged."""
    return track is not None and len(track) >= _FEWEST
