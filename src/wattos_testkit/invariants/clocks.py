"""Instants at which calendars and clocks do odd things: where servers that think in local time break."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from wattos_testkit.invariants.book import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def _minute(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(minutes=1)


def clock_changes(place: Place, start: int, end: int) -> list[int]:
    """Return when the clocks of a place change within a stretch of minutes, ascending."""
    if not place.known or end <= start:
        return []
    return list(_changes(zone_of(place), max(start, end - 400 * 1440), end))


@lru_cache(maxsize=256)
def _changes(zone: str, start: int, end: int) -> tuple[int, ...]:
    info = ZoneInfo(zone)
    found = []
    hour = _EPOCH + timedelta(minutes=start)
    last = _EPOCH + timedelta(minutes=end)
    before = hour.astimezone(info).utcoffset()
    while hour < last:
        after = (hour + timedelta(days=1)).astimezone(info).utcoffset()
        if after != before:
            moment = hour
            while moment.astimezone(info).utcoffset() == before:
                moment += _HOUR
            found.append(_minute(moment))
            before = after
        hour += timedelta(days=1)
    return tuple(found)


def zone_of(place: Place) -> str:
    """Return the name of the time zone of a place."""
    import tzfpy  # noqa: PLC0415 - takes memory, and only long stretches need it

    name = tzfpy.get_tz(place.longitude or 0.0, place.latitude or 0.0)
    return name or "UTC"


def local_offset(place: Place, minute: int) -> int:
    """Return how many minutes the clocks of a place are ahead of UTC."""
    shift = (_EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(zone_of(place))).utcoffset()
    return 0 if shift is None else shift // timedelta(minutes=1)


def leap_days(start: int, end: int) -> list[int]:
    """Return the midnight (UTC) after the latest 29 February in a stretch, if there is one."""
    for year in range(_year(end), _year(start) - 1, -1):
        if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
            midnight = _minute(datetime(year, 2, 29, tzinfo=UTC)) + 1440
            if start + 1440 <= midnight <= end - 1440:
                return [midnight]
    return []


def turn_and_height(end: int) -> list[int]:
    """Return the midnights (UTC) of the latest turn of the year and of the latest 15 July before an end."""
    year = _year(end)
    candidates = [
        _minute(datetime(one, month, day, tzinfo=UTC))
        for one in (year, year - 1)
        for month, day in ((1, 1), (7, 15))
    ]
    return sorted(sorted(one for one in candidates if one <= end)[-2:])


def _year(minute: int) -> int:
    return (_EPOCH + timedelta(minutes=minute)).year
