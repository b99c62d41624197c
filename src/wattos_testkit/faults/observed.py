"""The series of a fleet as they are reported when faults strike."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.plant.controller import FaultyController
from wattos_testkit.faults.reported.stages import (
    PRESENCE,
    RESHAPING,
    ROWS,
    SOURCES,
    VALUES,
    Context,
    Sources,
)
from wattos_testkit.fleet.model import Fleet, Placed
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import HORIZON, MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Codes, Column, Columns, Window
from wattos_testkit.telemetry.engine import PIECE_DAYS, Telemetry
from wattos_testkit.telemetry.existence import existing, first_minute

_HELD = 64
"""Plants that are held ready."""


class FaultyTelemetry(Telemetry):
    """The series of a fleet as reported: a pure function of (seed, plan, resource, minute), and of now."""

    def __init__(self, fleet: Fleet, plan: Plan, now: int | None = None) -> None:
        super().__init__(fleet)
        self.plan = plan
        self.now = now
        self._plants: OrderedDict[str, FaultyController] = OrderedDict()

    def stream(self, placed: Placed, window: Window, days: int = PIECE_DAYS) -> Iterator[Columns]:
        """Yield the rows of a resource in pieces of bounded size, none empty, not all of them regular."""
        interval = window.interval
        start, end = existing(placed, window)
        if not self.plan.concerns(placed, start, end):
            yield from super().stream(placed, window, days)
            return
        while start < end:
            stop = min(end, (start // MINUTES_PER_DAY + days) * MINUTES_PER_DAY)
            starts, fields = self.reported(placed, start, stop).bucketed(interval)
            yield from self._columns(placed, interval, starts, fields)
            start = stop

    def reported(self, placed: Placed, start: int, end: int) -> Minutes:
        """Return the minutes of a window as they are reported."""
        strikes = self.plan.on(placed.resource.resource_id)
        minutes = self._sourced(placed, [one for one in strikes if one.fault.name in SOURCES], start, end)
        stages = [one for one in strikes if one.fault.name in VALUES or one.fault.name in PRESENCE]
        if not stages:
            return minutes
        minutes.dig()
        context = Context(placed, lambda first, last: self._existing(placed, first, last), self.now)
        # Whether a minute comes does not depend on what it says: presence is last, whatever was placed last.
        for effects in (VALUES, PRESENCE):
            for one in stages:
                if one.fault.name in effects and one.start < end and (one.fault.forever or start < one.end):
                    last = end if one.fault.forever else min(end, one.end)
                    effects[one.fault.name](one, minutes.between(max(start, one.start), last), context)
        return minutes

    def _existing(self, placed: Placed, start: int, end: int) -> Minutes:
        first = first_minute(placed)
        strikes = [one for one in self.plan.on(placed.resource.resource_id) if one.fault.name in SOURCES]
        return self._sourced(placed, strikes, max(start, first), min(max(end, first + 1), HORIZON))

    def _sourced(self, placed: Placed, strikes: list[Placement], start: int, end: int) -> Minutes:
        """Return minutes of the plant, from wherever the reporting takes them."""
        if not any(one.start < end and start < one.end for one in strikes):
            return self._true(placed, start, end)
        count = end - start
        sources = Sources(start, np.arange(start, end), np.zeros(count, dtype=np.bool_), placed)
        partner = placed
        for one in strikes:
            first, last = max(start, one.start), min(end, one.end)
            if first < last:
                partner = self._partner(one, placed) or partner
                SOURCES[one.fault.name](one, sources.between(first, last))
        return self._gathered(placed, partner, sources)

    def _partner(self, placement: Placement, placed: Placed) -> Placed | None:
        """Return the other one of a pair of resources."""
        names = [name for name in placement.targets if name != placed.resource.resource_id]
        return self.fleet.resource(names[0]) if len(placement.targets) == 2 and names else None  # noqa: PLR2004 - a pair

    def _gathered(self, placed: Placed, partner: Placed, sources: Sources) -> Minutes:
        """Return minutes put together from runs of consecutive minutes of one resource."""
        jumps = (np.diff(sources.when) != 1) | (np.diff(sources.other.view(np.int8)) != 0)
        edges = [0, *(np.flatnonzero(jumps) + 1).tolist(), len(sources.when)]
        parts = []
        for begin, stop in pairwise(edges):
            whose = partner if sources.other[begin] else placed
            parts.append(self._run(whose, int(sources.when[begin]), stop - begin))
        return _joined(sources.start, parts)

    def _run(self, placed: Placed, start: int, count: int) -> Minutes:
        """Return minutes of the plant; those before it was installed, or after time ends, do not come."""
        first, last = first_minute(placed), HORIZON
        inside = max(start, first), min(start + count, last)
        if start < 0 or inside[0] >= inside[1]:
            empty = self._true(placed, first, first + 1)
            empty.received[:] = False
            return _joined(0, [empty] * count)
        found = self._true(placed, *inside)
        if len(found) == count:
            return found
        missing = [found.between(found.start, found.start + 1).writable()] * (count - len(found))
        for one in missing:
            one.received[:] = False
        return _joined(start, [*missing, found] if start < first else [found, *missing])

    def _true(self, placed: Placed, start: int, end: int) -> Minutes:
        """Return minutes of the plant, day by day: what is true does not depend on the window."""
        return self._plant(placed).minutes(placed, first_minute(placed), start, end)

    def _plant(self, placed: Placed) -> FaultyController:
        site, controller = placed.site, placed.controller
        name = controller.unit_controller_id
        plant = self._plants.get(name)
        if plant is None:
            plant = self._plants[name] = FaultyController(
                controller,
                self.plan,
                {one.resource_id: self._pv(site, controller, one) for one in controller.pv},
                {one.resource_id: self._battery(site, controller, one) for one in controller.batteries},
                self._load(site, controller),
            )
            if len(self._plants) > _HELD:
                self._plants.popitem(last=False)
        else:
            self._plants.move_to_end(name)
        return plant

    def _columns(
        self, placed: Placed, interval: int, starts: Integers, fields: dict[str, Column]
    ) -> Iterator[Columns]:
        """Yield rows: in runs without a gap, or, where something reshapes them, as they come."""
        strikes = self.plan.on(placed.resource.resource_id)
        whole = Columns(
            kind=placed.kind,
            resource_id=placed.resource.resource_id,
            unit_controller_id=placed.controller.unit_controller_id,
            interval=interval,
            minutes=starts,
            fields=fields,
            regular=not any(one.fault.name in RESHAPING for one in strikes),
        )
        for one in strikes:
            if one.fault.name in ROWS and len(whole):
                whole = _taken(whole, ROWS[one.fault.name](one, whole.minutes, interval))
        if not len(whole):
            return
        if not whole.regular:
            yield whole
            return
        edges = [0, *(np.flatnonzero(np.diff(whole.minutes) != interval) + 1).tolist(), len(whole)]
        for begin, stop in pairwise(edges):
            yield whole if stop - begin == len(whole) else _taken(whole, np.arange(begin, stop))


def _taken(columns: Columns, positions: Integers) -> Columns:
    """Return some rows, in the order that is given."""
    fields: dict[str, Column] = {}
    for name, column in columns.fields.items():
        holes = None if column.holes is None else column.holes[positions]
        if isinstance(column, Codes):
            fields[name] = replace(column, codes=column.codes[positions], holes=holes)
        else:
            fields[name] = replace(column, values=column.values[positions], holes=holes)
    return replace(columns, minutes=columns.minutes[positions], fields=fields)


def _joined(start: int, parts: list[Minutes]) -> Minutes:
    """Return minutes put end to end."""
    head = parts[0]
    return Minutes(
        head.kind,
        start,
        {name: np.concatenate([one.numbers[name] for one in parts]) for name in head.numbers},
        None
        if head.status is None
        else np.concatenate([one.status for one in parts if one.status is not None]),
        np.concatenate([one.received for one in parts]),
    )
