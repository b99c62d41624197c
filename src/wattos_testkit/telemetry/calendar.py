"""The clocks of a site: its standard time, its clock changes, its weekdays and public holidays.

All series are computed in absolute UTC minutes; this is the only place that knows about local ones.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from wattos_testkit.physics.hashing import Integers

MINUTES_PER_DAY = 1440
EPOCH = date(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
# The rows end here; nothing of the physics does.
HORIZON = (date(2100, 1, 1) - EPOCH).days * MINUTES_PER_DAY

WORKDAY, SATURDAY, SUNDAY, HOLIDAY = range(4)
_SPAN = 10
"""Years whose holidays are looked up together: one by one they cost three times as much."""


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - EPOCH).days


@lru_cache(maxsize=4096)
def standard_offset(timezone: str) -> int:
    """Return about what a zone is ahead of UTC outside summer time [min]: as in 2024, to the half hour.

    Half hours keep all days on every grid of buckets; `clock_shift` makes up for the quarter of an hour
    that a few zones differ.
    """
    zone = ZoneInfo(timezone)
    offsets = {(datetime(2024, month, 15, tzinfo=UTC)).astimezone(zone).utcoffset() for month in (1, 7)}
    return min(int(offset.total_seconds()) // 1800 * 30 for offset in offsets if offset is not None)


@lru_cache(maxsize=65536)
def _offset_at(timezone: str, minute: int) -> int:
    moment = (_EPOCH_UTC + timedelta(minutes=minute)).astimezone(ZoneInfo(timezone))
    offset = moment.utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0


def clock_shift(timezone: str, start: int, days: int, step: int) -> Integers:
    """Return by how much the wall clock is ahead of standard time.

    Parameters
    ----------
    timezone
        IANA name.
    start
        First instant [UTC min since the epoch].
    days, step
        How many days, and the distance of instants [min].

    Returns
    -------
    Integers
        [min]; shape (days, 1440 / step).
    """
    per_day = MINUTES_PER_DAY // step
    standard = standard_offset(timezone)
    edges = [_offset_at(timezone, start + day * MINUTES_PER_DAY) - standard for day in range(days + 1)]
    shift = np.repeat(np.array(edges[:-1], dtype=np.int64), per_day).reshape(days, per_day)
    for day in range(days):
        if edges[day] != edges[day + 1]:
            first = start + day * MINUTES_PER_DAY
            shift[day] = [_offset_at(timezone, first + i * step) - standard for i in range(per_day)]
    return shift


@lru_cache(maxsize=512)
def _holidays(country: str, span: int) -> npt.NDArray[np.int64]:
    """Return the public holidays of some years in a row, as days since 1970-01-01."""
    # Loaded here: a server that is asked for PV only never needs it.
    import warnings  # noqa: PLC0415

    import holidays  # noqa: PLC0415

    first, end = span * _SPAN, (span + 1) * _SPAN
    with warnings.catch_warnings():
        # It warns about years for which a country's moving feasts are not tabulated; they count as workdays.
        warnings.simplefilter("ignore")
        try:
            # With the years beside: the first of January may be observed on the last of December.
            known = holidays.country_holidays(country, years=range(first - 1, end + 1))
        except NotImplementedError:
            return np.empty(0, dtype=np.int64)
    return np.array(sorted(day_number(day) for day in known if first <= day.year < end), dtype=np.int64)


def day_types(country: str, days: Integers) -> Integers:
    """Return WORKDAY, SATURDAY, SUNDAY or HOLIDAY for consecutive local days (days since 1970-01-01)."""
    weekday = (days + 3) % 7
    types = np.array([WORKDAY] * 5 + [SATURDAY, SUNDAY])[weekday]
    first = (EPOCH + timedelta(days=int(days[0]))).year
    last = (EPOCH + timedelta(days=int(days[-1]))).year
    for span in range(first // _SPAN, last // _SPAN + 1):
        found = _holidays(country, span)
        inside = found[(found >= days[0]) & (found <= days[-1])] - days[0]
        types[inside] = HOLIDAY
    return types
