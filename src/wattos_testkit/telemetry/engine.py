"""The door to the series: a fleet, a resource, a window -> columns."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from wattos_testkit.fleet.model import (
    Battery,
    Fleet,
    Kind,
    Meter,
    Photovoltaic,
    Placed,
    Site,
    UnitController,
)
from wattos_testkit.physics.load import least_load
from wattos_testkit.telemetry.battery import BatterySeries
from wattos_testkit.telemetry.blocks import TABLES_LIMIT, BlockCache
from wattos_testkit.telemetry.calendar import day_number
from wattos_testkit.telemetry.columns import Columns, Window
from wattos_testkit.telemetry.existence import existing, first_minute
from wattos_testkit.telemetry.load import LoadSeries
from wattos_testkit.telemetry.meter import MeterSeries
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicSeries
from wattos_testkit.telemetry.rows import Series, rows
from wattos_testkit.telemetry.weather import SiteWeather

PIECE_DAYS = 8
"""Days that are computed in one go: few enough that a server stays lively between two pieces."""
T = TypeVar("T")
_HELD = 256
"""Series of each kind that are held ready."""
_MARGIN = 0.95
"""How far below the least load all generation stays that must not reach the grid."""


class Telemetry:
    """The series of a fleet, each a pure function of (seed, resource, minute)."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._blocks = BlockCache()
        self._tables = BlockCache(TABLES_LIMIT)
        self._weathers: OrderedDict[str, SiteWeather] = OrderedDict()
        self._pvs: OrderedDict[str, PhotovoltaicSeries] = OrderedDict()
        self._batteries: OrderedDict[str, BatterySeries] = OrderedDict()
        self._meters: OrderedDict[str, MeterSeries] = OrderedDict()
        self._loads: OrderedDict[str, LoadSeries] = OrderedDict()

    def stream(self, placed: Placed, window: Window, days: int = PIECE_DAYS) -> Iterator[Columns]:
        """Yield the rows of a resource in pieces of bounded size, in the order of time, none empty."""
        interval = window.interval
        start, end = existing(placed, window)
        if start == end:
            return
        series = self._of(placed)
        weather = self._weather(placed.site)
        while start < end:
            stop = min(end, weather.start_minute(weather.day_of(start) + days))
            yield Columns(
                kind=placed.kind,
                resource_id=placed.resource.resource_id,
                unit_controller_id=placed.controller.unit_controller_id,
                interval=interval,
                minutes=np.arange(start, stop, interval),
                fields=rows(series, start, stop, interval),
            )
            start = stop

    def _weather(self, site: Site) -> SiteWeather:
        return _kept(
            self._weathers,
            site.site_id,
            lambda: SiteWeather(self.fleet.seed, site, self._blocks, self._tables),
        )

    def _of(self, placed: Placed) -> Series:
        site, controller = placed.site, placed.controller
        match placed.resource:
            case Photovoltaic() as pv:
                return self._pv(site, controller, pv)
            case Battery() as battery:
                return self._battery(site, controller, battery)
            case Meter() as meter:
                return self._meter(site, controller, meter)
        raise TypeError(f"{type(placed.resource).__name__} has no series")

    def _pv(self, site: Site, controller: UnitController, pv: Photovoltaic) -> PhotovoltaicSeries:
        limit = _leave(controller, pv.rated_ac_kw, sum(one.rated_ac_kw for one in controller.pv))
        return _kept(
            self._pvs,
            pv.resource_id,
            lambda: PhotovoltaicSeries(self.fleet.seed, self._weather(site), self._blocks, pv, limit),
        )

    def _battery(self, site: Site, controller: UnitController, battery: Battery) -> BatterySeries:
        def make() -> BatterySeries:
            limit = _leave(controller, battery.rated_kw, sum(one.rated_kw for one in controller.batteries))
            pv = [self._pv(site, controller, one) for one in controller.pv]
            return BatterySeries(self.fleet.seed, self._weather(site), battery, pv, limit)

        return _kept(self._batteries, battery.resource_id, make)

    def _meter(self, site: Site, controller: UnitController, meter: Meter) -> MeterSeries:
        def make() -> MeterSeries:
            pv = [self._pv(site, controller, one) for one in controller.pv]
            batteries = [self._battery(site, controller, one) for one in controller.batteries]
            first = first_minute(Placed(kind=Kind.METER, site=site, controller=controller, resource=meter))
            return MeterSeries(meter, first, self._load(site, controller), pv, batteries)

        return _kept(self._meters, meter.resource_id, make)

    def _load(self, site: Site, controller: UnitController) -> LoadSeries | None:
        load = controller.load
        if load is None:
            return None
        # A load has no installation of its own: it is counted from the first meter on.
        first = min(day_number(meter.commissioned) for meter in controller.meters)
        owner = controller.unit_controller_id
        return _kept(
            self._loads, owner, lambda: LoadSeries(self.fleet.seed, self._weather(site), load, owner, first)
        )


def _leave(controller: UnitController, rated: float, together: float) -> float:
    """Return the most that one PV system or battery may feed in [W], so that the meter never turns."""
    if controller.may_export or controller.load is None:
        return np.inf
    least = least_load(controller.load.profile, controller.load.mean_kw) * _MARGIN
    if controller.pv and controller.batteries:
        least /= 2.0
    return float(least * rated / together)


def _kept(held: OrderedDict[str, T], key: str, make: Callable[[], T]) -> T:
    """Return what is held under a key, made at most once while it is among the last used."""
    value = held.get(key)
    if value is None:
        value = held[key] = make()
        if len(held) > _HELD:
            held.popitem(last=False)
    else:
        held.move_to_end(key)
    return value
