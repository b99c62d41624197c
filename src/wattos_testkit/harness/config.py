"""Reads `wattos-testkit.toml`, or `[tool.wattos-testkit]` of pyproject.toml.

What it says is what the options of `check` say, by the same names; an option on the command line wins.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from wattos_testkit.errors import ConfigError, UsageError
from wattos_testkit.harness.profiles import PROFILES
from wattos_testkit.harness.spans import bytes_of, minute_in, rate_of, seconds_of

FILE, TABLE = "wattos-testkit.toml", "wattos-testkit"
_RULE = re.compile(r"WT[0-9]{0,3}")
_IGNORED = re.compile(r"WT[0-9]{0,3}(@[A-Z0-9]{8})?")
_SECRET = "a secret does not belong in a file; use WATTOS_TOKEN, or token-command"  # noqa: S105 - advice
Reader = Callable[[Any], Any]
Json = dict[str, Any]


class _WrongError(Exception):
    """A value that will not do; the message says what would."""


@dataclass(frozen=True)
class Config:
    """What a file says: options of `check` by their Python names."""

    source: str | None
    values: Json


def find_config(path: str | None, folder: Path) -> Config:
    """Read the file that is named, or the first that a folder or one above it has, or nothing.

    Raises
    ------
    ConfigError
        If it has mistakes; all of them, each by its path.
    UsageError
        If it cannot be read, or is no TOML.
    """
    if path is not None:
        return read_config(Path(path))
    for here in (folder, *folder.parents):
        own, shared = here / FILE, here / "pyproject.toml"
        if own.is_file():
            return read_config(own)
        if shared.is_file():
            # Only a pyproject that has our table is ours, and whatever else is wrong in it is not our matter.
            try:
                tools = tomllib.loads(shared.read_text("utf-8")).get("tool", {})
            except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError):
                return Config(None, {})
            return read_config(shared) if TABLE in tools else Config(None, {})
    return Config(None, {})


def read_config(path: Path) -> Config:
    """Read one file; see find_config."""
    try:
        parsed = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"configuration {path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"configuration {path}: this is no TOML: {error}") from None
    prefix = ""
    if path.name == "pyproject.toml":
        parsed, prefix = parsed.get("tool", {}).get(TABLE, {}), f"tool.{TABLE}."
    mistakes: list[str] = []
    values: Json = {}
    for key, value in parsed.items():
        where = prefix + key
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, 1)
            hint = (
                _SECRET
                if key == "token"
                else f"did you mean {near[0]}?"
                if near
                else f"known are {', '.join(_KEYS)}"
            )
            mistakes.append(f"{where}: there is no such setting; {hint}")
            continue
        try:
            values[key.replace("-", "_")] = _KEYS[key](value)
        except (_WrongError, UsageError) as error:
            mistakes += [f"{where}{line}" for line in str(error).split("\n")]
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return Config(str(path), values)


def _text(value: Any) -> str:  # noqa: ANN401 - any TOML
    if not isinstance(value, str) or not value:
        raise _WrongError(f": {value!r} is no text")
    return value


def _yes(value: Any) -> bool:  # noqa: ANN401 - any TOML
    if not isinstance(value, bool):
        raise _WrongError(f": {value!r} is neither true nor false")
    return value


def _whole(least: int) -> Reader:
    def read(value: Any) -> int:  # noqa: ANN401 - any TOML
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise _WrongError(f": {value!r} is no whole number of at least {least}")
        return value

    return read


def _texts(pattern: re.Pattern[str] | None = None, example: str = "") -> Reader:
    def read(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any TOML
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list):
            raise _WrongError(f": {value!r} is no list of texts")
        wrong = []
        for index, one in enumerate(values):
            if not isinstance(one, str) or (pattern and not pattern.fullmatch(one)):
                wrong.append(
                    f"[{index}]: {one!r} is not of the form {example}" if pattern else f"[{index}]: no text"
                )
        if wrong:
            raise _WrongError("\n".join(wrong))
        return tuple(values)

    return read


def _one_of(names: list[str]) -> Reader:
    def read(value: Any) -> str:  # noqa: ANN401 - any TOML
        if value not in names:
            raise _WrongError(f": {value!r} is none of {', '.join(names)}")
        return str(value)

    return read


def _table(check: Callable[[str, Any], str]) -> Reader:
    def read(value: Any) -> Json:  # noqa: ANN401 - any TOML
        if not isinstance(value, dict):
            raise _WrongError(f": {value!r} is no table")
        wrong = [f".{key}: {reason}" for key, one in value.items() if (reason := check(key, one))]
        if wrong:
            raise _WrongError("\n".join(wrong))
        return value

    return read


def _severity(rule: str, value: Any) -> str:  # noqa: ANN401 - any TOML
    if not _RULE.fullmatch(rule):
        return "no rule, nor the beginning of one, such as WT801 or WT8"
    return "" if value in {"error", "warning"} else f"{value!r} is neither error nor warning"


def _word(_: str, value: Any) -> str:  # noqa: ANN401 - any TOML
    return "" if isinstance(value, str | int | float | bool) else f"{value!r} is no plain value"


def _header(_: str, value: Any) -> str:  # noqa: ANN401 - any TOML
    return "" if isinstance(value, str) else f"{value!r} is no text"


def _read(parse: Callable[[str, str], Any]) -> Reader:
    def read(value: Any) -> Any:  # noqa: ANN401 - any TOML in, any value out
        try:
            return parse(str(value), "")
        except UsageError as error:
            raise _WrongError(f":{error}") from None

    return read


_KEYS: dict[str, Reader] = {
    "target": _text,
    "token-command": _text,
    "header": _table(_header),
    "group": _texts(re.compile(r"[A-Z0-9]{8}"), "GROUP001"),
    "spec": _text,
    "spec-map": _text,
    "profile": _one_of(list(PROFILES)),
    "seed": _whole(0),
    "until": _read(minute_in),
    "select": _texts(_RULE, "WT301 or WT3"),
    "ignore": _texts(_IGNORED, "WT301, WT3 or WT301@PV000001"),
    "severity": _table(_severity),
    "pin": _table(_word),
    "strict": _yes,
    "baseline": _text,
    "report": _texts(),
    "ca-bundle": _text,
    "insecure": _yes,
    "client-cert": _text,
    "client-key": _text,
    "proxy": _text,
    "max-requests": _whole(1),
    "max-time": _read(seconds_of),
    "max-bytes": _read(bytes_of),
    "timeout": _read(seconds_of),
    "max-answer-time": _read(seconds_of),
    "rate-limit": _read(rate_of),
    "bad-methods": _yes,
    "fuzz": _yes,
}
"""Each setting, and what reads its value."""
