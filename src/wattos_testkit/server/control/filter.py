"""Which requests of the journal are meant, as a query writes it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from wattos_testkit.contract import Contract
from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.entry import did_you_mean
from wattos_testkit.server.clock import instant_of, shown
from wattos_testkit.server.control.desk import refuse
from wattos_testkit.server.control.journal import SLOTS, Noted

ANY_PARAMETER = "query."
"""Before the name of a parameter that the document does not have, or that is called like one of ours."""
_PLAIN = ("method", "operation", "path", "status", "since", "request_id", "token")
_STATUS = re.compile(r"[1-5]([0-9]{2}|xx)|none", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_LIMIT = 100


class Request(NamedTuple):
    """A request of the journal and what it means."""

    noted: Noted
    operation: str | None
    path: str
    query: str
    parameters: tuple[tuple[str, str], ...]


_PARTS: Mapping[str, Callable[[Request], str | None]] = {
    "method": lambda one: one.noted.method,
    "path": lambda one: one.path,
    "request_id": lambda one: one.noted.request_id,
    "token": lambda one: one.noted.token,
}


@dataclass(slots=True)
class Filter:
    """What all requests that are meant have in common."""

    asked: Mapping[str, str]
    since: int = 0
    limit: int = _LIMIT
    expect: int | None = None
    tests: list[Callable[[Request], bool]] = field(default_factory=list)

    def __call__(self, request: Request) -> bool:
        """Whether a request is meant."""
        return all(test(request) for test in self.tests)

    def __str__(self) -> str:
        """Return it as it was asked for."""
        return " ".join(f"{name}={value}" for name, value in self.asked.items()) or "everything"


def read_filter(query: str, contract: Contract, *, limited: bool = False, counted: bool = False) -> Filter:
    """Return what a query asks for.

    Raises
    ------
    Refusal
        400, with all mistakes.
    """
    mistakes: list[str] = []
    pairs = parse_qsl(query, keep_blank_values=True)
    wanted = Filter({name: value for name, value in pairs if name not in {"limit", "expect"}})
    parameters = {one.name for operation in contract.operations.values() for one in operation.parameters}
    known = [*_PLAIN, *(["limit"] if limited else []), *(["expect"] if counted else []), *sorted(parameters)]
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen:
            mistakes.append(f"{name[:80]}: is given more than once")
        seen.add(name)
        if name in known or name.startswith(ANY_PARAMETER):
            try:
                _take(wanted, name, value, contract)
            except UsageError as error:
                mistakes.append(f"{name}: {error}")
        else:
            hint = did_you_mean(name, known)
            mistakes.append(
                f"{name[:80]}: is not known{hint}; a parameter that the API does not have is written "
                f"{ANY_PARAMETER}{name[:80]}"
            )
    refuse(mistakes)
    return wanted


def _take(wanted: Filter, name: str, value: str, contract: Contract) -> None:
    """Add one condition.

    Raises
    ------
    UsageError
        If its value cannot be.
    """
    match name:
        case "since":
            wanted.since = round(instant_of(value, "right is 2024-03-20T12:07:00.5Z") * 1e6) * 1000
        case "limit":
            wanted.limit = _whole(value, SLOTS)
        case "expect":
            wanted.expect = _whole(value, SLOTS)
        case "status":
            wanted.tests.append(_status(value))
        case "operation":
            if value not in contract.operations:
                there_are = ", ".join(contract.operations)
                raise UsageError(f"{shown(value)} is none of {there_are}")
            wanted.tests.append(lambda one: one.operation == value)
        case _ if name in _PARTS:
            part, meant = _PARTS[name], value.upper() if name == "method" else value
            wanted.tests.append(lambda one: part(one) == meant)
        case _:
            bare = name.removeprefix(ANY_PARAMETER)
            wanted.tests.append(lambda one: (bare, value) in one.parameters)


def _status(value: str) -> Callable[[Request], bool]:
    if not _STATUS.fullmatch(value):
        raise UsageError(f"{shown(value)} is no status; right are 200, 4xx and none")
    if value == "none":
        return lambda one: one.noted.status is None
    first = value.removesuffix("xx")
    return lambda one: str(one.noted.status or "").startswith(first)


def _whole(value: str, most: int) -> int:
    if not _WHOLE.fullmatch(value) or int(value) > most:
        raise UsageError(f"{shown(value)} is no whole number from 0 to {most:,}")
    return int(value)
