"""The clock of a mock: what time it is in the plant, which need not be the time of this machine."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wattos_testkit.errors import UsageError
from wattos_testkit.telemetry.calendar import HORIZON

LIVE = "live"
FASTEST = 86_400.0
"""A day a second: what is faster shows nothing but the end."""
FORMS = "right are live, 2024-03-20T12:07:00Z, live@x60 and 2024-03-20T12:07:00Z@x60"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z)?", re.ASCII
)
_SPEED = re.compile(r"x(?P<factor>[0-9]{1,6}(\.[0-9]{1,6})?)", re.ASCII)
_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(min|s|h|d)", re.ASCII)
_DURATION = re.compile(rf"(?P<sign>-?)({_PART.pattern})+", re.ASCII)
_SHOWN = 80
_LAST = 60.0 * HORIZON


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands, or runs so many times as fast as that of the machine.

    It is a line through one point, so any number of processes that know the point agree for ever.
    """

    said: float
    """Seconds since 1970 that it showed …"""
    when: float
    """… when the clock of the machine showed this."""
    speed: float = 0.0
    """Seconds a second; 0 for a clock that stands."""

    @classmethod
    def parse(cls, text: str, machine: float | None = None) -> "Clock":
        """Return the clock that a text describes: ``live``, an instant, or either with ``@x60``.

        Raises
        ------
        UsageError
            If it describes none; the message says what would be right.
        """
        when = time.time() if machine is None else machine
        start, at, factor = text.partition("@")
        speed = 1.0 if start == LIVE else 0.0
        if at:
            speed = speed_of(factor)
        said = when if start == LIVE else instant_of(start, FORMS)
        return cls(said, when, speed)

    @property
    def stands(self) -> bool:
        """Whether it shows the same instant until somebody sets it."""
        return self.speed == 0.0

    def seconds(self, machine: float | None = None) -> float:
        """Return what it shows, in seconds since 1970; it stops where the series end."""
        if self.stands:
            return self.said
        passed = (time.time() if machine is None else machine) - self.when
        return max(0.0, min(self.said + passed * self.speed, _LAST))

    def minute(self, machine: float | None = None) -> int:
        """Return the minute that runs: all before it are over."""
        return int(self.seconds(machine) // 60.0)

    def moved(self, seconds: float, machine: float | None = None) -> "Clock":
        """Return this clock set forward, or back, and going on as before.

        Raises
        ------
        UsageError
            If that lies outside the years that have series.
        """
        when = time.time() if machine is None else machine
        said = self.seconds(when) + seconds
        if not 0.0 <= said <= _LAST:
            raise UsageError("by: would set the clock outside the years 1970 to 2099, which have series")
        return Clock(said, when, self.speed)

    def at_speed(self, speed: float, machine: float | None = None) -> "Clock":
        """Return a clock that shows the same now and goes on at another speed."""
        when = time.time() if machine is None else machine
        return Clock(self.seconds(when), when, speed)

    def __str__(self) -> str:
        """Say in words what it does."""
        shown = written(self.seconds() // 1.0)
        if self.stands:
            return f"stands at {shown}"
        pace = "" if self.speed == 1.0 else f", {self.speed:g} times as fast as time"
        return f"runs from {shown}{pace}"


def speed_of(text: str) -> float:
    """Return the speed of a text like ``x60``.

    Raises
    ------
    UsageError
        If it is none, or out of reason.
    """
    form = _SPEED.fullmatch(text)
    if form is None:
        raise UsageError(f"{shown(text)} is no speed of a clock; right is x60, sixty times as fast as time")
    factor = float(form["factor"])
    if not 0.0 < factor <= FASTEST:
        raise UsageError(
            f"{shown(text)}: a clock runs up to x{FASTEST:g} (a day a second); "
            "one that stands is written without @"
        )
    return factor


def instant_of(text: str, right: str = "right is 2024-03-20T12:07:00Z") -> float:
    """Return the seconds since 1970 of a UTC instant; a date stands for its midnight.

    Raises
    ------
    UsageError
        If it is none, or lies outside the years that have series.
    """
    if not _INSTANT.fullmatch(text):
        raise UsageError(f"{shown(text)} is no UTC instant; {right}")
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"{shown(text)} is no instant of the calendar; {right}") from None
    seconds = (moment - _EPOCH).total_seconds()
    if not 0.0 <= seconds <= _LAST:
        raise UsageError(f"{shown(text)} lies outside the years 1970 to 2099, which have series")
    return seconds


def written(seconds: float) -> str:
    """Return an instant as the API writes it, and what is beyond the second if there is something."""
    moment = _EPOCH + timedelta(microseconds=round(seconds * 1e6))
    return moment.isoformat(timespec="auto").replace("+00:00", "Z")


def shown(text: str) -> str:
    """Return what was given, in quotes, no more of it than fits a line."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def duration_of(text: str) -> float:
    """Return the seconds of a duration like ``90s``, ``1h30min`` or ``-2d``.

    Raises
    ------
    UsageError
        If it is none.
    """
    form = _DURATION.fullmatch(text)
    if form is None:
        raise UsageError(f"{shown(text)} is no duration; right are 90s, 15min, 1h30min, 2d, and -1h back")
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    return -total if form["sign"] else total
