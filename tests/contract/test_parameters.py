"""Parameters compiled from a document are checked as strictly as it says, and no more."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattos_testkit.contract import ParameterError
from wattos_testkit.contract.parameters import compile_parameter, shown
from wattos_testkit.errors import DocumentError


def _parameter(**schema: Any) -> Any:
    return compile_parameter("api.yaml: op", {"name": "p", "in": "query", "schema": schema})


ALLOWED: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "integer"}, "15", 15),
    ({"type": "integer"}, "-3", -3),
    ({"type": "integer"}, "0", 0),
    ({"type": "integer", "enum": [1, 5]}, "5", 5),
    ({"type": "integer", "minimum": 2, "maximum": 4}, "4", 4),
    ({"type": "number"}, "1.5e3", 1500.0),
    ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, "0.1", 0.1),
    ({"type": "boolean"}, "true", True),
    ({"type": "boolean"}, "false", False),
    ({"type": "string"}, "", ""),
    ({"type": "string", "pattern": "^a+$"}, "aaa", "aaa"),
    ({"type": "string", "pattern": "b"}, "abc", "abc"),
    ({"type": "string", "enum": ["x", "y"]}, "y", "y"),
    ({"type": "string", "format": "date-time"}, "2024-03-20T00:00:00.5+01:00", "2024-03-20T00:00:00.5+01:00"),
    ({}, "anything", "anything"),
]


@pytest.mark.parametrize(("schema", "text", "value"), ALLOWED)
def test_what_is_allowed(schema: dict[str, Any], text: str, value: object):
    """A text that the schema allows becomes its value."""
    assert _parameter(**schema).parse(text) == value


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "integer"}, "+15", "whole number"),
    ({"type": "integer"}, "1_5", "whole number"),
    ({"type": "integer"}, " 15", "whole number"),
    ({"type": "integer"}, "15\n", "whole number"),
    ({"type": "integer"}, "\u0661\u0665", "whole number"),
    ({"type": "integer"}, "015", "whole number"),
    ({"type": "integer"}, "1" * 40, "whole number"),
    ({"type": "integer", "enum": [1, 5]}, "3", "one of 1, 5"),
    ({"type": "integer", "minimum": 2}, "1", "below 2"),
    ({"type": "integer", "maximum": 2}, "3", "above 2"),
    ({"type": "integer", "maximum": 2, "exclusiveMaximum": True}, "2", "above 2"),
    ({"type": "number"}, "nan", "no number"),
    ({"type": "number"}, "inf", "no number"),
    ({"type": "number"}, "1,5", "no number"),
    ({"type": "boolean"}, "True", "true nor false"),
    ({"type": "boolean"}, "1", "true nor false"),
    ({"type": "string", "pattern": "^[A-Z]{2}$"}, "AB\n", "^[A-Z]{2}$"),
    ({"type": "string", "pattern": "^[A-Z]{2}$"}, "ab", "^[A-Z]{2}$"),
    ({"type": "string", "minLength": 2}, "a", "1 characters"),
    ({"type": "string", "maxLength": 2}, "abc", "3 characters"),
    ({"type": "string", "enum": ["x", "y"]}, "z", "one of x, y"),
    ({"type": "string", "format": "date-time"}, "2024-03-20", "RFC 3339"),
    ({"type": "string", "format": "date-time"}, "2024-03-20t00:00:00z", "RFC 3339"),
    ({"type": "string", "format": "date-time"}, "2023-02-29T00:00:00Z", "calendar"),
]


@pytest.mark.parametrize(("schema", "text", "reason"), REFUSED)
def test_what_is_refused(schema: dict[str, Any], text: str, reason: str):
    """A text that the schema does not allow is refused with the name and what would be right."""
    with pytest.raises(ParameterError, match=re.escape(reason)) as caught:
        _parameter(**schema).parse(text)
    assert caught.value.parameter == "p"


@given(st.text(max_size=300))
def test_what_is_shown_is_bounded_and_printable(text: str):
    """Whatever was given: no control character and no more than eighty characters of it are shown."""
    assert shown(text).isprintable()
    assert len(text) <= 80 or shown(text).endswith("…'")
    assert text[:80].isascii() is False or len(shown(text)) <= 4 * 80 + 3


@pytest.mark.parametrize(
    "schema", [{"type": "array"}, {"type": "object"}, {"type": "string", "pattern": "("}]
)
def test_what_cannot_be_compiled(schema: dict[str, Any]):
    """A schema that a query cannot carry, and a pattern that is none, are mistakes of the document."""
    with pytest.raises(DocumentError, match=r"api\.yaml: op: the parameter p "):
        _parameter(**schema)
