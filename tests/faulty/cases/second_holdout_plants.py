"""Second hold-out: ids, meters, registers and sensors that are mapped, wired or filled in wrongly."""

import numpy as np

from tests.faulty.cases.batteries import BatteryFault
from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import Battery, Pv, Resource, Site
from tests.faulty.flows import DAY, LoadFlow, PvFlow
from tests.faulty.noise import Floats, Ints, normal, seed_of, uniform
from tests.faulty.plant import Columns, Plant, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

ACROSS, PHYSICS, STATISTICAL = "cross-operation", "physics", "statistical"


@fault(ACROSS, holdout=2)
class ResourcesOfTheNextSite(Healthy):
    """Each site lists the resources of the one after it, on another continent."""

    def resources(self, site_id: str) -> list[Row]:
        ids = [site.site_id for site in self.fleet.sites]
        return super().resources(ids[(ids.index(site_id) + 1) % len(ids)] if site_id in ids else site_id)


@fault(ACROSS, holdout=2)
class SystemBehindAWrongController(Healthy):
    """A PV system of Los Angeles is mapped, in list and rows, to the unit controller of Hamburg."""

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        return row | {"unit_controller_id": "UC000002"} if resource.resource_id == "PV000001" else row

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"unit_controller_id": "UC000002"} if resource.resource_id == "PV000001" else row


@fault(ACROSS, holdout=2, needs="both groups")
class SiteInBothGroups(Healthy):
    """One site is listed in both groups, each time as if it belonged to the one that is asked."""

    def sites(self, group: str) -> list[Row]:
        rows = super().sites(group)
        if group == "GROUP002":
            shared = next(site for site in self.fleet.sites if site.site_id == "SITE0003")
            rows = [self.site_row(shared) | {"group_id": group}, *rows]
        return rows


@fault(ACROSS, holdout=2, needs="a question without a filter")
class OldIdWithoutFilter(Healthy):
    """Without a filter a PV system comes under the id that it had before a migration, known nowhere else."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        is_that = query.resource is None and resource.resource_id == "PV000005"
        return row | {"resource_id": "PV000085"} if is_that else row


@fault(PHYSICS, holdout=2, needs="a connection with a load meter")
class MeterClockLate(Healthy):
    """The clock of one grid meter is nine minutes late: its rows do not balance with those beside it."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        late = 9 if resource.resource_id == "ME000001" else 0
        return super().minutes(resource, start - late, end - late)


@fault(PHYSICS, holdout=2, needs="minutes")
class ApparentPolledLater(Healthy):
    """Apparent power was polled a minute later than active and reactive power and is stored with them."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        name = "power_apparent_avg"
        later = super().minutes(resource, start + 1, end + 1)
        return columns | {name: later[name]} if name in columns else columns


@fault(PHYSICS, holdout=2)
class PowerFactorForReactive(Healthy):
    """The field of reactive power shows the power factor: the gateway reads the register beside it."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "ME":
            factor = columns["power_active_avg"] / columns["power_apparent_avg"]
            columns |= {"power_reactive_avg": factor * 1000}
        return columns


@fault(PHYSICS, holdout=2, needs="a PV system of more than 655 kW at noon")
class SixteenBitsOfPower(PvFault):
    """PV power is read in 16 bits of 10 W: beyond 655.35 kW it begins again at zero."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {key: columns[key] % 655_360 for key in (POWER, PEAK)}


class _ApparentEnergy(Recounted):
    def counted(self, name: str, columns: Columns) -> Ints:
        if "power_apparent_avg" in columns:
            return np.rint(columns["power_apparent_avg"]).astype(np.int64)
        return super().counted(name, columns)


@fault(PHYSICS, holdout=2)
class RegisterOfApparentEnergy(Odd):
    """The register of meters is that of apparent energy: it counts kVAh, and rises on export too."""

    plant_class = _ApparentEnergy
    begin = Recounted.begin


@fault(PHYSICS, holdout=2)
class LostReadingIsZero(PvFault):
    """Where a reading of a PV system failed, once in a hundred minutes, power and register are zero."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        failed = uniform(seed_of("modbus", resource.resource_id), minutes) < 0.01
        return columns | {key: np.where(failed, 0, columns[key]) for key in (POWER, PEAK, REGISTER)}


class _DailyForecasts(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return super().ambient(site, minutes) + 5.0 * normal(
            seed_of("forecast", site.site_id), minutes // DAY
        )


@fault(STATISTICAL, holdout=2, needs="several days")
class AirJumpsAtMidnight(Odd):
    """The air comes from one forecast per UTC day: at 00:00 UTC it jumps by several degrees."""

    plant_class = _DailyForecasts


@fault(STATISTICAL, holdout=2)
class TemperaturesByLocalClock(PvFault):
    """The temperatures of PV systems come from a logger with local time: they are hours beside the sun."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        other = self.shifted(resource, minutes, -round(resource.longitude / 15) * 60)
        return columns | {key: other[key] for key in ("temp_cell_max", "temp_ambient_max")}


class _WeeklyLoad(LoadFlow):
    def budgets(self) -> dict[str, Ints]:
        found = super().budgets()["power"]
        return {"power": found[(self.days - self.first) % 7]}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        first = self.first + (day - self.first) % 7
        return super().shape(first, minutes - (day - first) * DAY, budget)


class _Weekly(Plant):
    load_flow = _WeeklyLoad


@fault(STATISTICAL, holdout=2, needs="two weeks")
class LastWeekAgain(Odd):
    """Loads are filled in from the week before: a week later each minute is the same to the watt."""

    plant_class = _Weekly


class _ForecastFlow(PvFlow):
    def clearness(self, days: Ints) -> Floats:
        return np.full(len(days), 0.96)

    def clouds(self, minutes: Ints) -> Floats:
        return np.zeros(len(minutes))


class _Forecast(Plant):
    pv_flow = _ForecastFlow


@fault(STATISTICAL, holdout=2, needs="two weeks")
class ClearSkyEveryDay(Odd):
    """PV rows are the clear sky of a model, not measured: no cloud in weeks, from Hamburg to Singapore."""

    plant_class = _Forecast


@fault(STATISTICAL, holdout=2, needs="two weeks")
class CellSensorDrifts(BatteryFault):
    """The sensors of battery cells drift up by a degree a day, until they are set right on the first."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        when = minutes.astype("datetime64[m]")
        since = (when - when.astype("datetime64[M]").astype("datetime64[m]")).astype(int) / DAY
        return columns | {"temp_cell_max": columns["temp_cell_max"] + since}
