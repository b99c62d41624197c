"""Batteries that cannot be right."""

import numpy as np

from tests.faulty.fleet import Battery, Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy

FAMILY = "physics"
CHARGE, DISCHARGE = "power_charge_active_avg", "power_discharge_active_avg"
CHARGED, DISCHARGED = "energy_charge_active_cum", "energy_discharge_active_cum"


def turned_status(status: np.ndarray) -> np.ndarray:
    """Return charging for discharging and the other way round."""
    return np.where(status == "CH", "DI", np.where(status == "DI", "CH", "SB"))


class BatteryFault(Healthy):
    """A server whose batteries' minutes are changed."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Change the minutes of batteries."""
        columns = super().minutes(resource, start, end)
        return self.change(columns, resource, np.arange(start, end)) if resource.kind == "BE" else columns

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        """Return the columns with the fault."""
        raise NotImplementedError


@fault(FAMILY)
class BatteryPowerInMegawatts(BatteryFault):
    """The powers of batteries are in MW."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return {key: values / 1000 if key.startswith("power") else values for key, values in columns.items()}


@fault(FAMILY)
class BatteryRegistersInWattHours(BatteryFault):
    """The registers of batteries count Wh."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return {key: values * 1000 if key.startswith("energy") else values for key, values in columns.items()}


@fault(FAMILY)
class ChargeAsFraction(BatteryFault):
    """The state of charge is a fraction between 0 and 1."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"soc_end": columns["soc_end"] / 100}


@fault(FAMILY)
class ChargeTurnedRound(BatteryFault):
    """The state of charge is what is missing."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"soc_end": 100 - columns["soc_end"]}


@fault(FAMILY)
class ChargeNeverMoves(BatteryFault):
    """The state of charge of a battery that works every day stands at 50."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"soc_end": np.full(len(minutes), 50.0)}


@fault(FAMILY)
class ChargeAboveHundred(BatteryFault):
    """The state of charge reaches 117 %."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"soc_end": columns["soc_end"] * 1.27}


@fault(FAMILY)
class ChargeLagsAnHour(BatteryFault):
    """The state of charge is that of an hour before."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        earlier = self.plant.minutes(resource, int(minutes[0]) - 60, int(minutes[-1]) - 59)
        return columns | {"soc_end": earlier["soc_end"]}


@fault(FAMILY)
class DischargeLeavesTheCharge(BatteryFault):
    """The state of charge rises with charging, ignores discharging, and restarts at 04:00 UTC."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        first = (minutes - 240) // DAY * DAY + 240
        start, end = int(first[0]), int(minutes[-1]) + 1
        whole = self.plant.minutes(resource, start, end)
        since = whole[CHARGED][minutes - start] - whole[CHARGED][first - start]
        risen = 20.0 + 100.0 * since * resource.charge_share / (resource.capacity_wh * 60.0)
        return columns | {"soc_end": np.minimum(risen, 100.0)}


@fault(FAMILY)
class ChargeJumps(BatteryFault):
    """Three times a day the state of charge of a resting battery jumps by 25 points for a while."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        off = np.where(minutes % 480 < 130, 25.0, 0.0)
        soc = columns["soc_end"]
        return columns | {"soc_end": np.where(soc > 60, soc - off, soc + off)}


@fault(FAMILY)
class DirectionsSwapped(BatteryFault):
    """Charging and discharging power have changed places; registers and state of charge have not."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        swap = {"power_charge": "power_discharge", "power_discharge": "power_charge"}
        names = {
            key: key.replace(old, new)
            for old, new in swap.items()
            for key in columns
            if key.startswith(old + "_")
        }
        return columns | {names[key]: columns[key] for key in names}


@fault(FAMILY)
class EverythingSwapped(BatteryFault):
    """Charging and discharging have changed places in powers, registers and status, not in the charge."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        other = {"charge": "discharge", "discharge": "charge"}
        parts = {key: key.split("_") for key in columns if "charge_" in key}
        turned = {"_".join([p[0], other[p[1]], *p[2:]]): columns[key] for key, p in parts.items()}
        return columns | turned | {"status": turned_status(columns["status"])}


@fault(FAMILY)
class RegistersSwapped(BatteryFault):
    """The registers of charged and discharged energy have changed places."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {CHARGED: columns[DISCHARGED], DISCHARGED: columns[CHARGED]}


@fault(FAMILY)
class StatusTurnedRound(BatteryFault):
    """The status says discharging while the battery is charged, and the other way round."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"status": turned_status(columns["status"])}


@fault(FAMILY)
class AlwaysStandby(BatteryFault):
    """The status is standby, whatever the battery does."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"status": np.full(len(minutes), "SB")}


@fault(FAMILY)
class BothDirectionsAtOnce(BatteryFault):
    """While it is charged, the battery is also said to discharge at the same power."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        both = np.maximum(columns[CHARGE], columns[DISCHARGE])
        peak = np.maximum(columns["power_charge_active_max"], columns["power_discharge_active_max"])
        return columns | {
            CHARGE: both,
            DISCHARGE: both,
            "power_charge_active_max": peak,
            "power_discharge_active_max": peak,
        }


@fault(FAMILY)
class MoreOutThanIn(BatteryFault):
    """A battery gives a fifth more energy than it takes, with its power."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        names = [key for key in columns if "discharge" in key]
        return columns | {key: np.rint(columns[key] * 1.45).astype(np.int64) for key in names}


@fault(FAMILY)
class ChargeRegisterFalls(BatteryFault):
    """The register of charged energy falls while the battery discharges: it is a net register."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {CHARGED: columns[CHARGED] - columns[DISCHARGED]}


@fault(FAMILY)
class BatteryTemperaturesInFahrenheit(BatteryFault):
    """The cell temperatures of batteries are in °F."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {"temp_cell_max": columns["temp_cell_max"] * 1.8 + 32.0}


class _Swinging(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        swing = 18.0 * np.sin(np.pi * (minutes % DAY) / DAY) ** 2
        return columns | {"soc_end": np.clip(columns["soc_end"] - swing, 0.0, 100.0)}


@fault(FAMILY)
class ChargeMovesAlone(Healthy):
    """Besides its energy, the state of charge swings by 18 points over each UTC day."""

    def build(self) -> Plant:
        return _Swinging(self.fleet)


@fault(FAMILY)
class DischargeRegisterMissesHalf(BatteryFault):
    """The register of discharged energy counts every second kilowatt-hour."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {DISCHARGED: columns[DISCHARGED] // 2}
