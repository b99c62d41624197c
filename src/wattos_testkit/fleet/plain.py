"""Text that a person wrote, as plain data: YAML or JSON in which nothing is guessed and nothing is lost."""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from wattos_testkit.errors import UsageError

_SHOWN = 200
_PLAIN = ("bool", "int", "float", "binary", "timestamp", "str")
_MERGE, _NULL = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:null"


class PlainError(Exception):
    """A text that is no data; the message says where and why."""


def text_of(noun: str, source: str, most: int | None = None) -> str:
    """Return the text of a file; `noun` says what it should hold, `most` how many bytes are read.

    Raises
    ------
    UsageError
        If it cannot be read, or is larger.
    """
    try:
        path = Path(source)
        if most is not None and path.stat().st_size > most:
            raise UsageError(f"{noun} {source}: larger than {most:,} bytes: this is no {noun}")
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{noun} {source}: not a text file in UTF-8; YAML or JSON is needed") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{noun} {source}: cannot be read: {reason}") from None


def data_of(text: str) -> object:
    """Return what a text says, its plain scalars as text: the reader knows what they should be.

    Raises
    ------
    PlainError
        If it is neither YAML nor JSON, or a key stands twice in one mapping.
    """
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text, object_pairs_hook=_once)
        return yaml.load(text, Loader=_loader())  # noqa: S506 - derived from the safe one
    except json.JSONDecodeError as error:
        raise PlainError(f"line {error.lineno}: not JSON: {error.msg}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        reason = str(getattr(error, "problem", None) or error)
        raise PlainError(f"{where}not YAML: {' '.join(reason.split())[:_SHOWN]}") from None
    except RecursionError:
        raise PlainError("nested too deeply") from None
    except (ValueError, TypeError, OverflowError) as error:
        # A tag that does not fit (`!!int x`), or a number of thousands of digits.
        raise PlainError(f"holds a value that cannot be read: {str(error)[:_SHOWN]!r}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice in one mapping: one of the values would be lost without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise PlainError(f"{twice!r} stands twice in one mapping")
    return found


def _resolvers() -> dict[str, list[tuple[str, Any]]]:
    """Return what a plain scalar may be other than text: nothing, or the key of a merge."""
    return {
        first: [(tag, pattern) for tag, pattern in several if tag in {_MERGE, _NULL}]
        for first, several in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _loader() -> Any:  # noqa: ANN401 - a class that depends on whether libyaml is there
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc,valid-type]
        """Reads plain scalars as text (the form says what they are); refuses a key that stands twice."""

        yaml_implicit_resolvers = _resolvers()

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature is PyYAML's
            seen: set[str] = set()
            for key, _ in node.value:
                name = str(key.value)
                if name in seen and key.tag != _MERGE:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{name!r} stands twice in one mapping", key.start_mark
                    )
                seen.add(name)
            result: dict[Hashable, Any] = super().construct_mapping(node, deep)
            return result

    for tag in _PLAIN:
        # Tags are not needed, and those that do not fit their text fail in many ways.
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", lambda _, node: str(node.value))
    return Loader
