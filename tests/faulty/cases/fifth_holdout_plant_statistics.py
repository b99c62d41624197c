"""Fifth hold-out: values that are loose, mirrored, replayed, or scaled once more every night."""

import numpy as np

from tests.faulty.fleet import Meter, Resource
from tests.faulty.flows import DAY, BatteryFlow, PvFlow
from tests.faulty.noise import Floats, Ints, seed_of, uniform
from tests.faulty.plant import Columns, Plant, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd

FAMILY = "statistical"
AIR = "temp_ambient_max"


@fault(FAMILY, holdout=5, needs="minutes")
class LooseAirSensor(Healthy):
    """Wires of the air's sensors are loose: each minute is up to 7 K off, unlike the minute before."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if AIR not in columns:
            return columns
        drawn = uniform(seed_of("loose", resource.resource_id), np.arange(start, end))
        return columns | {AIR: columns[AIR] + 14.0 * (drawn - 0.5)}


class _MirroredFlow(PvFlow):
    """The clear sky is that of the morning; so are the clouds, and so is the energy."""

    def noon(self, days: Ints) -> Ints:
        """Return the minute of each day at which the sun is highest (Spencer's equation of time)."""
        angle = 2.0 * np.pi * ((days + 0.5) % 365.2425) / 365.2425
        early = 229.18 * (
            0.000075
            + 0.001868 * np.cos(angle)
            - 0.032077 * np.sin(angle)
            - 0.014615 * np.cos(2 * angle)
            - 0.040849 * np.sin(2 * angle)
        )
        found: Ints = np.rint(DAY // 2 - early).astype(np.int64)
        return found

    def mirrored(self, minutes: Ints) -> Ints:
        """Return the minutes of the morning that stand for those of the afternoon."""
        day, minute = np.divmod(minutes - self.offset, DAY)
        other = np.minimum(minute, 2 * self.noon(day) - 1 - minute)
        found: Ints = day * DAY + self.offset + np.maximum(other, 0)
        return found

    def clear(self, minutes: Ints) -> Floats:
        return super().clear(self.mirrored(minutes))

    def clouds(self, minutes: Ints) -> Floats:
        open_sky = super().clouds(minutes)
        return open_sky[self.mirrored(minutes) - int(minutes[0])]

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        made = super().shape(day, minutes, budget)
        # What rounding left over goes to noon, so that both halves are the same to the watt.
        power = made["power"][self.mirrored(minutes) - int(minutes[0])]
        power[int(self.noon(np.array([day]))[0])] += budget["power"] - int(power.sum())
        return made | {"power": power, "peak": np.maximum(made["peak"], power)}


class _Mirrored(Plant):
    pv_flow = _MirroredFlow


@fault(FAMILY, holdout=5, needs="days with clouds")
class AfternoonsMirrorMornings(Odd):
    """PV is measured until local noon; the afternoon is estimated: the morning backwards, cloud by cloud."""

    plant_class = _Mirrored


class _ReplayedFlow(BatteryFlow):
    """Every day is the same one."""

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        return super().turning(np.zeros_like(days) + 20_000)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        return super().shape(20_000, np.arange(DAY) + 20_000 * DAY + self.offset, budget)


class _Replayed(Plant):
    battery_flow = _ReplayedFlow


@fault(FAMILY, holdout=5, needs="some days")
class SimulatorLeftOn(Odd):
    """Batteries are a simulator's that replays one day: ripple, peaks and charge return to the watt."""

    plant_class = _Replayed


class _Compounding(Recounted):
    daily = 1.04

    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if not isinstance(resource, Meter) or resource.resource_id not in ("ME000002", "ME000004"):
            return columns
        factor = self.daily ** (minutes[0] // DAY - self.begin // DAY)
        scaled = {}
        for name in ("power_active_avg", "power_active_max", "power_reactive_avg"):
            scaled[name] = np.rint(columns[name] * factor).astype(np.int64)
        scaled["power_apparent_avg"] = np.hypot(scaled["power_active_avg"], scaled["power_reactive_avg"])
        return columns | scaled


@fault(FAMILY, holdout=5, needs="several weeks")
class FactorAppliedEachNight(Odd):
    """Each night a job applies the correction of two meters, 1.04, once more: since October, nine times."""

    plant_class = _Compounding
    begin = Recounted.begin
