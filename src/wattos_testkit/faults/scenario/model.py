"""A scenario that has been read: what it is called, and what it places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Placements of faults on a fleet, and the document that they were read from."""

    name: str
    description: str
    source: str
    """The file, or the name of a ready scenario."""
    seed: int
    day: date | None
    """The day that times of day refer to; None where there is none, or each site has its own today."""
    asked_day: date | None
    """The day that was asked for beside the document."""
    placements: tuple[Placement, ...]
    notes: tuple[str, ...]
    """What strikes nobody, and why."""
    document: Mapping[str, Any]

    def plan(self) -> Plan:
        """Return what acts on the fleet."""
        return Plan(self.placements)
