"""Hold-out: healthy PV systems and whole plants that nobody has on a list."""

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Meter, Pv, Resource, minute_of
from tests.faulty.flows import DAY, PvFlow
from tests.faulty.noise import Floats, Ints, seed_of, uniform
from tests.faulty.plant import REGISTERS, Columns, Plant, Recounted
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.sun import position

FAMILY = "plant"


class _EclipseFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        middle = minute_of(2026, 8, 12, 18, 10)
        dark = np.clip(1.0 - np.abs(minutes - middle) / 60.0, 0.0, 0.97)
        return super().clear(minutes) * (1.0 - dark)


class _Eclipse(Plant):
    pv_flow = _EclipseFlow


@legal(FAMILY, holdout=True, needs="the evening of 2026-08-12")
class Eclipse(Odd):
    """On the evening of 12 August 2026 the sun is eclipsed."""

    plant_class = _Eclipse


class _ValleyFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        east, _, up = position(self.system.latitude, self.system.longitude, minutes)
        ridge = np.where(east > 0, 0.40, 0.22)
        return super().clear(minutes) * np.where(up > ridge, 1.0, 0.0)


class _Valley(Plant):
    pv_flow = _ValleyFlow


@legal(FAMILY, holdout=True)
class DeepValley(Odd):
    """Mountains stand around: no power before the sun is 24 degrees high, none below 13 after noon."""

    plant_class = _Valley


class _Switched(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if isinstance(resource, Pv):
            local = minutes + round(resource.longitude * 4)
            off = (local // DAY % 3 == 0) & (local % DAY >= 690) & (local % DAY < 840)
            columns = columns | {
                key: np.where(off, 0, columns[key]) for key in ("power_active_avg", "power_active_max")
            }
            columns["status"] = np.where(off, "CU", columns["status"])
        return columns


@legal(FAMILY, holdout=True)
class NegativePrices(Odd):
    """Every third day, negative prices switch all PV systems off from 11:30 to 14:00: status CU."""

    plant_class = _Switched
    begin = Recounted.begin

    def furnish(self) -> Fleet:
        return FLEET.without("ME")


class _Offset(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if isinstance(resource, Pv):
            noise = uniform(seed_of("offset", resource.resource_id), minutes) * resource.rated_w * 0.002
            least = np.rint(noise).astype(np.int64)
            power = np.maximum(columns["power_active_avg"], least)
            columns = columns | {
                "power_active_avg": power,
                "power_active_max": np.maximum(columns["power_active_max"], power),
            }
        return columns


@legal(FAMILY, holdout=True)
class NoiseAtNight(Odd):
    """Current transformers of PV systems are noisy: at night up to two per mille of the rating."""

    plant_class = _Offset
    begin = Recounted.begin

    def furnish(self) -> Fleet:
        return FLEET.without("ME")


@legal(FAMILY, holdout=True)
class DeadBand(Healthy):
    """Powers of PV systems below one percent of the rating are shown as zero; the register counts on."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if isinstance(resource, Pv):
            small = columns["power_active_avg"] < resource.rated_w // 100
            columns |= {
                key: np.where(small, 0, columns[key]) for key in ("power_active_avg", "power_active_max")
            }
        return columns


class _FiveMinutes(Plant):
    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        made = super().columns(resource, minutes)
        last = {name: values.reshape(-1, 5)[:, -1] for name, values in made.items()}
        for name, values in made.items():
            parts = values.reshape(-1, 5)
            if name.endswith("_avg"):
                made[name] = np.repeat(parts.mean(axis=1), 5)
            elif name.endswith("_max"):
                made[name] = np.repeat(parts.max(axis=1), 5)
            elif name == "status":
                made[name] = np.repeat(last[name], 5)
            elif name in REGISTERS:
                steps = np.repeat(made[REGISTERS[name]].reshape(-1, 5)[:, -1], 5)
                made[name] = np.repeat(last[name], 5) - steps * np.tile(np.arange(4, -1, -1), len(parts))
        return made


@legal(FAMILY, holdout=True)
class LoggerOfFiveMinutes(Odd):
    """Loggers ask every five minutes: minutes repeat their mean, registers run straight in between."""

    plant_class = _FiveMinutes

    def furnish(self) -> Fleet:
        return FLEET.without("BE")


class _ZeroExport(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        start, end = int(minutes[0]), int(minutes[-1]) + 1
        load = self.load(resource).window(start, end)["power"]
        if isinstance(resource, Pv):
            power = np.minimum(columns["power_active_avg"], load)
            held = power < columns["power_active_avg"]
            columns = columns | {"power_active_avg": power, "status": np.where(held, "CU", columns["status"])}
            columns["power_active_max"] = np.where(held, power, columns["power_active_max"])
        if isinstance(resource, Meter):
            power = np.maximum(columns["power_active_avg"], 0)
            columns = columns | {"power_active_avg": power}
            columns["power_active_max"] = np.maximum(columns["power_active_max"], power)
            columns["power_apparent_avg"] = np.hypot(power, columns["power_reactive_avg"])
        return columns


@legal(FAMILY, holdout=True)
class NothingExported(Odd):
    """Controllers hold PV back so that nothing is exported: grid meters stand at zero for hours."""

    plant_class = _ZeroExport
    begin = Recounted.begin

    def furnish(self) -> Fleet:
        return FLEET.without("BE")


class _GridOutage(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        off = (minutes // DAY % 6 == 2) & (minutes % DAY >= 600) & (minutes % DAY < 790)
        dark = {key: np.where(off, 0, columns[key]) for key in columns if key.startswith("power")}
        if "status" in columns:
            dark["status"] = np.where(off, "OF", columns["status"])
        return columns | dark


@legal(FAMILY, holdout=True)
class GridOutages(Odd):
    """Every sixth day the grid fails for three hours: meters and PV systems show zero, status OF."""

    plant_class = _GridOutage
    begin = Recounted.begin

    def furnish(self) -> Fleet:
        return FLEET.without("BE")


class _Floating(Plant):
    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns = super().pv(resource, minutes)
        warm = columns["temp_cell_max"] - columns["temp_ambient_max"]
        return columns | {"temp_cell_max": columns["temp_ambient_max"] - 4.0 + 0.25 * warm}


@legal(FAMILY, holdout=True)
class FloatingModules(Odd):
    """Modules float on a lake: their cells are hardly ever warmer than the air, often cooler."""

    plant_class = _Floating


class _RoofSensor(Plant):
    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns = super().pv(resource, minutes)
        warm = np.maximum(columns["temp_cell_max"] - columns["temp_ambient_max"], 0.0)
        return columns | {"temp_ambient_max": columns["temp_ambient_max"] + 0.4 * warm}


@legal(FAMILY, holdout=True)
class SensorOnTheRoof(Odd):
    """The sensor of the air at PV systems lies on the hot roof: by day ten degrees above the battery's."""

    plant_class = _RoofSensor
