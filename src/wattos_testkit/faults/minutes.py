"""The minutes that one resource reports, as a fault may change them, and the buckets made of them."""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Kind
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.columns import Codes, Column, Numbers
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
THERE, NULL, ABSENT = range(3)
"""What a field of a row is: a value, `null`, or not there at all."""
STATUS = "status"
S = TypeVar("S", bound=np.generic)


@dataclass(slots=True)
class Minutes:
    """Reported minutes [start, start + n) of a resource; every array has shape (n,) and may be changed."""

    kind: Kind
    start: int
    """UTC minute since 1970."""
    numbers: dict[str, Integers]
    """By field, in units of its last decimal: W, Wh, var, VA, tenths of °C, hundredths of a percent."""
    status: Bytes | None
    """Positions in `STATUSES[kind]`; None for meters."""
    received: Bools
    """Whether the minute comes at all."""
    due: Integers
    """The UTC minute by which it has come."""
    holes: dict[str, Bytes] = field(default_factory=dict)
    """By field, THERE, NULL or ABSENT; fields that are not named are there."""

    @classmethod
    def of(cls, kind: Kind, start: int, fields: dict[str, Column]) -> "Minutes":
        """Return the minutes of a healthy resource from its rows at one minute."""
        numbers = {name: column.values for name, column in fields.items() if isinstance(column, Numbers)}
        status = next((column.codes for column in fields.values() if isinstance(column, Codes)), None)
        count = len(next(iter(numbers.values())))
        due = np.arange(start + 1, start + 1 + count)
        return cls(kind, start, numbers, status, np.ones(count, dtype=np.bool_), due)

    def __len__(self) -> int:
        """Return the number of minutes."""
        return len(self.received)

    @property
    def clock(self) -> Integers:
        """The UTC minutes themselves."""
        return np.arange(self.start, self.start + len(self))

    def between(self, start: int, end: int) -> "Minutes":
        """Return the part of them in a span of time, as views: what is changed there is changed here.

        Holes must have been `dug` before, to be seen here.
        """
        cut = slice(max(0, start - self.start), max(0, min(len(self), end - self.start)))
        return Minutes(
            self.kind,
            self.start + cut.start,
            {name: values[cut] for name, values in self.numbers.items()},
            None if self.status is None else self.status[cut],
            self.received[cut],
            self.due[cut],
            {name: holes[cut] for name, holes in self.holes.items()},
        )

    def taken(self, positions: Integers) -> "Minutes":
        """Return some minutes, put in a row."""
        return Minutes(
            self.kind,
            self.start,
            {name: values[positions] for name, values in self.numbers.items()},
            None if self.status is None else self.status[positions],
            self.received[positions],
            self.due[positions],
            {name: holes[positions] for name, holes in self.holes.items()},
        )

    def dig(self) -> None:
        """Give every field room for holes."""
        names = [*self.numbers, *([STATUS] if self.status is not None else [])]
        for name in names:
            self.holes.setdefault(name, np.zeros(len(self), dtype=np.uint8))

    def writable(self) -> "Minutes":
        """Return a copy that nobody else holds."""
        return Minutes(
            self.kind,
            self.start,
            {name: values.copy() for name, values in self.numbers.items()},
            None if self.status is None else self.status.copy(),
            self.received.copy(),
            self.due.copy(),
            {name: holes.copy() for name, holes in self.holes.items()},
        )

    def bucketed(self, interval: int, now: int | None = None) -> tuple[Integers, dict[str, Column]]:
        """Return the starts of the buckets that came, and their fields, from the minutes that came.

        A bucket is there when one of its minutes comes, and, where time is, as soon as the last of those has
        come that do; means and maxima are those of the minutes that came, registers, states and statuses
        those of the last that came. With all minutes there it equals `telemetry.rows` to the digit. The
        minutes must be whole buckets.
        """
        shape = (-1, interval)
        received = self.received.reshape(shape)
        there: Bools = np.asarray(received.any(axis=1))
        if now is not None:
            there &= np.where(received, self.due.reshape(shape), 0).max(axis=1) <= now
        starts = self.clock[::interval][there]
        received = received[there]
        fields: dict[str, Column] = {}
        for known in NUMERIC_FIELDS[self.kind]:
            values = self.numbers[known.name].reshape(shape)[there]
            valid, holes = self._valid(known.name, received, there)
            fields[known.name] = Numbers(_bucket(known.name, values, valid), known.decimals, holes)
        if self.status is not None:
            codes = self.status.reshape(shape)[there]
            valid, holes = self._valid(STATUS, received, there)
            fields[STATUS] = Codes(_last(codes, valid), STATUSES[self.kind], holes)
        return starts, fields

    def _valid(self, name: str, received: Bools, there: Bools) -> tuple[Bools, Bytes | None]:
        """Return which minutes count for a field, and which of its buckets are holes."""
        holes = self.holes.get(name)
        if holes is None or not holes.any():
            return received, None
        cut = holes.reshape(-1, received.shape[1])[there]
        valid = received & (cut == THERE)
        hollow = ~valid.any(axis=1)
        kinds = np.where(hollow, np.where(received, cut, 0).max(axis=1), THERE).astype(np.uint8)
        # A hollow bucket has a number too, which nobody reads: that of what would have come.
        valid[hollow] = received[hollow]
        return valid, kinds if kinds.any() else None


def _bucket(name: str, values: Integers, valid: Bools) -> Integers:
    if name.endswith("_avg"):
        count = valid.sum(axis=1)
        return np.asarray((2 * np.where(valid, values, 0).sum(axis=1) + count) // (2 * count))
    if name.endswith("_max"):
        return np.asarray(np.where(valid, values, np.iinfo(np.int64).min).max(axis=1))
    return _last(values, valid)


def _last(values: npt.NDArray[S], valid: Bools) -> npt.NDArray[S]:
    width = valid.shape[1]
    place = width - 1 - np.argmax(valid[:, ::-1], axis=1)
    return np.asarray(values[np.arange(len(values)), place])
