"""Runs: stretches of neighbouring rows that have something in common."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.observations import Flags, Floats, Ints


@dataclass(frozen=True, slots=True)
class Stretches:
    """Where each run begins and ends, the last row included."""

    first: Ints
    last: Ints

    @property
    def rows(self) -> Ints:
        """How many rows each run has."""
        return self.last - self.first + 1

    def only(self, keep: Flags) -> "Stretches":
        """Return some of the runs."""
        return Stretches(self.first[keep], self.last[keep])

    def covered(self, size: int) -> Flags:
        """Tell for each of so many rows whether a run has it."""
        edges = np.zeros(size + 1, dtype=np.int64)
        np.add.at(edges, self.first, 1)
        np.add.at(edges, self.last + 1, -1)
        inside: Flags = np.cumsum(edges[:-1]) > 0
        return inside


def cut_at(turns: Flags) -> Stretches:
    """Cut all rows into runs; a run begins at the first row and wherever it is said to."""
    begins = turns.copy()
    begins[:1] = True
    first = np.flatnonzero(begins)
    return Stretches(first, np.concatenate([first[1:], [turns.size]]).astype(np.int64)[: first.size] - 1)


def runs_where(flags: Flags) -> Stretches:
    """Return the runs of rows of which something is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return Stretches(edges[::2], edges[1::2] - 1)


def runs_of_one_value(column: Floats, adjoining: Flags) -> Stretches:
    """Cut rows into runs over which a value, if it is known, stays the same."""
    turns = np.ones(column.size, dtype=bool)
    turns[1:] = ~((np.diff(column) == 0) & adjoining[1:])
    return cut_at(turns)
