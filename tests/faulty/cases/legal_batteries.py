"""Healthy batteries that work unlike the usual ones."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Resource
from tests.faulty.flows import BatteryFlow, fitted
from tests.faulty.noise import Floats, Ints, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd

FAMILY = "plant"


@legal(FAMILY)
class NoBattery(Healthy):
    """There are no batteries."""

    def furnish(self) -> Fleet:
        return FLEET.without("BE")


class _Cooled(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        heat = columns["temp_cell_max"] - columns["temp_ambient_max"]
        return columns | {"temp_cell_max": 21.0 + 0.4 * heat}


@legal(FAMILY)
class CooledCells(Odd):
    """In the desert, cooling holds the cells of a battery at 21 °C, whatever the air has."""

    plant_class = _Cooled

    def furnish(self) -> Fleet:
        desert = next(one for one in FLEET.resources if one.resource_id == "PV000005")
        places = {key: getattr(desert, key) for key in ("site_id", "controller", "latitude", "longitude")}
        battery = Battery(resource_id="BE000004", name="Cooled container", **places)
        return replace(FLEET, resources=(*FLEET.resources, battery))


@legal(FAMILY)
class Recalibrated(Healthy):
    """At the turn of each month the battery's controller corrects the state of charge by six points."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "BE":
            months = np.arange(start, end).astype("datetime64[m]").astype("datetime64[M]").astype(int)
            columns["soc_end"] = np.clip(columns["soc_end"] + np.where(months % 2 == 0, 6.0, 0.0), 0.0, 100.0)
        return columns


class _RegulatingFlow(BatteryFlow):
    """Beside its schedule, what comes in goes out again within the minute, less the losses."""

    def extra(self) -> dict[str, int]:
        taken = self.battery.rated_w * 60
        return {
            "charge": taken,
            "discharge": round(taken * self.battery.charge_share * self.battery.discharge_share),
        }

    def budgets(self) -> dict[str, Ints]:
        return {name: values + self.extra()[name] for name, values in super().budgets().items()}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        extra = self.extra()
        columns = super().shape(day, minutes, {name: budget[name] - extra[name] for name in budget})
        signal = np.abs(wave(self.seed + 9, 3, minutes))
        for name in self.names:
            added = fitted(signal, extra[name])
            columns |= {name: columns[name] + added, name + "_peak": columns[name + "_peak"] + 3 * added}
        return columns


class _Regulating(Plant):
    battery_flow = _RegulatingFlow


@legal(FAMILY)
class FrequencyRegulation(Odd):
    """Batteries follow the grid's frequency: within each minute they charge and discharge a little."""

    plant_class = _Regulating


@legal(FAMILY)
class ClampedCharge(Healthy):
    """The state of charge is that of a narrower band: it stands at 0 or 100 while the last energy flows."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "BE":
            columns["soc_end"] = np.clip((columns["soc_end"] - 25.0) / 0.52, 0.0, 100.0)
        return columns


class _IndoorAir(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        heat = columns["temp_cell_max"] - columns["temp_ambient_max"]
        return columns | {"temp_ambient_max": np.full(len(minutes), 22.0), "temp_cell_max": 22.0 + heat}


@legal(FAMILY)
class ConditionedRoom(Odd):
    """Batteries stand in a room of always 22 °C."""

    plant_class = _IndoorAir


class _RestingFlow(BatteryFlow):
    def budgets(self) -> dict[str, Ints]:
        return {name: np.zeros(len(self.days), dtype=np.int64) for name in self.names}

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        return np.full(len(days), 0.54), np.full(len(days), 0.54)


class _Resting(Plant):
    battery_flow = _RestingFlow

    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        return columns | {"soc_end": np.full(len(minutes), 54.0), "status": np.full(len(minutes), "OF")}


@legal(FAMILY)
class BatteriesSwitchedOff(Odd):
    """Batteries have been switched off: no power, no change, status OF."""

    plant_class = _Resting


@legal(FAMILY)
class OldBatteries(Healthy):
    """Batteries return two thirds of what they take."""

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, charge_share=0.82, discharge_share=0.81)
        return fleet
