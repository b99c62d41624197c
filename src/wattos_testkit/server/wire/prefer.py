"""The header `Prefer` as RFC 7240 writes it; what it means stands elsewhere."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Wider than a token of HTTP: instants and media types may stand without quotes.
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z:/]+"  # noqa: S105 - a pattern
_WORD = rf'{_TOKEN}|"(?:[^"\\]|\\.)*"'
_PART = re.compile(rf"[ \t]*(?P<name>{_TOKEN})(?:[ \t]*=[ \t]*(?P<value>{_WORD})?)?[ \t]*")
_HEAD = re.compile(rf"[ \t]*(?P<name>{_TOKEN})")
_UNITS = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)


class Preference(NamedTuple):
    """One preference."""

    value: str
    """Empty where there is none, which RFC 7240 takes for the same."""
    parameters: dict[str, str]
    malformed: str = ""
    """What of it cannot be read."""


def preferences(text: str) -> dict[str, Preference]:
    """Return what is preferred, by lower-case name; of a name that is repeated the first counts."""
    found: dict[str, Preference] = {}
    for element in _divided(text, ","):
        head = _HEAD.match(element)
        if head is not None:
            found.setdefault(head["name"].lower(), _preference(element))
    return found


def _preference(element: str) -> Preference:
    value = ""
    parameters: dict[str, str] = {}
    for place, part in enumerate(_divided(element, ";")):
        if not part.strip():
            continue
        read = _PART.fullmatch(part)
        if read is None:
            return Preference("", {}, part.strip())
        said = _unquoted(read["value"] or "")
        if place == 0:
            value = said
        else:
            parameters.setdefault(read["name"].lower(), said)
    return Preference(value, parameters)


def _divided(text: str, mark: str) -> Iterator[str]:
    """Yield the parts of a text between marks that stand outside of quotes."""
    part = ""
    for unit in _UNITS.findall(text):
        if unit == mark:
            yield part
            part = ""
        else:
            part += unit
    yield part


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word
