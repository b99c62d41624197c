"""Instants and durations as tests have them, in the words of the control API."""

from datetime import UTC, date, datetime, timedelta

from wattos_testkit.errors import UsageError

When = str | date | datetime
"""An instant: ``"2024-03-20T12:07:00Z"``, a date (its UTC midnight), or a datetime with a time zone."""
Span = str | timedelta
"""A duration: ``"1h30min"``, or a timedelta."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(value: When) -> str:
    """Return an instant as the control API reads it; raises UsageError for a datetime without a zone."""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise UsageError(f"{value!r} has no time zone")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{value.isoformat()}T00:00:00Z" if isinstance(value, date) else str(value)


def span(value: Span) -> str:
    """Return a duration as the control API reads it."""
    if not isinstance(value, timedelta):
        return str(value)
    seconds = value.total_seconds()
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    return f"{sign}{seconds / 60:.0f}min" if seconds % 60 == 0 else f"{sign}{seconds:.3f}s"


def stamp(at: int) -> str:
    """Return nanoseconds since 1970 as an instant."""
    return (
        (_EPOCH + timedelta(microseconds=at // 1000))
        .isoformat(timespec="microseconds")
        .replace("+00:00", "Z")
    )
