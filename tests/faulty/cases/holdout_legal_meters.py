"""Hold-out: healthy meters, loads and batteries that nobody has on a list."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Meter, Resource, minute_of
from tests.faulty.flows import DAY, BatteryFlow, LoadFlow, fitted
from tests.faulty.noise import Floats, Ints, uniform, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd

FAMILY = "plant"


class _Harmonics(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        return columns | {"power_apparent_avg": columns["power_apparent_avg"] * 1.04}


@legal(FAMILY, holdout=True)
class HarmonicsInApparent(Odd):
    """Rectifiers distort the current: apparent power is four percent above the power triangle."""

    plant_class = _Harmonics


class _Unsigned(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        swing = columns["power_reactive_avg"] * np.sin(minutes / 40.0)
        reactive = np.rint(np.abs(swing)).astype(np.int64)
        return columns | {
            "power_reactive_avg": reactive,
            "power_apparent_avg": np.hypot(columns["power_active_avg"], reactive),
        }


@legal(FAMILY, holdout=True)
class ReactiveWithoutDirection(Odd):
    """The meter knows no direction of reactive power: what swings round zero is shown as its magnitude."""

    plant_class = _Unsigned


class _Pulses(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        pulse = 6_000
        before = super().meter(resource, minutes[:1] - 1)["energy_active_cum"] // pulse
        columns = super().meter(resource, minutes)
        count = columns["energy_active_cum"] // pulse
        power = np.diff(np.concatenate((before, count))) * pulse
        return columns | {
            "power_active_avg": power,
            "power_active_max": power,
            "power_apparent_avg": np.hypot(power, columns["power_reactive_avg"]),
            "energy_active_cum": count * pulse,
        }


@legal(FAMILY, holdout=True)
class PulseMeters(Odd):
    """Meters count pulses of 0.1 kWh: the power of a minute is a multiple of 6 kW."""

    plant_class = _Pulses


def _meter(resource_id: str, name: str, role: str) -> Meter:
    grid = next(one for one in FLEET.resources if one.resource_id == "ME000001")
    return replace(grid, resource_id=resource_id, name=name, role=role)


class _SubMeters(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        if resource.role == "part":
            share = {
                "power_active_avg": 5,
                "power_active_max": 5,
                "energy_active_cum": 5,
                "power_reactive_avg": 7,
            }
            columns |= {name: values // share[name] for name, values in columns.items() if name in share}
            columns["power_active_avg"] = np.diff(
                np.concatenate(
                    (
                        super().meter(resource, minutes[:1] - 1)["energy_active_cum"] // 5,
                        columns["energy_active_cum"],
                    )
                )
            )
            columns["power_active_max"] = np.maximum(columns["power_active_max"], columns["power_active_avg"])
            columns["power_apparent_avg"] = np.hypot(
                columns["power_active_avg"], columns["power_reactive_avg"]
            )
        return columns


@legal(FAMILY, holdout=True)
class MeterOfAPart(Odd):
    """Beside the grid's meter there is one of the heat pump only, and none of the whole load."""

    plant_class = _SubMeters

    def furnish(self) -> Fleet:
        others = [one for one in FLEET.resources if one.resource_id != "ME000002"]
        return replace(FLEET, resources=(*others, _meter("ME000021", "Heat pump", "part")))


class _Generation(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        if resource.role != "made":
            return super().meter(resource, minutes)
        system = next(one for one in self.fleet.resources if one.resource_id == "PV000001")
        flow = self.flow(system).window(int(minutes[0]), int(minutes[-1]) + 1)
        reactive = np.rint(flow["power"] * 0.02).astype(np.int64)
        return {
            "power_active_avg": -flow["power"],
            "power_active_max": -flow["power"],
            "power_apparent_avg": np.hypot(flow["power"], reactive),
            "power_reactive_avg": reactive,
            "energy_active_cum": -flow["power_register"],
        }


@legal(FAMILY, holdout=True)
class MeterOfTheGeneration(Odd):
    """Behind a unit controller one meter is the grid's and one measures the PV system alone."""

    plant_class = _Generation

    def furnish(self) -> Fleet:
        others = [one for one in FLEET.resources if one.resource_id != "ME000002"]
        return replace(FLEET, resources=(*others, _meter("ME000022", "Feed-in", "made")))


class _BackupFlow(BatteryFlow):
    def budgets(self) -> dict[str, Ints]:
        refill = round(self.battery.idle_w * DAY / self.battery.charge_share)
        size = len(self.days)
        return {"charge": np.full(size, refill), "discharge": np.zeros(size, dtype=np.int64)}

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        return np.full(len(days), 0.997), np.full(len(days), 0.997)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, {"charge": 0, "discharge": 0})
        charge = fitted((np.arange(DAY) % 240 < 9).astype(float), budget["charge"])
        moved = np.cumsum(charge * self.battery.charge_share - self.battery.idle_w)
        soc = 99.7 + 100.0 * moved / (self.battery.capacity_wh * 60.0)
        return columns | {"charge": charge, "charge_peak": charge, "soc": np.minimum(soc, 100.0)}


class _Backup(Plant):
    battery_flow = _BackupFlow


@legal(FAMILY, holdout=True)
class BackupBatteries(Odd):
    """Batteries wait for an outage that never comes: full, refilled for nine minutes every four hours."""

    plant_class = _Backup


class _WeeklyFlow(BatteryFlow):
    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        return np.full(len(days), 0.2), np.where(days % 7 == 3, 0.88, 0.2)


class _Weekly(Plant):
    battery_flow = _WeeklyFlow


@legal(FAMILY, holdout=True)
class OneCycleAWeek(Odd):
    """Batteries work on one day of the week and rest without any loss on the others."""

    plant_class = _Weekly

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, idle_w=0.0, strategy="self")
        return fleet


@legal(FAMILY, holdout=True, needs="a window over 2026-11-15")
class BatteryExtended(Healthy):
    """On 15 November 2026 a battery got more modules: its state of charge moves by seven tenths since."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.resource_id == "BE000003":
            since = np.arange(start, end) >= minute_of(2026, 11, 15, 12)
            columns["soc_end"] = np.where(since, 40.0 + (columns["soc_end"] - 40.0) * 0.7, columns["soc_end"])
        return columns


class _FurnaceFlow(LoadFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        melts = wave(self.seed + 1, 25, minutes) > 0.1
        power = 0.03 + melts * (0.7 + 0.5 * uniform(self.seed + 2, minutes))
        return {"power": fitted(power, budget["power"])}


class _Furnace(Plant):
    load_flow = _FurnaceFlow


@legal(FAMILY, holdout=True)
class ArcFurnaces(Odd):
    """The loads are arc furnaces: between nothing and everything within a minute, dozens of times a day."""

    plant_class = _Furnace
