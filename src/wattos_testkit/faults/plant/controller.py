"""All that stands behind one unit controller, with the faults that strike it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from wattos_testkit.faults.minutes import Bytes, Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.plant.battery import FaultyBattery
from wattos_testkit.faults.plant.effects_battery import BATTERY
from wattos_testkit.faults.plant.effects_pv import PHOTOVOLTAIC, TAILS, restart_minutes
from wattos_testkit.faults.plant.effects_site import LOAD, METER
from wattos_testkit.faults.plant.island import Island
from wattos_testkit.faults.plant.load import FaultyLoad
from wattos_testkit.faults.plant.photovoltaic import KEEP, FaultyPhotovoltaic
from wattos_testkit.faults.plant.strikes import Strike
from wattos_testkit.fleet.model import Battery, Kind, Meter, Placed, UnitController
from wattos_testkit.telemetry.battery import BatterySeries
from wattos_testkit.telemetry.calendar import HORIZON
from wattos_testkit.telemetry.load import LoadSeries
from wattos_testkit.telemetry.meter import MeterSeries
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicSeries
from wattos_testkit.telemetry.rows import battery_rows, meter_rows, photovoltaic_rows

M = TypeVar("M")
GRID_OUTAGE = "grid-outage"
Effects = Mapping[str, Callable[[Placement, M], None]]


class FaultyController:
    """The plant behind a unit controller: its parts, and meters that balance them."""

    def __init__(
        self,
        controller: UnitController,
        plan: Plan,
        pv: Mapping[str, PhotovoltaicSeries],
        batteries: Mapping[str, BatterySeries],
        load: LoadSeries | None,
    ) -> None:
        self._plan = plan
        self._everywhere = plan.on(controller.unit_controller_id)
        self.pv = {
            name: FaultyPhotovoltaic(one, self._strikes(PHOTOVOLTAIC, name)) for name, one in pv.items()
        }
        self.batteries = {
            name: FaultyBattery(one, self._strikes(BATTERY, name)) for name, one in batteries.items()
        }
        self.load = None if load is None else FaultyLoad(load, self._strikes(LOAD))
        self._isolate(list(_one_by_one(one for one in self._everywhere if one.fault.name == GRID_OUTAGE)))
        self._meters: dict[str, MeterSeries] = {}

    def _isolate(self, outages: list[Placement]) -> None:
        """Put outages on top of the parts as they are without any."""
        islands = [Island(outage, self.pv, self.batteries, self.load) for outage in outages]
        if not islands:
            return
        begins = [outage.start for outage in outages[1:]]
        # Who starts again when the grid goes a second time is struck by that instead.
        tails = [
            min(restart_minutes(outage), max(0, begin - outage.end))
            for outage, begin in zip(outages, [*begins, HORIZON], strict=True)
        ]
        self.pv = {
            name: one.struck(
                *(
                    Strike(island.placement, partial(island.on_photovoltaic, name), tail)
                    for island, tail in zip(islands, tails, strict=True)
                )
            )
            for name, one in self.pv.items()
        }
        self.batteries = {
            name: one.struck(
                *(Strike(island.placement, partial(island.on_battery, name)) for island in islands)
            )
            for name, one in self.batteries.items()
        }
        if self.load is not None:
            self.load = self.load.struck(*(Strike(island.placement, island.on_load) for island in islands))
        for island in islands:
            island.followed = self.batteries

    def _strikes(self, effects: Effects[M], name: str = "") -> Sequence[Strike[M]]:
        """Return what strikes a part: what is placed on the whole plant, and on itself."""
        return [
            Strike(one, effects[one.fault.name], TAILS[one.fault.name](one) if one.fault.name in TAILS else 0)
            for one in (*self._everywhere, *self._plan.on(name))
            if one.fault.name in effects
        ]

    def minutes(self, placed: Placed, first: int, start: int, end: int) -> Minutes:
        """Return the true minutes of a resource, as a sensor without faults would report them.

        Parameters
        ----------
        placed
            A resource behind this unit controller.
        first
            The UTC minute at which it was installed.
        start, end
            The window, not before that [UTC min].
        """
        name = placed.resource.resource_id
        match placed.resource:
            case Meter() as meter:
                return self._meter(meter, first, start, end)
            case Battery():
                return self._battery(self.batteries[name], start, end)
            case _:
                return self._photovoltaic(self.pv[name], start, end)

    @staticmethod
    def _photovoltaic(part: FaultyPhotovoltaic, start: int, end: int) -> Minutes:
        minutes = Minutes.of(Kind.PV, start, photovoltaic_rows(part, start, end, 1)).writable()
        _overlay(minutes, part.minutes(start, end).status)
        return minutes

    @staticmethod
    def _battery(part: FaultyBattery, start: int, end: int) -> Minutes:
        minutes = Minutes.of(Kind.BESS, start, battery_rows(part, start, end, 1)).writable()
        _overlay(minutes, part.minutes(start, end).status)
        return minutes

    def _meter(self, meter: Meter, first: int, start: int, end: int) -> Minutes:
        name = meter.resource_id
        series = self._meters.get(name)
        if series is None:
            parts = tuple(self.pv.values()), tuple(self.batteries.values())
            series = self._meters[name] = MeterSeries(meter, first, self.load, *parts)

        def true(start: int, end: int) -> Minutes:
            return Minutes.of(Kind.METER, start, meter_rows(series, start, end, 1)).writable()

        minutes = true(start, end)
        for one in (*self._everywhere, *self._plan.on(name)):
            # Who exchanged the one before it did nothing to this one.
            if one.fault.name in METER and one.end > first:
                METER[one.fault.name](one, minutes, true, meter.role)
        return minutes


def _one_by_one(outages: Iterable[Placement]) -> Iterator[Placement]:
    """Yield outages in the order of time; of one that another overlaps only what comes after that."""
    free = 0
    for outage in sorted(outages, key=lambda one: (one.start, one.end)):
        if outage.end > free:
            yield replace(outage, start=max(outage.start, free))
            free = outage.end


def _overlay(minutes: Minutes, status: Bytes) -> None:
    """Put in the statuses that do not follow from the power."""
    if minutes.status is not None:
        np.copyto(minutes.status, status, where=status != KEEP)
