"""Fifth hold-out: healthy plants with fog, shifts, boilers, prices, pumps and a polar day; one migration."""

from dataclasses import replace

import numpy as np

from tests.faulty.cases.fourth_holdout_fleet_plants import batteries
from tests.faulty.fleet import FLEET, Battery, Fleet, Load, Pv, Resource, Site, minute_of
from tests.faulty.flows import DAY, BatteryFlow, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, uniform, wave
from tests.faulty.plant import Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

PLANT, OPERATION = "plant", "operation"


class _FogFlow(PvFlow):
    sites = ("SITE0001", "SITE0002")

    def clear(self, minutes: Ints) -> Floats:
        """Return what comes through the fog of two days in three, gone within forty minutes."""
        sky = super().clear(minutes)
        if self.site.site_id not in self.sites:
            return sky
        day, minute = np.divmod(minutes - self.offset, DAY)
        gone = 600.0 + 100.0 * uniform(self.sky + 21, day)
        through = 0.16 + 0.84 * np.clip((minute - gone) / 40.0 + 0.5, 0.0, 1.0)
        return sky * np.where(uniform(self.sky + 22, day) < 2 / 3, through, 1.0)


class _Fog(Plant):
    pv_flow = _FogFlow


@legal(PLANT, holdout=5)
class FogBurnsOffBeforeNoon(Odd):
    """At two harbours fog takes five sixths of the light on two mornings of three, and goes before noon."""

    plant_class = _Fog


class _ShiftFlow(LoadFlow):
    starts = np.array([6, 14, 22]) * 60
    """Minutes of the local day at which the shift of a week begins; it works for eight hours."""

    def profile(self, minutes: Ints) -> Floats:
        if self.load.profile != "works":
            return super().profile(minutes)
        local = minutes - self.offset
        power = np.zeros(len(minutes))
        for back in (0, 1):
            # A night shift began on the day before; no shift begins on Saturday or Sunday.
            day = local // DAY - back
            monday = (day + 3) // 7
            begins = day * DAY + self.starts[monday % 3]
            works = trapezoid(local - begins, 0, 480, 10.0, 15.0) * ((day + 3) % 7 < 5)
            power = np.maximum(power, works)
        return self.load.base_w + (self.load.peak_w - self.load.base_w) * power * 0.85

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        if self.load.profile != "works":
            return super().shape(day, minutes, budget)
        noise = 0.03 * wave(self.seed, 50, minutes) + 0.02 * wave(self.seed + 1, 11, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Shifts(Plant):
    load_flow = _ShiftFlow


@legal(PLANT, holdout=5)
class OneShiftThatRotates(Odd):
    """Two works have one shift of eight hours: a week from 06:00, one from 14:00, one from 22:00."""

    plant_class = _Shifts

    def furnish(self) -> Fleet:
        works = {name: replace(FLEET.loads[name], profile="works") for name in ("UC000002", "UC000004")}
        return replace(FLEET, loads=FLEET.loads | works)


class _BoilerFlow(LoadFlow):
    """A boiler takes nine tenths of what the PV system behind the same controller gives."""

    def __init__(self, site: Site, controller: str, load: Load) -> None:
        systems = (one for one in FLEET.resources if isinstance(one, Pv))
        self.roof = PvFlow(site, next(one for one in systems if one.controller == controller))
        self._boiled: dict[int, dict[str, np.ndarray]] = {}
        super().__init__(site, controller, load)

    def day(self, day: int) -> dict[str, np.ndarray]:
        """Return the usual load and the boiler, whose register is nine tenths of that of the roof."""
        kept = self._boiled.get(day)
        if kept is not None:
            return kept
        plain, start = super().day(day), day * DAY + self.offset
        roof = self.roof.window(start, start + DAY)
        counted = roof["power_register"] * 9 // 10
        before = int(roof["power_register"][0] - roof["power"][0]) * 9 // 10
        boiler = np.diff(counted, prepend=before)
        kept = {
            "power": plain["power"] + boiler,
            "power_register": plain["power_register"] + counted,
        }
        self._boiled[day] = kept
        return kept


class _Boilers(Plant):
    load_flow = _BoilerFlow


@legal(PLANT, holdout=5)
class BoilersTakeTheSurplus(Odd):
    """Electric boilers take nine tenths of PV power as it comes: the load follows the sun, cloud by cloud."""

    plant_class = _Boilers


class _NarrowFlow(BatteryFlow):
    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        start, turn = uniform(self.seed, days), uniform(self.seed + 1, days)
        return 0.42 + 0.02 * start, 0.53 + 0.04 * turn


class _Narrow(Plant):
    battery_flow = _NarrowFlow


@legal(PLANT, holdout=5)
class KeptInTheMiddle(Odd):
    """For a long life, batteries are kept between 42 and 57 %: the rest of their capacity is never used."""

    plant_class = _Narrow

    def furnish(self) -> Fleet:
        return batteries()


@legal(PLANT, holdout=5)
class PumpsOfFlowBatteries(Healthy):
    """Flow batteries: pumps take sixteen points of charge a day, and of the rest 70 % comes back."""

    def furnish(self) -> Fleet:
        fleet = batteries(charge_share=0.85, discharge_share=0.82)
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, idle_w=one.capacity_wh * 0.02 / 3.0)
        return fleet


@legal(PLANT, holdout=5)
class PolarDayInNovember(Healthy):
    """A station lies at 77.8 degrees south: in November its PV works day and night, in June not at all."""

    def furnish(self) -> Fleet:
        latitude, longitude = -77.8463, 166.6683
        cold = Site("SITE0003", "GROUP001", "Ice Station", latitude, longitude, -17.0, 11.0, 1.5, 0.6)
        sites = tuple(cold if one.site_id == cold.site_id else one for one in FLEET.sites)
        fleet = replace(FLEET, sites=sites)
        for one in FLEET.resources:
            if one.site_id == cold.site_id:
                fleet = fleet.changed(one.resource_id, latitude=latitude, longitude=longitude)
        return fleet.changed("PV000003", tilt=15.0, azimuth=0.0)


class _PriceFlow(LoadFlow):
    levels = np.array([0.15, 0.6, 1.0])

    def level(self, minutes: Ints) -> Floats:
        """Return the share of the full power that the price of an hour permits."""
        drawn = uniform(self.seed + 31, minutes // 180) + 0.5 * uniform(self.seed + 32, minutes // 60)
        share: Floats = self.levels[np.digitize(drawn, (0.55, 0.95))]
        return share

    def profile(self, minutes: Ints) -> Floats:
        return self.load.base_w * 0.1 + self.load.peak_w * self.level(minutes)

    def budgets(self) -> dict[str, Ints]:
        knots = (self.days[:, None] * DAY + self.offset + np.arange(DAY // 10) * 10 + 5).ravel()
        energy = self.profile(knots).reshape(len(self.days), -1).sum(axis=1) * 10.0
        return {"power": np.rint(energy).astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.008 * wave(self.seed, 40, minutes) + 0.004 * wave(self.seed + 1, 3, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Prices(Plant):
    load_flow = _PriceFlow


@legal(PLANT, holdout=5)
class HourlyPricesSwitchTheLoad(Odd):
    """The loads are electrolysers: each full hour, the price sets them to 15, 60 or 100 %, day or night."""

    plant_class = _Prices


@legal(OPERATION, holdout=5)
class HistoryStillBeingLoaded(Healthy):
    """After a migration there are rows since 5 November 2026 and those up to 2024; the rest follows."""

    gap = (minute_of(2025, 1, 1), minute_of(2026, 11, 5, 16))

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        first, last = self.gap
        found = []
        for start, end in ((query.start, min(query.end, first)), (max(query.start, last), query.end)):
            if end - start >= query.interval:
                found += super().rows(resource, replace(query, start=start, end=end))
        return found
