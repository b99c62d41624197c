"""Instants as people write them in Python, as UTC minutes since 1970."""

import re
from datetime import UTC, date, datetime, timedelta

from wattos_testkit.errors import UsageError
from wattos_testkit.telemetry.calendar import HORIZON
from wattos_testkit.telemetry.columns import INTERVALS, Window

Instant = str | date | datetime
"""``"2024-03-20"``, ``"2024-03-20T06:30Z"``, a date (its UTC midnight), or a datetime with a time zone."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RIGHT = "right are '2024-03-20', '2024-03-20T06:30:00Z', a date, or a datetime with a time zone"
_SHOWN = 80


def minute_of(name: str, value: Instant) -> int:
    """Return the UTC minute of an instant.

    Raises
    ------
    UsageError
        If it is none, has seconds or no time zone, or lies outside 1970 to 2099; `name` says which one.
    """
    moment = _moment(name, value)
    seconds = (moment - _EPOCH).total_seconds()
    if seconds % 60:
        raise UsageError(f"{name}: {_shown(value)} has seconds; buckets begin on whole minutes")
    minute = int(seconds) // 60
    if not 0 <= minute <= HORIZON:
        raise UsageError(f"{name}: {_shown(value)} lies outside the years 1970 to 2099")
    return minute


def _moment(name: str, value: Instant) -> datetime:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise UsageError(f"{name}: {_shown(value)} is no time; {_RIGHT}") from None
        if _DATE.fullmatch(value):
            moment = moment.replace(tzinfo=UTC)
    elif isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        raise UsageError(f"{name}: {_shown(value)} is no time; {_RIGHT}")
    if moment.utcoffset() is None:
        raise UsageError(f"{name}: {_shown(value)} has no time zone; {_RIGHT}")
    return moment


def window_of(start: Instant, end: Instant, interval: int) -> Window:
    """Return the half-open window of two instants.

    Raises
    ------
    UsageError
        If an instant is none, the window is shorter than the interval, or the interval is not of the API.
    """
    if isinstance(interval, bool) or interval not in INTERVALS:
        raise UsageError(f"interval: {_shown(interval)} is not one of {', '.join(map(str, INTERVALS))}")
    window = Window(minute_of("start", start), minute_of("end", end), interval)
    if window.end - window.start < interval:
        raise UsageError(
            f"end: {_shown(end)} is less than one interval of {interval} min after {_shown(start)}"
        )
    return window


def written(minute: int) -> str:
    """Return a UTC minute as the API writes it."""
    return (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str | int) else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
