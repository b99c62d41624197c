"""The rules of a window that no schema can state."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from wattos_testkit.contract import ParameterError
from wattos_testkit.telemetry.columns import INTERVALS, Window

_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:(?P<seconds>[0-9]{2})Z", re.ASCII)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
_RIGHT = "a right one is 2024-03-20T00:00:00Z"


@lru_cache(maxsize=8192)
def utc_minute(text: str) -> int:
    """Return the minutes since 1970 of an instant.

    Raises
    ------
    ValueError
        If it is not written as UTC (``Z``) with the seconds 00; the message says what would be right.
    """
    form = _MINUTE.fullmatch(text)
    if form is None:
        raise ValueError(f"is no UTC instant to the minute; {_RIGHT}")
    if form["seconds"] != "00":
        raise ValueError(f"has seconds other than 00; {_RIGHT}")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is no instant of the calendar; {_RIGHT}") from None
    since = moment - _EPOCH
    return since.days * 1440 + since.seconds // 60


def window_of(values: Mapping[str, object]) -> Window:
    """Return the window that a request asks for.

    Raises
    ------
    ParameterError
        If it ends before it starts, is shorter than its interval, or the interval is not one of the API's.
    """
    start, end, interval = values["start"], values["end"], values["agg_interval"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(interval, int)):
        raise TypeError("start, end and agg_interval are whole numbers once parsed")
    if interval not in INTERVALS:
        # The built-in document says so itself; another one may allow more than the series have.
        raise ParameterError(
            "agg_interval",
            f"'{interval}' is not one of {', '.join(map(str, INTERVALS))}, which is served here",
        )
    if end <= start:
        raise ParameterError("end", "is not after start; a window ends later than it starts")
    if end - start < interval:
        raise ParameterError(
            "end",
            f"leaves a window of {end - start} min, which is shorter than agg_interval ({interval} min); "
            f"it must be {interval} min at least",
        )
    return Window(start, end, interval)
