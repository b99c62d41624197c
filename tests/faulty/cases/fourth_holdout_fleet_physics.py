"""Fourth hold-out: batteries, meters and PV systems whose values contradict one another."""

import numpy as np

from tests.faulty.cases.batteries import CHARGE, DISCHARGE, BatteryFault
from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import FLEET, Battery, Pv, Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints, seed_of, wave
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy

FAMILY = "physics"
CHARGE_PEAK, DISCHARGE_PEAK = "power_charge_active_max", "power_discharge_active_max"


@fault(FAMILY, holdout=4)
class ChargeFromTheVoltage(BatteryFault):
    """The state of charge is read from the voltage: under load it sags by points, and comes back after it."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        sag = 24.0 * (columns[CHARGE] - columns[DISCHARGE]) / resource.rated_w
        return columns | {"soc_end": np.clip(columns["soc_end"] + sag, 0.0, 100.0)}


@fault(FAMILY, holdout=4)
class ApparentPowerAsCharging(BatteryFault):
    """At standby, inverters support the voltage, and their apparent power is shown as charging power."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        rests = (columns[CHARGE] == 0) & (columns[DISCHARGE] == 0)
        level = 0.15 + 0.02 * wave(seed_of("support", resource.resource_id), 45, minutes)
        shown = np.where(rests, np.rint(resource.rated_w * level), 0.0).astype(np.int64)
        return columns | {
            CHARGE: columns[CHARGE] + shown,
            CHARGE_PEAK: columns[CHARGE_PEAK] + np.rint(shown * 1.02).astype(np.int64),
        }


@fault(FAMILY, holdout=4)
class BatteryPeaksSwapped(BatteryFault):
    """The maxima of charging and discharging power have changed places; averages and registers have not."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {CHARGE_PEAK: columns[DISCHARGE_PEAK], DISCHARGE_PEAK: columns[CHARGE_PEAK]}


@fault(FAMILY, holdout=4)
class StatusOfTheFirstBattery(BatteryFault):
    """All batteries share one status object: each shows the status of the first one."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        first = next(one for one in FLEET.resources if one.kind == "BE")
        whole = self.plant.minutes(first, int(minutes[0]), int(minutes[-1]) + 1)
        return columns | {"status": whole["status"]}


@fault(FAMILY, holdout=4)
class ChargeEverySixHours(BatteryFault):
    """The state of charge is fetched from the maker's cloud every six hours, and held in between."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        fetched = minutes // 360 * 360 - 1
        start = int(fetched[0])
        whole = self.plant.minutes(resource, start, int(minutes[-1]) + 1)
        return columns | {"soc_end": whole["soc_end"][fetched - start]}


class _MeterFault(Healthy):
    """A server whose meters' minutes are changed."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Change the minutes of meters."""
        columns = super().minutes(resource, start, end)
        return self.change(columns, resource, np.arange(start, end)) if resource.kind == "ME" else columns

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        """Return the columns with the fault."""
        raise NotImplementedError


@fault(FAMILY, holdout=4)
class PowerWithoutDirection(_MeterFault):
    """Meters give the magnitude of power: export looks like import, while the register falls."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        swing = columns[PEAK] - columns[POWER]
        shown = np.abs(columns[POWER])
        return columns | {POWER: shown, PEAK: shown + swing}


@fault(FAMILY, holdout=4)
class TwoMetersOneAddress(_MeterFault):
    """Two meters on a bus have one address: every second minute each is stored with the other's readings."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        pair = {"ME000001": "ME000002", "ME000002": "ME000001"}
        if resource.resource_id not in pair:
            return columns
        other = next(one for one in FLEET.resources if one.resource_id == pair[resource.resource_id])
        beside = self.plant.minutes(other, int(minutes[0]), int(minutes[-1]) + 1)
        return {name: np.where(minutes % 2 == 1, beside[name], columns[name]) for name in columns}


@fault(FAMILY, holdout=4)
class PowersOfTheDisplay(_MeterFault):
    """Powers of meters are those of the display, means of the last half hour; the register counts at once."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        whole = self.plant.minutes(resource, int(minutes[0]) - 29, int(minutes[-1]) + 1)
        names = [name for name in columns if name.startswith("power")]
        return columns | {name: np.convolve(whole[name], np.full(30, 1 / 30.0), "valid") for name in names}


@fault(FAMILY, holdout=4)
class DayAddedAgainAtMidnight(PvFault):
    """At local midnight a job adds the day's yield to the register of PV, which has counted it already."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        offset = round(resource.longitude * 4)
        midnights = (minutes + offset) // DAY * DAY - offset
        added = np.zeros(len(minutes), dtype=np.int64)
        for midnight in np.unique(midnights).tolist():
            if midnight > self.begin:
                counted = self.plant.minutes(resource, midnight - 1, midnight)[REGISTER][0]
                added[midnights == midnight] = counted
        return columns | {REGISTER: columns[REGISTER] + added}


@fault(FAMILY, holdout=4, needs="days late in a month")
class LoggerClockGains(PvFault):
    """The clocks of PV loggers gain five minutes a day until they are set on the first: the sun is late."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        days = (minutes + round(resource.longitude * 4)).astype("datetime64[m]").astype("datetime64[D]")
        gained = 5 * (days - days.astype("datetime64[M]")).astype(np.int64)
        source = minutes - gained
        start = int(source.min())
        whole = self.plant.minutes(resource, start, int(minutes[-1]) + 1)
        return {name: values[source - start] for name, values in whole.items()}
