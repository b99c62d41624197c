"""Which rule must report which fault."""

from pathlib import Path

from tests.faulty.catalogue import FAULTS


def _read() -> dict[str, tuple[str, ...]]:
    lines = (Path(__file__).parent / "promises.txt").read_text("utf-8").splitlines()
    words = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: tuple(rules) for name, *rules in words}


MEANING: dict[str, tuple[str, ...]] = _read()
"""The rules whose meaning is the fault, written down before the first meeting; none: no rule means it."""

EXPECTED: dict[str, str | None] = {name: next(iter(MEANING[name]), None) for name in FAULTS}
"""The rule that must report a fault."""
