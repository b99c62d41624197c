"""A baseline: known findings do not fail a run, new ones do, and those that are gone are said."""

import json
from collections.abc import Iterable
from pathlib import Path

from wattos_testkit.errors import OutputError, UsageError
from wattos_testkit.harness.events import Finding

Key = tuple[str, str | None, str | None]
_FORMAT = "wattos-testkit baseline 1"


def read_baseline(path: str) -> frozenset[Key]:
    """Return the keys of a baseline.

    Raises
    ------
    UsageError
        If the file cannot be read, or is none.
    """
    try:
        value = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"--baseline {path}: cannot be read: {error.strerror} (--update-baseline makes one)"
        ) from None
    except ValueError as error:
        raise UsageError(f"--baseline {path}: this is no JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list):
        raise UsageError(f"--baseline {path}: this is no baseline; --update-baseline makes one")
    keys = []
    for index, one in enumerate(value["findings"]):
        # A JSON report has the same three members, so one serves as a baseline too.
        if not isinstance(one, dict) or not isinstance(one.get("rule"), str):
            raise UsageError(f"--baseline {path}: findings[{index}] names no rule")
        for name in ("operation", "resource"):
            if not isinstance(one.get(name), str | None):
                raise UsageError(f"--baseline {path}: findings[{index}].{name} is neither a text nor null")
        keys.append((one["rule"], one.get("operation"), one.get("resource")))
    return frozenset(keys)


def write_baseline(path: str, findings: Iterable[Finding]) -> int:
    """Write the findings of a run as a baseline; return how many there are.

    Raises
    ------
    OutputError
        If it cannot be written; then the old one is still whole.
    """
    keys = sorted({one.key for one in findings}, key=lambda key: tuple(part or "" for part in key))
    entries = [dict(zip(("rule", "operation", "resource"), key, strict=True)) for key in keys]
    text = json.dumps({"format": _FORMAT, "findings": entries}, indent=2) + "\n"
    made, new = Path(path), Path(path + ".new")
    try:
        new.write_text(text, "utf-8")
        new.replace(made)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OutputError(f"--baseline {path}: cannot be written: {error.strerror}") from None
    return len(keys)
