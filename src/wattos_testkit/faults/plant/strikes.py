"""Placements with what they do to a part of a plant, and what they leave behind."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from wattos_testkit.faults.model import Placement
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

M = TypeVar("M")
C = TypeVar("C")
MOST_DAYS = 400
"""How long a fault of the plant may last: the registers after it are summed over all its minutes."""


class Strike(NamedTuple, Generic[M]):
    """A placement, and what it does to the minutes that it lasts."""

    placement: Placement
    effect: Callable[[Placement, M], None]
    tail: int = 0
    """Minutes after the end in which it still acts, as an inverter does that starts again."""

    @property
    def end(self) -> int:
        """The minute after the last in which it acts."""
        return self.placement.end + self.tail


def touching(strikes: Sequence[Strike[M]], start: int, end: int) -> Iterator[tuple[Strike[M], int, int]]:
    """Yield the strikes that touch a span, and from when to when inside it."""
    for strike in strikes:
        first, last = max(start, strike.placement.start), min(end, strike.end)
        if first < last:
            yield strike, first, last


def since(installed: int, strikes: Sequence[Strike[M]]) -> int:
    """Return the first minute that any of them touches, not before a part was installed."""
    return max(installed, min((strike.placement.start for strike in strikes), default=installed))


class Carried(Generic[C]):
    """What a fault leaves behind, carried from UTC day to UTC day: a pure function of the day.

    A day is computed once, from what the day before has left; days on which nothing strikes and nothing is
    left cost nothing.
    """

    def __init__(
        self,
        first: int,
        zero: C,
        step: Callable[[C, int, int], C],
        idle: Callable[[C, int, int], bool],
    ) -> None:
        self._first_day = first // MINUTES_PER_DAY
        self._left = [zero]
        self._step = step
        self._idle = idle

    def at(self, minute: int) -> C:
        """Return what has been left at the beginning of a minute."""
        day = minute // MINUTES_PER_DAY
        if day < self._first_day:
            return self._left[0]
        while self._first_day + len(self._left) <= day:
            today = self._first_day + len(self._left) - 1
            self._left.append(
                self._over(self._left[-1], today * MINUTES_PER_DAY, (today + 1) * MINUTES_PER_DAY)
            )
        return self._over(self._left[day - self._first_day], day * MINUTES_PER_DAY, minute)

    def _over(self, left: C, start: int, end: int) -> C:
        return left if start == end or self._idle(left, start, end) else self._step(left, start, end)
