"""WT9xx: what the document leaves open, detected and reported, and compared with what was pinned."""

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np

from wattos_testkit.harness.events import Convention, Evidence
from wattos_testkit.invariants.ahead import future_of
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.coupling import points_of, sign_of
from wattos_testkit.invariants.labels import Labels
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Observation, written
from wattos_testkit.invariants.resolution import MOST, decimals

CUSTOMS = {
    "bucket_label": "WT901",
    "register": "WT902",
    "meter_sign": "WT903",
    "unknown_resource": "WT904",
    "range_limit": "WT905",
    "retention": "WT906",
    "rounding": "WT907",
    "timestamp": "WT908",
    "future": "WT909",
}
"""The names that can be pinned, with the rule that speaks when a deployment does otherwise."""
_DAY = 1440
_TOO_LONG = {400, 403, 413, 416, 422}
_QUANTITIES = (("power", "power_"), ("energy", "energy_"), ("soc", "soc_"), ("temperature", "temp_"))


def judge_customs(
    book: Book,
    ledger: Ledger,
    pins: Mapping[str, str],
    labels: Labels,
    registers: Mapping[str, str],
    earliest: int | None,
) -> tuple[Convention, ...]:
    """Return the conventions of a deployment; `earliest` is where its data begin, if that is known."""
    found = {
        "bucket_label": ("end" if labels.end else "start", labels.reason) if labels.certain else None,
        "register": _register(registers),
        "meter_sign": _meter_sign(book),
        "unknown_resource": _unknown(book),
        "range_limit": _range(book),
        "retention": None
        if earliest is None
        else (f"{_age(book, earliest)} d", f"rows since {written(earliest)}"),
        "rounding": _rounding(book),
        "timestamp": _timestamp(book),
        "future": future_of(book),
    }
    told = []
    for name, seen in found.items():
        pinned = pins.get(name)
        if seen is None:
            if pinned is not None:
                ledger.skipped(CUSTOMS[name], None, f"{name} could not be detected")
            continue
        value, detail = seen
        told.append(Convention(name, value, detail, pinned=pinned is not None))
        if pinned is None:
            continue
        ledger.looked(CUSTOMS[name], None, 1)
        if not _agrees(name, pinned, value, book):
            ledger.found(
                CUSTOMS[name],
                None,
                None,
                f"{name} is {value}, and was pinned to {pinned} ({detail})",
                evidence=[Evidence(name, pinned, value)],
            )
    return tuple(told)


def _register(registers: Mapping[str, str]) -> tuple[str, str] | None:
    votes = Counter(one for one in registers.values() if one not in {"unknown", "short"})
    if not votes:
        return None
    value = votes.most_common(1)[0][0]
    if len(votes) == 1:
        return value, f"of {votes[value]} resources"
    return value, ", ".join(f"{one} of {count} resources" for one, count in votes.most_common())


def _meter_sign(book: Book) -> tuple[str, str] | None:
    votes = Counter(
        (sign, point.meters[index].resource)
        for point in points_of(book)
        for index in range(len(point.meters))
        if (sign := sign_of(point, index))
    )
    if not votes:
        return None
    signs = Counter(sign for sign, _ in votes.elements())
    sign = signs.most_common(1)[0][0]
    return "import-positive" if sign > 0 else "export-positive", "as it moves with PV and battery behind it"


def _unknown(book: Book) -> tuple[str, str] | None:
    for seen in book.observations:
        if seen.question.purpose == "absent" and seen.status:
            value = "empty list" if seen.readable and seen.count == 0 else str(seen.status)
            return value, f"asked for {seen.question.resource}"
    return None


def _windows(book: Book) -> tuple[list[int], list[int]]:
    """Return the lengths of windows that were answered, and of those refused though shorter ones were not."""
    # A window of long ago may be refused for its age.
    other = {"foreign", "absent", "unlisted", "solstice", "calendar", "clock change"}
    asked = [one for one in book.observations if one.question.purpose not in other]
    good = {one.question.resource for one in asked if one.readable and one.count}
    answered = [_length(one) for one in asked if one.readable and one.count]
    refused = [_length(one) for one in asked if one.status in _TOO_LONG and one.question.resource in good]
    return answered, refused


def _length(seen: Observation) -> int:
    return seen.question.end - seen.question.start


def _range(book: Book) -> tuple[str, str] | None:
    answered, refused = _windows(book)
    if not answered:
        return None
    longest = max(answered)
    if not refused or min(refused) <= longest:
        return "none seen", f"windows up to {_days(longest)} are answered"
    return (
        f"{_days(longest)} to {_days(min(refused))}",
        "between the longest answered and the shortest refused",
    )


def _days(minutes: int) -> str:
    return f"{minutes / _DAY:.3g} d"


def _age(book: Book, earliest: int) -> int:
    newest = max(
        (int(rows.label[-1]) for one in book.observations for rows in one.rows.values()), default=earliest
    )
    return max(0, newest - earliest) // _DAY


def _rounding(book: Book) -> tuple[str, str] | None:
    most: dict[str, int] = {}
    for resource, interval in book.pairs():
        track = book.longest(resource, interval)
        if track is None:
            continue
        for name, column in track.values.items():
            quantity = next((one for one, beginning in _QUANTITIES if name.startswith(beginning)), None)
            values = column[np.isfinite(column)][:500]
            if quantity is not None and values.size:
                most[quantity] = max(most.get(quantity, 0), int(decimals(values).max()))
    if not most:
        return None
    words = [
        f"{name} {most[name]}" if most[name] < MOST else f"{name} none"
        for name, _ in _QUANTITIES
        if name in most
    ]
    return ", ".join(words), "most decimals seen"


def _timestamp(book: Book) -> tuple[str, str] | None:
    forms: Counter[str] = Counter()
    for seen in book.observations:
        for rows in seen.rows.values():
            forms.update(
                re.sub(r"^.{10}[T ]?\d\d:\d\d(:\d\d)?", "", text) or "no zone" for text in rows.texts[:50]
            )
    if not forms:
        return None
    return " and ".join(sorted(forms)), f"{sum(forms.values())} timestamps looked at"


def _agrees(name: str, pinned: str, value: str, book: Book) -> bool:
    if name == "range_limit":
        answered, refused = _windows(book)
        limit = _minutes(pinned)
        if limit is None:
            return not refused
        return all(length <= limit for length in answered) and all(length > limit for length in refused)
    if name == "retention":
        wanted, seen = _minutes(pinned), _minutes(value)
        return wanted is None or seen is None or seen >= wanted
    return _plain(pinned) == _plain(value)


def _minutes(text: str) -> int | None:
    found = re.match(r"\s*(\d+(?:\.\d+)?)\s*d", text)
    return round(float(found[1]) * _DAY) if found else None


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.strip().lower())
