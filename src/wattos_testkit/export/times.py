"""Instants and spans as people write them on a command line, as whole UTC minutes since 1970."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np

from wattos_testkit.errors import UsageError
from wattos_testkit.telemetry.calendar import HORIZON

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00)?Z", re.ASCII)
_SPAN = re.compile(r"([0-9]{1,9})(min|h|d|w)", re.ASCII)
_ISO_SPAN = re.compile(
    r"P(?:([0-9]{1,6})W|(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,9})M)?)?)", re.ASCII
)
_UNITS = {"min": 1, "h": 60, "d": 1440, "w": 10080}
_LONGEST = 80


def parse_minute(option: str, text: str) -> int:
    """Return the UTC minute of a date (its midnight) or of an instant as the API writes it.

    Raises
    ------
    UsageError
        If it is neither, or lies outside 1970 to 2099.
    """
    shown = repr(text[:_LONGEST])
    if not (_DATE.fullmatch(text) or _INSTANT.fullmatch(text)):
        raise UsageError(f"{option}: {shown} is no time; right are 2024-03-20 and 2024-03-20T00:00:00Z")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {shown} is not in the calendar; right is 2024-03-20") from None
    minute = int((moment.replace(tzinfo=UTC) - _EPOCH).total_seconds()) // 60
    if not 0 <= minute <= HORIZON:
        raise UsageError(f"{option}: {shown} lies outside the years 1970 to 2099")
    return minute


def parse_span(option: str, text: str) -> int:
    """Return the minutes of a span such as 90min, 36h, 7d, 2w or P7D.

    Raises
    ------
    UsageError
        If it is none, or empty.
    """
    minutes = 0
    if match := _SPAN.fullmatch(text):
        minutes = int(match[1]) * _UNITS[match[2]]
    elif match := _ISO_SPAN.fullmatch(text):
        counts = (int(part or 0) for part in match.groups())
        minutes = sum(count * unit for count, unit in zip(counts, (10080, 1440, 60, 1), strict=True))
    if not minutes:
        raise UsageError(
            f"{option}: {text[:_LONGEST]!r} is no span of time; right are 90min, 36h, 7d, 2w and P7D"
        )
    return minutes


def parse_window(start: str, end: str | None, span: int | None, interval: int) -> tuple[int, int]:
    """Return the half-open window of UTC minutes that the options name.

    Raises
    ------
    UsageError
        If there is no end or more than one, or the window is shorter than the interval.
    """
    first = parse_minute("--start", start)
    if (end is None) == (span is None):
        raise UsageError("say where the window ends: one of --end, --days or --duration")
    last = parse_minute("--end", end) if end is not None else first + (span or 0)
    if last > HORIZON:
        raise UsageError("the window reaches beyond the year 2099")
    if last <= first:
        raise UsageError(f"--end: {end} is not after --start {start}")
    if last - first < interval:
        raise UsageError(f"the window of {last - first} min is shorter than --interval {interval}")
    return first, last


def instant(minute: int) -> str:
    """Return a UTC minute as the API writes it."""
    return (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=8)
def iso_minutes(start: int, count: int, step: int) -> list[str]:
    """Return evenly spaced UTC minutes as the API writes them; the resources of a task share them."""
    minutes = np.arange(start, start + count * step, step)
    texts = np.datetime_as_string(minutes.astype("datetime64[m]"), unit="s")
    return [f"{text}Z" for text in texts.tolist()]


def stamp(minute: int) -> str:
    """Return a UTC minute in a form that every file system takes."""
    return (_EPOCH + timedelta(minutes=minute)).strftime("%Y%m%dT%H%MZ")


def day_of(minute: int) -> date:
    """Return the UTC day that holds a minute."""
    return (_EPOCH + timedelta(minutes=minute)).date()


def spans(start: int, end: int, partition: str) -> list[tuple[str, int, int]]:
    """Cut a window at UTC midnights or months; the label of a piece is its day, its month, or empty.

    Raises
    ------
    ValueError
        If the partition is none of "none", "day" and "month".
    """
    if partition == "none":
        return [("", start, end)]
    pieces = []
    while start < end:
        day = day_of(start)
        if partition == "day":
            following, label = day + timedelta(days=1), day.isoformat()
        elif partition == "month":
            following, label = (day.replace(day=1) + timedelta(days=32)).replace(day=1), day.strftime("%Y-%m")
        else:
            raise ValueError(f"{partition} is no partition")
        stop = min(end, (following - _EPOCH.date()).days * 1440)
        pieces.append((label, start, stop))
        start = stop
    return pieces
