"""Reads a request against the document: which operation, which parameters, and what is wrong with them.

One reading serves every request, whoever made it up: the directed ones, the judge's and the fuzzer's.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from wattos_testkit.contract import Contract, Operation, ParameterError

SERIES = {"get_meter_data": "ME", "get_bess_data": "BE", "get_pv_data": "PV"}
"""The operations of series, and the type of resource that each is about."""
ID_PARAMETERS = {"get_sites": "group_id", "get_resources": "site_id"}
_TIMES = ("start", "end")
_RULE_OF = {"agg_interval": "WT202", "start": "WT204", "end": "WT204"}
MINUTES_A_DAY = 1440
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:00(\.0+)?([Zz]|[+ -][0-9]{2}:[0-9]{2})", re.ASCII
)
"""A whole minute in any spelling of that standard; a plus sign that was not encoded arrives as a blank."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A parameter that the document does not allow."""

    parameter: str
    rule: str
    """The rule that a server breaks which accepts it."""
    text: str


@dataclass(frozen=True)
class Asked:
    """A request as the document reads it."""

    operation: str
    values: dict[str, str]
    mistakes: tuple[Mistake, ...]
    unsure: bool
    """Whether a lenient server could read something legal in it: then neither answer is wrong."""
    loose: tuple[Mistake, ...] = ()
    """What the document forbids, and a lenient server takes for something legal all the same."""
    strange: bool = False
    """Whether it has parameters that the document does not know: a server may refuse or ignore them."""

    repeated: frozenset[str] = frozenset()
    """Parameters that were given more than once."""

    @property
    def id(self) -> str | None:
        """The id of the group, site or resource that is asked for."""
        return self.values.get(ID_PARAMETERS.get(self.operation, "resource_id"))

    @property
    def window(self) -> tuple[int, int, int] | None:
        """Start and end in UTC minutes and the interval, if the request has all three, rightly written."""
        try:
            start, end = (minute_of(self.values[name]) for name in _TIMES)
            return start, end, int(self.values["agg_interval"])
        except (KeyError, ValueError):
            return None

    @property
    def impossible(self) -> str:
        """What is wrong with the window as such, or nothing."""
        window = None if self.mistakes or self.unsure else self.window
        if window is None:
            return ""
        start, end, interval = window
        if end < start:
            return "its end lies before its start"
        if end == start:
            return "its end equals its start"
        return "it is shorter than the interval" if end - start < interval else ""

    @property
    def backwards(self) -> bool:
        """Whether the window holds no time at all."""
        window = self.window if self.impossible else None
        return window is not None and window[1] <= window[0]


class Reader:
    """Reads addresses against one document."""

    def __init__(self, contract: Contract, base: str) -> None:
        self._contract = contract
        self._base = urlsplit(base).path
        self._paths = [(_pattern(operation.path), operation) for operation in contract.operations.values()]

    def read(self, url: str) -> Asked | None:
        """Return what a request asks, or None if its path is none of the document's."""
        parts = urlsplit(url)
        if not parts.path.startswith(self._base):
            return None
        path = parts.path[len(self._base) :]
        for pattern, operation in self._paths:
            match = pattern.fullmatch(path)
            if match:
                given = {name: [unquote(value)] for name, value in match.groupdict().items()}
                for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="replace"):
                    given.setdefault(name, []).append(value)
                return self._judge(operation, given)
        return None

    def _judge(self, operation: Operation, given: dict[str, list[str]]) -> Asked:
        mistakes: list[Mistake] = []
        values: dict[str, str] = {}
        loose: list[Mistake] = []
        unsure = False
        for parameter in operation.parameters:
            name, texts = parameter.name, given.get(parameter.name)
            if texts is None:
                other = next((one for one in given if one.lower() == name), None)
                if parameter.required and other is not None:
                    unsure = True
                    loose.append(Mistake(name, "WT203", f"{name} is written {other}"))
                elif parameter.required:
                    mistakes.append(Mistake(name, "WT203", f"{name} is missing"))
                continue
            # Which one of several a server takes is its own affair.
            unsure = unsure or len(texts) > 1
            values[name] = texts[0]
            try:
                parameter.parse(texts[0])
            except ParameterError as error:
                mistake = Mistake(name, _RULE_OF.get(name, "WT201"), f"{name}: {error.reason}")
                if not texts[0] and not parameter.required:
                    unsure = True
                    loose.append(mistake)
                elif _lenient(name, texts[0], parameter.schema.get("enum")):
                    unsure = True
                    # The spellings of RFC 3339 are those of the document's own format; others are nobody's.
                    loose += [] if name in _TIMES and _RFC_3339.fullmatch(texts[0]) else [mistake]
                else:
                    mistakes.append(mistake)
        strange = bool(set(given) - {parameter.name for parameter in operation.parameters})
        repeated = frozenset(name for name, texts in given.items() if len(texts) > 1)
        return Asked(operation.name, values, tuple(mistakes), unsure, tuple(loose), strange, repeated)


def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"\{([^}]+)\}", path)
    # An id in a path may be anything but a slash; what it may hold is the parameter's affair.
    text = "".join(
        re.escape(piece) if i % 2 == 0 else f"(?P<{piece}>[^/]*)" for i, piece in enumerate(pieces)
    )
    return re.compile(text)


def _lenient(name: str, text: str, allowed: list[object] | None) -> bool:
    """Return whether a text that the document forbids still says something legal, in another spelling."""
    if name == "agg_interval":
        if not text.isascii():
            return False
        try:
            return float(text.strip().replace("_", "")) in (allowed or ())
        except ValueError:
            return False
    if name in _TIMES:
        return _other_spelling(text)
    return False


def _other_spelling(text: str) -> bool:
    try:
        instant = datetime.fromisoformat(text.strip().upper().replace(" ", "+"))
    except ValueError:
        return False
    return instant.tzinfo is not None and instant.second == 0 and instant.microsecond == 0


def minute_of(text: str) -> int:
    """Return the minutes since 1970 of a time that the document allows.

    Raises
    ------
    ValueError
        If it is no such time.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return int(instant.timestamp()) // 60


def text_of(minute: int) -> str:
    """Return a UTC minute as the API writes it."""
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant.year >= 1000 else instant.isoformat()  # noqa: PLR2004 - four digits of year
