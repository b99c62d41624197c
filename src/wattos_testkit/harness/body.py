"""Reads the body of an answer strictly, and validates it against the document."""

import json
from typing import Any, NoReturn

from wattos_testkit.contract import Contract
from wattos_testkit.errors import MissingExtraError
from wattos_testkit.harness.events import Evidence

Json = dict[str, Any]
_MOST = 20
"""So many breaches of a schema are collected from one body; a body of rows has the same one in each."""


class BodyError(Exception):
    """The body is no JSON; the message says why."""


def parse(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return the value of a body.

    Raises
    ------
    BodyError
        If a strict parser refuses it: not UTF-8, NaN or Infinity, a key twice, cut short.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyError(f"byte {error.start} is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise BodyError("it begins with a byte order mark")
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        seen = text[error.pos : error.pos + 20]
        where = f"line {error.lineno}, column {error.colno}"
        raise BodyError(f"{error.msg} at {where}, before {seen!r}" if seen else "it ends too early") from None
    except RecursionError:
        raise BodyError("it is nested too deeply") from None


def _refuse(text: str) -> NoReturn:
    raise BodyError(f"{text} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BodyError(f"the key {twice!r} stands twice in one object")
    return made


class Schemas:
    """The document's schemas of bodies and headers, compiled when first needed."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._compiled: dict[tuple[str, str, str], Any] = {}

    def response(self, operation: str, status: int) -> Json | None:
        """Return what the document says of an answer with this status, or None if nothing."""
        responses: Json = self._contract.operations[operation].spec.get("responses", {})
        for name in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if name in responses:
                return responses[name]  # type: ignore[no-any-return]
        return None

    def secured(self, operation: str) -> bool:
        """Return whether an operation needs a credential."""
        return self._contract.operations[operation].secured

    def statuses(self, operation: str) -> tuple[str, ...]:
        """Return the statuses that the document lists."""
        return tuple(self._contract.operations[operation].spec.get("responses", {}))

    def breaches(
        self, operation: str, status: int, media: str, schema: Json, value: object
    ) -> list[Evidence]:
        """Return where a body breaks its schema, one piece of evidence for each kind of breach."""
        key = (operation, str(status), media)
        if key not in self._compiled:
            self._compiled[key] = _compile(schema)
        kinds: dict[str, Evidence] = {}
        for error in self._compiled[key].iter_errors(value):
            path = [str(part) for part in error.instance_path]
            name = ".".join("*" if part.isdecimal() else part for part in path)
            kind = f"{name}: {error.message.partition(' is ')[2] or error.message}"
            if kind not in kinds:
                kinds[kind] = Evidence(
                    ".".join(path) or "body", _expected(error), _cut(repr(error.instance)), _row(value, path)
                )
            if len(kinds) >= _MOST:
                break
        return list(kinds.values())


def matches(schema: Json, value: object) -> bool:
    """Return whether a value obeys a schema."""
    return bool(_compile(schema).is_valid(value))


def _compile(schema: Json) -> Any:  # noqa: ANN401 - jsonschema_rs has its own class for each draft
    try:
        import jsonschema_rs  # noqa: PLC0415 - an optional part
    except ImportError:
        raise MissingExtraError("`check`", "check") from None
    # OpenAPI 3.0 takes its words from draft 4, where exclusiveMinimum is a yes or no.
    return jsonschema_rs.Draft4Validator(nullable(schema), validate_formats=True)


def nullable(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema with OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: nullable(value) for key, value in schema.items() if key != "example"}
    if made.pop("nullable", False) is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def _expected(error: Any) -> str:  # noqa: ANN401 - jsonschema_rs' own error
    text = str(error.message)
    shown = repr(error.instance)
    return _cut(text.replace(json.dumps(error.instance, default=str), "").replace(shown, "").strip() or text)


def _row(value: object, path: list[str]) -> Json | None:
    for part in path[:2]:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal():
            value = value[int(part)]
    return value if isinstance(value, dict) and len(path) >= 2 else None  # noqa: PLR2004 - list, then index


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"  # noqa: PLR2004 - a line or two
