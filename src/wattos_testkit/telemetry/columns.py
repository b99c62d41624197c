"""What a series is once computed: columns of integers with a fixed number of decimals.

The numbers of a series are integers of a fixed resolution from the moment they leave the physics, so that
sums, maxima and registers at 5, 15 and 30 minutes follow from one minute exactly, and so that a text
writer needs no floating point.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Kind

INTERVALS = (1, 5, 15, 30)

Integers = npt.NDArray[np.int64]
Holes = npt.NDArray[np.uint8]


class Window(NamedTuple):
    """A half-open span of UTC minutes since 1970-01-01T00:00Z, and the aggregation interval in minutes."""

    start: int
    end: int
    interval: int

    @property
    def first_bucket(self) -> int:
        """The start of the first bucket that lies wholly inside, in minutes."""
        return -(-self.start // self.interval) * self.interval

    @property
    def buckets(self) -> int:
        """How many buckets lie wholly inside."""
        return max(0, self.end // self.interval - -(-self.start // self.interval))


@dataclass(frozen=True, slots=True)
class Numbers:
    """A numeric column: the value of row i is ``values[i] / 10**decimals``."""

    values: Integers
    decimals: int
    holes: Holes | None = None
    """Where a row has no value: 0 there, 1 null, 2 not even named; None when all are there."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of a small vocabulary: the value of row i is ``vocabulary[codes[i]]``."""

    codes: npt.NDArray[np.uint8]
    vocabulary: tuple[str, ...]
    holes: Holes | None = None
    """As of `Numbers`."""


def _taken(column: "Column", positions: Integers) -> "Column":
    holes = None if column.holes is None else column.holes[positions]
    if isinstance(column, Codes):
        return replace(column, codes=column.codes[positions], holes=holes)
    return replace(column, values=column.values[positions], holes=holes)


Column = Numbers | Codes


@dataclass(frozen=True, slots=True)
class Columns:
    """Consecutive rows of one resource, in the order of the API's fields.

    The identifying fields (`resource_id`, `timestamp`, `agg_interval`, `unit_controller_id`) stand first in
    a row; `fields` holds the measured ones, in their order.
    """

    kind: Kind
    resource_id: str
    unit_controller_id: str
    interval: int
    minutes: Integers
    """Bucket starts: UTC minutes since 1970-01-01T00:00Z."""
    fields: dict[str, Column]
    regular: bool = True
    """Whether the rows follow one another without a gap, have no holes, and fit the ratings."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.minutes)

    def taken(self, positions: Integers) -> "Columns":
        """Return some rows, in the order that is given, some of them perhaps twice."""
        fields = {name: _taken(column, positions) for name, column in self.fields.items()}
        return replace(self, minutes=self.minutes[positions], fields=fields)
