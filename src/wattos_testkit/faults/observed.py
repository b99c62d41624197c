"""The series of a fleet as they are reported when faults strike."""

from collections import OrderedDict
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.model import Family, Placement
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.plant.controller import FaultyController
from wattos_testkit.faults.reported.effects import MINUTES, RESHAPING, ROWS, SOURCES
from wattos_testkit.faults.reported.gathering import gathered
from wattos_testkit.faults.reported.order import struck
from wattos_testkit.faults.reported.stages import Context, Sources
from wattos_testkit.fleet.model import Fleet, Placed
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import HORIZON, MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Column, Columns, Window
from wattos_testkit.telemetry.engine import PIECE_DAYS, Telemetry
from wattos_testkit.telemetry.existence import existing, first_minute
from wattos_testkit.telemetry.freely import fits

_HELD = 64
"""Plants that are held ready."""


class FaultyTelemetry(Telemetry):
    """The series of a fleet as reported: a pure function of (seed, plan, resource, minute), and of now."""

    def __init__(self, fleet: Fleet, plan: Plan, now: int | None = None) -> None:
        super().__init__(fleet)
        self.plan = plan
        self.now = now
        self._plants: OrderedDict[str, FaultyController] = OrderedDict()

    def under(self, plan: Plan, *, same_plants: bool) -> "FaultyTelemetry":
        """Return the same fleet under another plan, sharing what is computed for both.

        `same_plants` says that the plans differ in no fault of the plant.
        """
        other = copy(self)
        other.plan = plan
        if not same_plants:
            other._plants = OrderedDict()  # noqa: SLF001 - of its own class
        return other

    def stream(self, placed: Placed, window: Window, days: int = PIECE_DAYS) -> Iterator[Columns]:
        """Yield the rows of a resource in pieces of bounded size, none empty, not all of them regular."""
        interval = window.interval
        if self.now is not None:
            window = Window(window.start, max(window.start, min(window.end, self.now)), interval)
        start, end = existing(placed, window)
        if not self.plan.concerns(placed, start, end):
            yield from super().stream(placed, window, days)
            return
        while start < end:
            stop = min(end, (start // MINUTES_PER_DAY + days) * MINUTES_PER_DAY)
            starts, fields = self.reported(placed, start, stop).bucketed(interval, self.now)
            if len(starts):
                yield from self._columns(placed, interval, starts, fields)
            start = stop

    def reported(self, placed: Placed, start: int, end: int) -> Minutes:
        """Return the minutes of a window as they are reported."""
        strikes = self._strikes(placed)
        minutes = self._sourced(placed, start, end)
        stages = [one for one in strikes if one.fault.name in MINUTES]
        if not stages:
            return minutes
        minutes.dig()
        context = Context(placed, lambda first, last: self._existing(placed, first, last))
        for one in stages:
            first, last = max(start, one.start), end if one.fault.forever else min(end, one.end)
            if first < last:
                MINUTES[one.fault.name](one, minutes.between(first, last), context)
        return minutes

    def _strikes(self, placed: Placed) -> list[Placement]:
        """Return what strikes the way of a resource's rows, as far as it can strike its kind."""
        return [
            one
            for one in self.plan.on(placed.resource.resource_id)
            if one.fault.family is Family.TELEMETRY and placed.kind in one.fault.kinds
        ]

    def _existing(self, placed: Placed, start: int, end: int) -> Minutes:
        """Return minutes as they come from the plant, of those there are; at least one."""
        first = first_minute(placed)
        start = min(max(start, first), HORIZON - 1)
        return self._sourced(placed, start, min(max(end, start + 1), HORIZON))

    def _sourced(self, placed: Placed, start: int, end: int) -> Minutes:
        """Return minutes of the plant, from wherever the reporting takes them."""
        strikes = [one for one in self._strikes(placed) if one.fault.name in SOURCES]
        if not any(one.start < end and start < one.end for one in strikes):
            return self._true(placed, start, end)
        sources = Sources(start, np.arange(start, end), np.zeros(end - start, dtype=np.uint8), placed)
        whose = [placed]
        for one in strikes:
            first, last = max(start, one.start), min(end, one.end)
            if first < last:
                whose.append(self._partner(one, placed))
                SOURCES[one.fault.name](one, sources.between(first, last), len(whose) - 1)
        return gathered(sources, whose, self._true)

    def _partner(self, placement: Placement, placed: Placed) -> Placed:
        """Return the other one of a pair of resources, or itself where there is none of its kind."""
        names = [name for name in placement.targets if name != placed.resource.resource_id]
        other = self.fleet.resource(names[0]) if names else None
        return other if other is not None and other.kind is placed.kind else placed

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
        strikes = self._strikes(placed)
        whole = Columns(
            kind=placed.kind,
            resource_id=placed.resource.resource_id,
            unit_controller_id=placed.controller.unit_controller_id,
            interval=interval,
            minutes=starts,
            fields=fields,
        )
        for one in strikes:
            if one.fault.name in ROWS:
                positions = ROWS[one.fault.name](one, whole.minutes, interval, placed.resource.resource_id)
                whole = whole.taken(positions)
        # How a row is written depends on the row, and not on the piece that it is in.
        free = np.zeros(len(whole), dtype=np.bool_)
        for one in strikes:
            if one.fault.name in RESHAPING:
                free |= struck(one, whole.minutes, interval)
        jumps = (np.diff(whole.minutes) != interval) & ~(free[1:] & free[:-1])
        edges = np.flatnonzero(jumps | (free[1:] != free[:-1])) + 1
        for begin, stop in pairwise([0, *edges.tolist(), len(whole)]):
            run = whole if stop - begin == len(whole) else whole.taken(np.arange(begin, stop))
            yield replace(run, regular=False) if free[begin] or not fits(placed, run) else run
