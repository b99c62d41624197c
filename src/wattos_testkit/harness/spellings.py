"""The dictionary of malformed spellings: what parsers, databases and frameworks swallow in silence.

Each entry has a tier: 0 is what real servers let pass most often, and is sent to several places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wattos_testkit.harness.asked import text_of

_WIDE = 0xFEE0
"""From an ASCII character to its full-width form."""
_LONG = 3_000
_DAY = 1440
INTERVALS: tuple[tuple[int, str], ...] = (
    (0, "10"), (0, "015"), (0, "15min"), (0, "+15"), (0, "3"), (0, "1440"), (0, "15,30"),
    (1, " 15"), (1, "15 "), (1, "PT15M"), (1, "1.5e1"), (1, "0x0F"), (1, "2"), (1, "null"),
    (2, "20"), (2, "-1"), (2, "15\n"), (2, "15m"), (2, "900"), (2, "45"), (2, "45000000000000000000"),
    (2, "1e1"), (2, "1_5"), (2, "15;"), (2, "15\0"), (2, "NaN"), (2, "true"), (2, "[15]"), (2, '"15"'),
    (2, "0.25h"), (2, "1h"), (2, "quarter"), (2, "all"), (2, "\u0661\u0665"), (2, "-0"), (2, "15 --"),
    (2, "6"), (2, "12"), (2, "120"), (2, "14"), (2, "15.0"),
)  # fmt: skip
"""With the tier of each."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One malformed value."""

    tier: int
    what: str
    text: str
    only: str = ""
    """The one parameter for which it can mean a window with data."""
    other: str = ""
    """What the other end of the window must be then."""


def wide(text: str) -> str:
    """Return a text in full-width characters."""
    return "".join(chr(ord(char) + _WIDE) if "!" <= char <= "~" else char for char in text)


def times(minute: int) -> Iterator[Spelling]:
    """Yield malformed spellings of a UTC minute; a lenient reader finds that same minute wherever it can."""
    good, at = text_of(minute), datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    bare = good[:-1]
    yield from _rolled(minute, at)
    for tier, what, text in (
        (0, "seconds since 1970", str(minute * 60)),
        (0, "a blank for the T", good.replace("T", " ")),
        (0, "milliseconds since 1970", str(minute * 60_000)),
        (0, "no zone", bare),
        (0, "something after it", good + "x"),
        (0, "a date alone", good[:10]),
        (2, "seconds that are not 00", good[:-3] + "30Z"),
        (1, "no seconds", good[:-4] + "Z"),
        (1, "slashes", at.strftime("%Y/%m/%d %H:%M:%S")),
        (1, "a blank after it", good + " "),
        (1, "an offset without a colon", bare + "+0000"),
        (1, "a blank before it", " " + good),
        (1, "a newline after it", good + "\n"),
        (1, "a blank for the T, no zone", bare.replace("T", " ")),
        (1, "compact", at.strftime("%Y%m%dT%H%M%SZ")),
        (1, "a fraction", bare + ".500Z"),
        (1, "an offset of hours", bare + "+00"),
        (1, "a zone by name", bare + " UTC"),
        (2, "an hour alone", good[:13] + "Z"),
        (1, "the date of mails", at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
        (1, "day before month", at.strftime("%d-%m-%YT%H:%M:%SZ")),
        (2, "month before day", at.strftime("%m/%d/%Y %H:%M:%S")),
        (1, "a two-digit year", good[2:]),
        (1, "an ordinal date", at.strftime("%Y-%jT%H:%M:%SZ")),
        (1, "a week date", at.strftime("%G-W%V-%uT%H:%M:%SZ")),
        (2, "no zeros before digits", f"{at.year}-{at.month}-{at.day}T{at.hour}:{at.minute}:0Z"),
        (1, "quotes around it", f'"{good}"'),
        (2, "two of them", f"{good},{good}"),
        (1, "the word null", "null"),
        (1, "zero", "0"),
        (2, "an underscore for the T", good.replace("T", "_")),
        (1, "seconds since 1970 with a fraction", f"{minute * 60}.0"),
        (2, "letters alone", "later"),
        (2, "digits of another script", wide(good)),
        (2, "NUL after it", good + "\0"),
        (2, "a zone in brackets", good + "[UTC]"),
        (2, "two zones", bare + "+00:00Z"),
        (2, "minutes since 1970", str(minute)),
        (2, "a number like 1e9", f"{minute * 60:e}"),
        (2, "seconds since 1970 behind @", f"@{minute * 60}"),
        (2, "a five-digit year", "1" + good),
        (2, "a sign before the year", "+" + good),
        (2, "a negative year", "-" + good),
        (2, "dots", at.strftime("%d.%m.%Y %H:%M")),
        (2, "hyphens in the time", at.strftime("%Y-%m-%dT%H-%M-%SZ")),
        (2, "a compact time", at.strftime("%Y-%m-%dT%H%M%SZ")),
        (2, "a compact date", at.strftime("%Y%m%d")),
        (2, "nanoseconds since 1970", str(minute * 60_000_000_000)),
        (2, "a duration", "PT2H"),
        (2, "the word undefined", "undefined"),
        (2, "very long", good + "0" * _LONG),
        (2, "SQL", good + "'--"),
        (2, "a list", f"[{good}]"),
    ):  # fmt: skip
        yield Spelling(tier, what, text)
    for tier, word, name in (
        (0, "now", "end"), (1, "-2h", "start"), (1, "today", "start"), (2, "yesterday", "start"),
        (2, "now-2h", "start"), (2, "latest", "end"), (2, "-0d", "end"),
    ):  # fmt: skip
        yield Spelling(tier, f"the word {word}", word, name)


def _rolled(minute: int, at: datetime) -> Iterator[Spelling]:
    """Yield times that no clock or calendar has, and which a lenient one rolls on to the next."""
    midnight = minute // _DAY * _DAY
    eve, hour = text_of(midnight - _DAY), text_of(minute // 60 * 60 - 60)
    before, after = text_of(midnight - 120), text_of(midnight + 120)
    yield Spelling(1, "the hour 24", eve[:11] + "24:00:00Z", "end", before)
    yield Spelling(2, "the hour 25", eve[:11] + "25:00:00Z", "start", text_of(midnight + 180))
    yield Spelling(2, "the hour 24 as a start", eve[:11] + "24:00:00Z", "start", after)
    yield Spelling(1, "the minute 60", hour[:14] + "60:00Z", "end", text_of(minute // 60 * 60 - 120))
    yield Spelling(1, "a leap second", hour[:14] + "59:60Z", "end", text_of(minute // 60 * 60 - 120))
    first = at.replace(day=1).strftime("%Y-%m-")
    yield Spelling(2, "the day 00", f"{first}00T22:00:00Z", "start", f"{first}01T00:00:00Z")
    yield Spelling(1, "the month 13", f"{at.year - 1}-13-01T00:00:00Z", "start", f"{at.year}-01-01T02:00:00Z")
    yield Spelling(1, "the day 32", f"{at.year - 1}-12-32T00:00:00Z", "start", f"{at.year}-01-01T02:00:00Z")


def ids(good: str, more: str, stranger: str) -> Iterator[Spelling]:
    """Yield malformed spellings of an id; `more` is another of its kind, `stranger` one of another kind."""
    for tier, what, text in (
        (0, "a list with commas", f"{good},{more}"),
        (0, "a blank after it", good + " "),
        (0, "a star", "*"),
        (2, "lower case", good.lower() if good.lower() != good else "lower001"),
        (0, "a percent sign", good[:-1] + "%"),
        (0, "one and a comma", good + ","),
        (0, "the word all", "all"),
        (1, "a list with semicolons", f"{good};{more}"),
        (1, "a list with blanks", f"{good} {more}"),
        (1, "a list with bars", f"{good}|{more}"),
        (1, "a star at the end", good[:2] + "*"),
        (1, "underscores", good[:-1] + "_"),
        (1, "a question mark", good[:-1] + "?"),
        (1, "a percent sign alone", "%"),
        (1, "a blank before it", " " + good),
        (1, "quotes around it", f'"{good}"'),
        (1, "a quote and SQL", good + "' OR '1'='1"),
        (1, "encoded twice", f"%{ord(good[0]):02X}{good[1:]}"),
        (1, "a list in brackets", f"[{good}]"),
        (1, "the word null", "null"),
        (1, "the word undefined", "undefined"),
        (1, "a tab after it", good + "\t"),
        (1, "a hyphen in it", f"{good[:2]}-{good[2:]}"),
        (1, "mixed case", good[0].lower() + good[1:] if good[0].isalpha() else good[:-1] + "a"),
        (1, "no zeros", good[:2] + (good[2:].lstrip("0") or "0")),
        (1, "a kind before it", f"{stranger[:2]}:{good}"),
        (2, "ids of two kinds", f"{good},{stranger}"),
        (2, "full-width", wide(good)),
        (2, "a path", f"../{good}"),
        (2, "a range", f"{good}-{more}"),
        (2, "a plus", f"{good}+{more}"),
        (2, "a dot", good + ".json"),
        (2, "NUL and more", good + "\0x"),
        (2, "very long", good * (_LONG // 8)),
        (2, "a regular expression", good[:2] + ".*"),
        (2, "a comment", good + "--"),
        (2, "a zero-width blank", good + "\u200b"),
        (2, "a carriage return", good + "\r\n"),
        (2, "a number", "1"),
        (2, "minus one", "-1"),
        (2, "one character twice", good[0] + good),
        (2, "a list in JSON", f'["{good}","{more}"]'),
        (2, "an operator", f"!{good}"),
        (2, "a list with slashes", f"{good}/{more}"),
    ):  # fmt: skip
        yield Spelling(tier, what, text)
