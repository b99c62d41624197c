"""Times and durations as a scenario writes them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.entry import Scalar, WrongValueError, shown
from wattos_testkit.telemetry.calendar import EPOCH, MINUTES_PER_DAY

LONGEST = 400 * MINUTES_PER_DAY
"""Minutes that a fault may last: what it did is added up day by day."""
_CLOCK = re.compile(r"(?:([+-][0-9]{1,4})d[ T])?([0-9]{1,2}):([0-9]{2})(?::00)?", re.ASCII)
_DAYS = re.compile(r"([+-][0-9]{1,4})d", re.ASCII)
_LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::00)?)?", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::00)?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_SPAN = re.compile(r"(?:([0-9]{1,4})w)?(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})min)?", re.ASCII)
_UNITS = (10080, 1440, 60, 1)
_RIGHT = "right are 10:12, +1d 10:12, '2024-06-21 10:12' (the site's clock) and 2024-06-21T10:12:00Z"
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WALL = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on a wall, wherever it hangs


# Python's own cache holds eight.
_zone = lru_cache(maxsize=1024)(ZoneInfo)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it is written: on a clock of the scenario's day, on a clock of a date, or an instant."""

    text: str
    minute: int
    """Of the day's clock, of the clock since 1970-01-01, or UTC since 1970: as `anchor` says."""
    anchor: str
    """"day", "date" or "utc"."""

    def at(self, day: date | None, timezone: str, later: int = 0) -> int:
        """Return the UTC minute; `later` moves the clock by so many minutes first."""
        if self.anchor == "utc":
            return self.minute + later
        wall = self.minute + later
        if self.anchor == "day":
            if day is None:
                raise LookupError("a time of day needs a day")
            wall += (day - EPOCH).days * MINUTES_PER_DAY
        try:
            moment = (_EPOCH_WALL + timedelta(minutes=wall)).replace(tzinfo=_zone(timezone))
            return int((moment - _EPOCH_UTC).total_seconds()) // 60
        except OverflowError:
            # Beyond the calendar: as far outside as the clock itself says.
            return wall


def _clock(hours: str, minutes: str, shown_as: str) -> int:
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > MINUTES_PER_DAY:  # noqa: PLR2004 - of an hour
        raise WrongValueError(f"{shown_as} is on no clock; {_RIGHT}")
    return int(hours) * 60 + int(minutes)


def _date(text: str, shown_as: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongValueError(f"{shown_as} is not in the calendar; {_RIGHT}") from None


def _instant(text: str, shown_as: str) -> int:
    try:
        return int((datetime.fromisoformat(text) - _EPOCH_UTC).total_seconds()) // 60
    except (ValueError, OverflowError):
        raise WrongValueError(f"{shown_as} is not in the calendar; {_RIGHT}") from None


def _moment(value: object) -> Moment:
    text = value.strip() if isinstance(value, str) else ""
    as_said = shown(value)
    if match := _CLOCK.fullmatch(text):
        minute = int(match[1] or 0) * MINUTES_PER_DAY + _clock(match[2], match[3], as_said)
        return Moment(text, minute, "day")
    if match := _DAYS.fullmatch(text):
        return Moment(text, int(match[1]) * MINUTES_PER_DAY, "day")
    if match := _LOCAL.fullmatch(text):
        minute = (_date(match[1], as_said) - EPOCH).days * MINUTES_PER_DAY
        return Moment(text, minute + _clock(match[2] or "0", match[3] or "0", as_said), "date")
    if _INSTANT.fullmatch(text):
        return Moment(text, _instant(text, as_said), "utc")
    raise WrongValueError(f"{as_said} is no time; {_RIGHT}")


def _minutes(text: str, as_said: str) -> int:
    match = _SPAN.fullmatch(text)
    counts = [int(part or 0) for part in match.groups()] if match else []
    minutes = sum(count * unit for count, unit in zip(counts, _UNITS, strict=False))
    if not minutes:
        raise WrongValueError(f"{as_said} is no span of time; right are 45min, 2h, 1h30min, 3d, 2w")
    if minutes > LONGEST:
        raise WrongValueError(f"{as_said} is too long: at most {LONGEST // MINUTES_PER_DAY} days")
    return minutes


def _range(value: object) -> tuple[int, int]:
    text = value.replace(" ", "") if isinstance(value, str) else ""
    least, dots, most = text.partition("..")
    low = _minutes(least, shown(value))
    high = _minutes(most, shown(value)) if dots else low
    if high < low:
        raise WrongValueError(f"{shown(value)}: the first is the longer one")
    return low, high


def _span(value: object) -> int:
    return _minutes(value.strip() if isinstance(value, str) else "", shown(value))


MOMENT = Scalar(_moment, Moment("00:00", 0, "day"))
SPAN = Scalar(_span, 1)
RANGE = Scalar(_range, (1, 1))


def instant_of(option: str, text: str) -> int:
    """Return the UTC minute of an instant of a command line.

    Raises
    ------
    UsageError
        If it is none.
    """
    if not _INSTANT.fullmatch(text):
        raise UsageError(f"{option}: {text[:80]!r} is no instant; right is 2024-03-20T12:07:00Z")
    try:
        return _instant(text, repr(text))
    except WrongValueError as error:
        raise UsageError(f"{option}: {error}") from None


def local_day(now: int, timezone: str) -> date:
    """Return what day it is at a place."""
    return (_EPOCH_UTC + timedelta(minutes=now)).astimezone(ZoneInfo(timezone)).date()


def written(minute: int) -> str:
    """Return a UTC minute as the API writes it."""
    return (_EPOCH_UTC + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
