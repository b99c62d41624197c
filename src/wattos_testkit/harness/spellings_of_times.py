"""Malformed spellings of times: what date parsers, calendars and databases swallow in silence.

A family holds what one lenient parser takes alike, the likeliest first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from wattos_testkit.harness.asked import text_of
from wattos_testkit.harness.spellings import LONG, Spelling, arabic, wide

_DAY = 1440
_HOUR = 60


def times(minute: int) -> Iterator[Spelling]:
    """Yield malformed spellings of a UTC minute; a lenient reader finds that same minute wherever it can."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    for family, entries in (
        ("seconds", _seconds(minute)),
        ("since 1970", _counted(minute)),
        ("no zone", _bare(minute)),
        ("a date", _dates(minute, at)),
        ("blanks", _blanks(minute)),
        ("words", (("the word null", "null"), ("the word undefined", "undefined"), ("a word", "morning"))),
        ("more behind it", _tails(minute)),
        ("offsets", _offsets(minute)),
        ("other notations", _notations(at)),
        ("other ISO forms", _iso(minute, at)),
        ("years", _years(minute)),
        ("other digits", (("full-width", wide(text_of(minute))), ("Arabic digits", arabic(text_of(minute))))),
        ("long", (("very long", text_of(minute) + "0" * LONG),)),
        ("empty", (("nothing", ""),)),
    ):
        for what, text in entries:
            yield Spelling(family, what, text)
    yield from _calendar(minute, at)
    yield from _clock(minute)
    for word, name in (
        ("now", "end"), ("-2h", "start"), ("today", "start"), ("yesterday", "start"), ("latest", "end"),
        ("now-2h", "start"), ("-0d", "end"),
    ):  # fmt: skip
        yield Spelling("words", f"the word {word}", word, name)


Entries = tuple[tuple[str, str], ...]


def _seconds(minute: int) -> Entries:
    bare = text_of(minute)[:-3]
    return (
        ("seconds that are not 00", bare + "30Z"),
        ("a fraction", bare + "00.500Z"),
        ("one second", bare + "01Z"),
        ("a millisecond", bare + "00.001Z"),
        ("the last second", bare + "59Z"),
    )


def _counted(minute: int) -> Entries:
    return (
        ("seconds since 1970", str(minute * 60)),
        ("milliseconds since 1970", str(minute * 60_000)),
        ("a number like 1e9", f"{minute * 60:e}"),
        ("seconds since 1970 with decimals", f"{minute * 60}.0"),
        ("minutes since 1970", str(minute)),
        ("seconds since 1970 behind @", f"@{minute * 60}"),
        ("nanoseconds since 1970", str(minute * 60_000_000_000)),
    )


def _bare(minute: int) -> Entries:
    bare = text_of(minute)[:-1]
    return (
        ("no zone", bare),
        ("no zone, no seconds", bare[:-3]),
        ("a blank for the T, no zone", bare.replace("T", " ")),
        ("no zone, a fraction", bare + ".000"),
    )


def _dates(minute: int, at: datetime) -> Entries:
    good = text_of(minute)
    return (
        ("a date alone", good[:10]),
        ("a compact date", at.strftime("%Y%m%d")),
        ("a date with a zone", good[:10] + "Z"),
        ("an hour alone", good[:13] + "Z"),
        ("a month alone", good[:7]),
        ("a year alone", good[:4]),
    )


def _blanks(minute: int) -> Entries:
    good = text_of(minute)
    return (
        ("a blank for the T", good.replace("T", " ")),
        ("a blank after it", good + " "),
        ("a newline after it", good + "\n"),
        ("a blank before it", " " + good),
        ("a tab after it", good + "\t"),
    )


def _tails(minute: int) -> Entries:
    good = text_of(minute)
    return (
        ("something after it", good + "x"),
        ("quotes around it", f'"{good}"'),
        ("NUL after it", good + "\0"),
        ("SQL", good + "'--"),
        ("two of them", f"{good},{good}"),
        ("a zone in brackets", good + "[UTC]"),
        ("a list", f"[{good}]"),
        ("another Z", good + "Z"),
        ("a range", f"{good}/PT2H"),
    )


def _offsets(minute: int) -> Entries:
    bare = text_of(minute)[:-1]
    return (
        ("an offset without a colon", bare + "+0000"),
        ("a zone by name", bare + " UTC"),
        ("two zones", bare + "+00:00Z"),
        ("an offset of hours", bare + "+00"),
        ("an offset of a hundred hours", bare + "+99:99"),
        ("a letter that is no Z", bare + "A"),
    )


def _notations(at: datetime) -> Entries:
    return (
        ("slashes", at.strftime("%Y/%m/%d %H:%M:%S")),
        ("a two-digit year", at.strftime("%y-%m-%dT%H:%M:%SZ")),
        ("month before day", at.strftime("%m/%d/%Y %H:%M:%S")),
        ("day before month", at.strftime("%d-%m-%YT%H:%M:%SZ")),
        ("the date of mails", at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
        ("dots", at.strftime("%d.%m.%Y %H:%M")),
        ("no zeros before digits", f"{at.year}-{at.month}-{at.day}T{at.hour}:{at.minute}:0Z"),
        ("hyphens in the time", at.strftime("%Y-%m-%dT%H-%M-%SZ")),
    )


def _iso(minute: int, at: datetime) -> Entries:
    good = text_of(minute)
    return (
        ("compact", at.strftime("%Y%m%dT%H%M%SZ")),
        ("an ordinal date", at.strftime("%Y-%jT%H:%M:%SZ")),
        ("a week date", at.strftime("%G-W%V-%uT%H:%M:%SZ")),
        ("no seconds", good[:-4] + "Z"),
        ("a compact time", at.strftime("%Y-%m-%dT%H%M%SZ")),
        ("a duration", "PT2H"),
        ("a comma before the fraction", good[:-1] + ",5Z"),
    )


def _years(minute: int) -> Entries:
    good = text_of(minute)
    return (
        ("a sign before the year", "+" + good),
        ("a five-digit year", "1" + good),
        ("a negative year", "-" + good),
    )


def _calendar(minute: int, at: datetime) -> Iterator[Spelling]:
    """Yield days that no calendar has, and which a lenient one rolls on to the next."""
    year, first = at.year - 1, at.replace(day=1).strftime("%Y-%m-")
    new_year = f"{at.year}-01-01T02:00:00Z"
    common = year if year % 4 else year - 1
    for what, name, text, other in (
        ("the 31st of April", "start", f"{year}-04-31T00:00:00Z", f"{year}-05-01T02:00:00Z"),
        ("the 29th of a common February", "start", f"{common}-02-29T00:00:00Z", f"{common}-03-01T02:00:00Z"),
        ("the month 13", "start", f"{year}-13-01T00:00:00Z", new_year),
        ("the day 32", "start", f"{year}-12-32T00:00:00Z", new_year),
        ("the 31st of November", "end", f"{year}-11-31T02:00:00Z", f"{year}-12-01T00:00:00Z"),
        ("the day 00", "start", f"{first}00T22:00:00Z", f"{first}01T00:00:00Z"),
        ("the month 00", "start", f"{at.year}-00-01T00:00:00Z", f"{year}-12-01T02:00:00Z"),
        ("the 30th of February", "end", f"{year}-02-30T02:00:00Z", f"{year}-03-01T23:00:00Z"),
    ):
        yield Spelling("calendar", what, text, name, other)
    del minute


def _clock(minute: int) -> Iterator[Spelling]:
    """Yield times of day that no clock has."""
    midnight, hour = minute // _DAY * _DAY, minute // _HOUR * _HOUR
    eve, last = text_of(midnight - _DAY), text_of(hour - _HOUR)
    for what, name, text, other in (
        ("the hour 24", "end", eve[:11] + "24:00:00Z", midnight - 120),
        ("the minute 60", "end", last[:14] + "60:00Z", hour - 120),
        ("a leap second", "end", last[:14] + "59:60Z", hour - 120),
        ("the hour 24 as a start", "start", eve[:11] + "24:00:00Z", midnight + 120),
        ("the hour 25", "start", eve[:11] + "25:00:00Z", midnight + 180),
        ("the minute 60 as a start", "start", last[:14] + "60:00Z", hour + 120),
    ):
        yield Spelling("clock", what, text, name, text_of(other))
