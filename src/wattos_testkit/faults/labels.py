"""Ground truth: what strikes which rows, from when to when, and how much of them it changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wattos_testkit.faults.model import Family, Fault, Placement, Strikes, Value
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.plant.effects_pv import restart_minutes
from wattos_testkit.faults.reported.naming import MEASURED, named
from wattos_testkit.faults.scenario.moments import written
from wattos_testkit.fleet.model import Fleet, Meter, Placed
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Codes, Columns, Numbers, Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.existence import existing

COMPARED = 31 * MINUTES_PER_DAY
"""Minutes of a label that are compared, at most: a year says no more than its first month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one placement does to one resource."""

    placement: Placement
    placed: Placed
    fields: tuple[str, ...]
    whole_rows: bool
    """Whether it strikes rows as such: whether, when and how often they come."""
    cause: bool
    """Whether the fault is in this resource; otherwise it is behind the same unit controller."""

    @property
    def start(self) -> int:
        """The UTC minute at which it begins."""
        return self.placement.start

    @property
    def end(self) -> int:
        """The minute after the last."""
        return self.placement.end

    @property
    def settled(self) -> int:
        """The minute from which on it is as it was: inverters that were off come back slowly."""
        fault = self.placement.fault
        if fault.parameter("delay") is None or fault.parameter("ramp") is None:
            return self.end
        return self.end + restart_minutes(self.placement)

    @property
    def parameters(self) -> dict[str, Value]:
        """All parameters of the fault, as they are in this placement."""
        return parameters(self.placement)

    def span(self, window: Window) -> tuple[int, int]:
        """Return the starts of its first bucket in a window, and of the one after its last."""
        first, end = existing(self.placed, window)
        step = window.interval
        start, stop = self.start // step * step, -(-self.settled // step) * step
        return max(first, start), max(first, start, min(end, stop))


def parameters(placement: Placement) -> dict[str, Value]:
    """Return all parameters of a placement, those that nobody has told too."""
    return {one.name: placement.values.get(one.name, one.default) for one in placement.fault.parameters}


def _told(placement: Placement, placed: Placed, fields: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return those of the fields of a fault that a placement is told to change; None where it has none."""
    if placement.fault.parameter("field") is None or not fields:
        return fields
    names = named(placed.kind, placement.word("field"))
    return tuple(name for name in fields if name in names) or None


def _of_others(fault: Fault, placed: Placed) -> tuple[str, ...] | None:
    """Return which fields of a resource change when something else behind its unit controller is struck."""
    role = placed.resource.role if isinstance(placed.resource, Meter) else ""
    if fault.strikes is Strikes.RESOURCE and role == "load":
        # The meter of the load does not see what is generated or stored beside it.
        return None
    return fault.consequences.get(placed.kind)


def labels_of(plan: Plan, placed: Placed) -> Iterator[Label]:
    """Yield what the placements of a plan do to a resource, in the order they were placed."""
    own = placed.resource.resource_id
    controller = placed.controller.unit_controller_id
    seen: set[str] = set()
    for placement in plan.behind(placed):
        fault = placement.fault
        if placement.name in seen or fault.family is Family.WIRE:
            continue
        seen.add(placement.name)
        struck = own in placement.targets or controller in placement.targets
        said = fault.fields.get(placed.kind) if struck else None
        fields = _told(placement, placed, said) if said is not None else _of_others(fault, placed)
        if fields is None and (said is not None or own not in placement.targets):
            continue
        yield Label(
            placement=placement,
            placed=placed,
            fields=fields or MEASURED[placed.kind],
            whole_rows=said == (),
            # What strikes a plant as a whole, its load say, is in all that shows it.
            cause=struck and (said is not None or own in placement.targets or not fault.fields),
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """How much of what would have been is another."""

    rows: int
    """Rows of the span that was compared, were there not this placement."""
    changed: int
    """How many of them are missing, come twice, or have a field that is another."""
    fields: tuple[str, ...]
    """The fields in which any of them is another."""
    largest: dict[str, float]
    """By field, the largest difference of a number."""

    @property
    def severity(self) -> float:
        """The share of rows that are changed: 0 is nothing to be seen, 1 is all of them."""
        return round(self.changed / self.rows, 4) if self.rows else 0.0


class Effects:
    """What labels come to: the rows of their spans as they are, beside what they were without them."""

    def __init__(self, fleet: Fleet, plan: Plan, now: int | None = None) -> None:
        self._plan = plan
        self._healthy = Telemetry(fleet)
        self._faulty = FaultyTelemetry(fleet, plan, now)

    def of(self, label: Label, window: Window) -> Effect:
        """Return what a label comes to in a window."""
        start, end = label.span(window)
        span = Window(start, min(end, start + COMPARED), window.interval)
        without = self._without(label).stream(label.placed, span)
        return _compared(list(without), list(self._faulty.stream(label.placed, span)))

    def _without(self, label: Label) -> Telemetry:
        """Return the series without one placement: what other faults have done is none of its."""
        others = {one.name: one for one in self._plan.behind(label.placed) if one is not label.placement}
        if not others:
            return self._healthy
        own = label.placement.fault.family is Family.PLANT
        return self._faulty.under(Plan(others.values()), same_plants=not own)


def _compared(expected: list[Columns], found: list[Columns]) -> Effect:
    rows = sum(map(len, expected))
    if not rows:
        return Effect(0, 0, (), {})
    minutes, came = _minutes(expected), _minutes(found)
    # Of rows that come twice the first one counts; what comes out of nowhere is compared with nothing.
    known, first, times = np.unique(came, return_index=True, return_counts=True)
    place = np.searchsorted(known, minutes)
    there = np.zeros(rows, dtype=np.bool_)
    inside = place < len(known)
    there[inside] = known[place[inside]] == minutes[inside]
    position = first[place[there]] if len(known) else np.empty(0, dtype=np.int64)
    changed = ~there
    changed[there] = times[place[there]] > 1
    fields: list[str] = []
    largest: dict[str, float] = {}
    for name, column in expected[0].fields.items():
        if not len(came):
            continue
        was, gaps = _values(expected, name)
        is_now, holes = _values(found, name)
        both = (gaps[there] == 0) & (holes[position] == 0)
        apart = np.where(both, np.abs(was[there] - is_now[position]), 0)
        differs = (apart > 0) | (gaps[there] != holes[position])
        changed[there] |= differs
        if differs.any():
            fields.append(name)
        if isinstance(column, Numbers) and apart.any():
            largest[name] = float(apart.max()) / 10**column.decimals
    return Effect(rows, int(changed.sum()), tuple(fields), largest)


def _minutes(pieces: Iterable[Columns]) -> Integers:
    return np.concatenate([np.empty(0, dtype=np.int64), *(one.minutes for one in pieces)])


def _values(pieces: Iterable[Columns], name: str) -> tuple[Integers, npt.NDArray[np.uint8]]:
    values, holes = [], []
    for piece in pieces:
        column = piece.fields[name]
        values.append(column.codes.astype(np.int64) if isinstance(column, Codes) else column.values)
        holes.append(column.holes if column.holes is not None else np.zeros(len(piece), dtype=np.uint8))
    return np.concatenate(values), np.concatenate(holes)


def plain(label: Label) -> dict[str, Any]:
    """Return a label as JSON has it."""
    placement, fault, placed = label.placement, label.placement.fault, label.placed
    return {
        "name": placement.name,
        "fault": fault.name,
        "family": fault.family.value,
        "role": "cause" if label.cause else "consequence",
        "group_id": placed.site.group_id,
        "site_id": placed.site.site_id,
        "unit_controller_id": placed.controller.unit_controller_id,
        "resource_id": placed.resource.resource_id,
        "resource_type": placed.kind.value,
        "from": written(label.start),
        "to": written(label.end),
        "settled": written(label.settled),
        "fields": list(label.fields),
        "whole_rows": label.whole_rows,
        "for_good": fault.forever,
        "parameters": label.parameters,
        "story": fault.story,
    }
