"""Fifth hold-out: batteries, PV systems and a meter whose drivers, polls, plans and sums are wrong."""

import numpy as np

from tests.faulty.cases.batteries import CHARGE, DISCHARGE, BatteryFault
from tests.faulty.cases.solar import PEAK, PvFault
from tests.faulty.fleet import Battery, Pv, Resource
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.plant import Columns, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Odd

FAMILY = "physics"
CHARGE_PEAK, DISCHARGE_PEAK = "power_charge_active_max", "power_discharge_active_max"


@fault(FAMILY, holdout=5)
class DischargeReadWithoutSign(BatteryFault):
    """One signed word of 0.1 kW is read unsigned: discharging at 20 kW is shown as charging at 6,533.6 kW."""

    word = 65_536 * 100
    """What 16 bits of 0.1 kW hold, in W."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        is_out = columns[DISCHARGE] > 0
        nothing = np.zeros(len(minutes), dtype=np.int64)
        return columns | {
            CHARGE: np.where(is_out, self.word - columns[DISCHARGE], columns[CHARGE]),
            # The highest of the unsigned readings is that of the least discharge in the minute.
            CHARGE_PEAK: np.where(is_out, self.word - columns[DISCHARGE], columns[CHARGE_PEAK]),
            DISCHARGE: nothing,
            DISCHARGE_PEAK: nothing,
        }


@fault(FAMILY, holdout=5)
class StatusTwentyMinutesLate(BatteryFault):
    """The status of batteries comes by a slow queue of its own: it is that of twenty minutes before."""

    late = 20

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        start, end = int(minutes[0]) - self.late, int(minutes[-1]) + 1 - self.late
        return columns | {"status": self.plant.minutes(resource, start, end)["status"]}


@fault(FAMILY, holdout=5)
class SetpointsForPowers(BatteryFault):
    """Powers of batteries are the plan's setpoints, in steps of 5 kW without taper; the rest is measured."""

    step = 5_000

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        flow = self.plant.flow(resource)
        days = (minutes - flow.offset) // 1440
        planned = {}
        for name, power, peak in (
            ("charge", CHARGE, CHARGE_PEAK),
            ("discharge", DISCHARGE, DISCHARGE_PEAK),
        ):
            levels = np.zeros(len(minutes), dtype=np.int64)
            for day in np.unique(days).tolist():
                highest = int(flow.day(day)[name].max())
                levels[days == day] = -(-highest // self.step) * self.step
            planned[power] = planned[peak] = np.where(columns[power] > 0, levels, 0)
        return columns | planned


@fault(FAMILY, holdout=5)
class KelvinFromTheNewDriver(PvFault):
    """A new driver of the PV loggers gives temperatures of cells and air in kelvin: 298.2 for 25 °C."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        names = [name for name in columns if name.startswith("temp")]
        return columns | {name: columns[name] + 273.15 for name in names}


@fault(FAMILY, holdout=5, needs="sunshine")
class PeaksAQuarterLate(PvFault):
    """Peaks of PV are asked for after the rest: each row has the maximum of a quarter of an hour before."""

    late = 15

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {PEAK: self.shifted(resource, minutes, -self.late)[PEAK]}


class _Retried(Recounted):
    def counted(self, name: str, columns: Columns) -> Ints:
        again: Ints = columns.get("again", np.zeros(1, dtype=np.int64))
        return super().counted(name, columns) * (1 + again)

    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if resource.kind != "ME":
            return columns
        is_sent_twice = uniform(seed_of("retry", resource.resource_id), minutes) < 1 / 12
        return columns | {"again": is_sent_twice.astype(np.int64)}

    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        made = super().columns(resource, minutes)
        return {name: values for name, values in made.items() if name != "again"}


@fault(FAMILY, holdout=5)
class RetriesCountedTwice(Odd):
    """Registers of meters add up messages: one minute in twelve is sent twice and counted twice."""

    plant_class = _Retried
    begin = Recounted.begin
