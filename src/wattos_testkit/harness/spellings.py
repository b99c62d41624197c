"""Malformed spellings of ids and intervals: what parsers, databases and frameworks swallow in silence.

A family holds what one lenient parser takes alike, the likeliest first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 3_000
_RIGHT = re.compile(r"[A-Z0-9]{8}", re.ASCII)
"""What an entry may turn out to be, for some ids: one without zeros has none to drop."""
_WIDE = 0xFEE0
"""From an ASCII character to its full-width form."""
_ARABIC_ZERO = 0x0660
_LOOKALIKES = dict(
    zip(map(ord, "ABEMOPST"), (0x391, 0x392, 0x395, 0x39C, 0x39F, 0x3A1, 0x405, 0x3A4), strict=True)
)
"""Greek and Cyrillic capitals that look the same."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One malformed value."""

    family: str
    what: str
    text: str
    only: str = ""
    """The one parameter for which it can mean a window with data."""
    other: str = ""
    """What the other end of the window must be then."""


def wide(text: str) -> str:
    """Return a text in full-width characters."""
    return "".join(chr(ord(char) + _WIDE) if "!" <= char <= "~" else char for char in text)


def arabic(text: str) -> str:
    """Return a text whose digits are Arabic ones."""
    return "".join(chr(_ARABIC_ZERO + int(char)) if "0" <= char <= "9" else char for char in text)


INTERVALS: dict[str, tuple[str, ...]] = {
    "other numbers": ("10", "3", "7", "2", "20", "45", "6", "12", "14"),
    "zero": ("0", "-0", "00", "0.0"),
    "negative": ("-15", "-1", "-30"),
    "large": ("60", "1440", "120", "900", "43200"),
    "with a unit": ("15min", "PT15M", "15m", "0.25h", "1h", "15 minutes"),
    "lists": ("15,30", "15;", "[15]", "1-30", "15|30"),
    "text": ("abc", "null", "all", "quarter", "NaN", "true", "undefined", "raw"),
    "fractions": ("15.5", "0.5", "1.5"),
    "the number otherwise": ("015", "+15", "15.0", "1.5e1", "1e1", "1_5"),
    "more behind it": ("15x", "15\n", '"15"', "15\0", "15 --", "15'"),
    "blanks": (" 15", "15 ", "1 5"),
    "other digits": ("\uff11\uff15", "\u0661\u0665", "0x0F", "0b1111"),
    "huge": ("45000000000000000000", "2147483648", "9" * LONG),
    "empty": ("",),
}
"""By family."""


def ids(good: str, more: str, stranger: str) -> Iterator[Spelling]:
    """Yield malformed spellings of an id; `more` is another of its kind, `stranger` one of another kind."""
    for family, entries in _ids(good, more, stranger).items():
        for what, text in entries:
            if not _RIGHT.fullmatch(text):
                yield Spelling(family, what, text)


def _ids(good: str, more: str, stranger: str) -> dict[str, tuple[tuple[str, str], ...]]:
    number = good[2:].lstrip("0") or "0"
    return {
        "case": (
            ("lower case", good.lower() if good.lower() != good else "lower001"),
            ("mixed case", good[0].lower() + good[1:] if good[0].isalpha() else good[:-1] + "a"),
        ),
        "lists": (
            ("a list with commas", f"{good},{more}"),
            ("one and a comma", good + ","),
            ("a list with blanks", f"{good} {more}"),
            ("a list with semicolons", f"{good};{more}"),
            ("ids of two kinds", f"{good},{stranger}"),
            ("a list with bars", f"{good}|{more}"),
            ("a list in brackets", f"[{good}]"),
            ("a list in JSON", f'["{good}","{more}"]'),
            ("a range", f"{good}-{more}"),
            ("a plus", f"{good}+{more}"),
            ("a list with slashes", f"{good}/{more}"),
        ),
        "wildcards": (
            ("a percent sign", good[:-1] + "%"),
            ("a star", "*"),
            ("underscores", good[:-1] + "_"),
            ("a percent sign alone", "%"),
            ("a star at the end", good[:2] + "*"),
            ("a question mark", good[:-1] + "?"),
            ("eight underscores", "_" * 8),
            ("a regular expression", good[:2] + ".*"),
            ("a class of characters", good[:-1] + "[0-9]"),
        ),
        "blanks": (
            ("a blank after it", good + " "),
            ("a blank before it", " " + good),
            ("a tab after it", good + "\t"),
            ("a blank that does not break", good + "\xa0"),
            ("blanks alone", " " * len(good)),
        ),
        "short": (("short", good[:-1]), ("the first letters", good[:2]), ("the end", good[2:])),
        "long": (
            ("long", good + "1"),
            ("one character twice", good[0] + good),
            ("a zero before it", "0" + good),
        ),
        "words": (
            ("the word all", "all"),
            ("the word null", "null"),
            ("the word undefined", "undefined"),
            ("minus one", "-1"),
            ("a number", "1"),
            ("the word any", "ANY"),
        ),
        "unseen": (
            ("a newline after it", good + "\n"),
            ("NUL at its end", good[:-1] + "\0"),
            ("NUL and more", good + "\0x"),
            ("a carriage return", good + "\r\n"),
            ("a zero-width blank", good + "\u200b"),
            ("a byte order mark", "\ufeff" + good),
        ),
        "other letters": (
            ("full-width", wide(good)),
            ("an accent", "\xc9" + good[1:]),
            ("lookalikes", look if (look := good.translate(_LOOKALIKES)) != good else arabic(good)),
            ("Arabic digits", other if (other := arabic(good)) != good else wide(good[0]) + good[1:]),
        ),
        "quotes": (
            ("a quote and SQL", good + "' OR '1'='1"),
            ("quotes around it", f'"{good}"'),
            ("a comment", good + "--"),
            ("a quote within", good[:6] + "'\""),
        ),
        "encoded twice": (
            ("encoded twice", f"%{ord(good[0]):02X}{good[1:]}"),
            ("a blank encoded twice", good + "%20"),
        ),
        "paths": (
            ("a dot", good + ".json"),
            ("a slash at its end", good + "/"),
            ("a path", f"../{good}"),
            ("a point at its end", good + "."),
            ("a semicolon", good + ";v=1"),
            ("a fragment", good + "#1"),
        ),
        "parts": (
            ("no zeros", good[:2] + number),
            ("a hyphen in it", f"{good[:2]}-{good[2:]}"),
            ("a kind before it", f"{stranger[:2]}:{good}"),
            ("an operator", f"!{good}"),
            ("another operator", f"eq.{good}"),
        ),
        "long texts": (("of 300 characters", "A" * 300), ("very long", good * (LONG // 8))),
        "empty": (("nothing", ""),),
    }
