"""What could happen for a while somewhere, but not like this."""

import numpy as np

from tests.faulty.cases.solar import PEAK, POWER, PvFault
from tests.faulty.fleet import Battery, Fleet, Meter, Pv, Site
from tests.faulty.flows import DAY, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, seed_of, uniform
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy

FAMILY = "statistical"


@fault(FAMILY, needs="sunshine")
class CellsColderThanAir(PvFault):
    """In full sun the cells of PV systems are far colder than the air."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        air, cell = columns["temp_ambient_max"], columns["temp_cell_max"]
        return columns | {"temp_cell_max": air - (cell - air)}


@fault(FAMILY)
class CellsFollowTheAir(PvFault):
    """The temperature of PV cells is that of the air, sun or not."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"temp_cell_max": columns["temp_ambient_max"]}


@fault(FAMILY)
class AirNeverChanges(Healthy):
    """The temperature of the air is the same in every minute of every year."""

    def build(self) -> Plant:
        return _StillAir(self.fleet)


class _StillAir(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return np.full(len(minutes), 21.3)


@fault(FAMILY)
class AirWarmestBeforeDawn(Healthy):
    """The air is warmest at two at night and coldest after noon."""

    def build(self) -> Plant:
        return _TurnedAir(self.fleet)


class _TurnedAir(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return super().ambient(site, minutes - DAY // 2)


@fault(FAMILY)
class AirFortyFiveTooCold(PvFault):
    """The sensor of the air's temperature at PV systems shows 45 K too little."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"temp_ambient_max": np.maximum(columns["temp_ambient_max"] - 45.0, -58.0)}


@fault(FAMILY)
class TwoKindsOfAir(PvFault):
    """The air at PV systems is 14 K warmer than at the battery of the same site, by night too."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        names = ("temp_cell_max", "temp_ambient_max")
        return columns | {key: columns[key] + 14.0 for key in names}


@fault(FAMILY)
class SixTimesThePower(PvFault):
    """Now and then a minute of a PV system shows six times its power and peak."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        seed = seed_of("spike", resource.resource_id)
        spikes = (uniform(seed, minutes // 240) * 240).astype(np.int64) == minutes % 240
        factor = np.where(spikes, 6, 1)
        return columns | {POWER: columns[POWER] * factor, PEAK: columns[PEAK] * factor}


@fault(FAMILY)
class SunFromEightToFive(Healthy):
    """PV systems give one power from eight to five o'clock and nothing else, all year."""

    def build(self) -> Plant:
        return _Square(self.fleet)


class _SquareFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        return trapezoid((minutes - self.offset) % DAY, 480, 1020, 1.0, 1.0) * self.system.rated_w * 0.5

    def clearness(self, days: Ints) -> Floats:
        return np.full(len(days), 0.9)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        watts = fitted(self.clear(minutes), budget["power"])
        return {"power": watts, "peak": watts, "heat": watts / self.system.rated_w}


class _Square(Plant):
    pv_flow = _SquareFlow


class _SameFlow(PvFlow):
    def clouds(self, minutes: Ints) -> Floats:
        return super().clouds(minutes - int(minutes[0]))

    def clearness(self, days: Ints) -> Floats:
        return np.full(len(days), self.site.clearness)


class _Same(Plant):
    pv_flow = _SameFlow


@fault(FAMILY, needs="two days")
class EveryDayTheSame(Healthy):
    """Every day brings the same clouds at the same minutes."""

    def build(self) -> Plant:
        return _Same(self.fleet)


@fault(FAMILY)
class ConstantPowerFactor(Healthy):
    """Reactive power is 0.33 of active power in every row of every meter."""

    def build(self) -> Plant:
        return _ConstantFactor(self.fleet)


class _ConstantFactor(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        reactive = np.rint(columns["power_active_avg"] * 0.33).astype(np.int64)
        apparent = np.hypot(columns["power_active_avg"], reactive)
        return columns | {"power_reactive_avg": reactive, "power_apparent_avg": apparent}


@fault(FAMILY)
class LoadOfWhiteNoise(Healthy):
    """The load behind every meter is drawn anew each minute between nothing and twice its mean."""

    def build(self) -> Plant:
        return _Noisy(self.fleet)


class _NoisyFlow(LoadFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        return {"power": fitted(uniform(self.seed, minutes) + 0.001, budget["power"])}


class _Noisy(Plant):
    load_flow = _NoisyFlow


@fault(FAMILY)
class SkyOfWhiteNoise(Healthy):
    """Clouds come and go independently every minute."""

    def build(self) -> Plant:
        return _NoisySky(self.fleet)


class _NoisySkyFlow(PvFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget)
        share = self.clearness(np.array([day]))[0]
        drawn = np.where(uniform(self.seed, minutes) < share, 1.0, 0.08)
        watts = fitted(self.clear(minutes) * drawn, budget["power"])
        return columns | {
            "power": watts,
            "peak": np.minimum(watts * 1.02, self.system.cap_w).astype(np.int64),
        }


class _NoisySky(Plant):
    pv_flow = _NoisySkyFlow


@fault(FAMILY, needs="an evening")
class FrozenCells(Healthy):
    """From 06:00 UTC on, the temperature of battery cells keeps its value for the rest of the day."""

    def build(self) -> Plant:
        return _FrozenCells(self.fleet)


class _FrozenCells(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        columns["temp_cell_max"][360:] = columns["temp_cell_max"][360]
        return columns


@fault(FAMILY)
class StandstillOfTwoDays(Healthy):
    """Two days of every five, a battery's rows repeat the last one of the day before."""

    def build(self) -> Plant:
        return _Standstill(self.fleet)


class _Standstill(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        day = int(minutes[0]) // DAY
        columns = super().battery(resource, minutes)
        if day % 5 in (1, 2):
            last = super().battery(resource, np.arange(day // 5 * 5 * DAY, day // 5 * 5 * DAY + DAY))
            columns = {key: np.full(len(minutes), values[-1]) for key, values in last.items()}
        return columns


@fault(FAMILY)
class SunLate(Healthy):
    """A PV system with its sun two and a half hours late: it peaks in the afternoon."""

    def furnish(self) -> Fleet:
        fleet = super().furnish()
        moved = fleet
        for one in fleet.resources:
            if one.kind == "PV":
                moved = moved.changed(one.resource_id, longitude=one.longitude - 37.5)
        return moved

    def resource_row(self, resource: Pv) -> dict[str, object]:
        row = super().resource_row(resource)
        return row | {"resource_longitude": resource.longitude + 37.5} if resource.kind == "PV" else row
