"""`from`, `to`, `for`, `times` and `every` of a scenario, as stretches of UTC minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from wattos_testkit.faults.model import Fault, Strikes
from wattos_testkit.faults.scenario.moments import LONGEST, MOMENT, RANGE, SPAN, Moment, written
from wattos_testkit.faults.scenario.whom import whole
from wattos_testkit.faults.wire import ALWAYS
from wattos_testkit.fleet.entry import Entry
from wattos_testkit.physics.hashing import stream_key, uniforms
from wattos_testkit.telemetry.calendar import HORIZON, MINUTES_PER_DAY

MOST_STRIKES = 1000
"""Of one target by one item of a scenario."""


_MIDNIGHT = Moment("00:00", 0, "day")


class WhenError(ValueError):
    """Times that cannot be; the message says which and why, `name` at which of the keys."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True)
class Days:
    """Which day it is for a scenario."""

    fixed: date | None = None
    """The day of the scenario; None where each place has its own today, or there is none."""
    now: int | None = None

    def at(self, timezone: str) -> date | None:
        """Return the day of a place."""
        if self.fixed is not None or self.now is None:
            return self.fixed
        # Imported here: it is needed with a clock alone.
        from wattos_testkit.faults.scenario.moments import local_day  # noqa: PLC0415

        return local_day(self.now, timezone)


@dataclass(frozen=True)
class When:
    """The times of one item."""

    start: Moment | None
    end: Moment | None
    lasts: tuple[int, int]
    """The least and the most minutes of one strike."""
    times: int | None
    every: int | None
    always: bool
    """Whether it lasts as long as there is time."""

    @property
    def drawn(self) -> bool:
        """Whether each target has times of its own."""
        return self.times is not None or self.lasts[0] != self.lasts[1]

    def needs_day(self) -> bool:
        """Return whether a time of day is among the times; unless it is said, midnight is."""
        start = self.start or _MIDNIGHT
        return not self.always and "day" in {start.anchor, (self.end or start).anchor}

    def whole(self, days: Days, timezone: str) -> tuple[int, int]:
        """Return from when to when it strikes at a place, once or more.

        Raises
        ------
        WhenError
            If it ends before it begins, lasts too long, or lies outside the years that there are.
        """
        if self.always:
            return ALWAYS
        day = days.at(timezone)
        first = self.start or _MIDNIGHT
        start = first.at(day, timezone)
        if self.end is not None:
            end = self.end.at(day, timezone)
        else:
            end = start + (MINUTES_PER_DAY if self.times is not None else self.lasts[1])
        _check(self, start, end)
        return start, end

    def strikes(self, days: Days, timezone: str, key: str) -> list[tuple[int, int]]:
        """Return from when to when each strike lasts; what is drawn is drawn from the key.

        Raises
        ------
        WhenError
            If so many do not fit.
        """
        start, end = self.whole(days, timezone)
        if self.times is not None:
            return self._random(start, end, key, self.times)
        if self.every is not None:
            return self._repeated(days, timezone, key, end)
        if self.end is None and not self.always:
            end = start + self._length(key, 0)
        return [(start, end)]

    def _length(self, key: str, index: int) -> int:
        least, most = self.lasts
        if least == most:
            return least
        drawn = float(uniforms(stream_key(key, "for"), np.array([index]))[0])
        return least + int(drawn * (most - least + 1))

    def _random(self, start: int, end: int, key: str, times: int) -> list[tuple[int, int]]:
        lengths = [self._length(key, index) for index in range(times)]
        # A minute between two strikes, so that they stay two.
        free = end - start - sum(lengths) - (times - 1)
        if free < 0:
            raise WhenError(
                "times", f"{times} strikes do not fit between {written(start)} and {written(end)}"
            )
        drawn = np.sort(uniforms(stream_key(key, "times"), np.arange(times)))
        found, before = [], start
        for index, (length, place) in enumerate(zip(lengths, drawn.tolist(), strict=True)):
            begin = before + int(place * (free + 1))
            found.append((begin + index, begin + index + length))
            before += length
        return found

    def _repeated(self, days: Days, timezone: str, key: str, end: int) -> list[tuple[int, int]]:
        return [
            (start, min(end, start + self._length(key, index)))
            for index, start in enumerate(self._starts(days, timezone, end))
        ]

    def _starts(self, days: Days, timezone: str, end: int) -> Iterator[int]:
        """Yield when it begins again: whole days at the same time of the clock, through its changes."""
        first, every = self.start or _MIDNIGHT, self.every or 1
        day = days.at(timezone)
        by_clock = every % MINUTES_PER_DAY == 0
        begin = first.at(day, timezone)
        for index in range(MOST_STRIKES + 1):
            later = index * every
            start = first.at(day, timezone, later) if by_clock else begin + later
            if start >= end:
                return
            if index == MOST_STRIKES:
                raise WhenError("every", f"strikes more than {MOST_STRIKES:,} times")
            yield start


def _check(when: When, start: int, end: int) -> None:
    if end <= start:
        said = when.end.text if when.end is not None else f"its end, {end - start} min later,"
        begins = when.start.text if when.start is not None else "00:00"
        both_clocks = when.end is not None and when.end.anchor == "day" and "d" not in when.end.text
        hint = f"; +1d {said} is a day later" if both_clocks else ""
        raise WhenError("to", f"{said} is not after {begins}{hint}")
    if end - start > LONGEST and when.times is None and when.every is None:
        most = LONGEST // MINUTES_PER_DAY
        raise WhenError(
            "to", f"lasts {(end - start) / MINUTES_PER_DAY:,.0f} days; a fault lasts {most} at most"
        )
    if start < 0 or end > HORIZON:
        said = " to ".join(one.text for one in (when.start, when.end) if one is not None) or "this"
        raise WhenError("from", f"{said} is not within the years 1970 to 2099")


def read_when(entry: Entry, fault: Fault) -> When:
    """Return the times of one item, what is wrong with them noted."""
    given = {name: entry.given(name) for name in ("from", "to", "for", "times", "every")}
    start = entry.take("from", MOMENT) if given["from"] else None
    end = entry.take("to", MOMENT) if given["to"] else None
    lasts = entry.take("for", RANGE) if given["for"] else (fault.lasts, fault.lasts)
    times = entry.take("times", whole(1, MOST_STRIKES)) if given["times"] else None
    every = entry.take("every", SPAN) if given["every"] else None
    for name in given:
        entry.ask(name)
    several = times is not None or every is not None
    wire = fault.strikes is Strikes.OPERATION
    if times is not None and every is not None:
        entry.wrong("every", "times strikes at random and every in turn: give one of them")
    if given["to"] and given["for"] and not several:
        entry.wrong("for", "to and for both say when it ends: give one of them")
    if every is not None and not given["to"]:
        entry.wrong("to", "is missing: every strikes again and again up to then")
    if every is not None and lasts[1] > every:
        entry.wrong("for", f"lasts {lasts[1]} min, which is longer than every, {every} min")
    always = wire and not any(given.values())
    if not given["from"] and not several and not (wire and always):
        entry.wrong("from", "is missing; right are 10:12, +1d 10:12 and 2024-06-21T10:12:00Z")
    return When(start, end, lasts, times, every, always)
