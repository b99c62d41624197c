"""Healthy meters, registers and loads unlike the usual ones."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Load, Meter, Resource, Site, minute_of
from tests.faulty.flows import DAY, LoadFlow, trapezoid
from tests.faulty.noise import Floats, Ints
from tests.faulty.plant import REGISTERS, Columns, Plant, Recounted
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query

FAMILY = "plant"


@legal(FAMILY)
class NoPv(Healthy):
    """There are no PV systems."""

    def furnish(self) -> Fleet:
        return FLEET.without("PV")


@legal(FAMILY)
class NoMeter(Healthy):
    """There are no meters."""

    def furnish(self) -> Fleet:
        return FLEET.without("ME")


@legal(FAMILY)
class OnlyMeters(Healthy):
    """There is nothing but meters."""

    def furnish(self) -> Fleet:
        return FLEET.without("PV").without("BE")


@legal(FAMILY)
class EnergyBehindALoss(Healthy):
    """Energy is metered behind a transformer that takes eight percent; power is not."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        return columns | {name: columns[name] * 0.92 for name in columns if name in REGISTERS}


class Registers(Odd):
    """A server whose registers count in another way."""


class _Daily(Plant):
    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        columns = super().columns(resource, minutes)
        return columns | {
            name: np.cumsum(columns[power]) for name, power in REGISTERS.items() if name in columns
        }


@legal(FAMILY)
class DailyRegisters(Registers):
    """Registers start again at zero at every UTC midnight."""

    plant_class = _Daily


@legal(FAMILY)
class LocalDailyRegisters(Healthy):
    """Registers of PV systems start again at the site's local midnight."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "PV":
            offset = round(resource.longitude / 15) * 60
            midnights = (np.arange(start, end) + offset) // DAY * DAY - offset
            first = int(midnights[0]) - 1
            whole = self.plant.minutes(resource, first, end)["energy_active_cum"]
            columns["energy_active_cum"] = columns["energy_active_cum"] - whole[midnights - 1 - first]
        return columns


@legal(FAMILY)
class IntervalRegisters(Healthy):
    """A register holds the energy of its own bucket."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        columns = super().aggregate(minutes, query)
        for name, power in REGISTERS.items():
            if name in columns:
                columns[name] = minutes[power].reshape(-1, query.interval).sum(axis=1)
        return columns


@legal(FAMILY)
class RegistersRollOver(Healthy):
    """Registers have four digits: after 9,999 kWh comes 0."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        return columns | {name: columns[name] % (10_000 * 60_000) for name in columns if name in REGISTERS}


class _ImportOnly(Recounted):
    def counted(self, name: str, columns: Columns) -> Ints:
        return np.maximum(super().counted(name, columns), 0)


@legal(FAMILY)
class ImportRegister(Registers):
    """The register of meters counts import only and stands still while power is exported."""

    plant_class = _ImportOnly
    begin = Recounted.begin


@legal(FAMILY)
class MeterExchanged(Healthy):
    """A meter was exchanged on 11 November 2026: its register began again at zero."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        at = minute_of(2026, 11, 11, 9, 30)
        if resource.resource_id == "ME000003" and end > at:
            old = self.plant.minutes(resource, at - 1, at)["energy_active_cum"][0]
            new = np.arange(start, end) >= at
            columns["energy_active_cum"] = np.where(
                new, columns["energy_active_cum"] - old, columns["energy_active_cum"]
            )
        return columns


@legal(FAMILY)
class MaximaOfSeconds(Healthy):
    """Coarse maxima come from seconds and exceed the one-minute maxima by three percent."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        found = super().combine(field, buckets)
        is_peak = field.startswith("power") and field.endswith("_max") and buckets.shape[1] > 1
        return found + 0.03 * np.abs(found) if is_peak else found


class _ConstantFlow(LoadFlow):
    def budgets(self) -> dict[str, Ints]:
        return {"power": np.full(len(self.days), self.load.base_w * DAY)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        return {"power": np.full(DAY, self.load.base_w)}


class _Constant(Plant):
    load_flow = _ConstantFlow

    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        reactive = np.full(len(minutes), 4_000)
        apparent = np.hypot(columns["power_active_avg"], reactive)
        peak = columns["power_active_avg"] + 0
        return columns | {
            "power_reactive_avg": reactive,
            "power_apparent_avg": apparent,
            "power_active_max": peak,
        }


@legal(FAMILY)
class ConstantLoad(Odd):
    """The loads are radio stations: the same power in every minute of every day."""

    plant_class = _Constant

    def furnish(self) -> Fleet:
        return FLEET.without("BE").without("PV")


@legal(FAMILY)
class AlwaysExporting(Healthy):
    """The loads are tiny: every connection exports all day and draws a little at night."""

    def furnish(self) -> Fleet:
        loads = {key: replace(load, base_w=300, peak_w=900) for key, load in FLEET.loads.items()}
        return replace(FLEET, loads=loads).without("BE")


@legal(FAMILY)
class ExportIsPositive(Healthy):
    """The sign of meters is the generator's: export is positive, in power and register."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "ME":
            spread = columns["power_active_max"] - columns["power_active_avg"]
            columns["power_active_avg"] = -columns["power_active_avg"]
            columns["power_active_max"] = columns["power_active_avg"] + spread
            columns["power_reactive_avg"] = -columns["power_reactive_avg"]
            columns["energy_active_cum"] = -columns["energy_active_cum"]
        return columns


class _Leading(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        return columns | {"power_reactive_avg": -columns["power_reactive_avg"]}


@legal(FAMILY)
class CapacitiveLoads(Odd):
    """Reactive power is negative: cables and compensation are too large."""

    plant_class = _Leading


class _Unity(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        apparent = np.abs(columns["power_active_avg"]).astype(float)
        return columns | {"power_reactive_avg": np.zeros(len(minutes), int), "power_apparent_avg": apparent}


@legal(FAMILY)
class NoReactivePower(Odd):
    """Reactive power is fully compensated: it is zero in every row."""

    plant_class = _Unity


class _DepotFlow(LoadFlow):
    def profile(self, minutes: Ints) -> Floats:
        minute = (minutes - self.offset) % DAY
        busy = trapezoid(minute, 1290, 1440, 1.0, 0.01) + trapezoid(minute, 0, 265, 0.01, 1.0)
        return 120.0 + self.load.peak_w * np.clip(busy, 0.0, 1.0)


class _Depot(Plant):
    load_flow = _DepotFlow


@legal(FAMILY)
class BusDepot(Odd):
    """The loads are depots of electric buses: nothing by day, full power from 21:30 to 04:25."""

    plant_class = _Depot


@legal(FAMILY)
class WeekendShops(Healthy):
    """All loads are of shops that open at weekends only."""

    def furnish(self) -> Fleet:
        loads = {key: Load("shop", 400, load.peak_w) for key, load in FLEET.loads.items()}
        return replace(FLEET, loads=loads)


class _OneAir(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return np.round(super().ambient(site, minutes // 60 * 60))


@legal(FAMILY)
class HourlyWeather(Odd):
    """The temperature of the air comes from a weather service: whole degrees, once an hour."""

    plant_class = _OneAir
