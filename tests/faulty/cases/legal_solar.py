"""Healthy PV systems that work unlike the usual ones."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Pv, Resource
from tests.faulty.flows import DAY, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, wave
from tests.faulty.plant import Columns, Plant, Recounted
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.sun import plane_irradiance

FAMILY = "plant"


@legal(FAMILY)
class Clipped(Healthy):
    """Inverters are small: on clear days PV power stands for hours at their limit."""

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Pv):
                fleet = fleet.changed(one.resource_id, cap_w=one.rated_w * 55 // 100)
        return fleet


class _Curtailed(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if isinstance(resource, Pv):
            limit = resource.rated_w * 3 // 10
            local = (minutes + round(resource.longitude * 4)) % DAY
            held = (local > 600) & (local < 870) & (columns["power_active_avg"] > limit)
            columns = columns | {
                "power_active_avg": np.where(held, limit, columns["power_active_avg"]),
                "power_active_max": np.where(held, limit, columns["power_active_max"]),
                "status": np.where(held, "CU", columns["status"]),
            }
        return columns


@legal(FAMILY)
class Curtailed(Odd):
    """Around noon, PV power is held at three tenths of its rating."""

    plant_class = _Curtailed
    begin = Recounted.begin

    def furnish(self) -> Fleet:
        return FLEET.without("ME")


class _SnowFlow(PvFlow):
    def clearness(self, days: Ints) -> Floats:
        date = (days * DAY).astype("datetime64[m]")
        month = date.astype("datetime64[M]")
        since = (date - month).astype("timedelta64[D]").astype(int)
        winter = np.isin(month.astype(int) % 12, (10, 11, 0, 1, 2))
        return np.where(winter & (since >= 8) & (since < 15), 0.0, super().clearness(days))


class _Snow(Plant):
    pv_flow = _SnowFlow


@legal(FAMILY, needs="a winter month of the north")
class SnowForAWeek(Odd):
    """From the 9th to the 15th of each winter month, snow lies on the modules: no power at all."""

    plant_class = _Snow


class _EdgeFlow(PvFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget)
        edge = np.clip(wave(self.sky + 7, 6, minutes) - 1.0, 0.0, 1.0)
        watts = fitted(columns["power"] * (1.0 + 0.35 * edge), budget["power"])
        return columns | {"power": watts, "peak": np.rint(watts * (1.0 + 0.3 * edge)).astype(np.int64)}


class _Edges(Plant):
    pv_flow = _EdgeFlow


@legal(FAMILY)
class CloudEdges(Odd):
    """For some minutes, edges of clouds lift PV power to 1.3 times a clear sky, its peak to 1.6."""

    plant_class = _Edges


class _NightFlow(PvFlow):
    def evening(self) -> int:
        return self.system.rated_w * 30

    def budgets(self) -> dict[str, Ints]:
        return {"power": super().budgets()["power"] + self.evening()}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, {"power": budget["power"] - self.evening()})
        feeds = trapezoid((minutes - self.offset) % DAY, 1170, 1330, 5.0, 30.0)
        watts = columns["power"] + fitted(feeds, self.evening())
        return columns | {"power": watts, "peak": np.maximum(columns["peak"], watts)}


class _Night(Plant):
    pv_flow = _NightFlow


@legal(FAMILY)
class HybridFeedsAtNight(Odd):
    """PV inverters with a battery on their DC side feed from 19:30 to 22:00."""

    plant_class = _Night


@legal(FAMILY)
class HighLatitude(Healthy):
    """A site lies at 69.6 degrees north: polar night, midnight sun."""

    def furnish(self) -> Fleet:
        north = replace(
            FLEET.sites[1], latitude=69.6492, longitude=18.9553, temperature=3.0, name="Polar Quay"
        )
        fleet = replace(FLEET, sites=(FLEET.sites[0], north, *FLEET.sites[2:]))
        for one in FLEET.resources:
            if one.site_id == north.site_id:
                fleet = fleet.changed(one.resource_id, latitude=69.6501, longitude=18.9571)
        return fleet


@legal(FAMILY)
class AcrossTheDateLine(Healthy):
    """A site lies at 179.4 degrees east, its resources beyond the date line."""

    def furnish(self) -> Fleet:
        far = replace(FLEET.sites[2], latitude=-16.8, longitude=179.98, name="Date Line Lodge")
        fleet = replace(FLEET, sites=(*FLEET.sites[:2], far, *FLEET.sites[3:]))
        for one in FLEET.resources:
            if one.site_id == far.site_id:
                fleet = fleet.changed(one.resource_id, latitude=-16.81, longitude=-179.99)
        return fleet


class _TrackerFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        one = self.system
        faces = (
            plane_irradiance(one.latitude, one.longitude, 50.0, face, minutes)
            for face in (90.0, 180.0, 270.0)
        )
        return np.minimum(np.maximum.reduce(list(faces)) * (one.rated_w * 0.00088), one.cap_w - 1)


class _Tracker(Plant):
    pv_flow = _TrackerFlow


@legal(FAMILY)
class Trackers(Odd):
    """PV systems follow the sun from east to west: they are at full power soon after sunrise."""

    plant_class = _Tracker


class _UprightFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        one = self.system
        faces = (plane_irradiance(one.latitude, one.longitude, 90.0, face, minutes) for face in (90.0, 270.0))
        return np.minimum(sum(faces) * (one.rated_w * 0.0008), one.cap_w - 1)


class _Upright(Plant):
    pv_flow = _UprightFlow


@legal(FAMILY)
class UprightModules(Odd):
    """Two-faced modules stand upright: one hump before and one after noon."""

    plant_class = _Upright


@legal(FAMILY)
class FacingWest(Healthy):
    """PV systems hang on west walls and peak late in the afternoon."""

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Pv):
                fleet = fleet.changed(one.resource_id, azimuth=270.0, tilt=75.0)
        return fleet


class _BrokenFlow(PvFlow):
    def clearness(self, days: Ints) -> Floats:
        return np.where(days % 11 < 3, 0.0, super().clearness(days))


class _Broken(Plant):
    pv_flow = _BrokenFlow

    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns = super().pv(resource, minutes)
        off = (minutes - self.flow(resource).offset) // DAY % 11 < 3
        return columns | {"status": np.where(off, "FA", columns["status"])}


@legal(FAMILY)
class InverterFaults(Odd):
    """Three days of every eleven, PV inverters have a fault: no power, status FA."""

    plant_class = _Broken


@legal(FAMILY)
class BalconyAndPark(Healthy):
    """One PV system has 600 W, another 400 MW."""

    def furnish(self) -> Fleet:
        fleet = FLEET.changed("PV000001", rated_w=600, cap_w=600)
        return fleet.changed("PV000005", rated_w=400_000_000, cap_w=400_000_000)
