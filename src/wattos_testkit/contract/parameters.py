"""Parameters compiled once from the document, checked strictly: what it does not allow is refused.

Stock validators let ``+15``, ``1_5``, Arabic digits, and a final newline pass; these do not. A refusal names
the parameter, what was given, and what would be right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wattos_testkit.errors import DocumentError

SHOWN = 80
"""How much of a wrong value is shown."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
Value = str | int | float | bool


class ParameterError(Exception):
    """A parameter that the document does not allow."""

    def __init__(self, parameter: str, reason: str) -> None:
        self.parameter = parameter
        self.reason = reason
        super().__init__(f"{parameter}: {reason}")


def shown(value: str) -> str:
    """Return a value for a message: quoted, printable, cut."""
    cut = value if len(value) <= SHOWN else value[:SHOWN] + "…"
    return "'" + "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut) + "'"


@dataclass(frozen=True)
class Parameter:
    """One query or path parameter."""

    name: str
    place: str
    """"query" or "path"."""
    required: bool
    schema: dict[str, Any]
    convert: Callable[[str], Value]
    """Turns text into a value, or raises ValueError with what would be right."""
    example: object = None
    """What the document gives as a right one."""

    def parse(self, text: str) -> Value:
        """Return the value, or raise ParameterError."""
        try:
            return self.convert(text)
        except ValueError as error:
            raise ParameterError(self.name, f"{shown(text)} {error}") from None


def compile_parameter(where: str, spec: dict[str, Any]) -> Parameter:
    """Compile a parameter object (its references resolved).

    Raises
    ------
    DocumentError
        If its schema is of a kind that a query or a path cannot carry plainly, or has a pattern that is none.
    """
    name, schema = str(spec.get("name")), spec.get("schema", {})
    kind = schema.get("type", "string")
    if kind not in _CONVERTERS:
        raise DocumentError(f"{where}: the parameter {name} is of type {kind!r}, which is not supported")
    try:
        convert = _CONVERTERS[kind](schema)
    except re.error as error:
        raise DocumentError(f"{where}: the parameter {name} has a faulty pattern: {error}") from None
    example = spec.get("example", schema.get("example"))
    return Parameter(name, str(spec.get("in")), bool(spec.get("required")), schema, convert, example)


def _string(schema: dict[str, Any]) -> Callable[[str], Value]:
    pattern = schema.get("pattern")
    # ECMA's `$` is the very end; Python's also matches before a final newline.
    search = re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII).search if pattern else None
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    allowed = schema.get("enum")
    is_time = schema.get("format") == "date-time"

    def convert(text: str) -> Value:
        if is_time:
            _check_time(text)
        if search is not None and not search(text):
            raise ValueError(f"does not match {pattern}")
        if len(text) < least or (most is not None and len(text) > most):
            raise ValueError(f"has {len(text)} characters; allowed are {least} to {most or 'any number'}")
        _check_enum(text, allowed)
        return text

    return convert


def _check_time(text: str) -> None:
    if not _DATE_TIME.fullmatch(text):
        raise ValueError("is no date-time as RFC 3339 writes it, such as 2024-03-20T00:00:00Z")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no instant of the calendar; a right one is 2024-03-20T00:00:00Z") from None


def _check_enum(value: Value, allowed: list[Value] | None) -> None:
    if allowed is not None and value not in allowed:
        raise ValueError(f"is not one of {', '.join(map(str, allowed))}")


def _check_range(value: float, schema: dict[str, Any]) -> None:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and (value < least or (schema.get("exclusiveMinimum") and value == least)):
        raise ValueError(f"is below {least}")
    if most is not None and (value > most or (schema.get("exclusiveMaximum") and value == most)):
        raise ValueError(f"is above {most}")


def _integer(schema: dict[str, Any]) -> Callable[[str], Value]:
    allowed = schema.get("enum")
    ready: dict[str, Value] = {str(value): value for value in allowed or ()}

    def convert(text: str) -> Value:
        if text in ready:
            return ready[text]
        if not _INTEGER.fullmatch(text):
            raise ValueError(f"is no whole number{_one_of(allowed)}")
        value = int(text)
        _check_enum(value, allowed)
        _check_range(value, schema)
        return value

    return convert


def _one_of(allowed: list[Value] | None) -> str:
    return f"; allowed are {', '.join(map(str, allowed))}" if allowed else ""


def _number(schema: dict[str, Any]) -> Callable[[str], Value]:
    def convert(text: str) -> Value:
        if not _NUMBER.fullmatch(text):
            raise ValueError("is no number")
        value = float(text)
        _check_enum(value, schema.get("enum"))
        _check_range(value, schema)
        return value

    return convert


def _boolean(schema: dict[str, Any]) -> Callable[[str], Value]:
    del schema

    def convert(text: str) -> Value:
        if text not in {"true", "false"}:
            raise ValueError("is neither true nor false")
        return text == "true"

    return convert


_CONVERTERS: dict[str, Callable[[dict[str, Any]], Callable[[str], Value]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
