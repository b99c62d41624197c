"""A memory of every row that any answer had, so that each can be held against all others.

Answers that were asked for by nobody in particular (probes, spellings, fuzzing) count as well: whatever the
window, the filter or the moment, a bucket of a resource has one row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from wattos_testkit.harness.events import Request
from wattos_testkit.invariants.observations import Flags, Floats, Ints, Observation
from wattos_testkit.invariants.question import Question
from wattos_testkit.invariants.resolution import resolution

Key = tuple[str, str, int]
"""Operation, resource, interval."""
_CELLS = 4_000_000
"""So many values are kept at most: about 35 MB."""
_CLASHES = 60
"""Kept for each key."""
_NEAR = 1e-9
_FEW = 0.05
STATUS = "status"


@dataclass(slots=True)
class Heard:
    """One answer, without its values."""

    question: Question
    requests: tuple[Request, ...]
    status: int
    readable: bool
    directed: bool
    count: int
    labels: dict[str, Ints] = field(default_factory=dict)
    """By resource: which rows it had, each once."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A column that two answers have differently."""

    key: Key
    one: int
    """Which answer had the rows first."""
    two: int
    name: str
    labels: Ints
    before: tuple[object, ...]
    after: tuple[object, ...]
    common: int
    """How many rows both have."""


@dataclass(slots=True)
class _Shelf:
    """All rows of a key, each as it was first seen."""

    names: tuple[str, ...]
    labels: Ints
    values: Floats
    status: np.ndarray
    source: Ints
    clashes: int = 0


class Memory:
    """What was heard."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.clashes: list[Clash] = []
        self.common: dict[tuple[int, int, str], int] = {}
        """By two answers and a resource: how many rows they share."""
        self._shelves: dict[Key, _Shelf] = {}
        self._cells = 0

    def hear(self, seen: Observation) -> None:
        """Take note of an answer, and of what it contradicts."""
        question = seen.question
        index = len(self.heard)
        heard = Heard(question, seen.requests, seen.status, seen.readable, seen.directed, seen.count)
        self.heard.append(heard)
        for name, rows in seen.rows.items():
            if question.resource not in (None, name):
                continue
            labels, first = np.unique(rows.label, return_index=True)
            values = np.column_stack([column[first] for column in rows.values.values()])
            # A bucket that comes twice, or between two minutes, is another rule's affair.
            alone = rows.whole[first] & ~np.isin(labels, _doubles(rows.label))
            heard.labels[name] = labels
            key = (question.operation, name, question.interval)
            self._shelve(
                key, index, tuple(rows.values), labels[alone], values[alone], rows.status[first][alone]
            )

    def labels(self, key: Key) -> Ints:
        """Return which rows of a key any answer had."""
        shelf = self._shelves.get(key)
        return np.array([], dtype=np.int64) if shelf is None else shelf.labels

    def source(self, key: Key, label: int) -> Heard:
        """Return the answer that had a row first."""
        shelf = self._shelves[key]
        return self.heard[int(shelf.source[int(np.searchsorted(shelf.labels, label))])]

    def keys(self, operation: str, interval: int) -> Iterator[Key]:
        """Yield what is known of an operation at an interval."""
        yield from (key for key in self._shelves if key[0] == operation and key[2] == interval)

    def _shelve(
        self,
        key: Key,
        index: int,
        names: tuple[str, ...],
        labels: Ints,
        values: Floats,
        status: np.ndarray,
    ) -> None:
        shelf = self._shelves.get(key)
        fresh = np.ones(labels.size, dtype=bool)
        if shelf is not None and shelf.labels.size:
            place = np.minimum(np.searchsorted(shelf.labels, labels), shelf.labels.size - 1)
            fresh = shelf.labels[place] != labels
            self._compare(key, shelf, index, place[~fresh], values[~fresh], status[~fresh])
        if self._cells > _CELLS or not fresh.any():
            return
        self._cells += int(fresh.sum()) * (len(names) + 3)
        source = np.full(int(fresh.sum()), index, dtype=np.int64)
        if shelf is None:
            self._shelves[key] = _Shelf(names, labels, values, status, source)
            return
        order = np.argsort(np.concatenate([shelf.labels, labels[fresh]]), kind="stable")
        shelf.labels = np.concatenate([shelf.labels, labels[fresh]])[order]
        shelf.values = np.concatenate([shelf.values, values[fresh]])[order]
        shelf.status = np.concatenate([shelf.status, status[fresh]])[order]
        shelf.source = np.concatenate([shelf.source, source])[order]

    def _compare(
        self, key: Key, shelf: _Shelf, index: int, place: Ints, values: Floats, status: np.ndarray
    ) -> None:
        if place.size == 0:
            return
        sources, counts = np.unique(shelf.source[place], return_counts=True)
        for source, count in zip(sources.tolist(), counts.tolist(), strict=True):
            self.common[source, index, key[1]] = count
        if shelf.clashes >= _CLASHES:
            return
        before = shelf.values[place]
        gap = np.abs(np.nan_to_num(before) - np.nan_to_num(values))
        absent = np.isnan(before) != np.isnan(values)
        bad = (gap > _NEAR * np.maximum(1.0, np.abs(np.nan_to_num(before)))) | absent
        for number, name in enumerate(shelf.names):
            wrong = bad[:, number]
            if wrong.any() and not _is_rounding(
                shelf.values[:, number], gap[:, number], absent[:, number], wrong
            ):
                self._clash(key, shelf, index, name, place, wrong, values[:, number].tolist())
        wrong = np.asarray(shelf.status[place] != status, dtype=bool)
        if wrong.any():
            self._clash(key, shelf, index, STATUS, place, wrong, status.tolist())

    def _clash(
        self, key: Key, shelf: _Shelf, index: int, name: str, place: Ints, wrong: Flags, after: list[object]
    ) -> None:
        column = shelf.status if name == STATUS else shelf.values[:, shelf.names.index(name)]
        for source in np.unique(shelf.source[place[wrong]]).tolist():
            mine = np.flatnonzero(wrong & (shelf.source[place] == source))
            shelf.clashes += 1
            self.clashes.append(
                Clash(
                    key, source, index, name,
                    shelf.labels[place[mine]],
                    tuple(column[place[mine]].tolist()),
                    tuple(after[one] for one in mine),
                    self.common[source, index, key[1]],
                )
            )  # fmt: skip


def _doubles(labels: Ints) -> Ints:
    distinct, counts = np.unique(labels, return_counts=True)
    return distinct[counts > 1]


def _is_rounding(column: Floats, gap: Floats, absent: Flags, wrong: Flags) -> bool:
    """Tell whether a few values differ by their last digit: sums of floats depend on their order."""
    count = int(wrong.sum())
    if absent.any() or count > max(1, int(_FEW * wrong.size)):
        return False
    return bool(gap.max() <= 1.001 * resolution(column))
