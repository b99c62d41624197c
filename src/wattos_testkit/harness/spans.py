"""Durations, sizes, rates and times as people write them."""

import re
from datetime import UTC, datetime

from wattos_testkit.errors import UsageError

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"


def seconds_of(text: str, what: str) -> float:
    """Return the seconds of `90`, `90s`, `5m` or `1h`.

    Raises
    ------
    UsageError
        If it is none, or zero.
    """
    match = re.fullmatch(_NUMBER + r"\s*([smh]?)", text.strip().lower())
    if not match or not float(match[1]):
        raise UsageError(f"{what} {text!r}: a duration is needed, such as 90s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def bytes_of(text: str, what: str) -> int:
    """Return the bytes of `500000`, `512k`, `8M` or `1G`.

    Raises
    ------
    UsageError
        If it is none, or less than a thousand.
    """
    match = re.fullmatch(_NUMBER + r"\s*([kmg]?)i?b?", text.strip().lower())
    size = int(float(match[1]) * _SIZES[match[2]]) if match else 0
    if size < 1_000:  # noqa: PLR2004 - less holds no answer at all
        raise UsageError(f"{what} {text!r}: a size of at least 1000 bytes is needed, such as 512k or 8M")
    return size


def rate_of(text: str, what: str) -> float:
    """Return the requests a second of `10`, `10/s`, `300/m` or `5000/h`.

    Raises
    ------
    UsageError
        If it is none, or zero.
    """
    match = re.fullmatch(_NUMBER + r"\s*(?:/\s*([smh]))?", text.strip().lower())
    if not match or not float(match[1]):
        raise UsageError(f"{what} {text!r}: a rate is needed, such as 10/s or 300/m")
    return float(match[1]) / _UNITS[match[2] or "s"]


def minute_in(text: str, what: str) -> int:
    """Return the UTC minutes since 1970 of a date or a time of a whole minute.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"{what} {text!r}: a time is needed, such as 2024-03-20 or 2024-03-20T06:00:00Z"
        ) from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    if instant.second or instant.microsecond:
        raise UsageError(f"{what} {text!r}: a whole minute is needed")
    return int(instant.timestamp()) // 60
