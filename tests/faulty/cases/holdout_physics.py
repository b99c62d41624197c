"""Hold-out: plants that are wrong in ways that single values do not show."""

import numpy as np

from tests.faulty.cases.batteries import CHARGE, CHARGED, DISCHARGE, DISCHARGED, BatteryFault
from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import FLEET, Battery, Meter, Pv, Resource, Site
from tests.faulty.flows import DAY, BatteryFlow
from tests.faulty.noise import Floats, Ints, seed_of, uniform
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd

PHYSICS, STATISTICAL = "physics", "statistical"


@fault(PHYSICS, holdout=True)
class ThroughputRegister(BatteryFault):
    """The register of charged energy counts both directions."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {CHARGED: columns[CHARGED] + columns[DISCHARGED]}


@fault(PHYSICS, holdout=True)
class ChargeOfAnother(BatteryFault):
    """A battery shows the state of charge of another one."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        other = {"BE000001": "BE000002", "BE000002": "BE000003", "BE000003": "BE000001"}[resource.resource_id]
        found = next(one for one in FLEET.resources if one.resource_id == other)
        whole = self.plant.minutes(found, int(minutes[0]), int(minutes[-1]) + 1)
        return columns | {"soc_end": whole["soc_end"]}


@fault(PHYSICS, holdout=True)
class ChargeStopsAtSixty(BatteryFault):
    """The state of charge never shows more than 60 %, while charging goes on for hours."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"soc_end": np.minimum(columns["soc_end"], 60.0)}


@fault(PHYSICS, holdout=True)
class ChargeFallsTwiceAsFast(BatteryFault):
    """Per kilowatt-hour, the charge falls twice as far as it rises; at 05:00 local time it jumps up."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        offset = round(300 - resource.longitude * 4)
        first = (minutes - offset) // DAY * DAY + offset
        start = int(first[0])
        whole = self.plant.minutes(resource, start, int(minutes[-1]) + 1)
        out = whole[DISCHARGED][minutes - start] - whole[DISCHARGED][first - start]
        more = 40.0 * out / (resource.capacity_wh * 60.0)
        return columns | {"soc_end": np.clip(columns["soc_end"] * 0.45 + 50.0 - more, 0.0, 100.0)}


@fault(PHYSICS, holdout=True)
class RegisterOncePerHour(PvFault):
    """The register of PV systems is read once an hour; in between it repeats the last reading."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        hours = minutes // 60 * 60 - 1
        start = int(hours[0])
        whole = self.plant.minutes(resource, start, int(minutes[-1]) + 1)[REGISTER]
        return columns | {REGISTER: whole[hours - start]}


@fault(PHYSICS, holdout=True)
class LastValueHeldAfterSunset(PvFault):
    """After sunset the inverter's last power of 17:00 local time is shown until 22:00."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        local = (minutes + round(resource.longitude * 4)) % DAY
        start = int(minutes[0]) - 400
        whole = self.plant.minutes(resource, start, int(minutes[-1]) + 1)
        held = np.where((local >= 960) & (local < 1320), minutes - (local - 960), minutes) - start
        return columns | {key: whole[key][held] for key in (POWER, PEAK)}


@fault(PHYSICS, holdout=True)
class GridMeterShowsTheLoad(Odd):
    """At a connection with a load meter, PV and battery, the grid's meter repeats the load."""


class _EchoedLoad(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        grid = next(one for one in self.fleet.resources if one.resource_id == "ME000002")
        return super().meter(grid if resource.resource_id == "ME000001" else resource, minutes)


GridMeterShowsTheLoad.plant_class = _EchoedLoad


@fault(PHYSICS, holdout=True)
class GlitchInTheMaximum(Healthy):
    """Once in some hours the maximum of a meter is 65,535 kW, the average is not."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "ME":
            glitch = uniform(seed_of("glitch", resource.resource_id), np.arange(start, end)) < 0.004
            columns["power_active_max"] = np.where(glitch, 65_535_000, columns["power_active_max"])
        return columns


@fault(PHYSICS, holdout=True)
class OnePhaseOfThree(Healthy):
    """The powers of one meter are those of one phase; its register counts all three."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.resource_id == "ME000003":
            columns |= {key: columns[key] / 3 for key in columns if key.startswith("power")}
        return columns


@fault(PHYSICS, holdout=True, needs="an April to October window")
class SummerTimeInValues(PvFault):
    """From April to October a PV system's values come an hour late, by the clock of its site's country."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        month = int(minutes[0].astype("datetime64[m]").astype("datetime64[M]").astype(int)) % 12
        return self.shifted(resource, minutes, -120) if 3 <= month <= 9 else columns


@fault(PHYSICS, holdout=True)
class CellsAtTheSum(PvFault):
    """The temperature of PV cells is what they have above the air, not what they have."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"temp_cell_max": columns["temp_cell_max"] - columns["temp_ambient_max"]}


@fault(PHYSICS, holdout=True)
class ChargingAtFull(Odd):
    """A full battery goes on charging every night, and the energy is never seen again."""


class _EndlessFlow(BatteryFlow):
    def budgets(self) -> dict[str, Ints]:
        found = super().budgets()
        return found | {"charge": found["charge"] + self.extra()}

    def extra(self) -> int:
        return self.battery.capacity_wh * 60

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget | {"charge": budget["charge"] - self.extra()})
        resting = ((columns["charge"] == 0) & (columns["discharge"] == 0)).astype(np.int64)
        added = resting * (self.extra() // resting.sum())
        added[np.flatnonzero(resting)[0]] += self.extra() - added.sum()
        return columns | {"charge": columns["charge"] + added, "charge_peak": columns["charge_peak"] + added}


class _Endless(Plant):
    battery_flow = _EndlessFlow


ChargingAtFull.plant_class = _Endless


@fault(STATISTICAL, holdout=True)
class AirFollowsTheBattery(Odd):
    """The sensor of the air hangs on the battery: it rises ten degrees whenever the battery works."""


class _WarmSensor(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        works = (columns[CHARGE] + columns[DISCHARGE]) > 0
        air = columns["temp_ambient_max"] + np.where(works, 10.0, 0.0)
        return columns | {"temp_ambient_max": air, "temp_cell_max": np.maximum(columns["temp_cell_max"], air)}


AirFollowsTheBattery.plant_class = _WarmSensor


@fault(STATISTICAL, holdout=True)
class SeasonsOfTheOtherHalf(Odd):
    """The air of every site has the seasons of the other hemisphere, far beyond its climate."""


class _TurnedSeasons(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return super().ambient(site, minutes + 182 * DAY)


SeasonsOfTheOtherHalf.plant_class = _TurnedSeasons


@fault(STATISTICAL, holdout=True)
class PlateauAtThirtyPercent(PvFault):
    """PV power never shows more than three tenths of its rating, while the register counts on."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        limit = resource.rated_w * 3 // 10
        return columns | {POWER: np.minimum(columns[POWER], limit), PEAK: np.minimum(columns[PEAK], limit)}
