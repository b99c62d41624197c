"""What a row of the table is. A module of this folder that has `ROWS` is a topic."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """What came out."""

    value: str
    """The figure, with its unit."""
    reached: bool
    detail: str = ""
    """How it came about: ratios, the figure beside it, the spread."""
    more: str = ""
    """What does not fit into a line; printed below the table."""


@dataclass(frozen=True)
class Row:
    """Something to measure."""

    path: str
    """What is measured, as the table calls it."""
    must: str
    """What must be reached."""
    measure: Callable[[], Measured]


def topics() -> dict[str, dict[str, Row]]:
    """Return the rows by topic and name."""
    found: dict[str, dict[str, Row]] = {}
    for file in sorted(Path(__file__).parent.glob("*.py")):
        module = import_module(f"benchmarks.{file.stem}") if not file.stem.startswith("__") else None
        rows = getattr(module, "ROWS", None)
        if rows:
            found[file.stem] = rows
    return found
