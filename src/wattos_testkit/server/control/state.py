"""All that can be changed while the mock runs, as values that are written down for the other workers."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from wattos_testkit.errors import UsageError
from wattos_testkit.faults.catalogue import find
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.reading import open_scenario
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.clock import Clock
from wattos_testkit.server.live import Live

Json = dict[str, Any]
SCENARIO, ADDED = "scenario", "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fault as it was asked for: it may strike many times, and goes as a whole."""

    fault_id: str
    origin: str
    """Came with a scenario, or was added alone."""
    asked: Json
    """The document that asked for it."""
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Clock, scenario and faults."""

    clock: Clock | None = None
    scenario: Json | None = None
    """Name, description and document of the scenario that was loaded last."""
    entries: tuple[Entry, ...] = ()
    added: int = 0
    """How many faults were ever added: ids are not used again."""

    def live(self, generation: int) -> Live:
        """Return what a request sees of it."""
        return Live(Plan(self.placements()), self.clock, generation)

    def placements(self) -> Iterator[Placement]:
        """Yield every placement, in the order they were placed."""
        for entry in self.entries:
            yield from entry.placements

    def entry(self, fault_id: str) -> Entry | None:
        """Return a fault by its id."""
        return next((one for one in self.entries if one.fault_id == fault_id), None)

    def without(self, doomed: Iterable[Entry]) -> "State":
        """Return the state without some of its faults."""
        gone = {one.fault_id for one in doomed}
        return replace(self, entries=tuple(one for one in self.entries if one.fault_id not in gone))

    def text(self) -> str:
        """Write it down."""
        clock = self.clock
        return json.dumps(
            {
                "clock": None if clock is None else [clock.said, clock.when, clock.speed],
                "scenario": self.scenario,
                "entries": [_written(one) for one in self.entries],
                "added": self.added,
            }
        )

    @classmethod
    def read(cls, text: str) -> "State":
        """Read what `text` has written."""
        found = json.loads(text)
        return cls(
            clock=None if found["clock"] is None else Clock(*found["clock"]),
            scenario=found["scenario"],
            entries=tuple(_read(one) for one in found["entries"]),
            added=found["added"],
        )


def starting(clock: Clock | None, spec: str | None, fleet: Fleet) -> State:
    """Return the state that a mock starts with: a clock, and a scenario by its name or file.

    Raises
    ------
    UsageError
        If there is no such scenario, or it has mistakes.
    """
    state = State(clock=clock)
    if spec is None:
        return state
    return with_scenario(state, open_scenario(spec, fleet, None if clock is None else clock.minute()))


def with_scenario(state: State, scenario: Scenario | None) -> State:
    """Return the state with another scenario, or none, in place of the one it has."""
    kept = tuple(one for one in state.entries if one.origin != SCENARIO)
    if scenario is None:
        return replace(state, scenario=None, entries=kept)
    told = {
        "name": scenario.name,
        "description": scenario.description,
        "source": scenario.source,
        "day": None if scenario.day is None else scenario.day.isoformat(),
        "notes": list(scenario.notes),
        "document": dict(scenario.document),
    }
    entries = tuple(_entries(scenario))
    taken = {one.fault_id for one in kept} & {one.fault_id for one in entries}
    if taken:
        raise UsageError(
            f"scenario {scenario.source}: {min(taken)!r} is the name of a fault that was added before"
        )
    return replace(state, scenario=told, entries=(*entries, *kept))


def _entries(scenario: Scenario) -> Iterator[Entry]:
    """Yield the items of a scenario that strike anybody."""
    for number, asked in enumerate(scenario.document["faults"], start=1):
        item = str(asked.get("name") or f"{number}-{asked['fault']}")
        placements = tuple(one for one in scenario.placements if _belongs(one.name, item))
        if placements:
            yield Entry(fault_id=item, origin=SCENARIO, asked=asked, placements=placements)


def _belongs(name: str, item: str) -> bool:
    """Whether a placement is one of those of an item: `item`, `item#2` or `item/PV000001#2`."""
    return name.startswith(item) and name[len(item) : len(item) + 1] in {"", "/", "#"}


def _written(entry: Entry) -> Json:
    placements = [
        [one.name, one.fault.name, one.targets, one.start, one.end, dict(one.values), one.seed]
        for one in entry.placements
    ]
    return {"id": entry.fault_id, "origin": entry.origin, "asked": entry.asked, "placements": placements}


def _read(found: Json) -> Entry:
    placements = tuple(
        Placement(
            name=name, fault=find(fault), targets=tuple(whom), start=start, end=end, values=values, seed=seed
        )
        for name, fault, whom, start, end, values, seed in found["placements"]
    )
    return Entry(fault_id=found["id"], origin=found["origin"], asked=found["asked"], placements=placements)
