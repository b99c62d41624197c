"""What a scenario would do, in words: who is struck, from when to when, and how."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from wattos_testkit.faults.model import Placement, Strikes
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.moments import written
from wattos_testkit.faults.scenario.roll import Roll
from wattos_testkit.faults.telling import duration
from wattos_testkit.faults.wire import ALWAYS
from wattos_testkit.fleet.model import Fleet

_NAMED = 4
"""Targets of one placement that a line names."""


def scenario_form(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as JSON has it."""
    return {
        "scenario": scenario.name,
        "description": scenario.description,
        "day": scenario.day.isoformat() if scenario.day else None,
        "seed": scenario.seed,
        "strikes": [_placement_form(one) for one in scenario.placements],
        "notes": list(scenario.notes),
    }


def _placement_form(placement: Placement) -> dict[str, Any]:
    always = (placement.start, placement.end) == ALWAYS
    return {
        "name": placement.name,
        "fault": placement.fault.name,
        "family": placement.fault.family.value,
        "on": list(placement.targets),
        "from": None if always else written(placement.start),
        "to": None if always else written(placement.end),
        "with": dict(placement.values),
    }


def scenario_lines(scenario: Scenario, fleet: Fleet) -> Iterator[str]:
    """Yield what a scenario does on a fleet, a line for each placement, in the order of time."""
    about = f": {scenario.description}" if scenario.description else ""
    day = f"day {scenario.day}, " if scenario.day else ""
    yield f"{scenario.name}{about}"
    yield f"{day}seed {scenario.seed}; on {fleet.summary()}"
    roll = Roll(fleet)

    @cache
    def zone(name: str) -> str:
        found = roll.find(name)
        return found.resources[0].timezone if found and found.resources else "UTC"

    for one in sorted(scenario.placements, key=lambda one: (one.start, one.name)):
        place = "UTC" if _of_wire(one) else zone(one.targets[0])
        yield f"  {_when(one, place)}  {one.fault.name}  {_how(one)}"
    for note in scenario.notes:
        yield f"  {note}"
    if not scenario.placements:
        yield "  nobody is struck"


def _of_wire(placement: Placement) -> bool:
    return placement.fault.strikes is Strikes.OPERATION


def _when(placement: Placement, zone: str) -> str:
    if (placement.start, placement.end) == ALWAYS:
        return "always"
    start = datetime.fromtimestamp(placement.start * 60, UTC).astimezone(ZoneInfo(zone))
    length = duration(placement.end - placement.start)
    return f"{written(placement.start)} for {length} ({start:%a %H:%M} {zone})"


def _how(placement: Placement) -> str:
    targets, values = placement.targets, dict(placement.values)
    whom = ", ".join(targets[:_NAMED])
    if len(targets) > _NAMED:
        whom = f"{', '.join(targets[: _NAMED - 1])} and {len(targets) - _NAMED + 1} more"
    told = ", ".join(f"{name} {value}" for name, value in values.items())
    return f"on {whom}" + (f"; {told}" if told else "")
