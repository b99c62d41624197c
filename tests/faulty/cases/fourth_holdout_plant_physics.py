"""Fourth hold-out: meters and PV systems that floats, words, watchdogs, sensors and imports get wrong."""

import numpy as np

from tests.faulty.cases.meters import MeterFault
from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import BEGIN, Pv, Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.plant import Columns, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd

FAMILY = "physics"


class _Floats(Recounted):
    step_wh = 64
    """The distance of two neighbours in 32 bits between 537 and 1,074 MWh, in Wh."""
    counted_before = 600_000_000 * 60

    def counted(self, name: str, columns: Columns) -> Ints:
        power = super().counted(name, columns)
        is_pv = "status" in columns and "soc_end" not in columns
        if not is_pv:
            return power
        each_second = np.rint(power / 3600.0 / self.step_wh) * self.step_wh
        return np.rint(each_second * 3600.0).astype(np.int64)

    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        made = super().columns(resource, minutes)
        if resource.kind != "PV":
            return made
        return made | {REGISTER: made[REGISTER] + self.counted_before}


@fault(FAMILY, holdout=4, needs="sunshine")
class FloatSwallowsTheSmall(Odd):
    """PV registers add each second's Wh in 32-bit floats: beyond 537 MWh, less than 115 kW adds nothing."""

    plant_class = _Floats
    begin = Recounted.begin


@fault(FAMILY, holdout=4, needs="minutes")
class PeakIsTheDemand(MeterFault):
    """The maximum of meters is the sliding demand: the mean of the last quarter of an hour, no peak."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        start, end = int(minutes[0]), int(minutes[-1]) + 1
        power = self.plant.minutes(resource, start - 14, end)[POWER]
        return columns | {PEAK: np.convolve(power, np.full(15, 1 / 15.0), mode="valid")}


@fault(FAMILY, holdout=4)
class RootOfThreeTwice(MeterFault):
    """Apparent power of meters takes the root of three twice: it is 1.73 times what the other two make."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        name = "power_apparent_avg"
        return columns | {name: columns[name] * np.sqrt(3.0)}


@fault(FAMILY, holdout=4)
class SensorAnswersEightyFive(PvFault):
    """In one minute of thirty the sensor of PV cells shows 85.0 °C, its power-on value, by night too."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        is_reset = uniform(seed_of("one-wire", resource.resource_id), minutes) < 1 / 30
        return columns | {"temp_cell_max": np.where(is_reset, 85.0, columns["temp_cell_max"])}


@fault(FAMILY, holdout=4, needs="sunshine")
class OfflineAtFullPower(PvFault):
    """A watchdog takes local heartbeats for UTC: all PV but Hamburg's is OF for ever, at full power too."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        is_late = abs(round(resource.longitude / 15.0)) > 1
        return columns | {"status": np.full(len(minutes), "OF")} if is_late else columns


@fault(FAMILY, holdout=4)
class MayInNovember(Healthy):
    """An import put PV rows 183 days off: in November Hamburg's sun shines from four to eight, as in May."""

    off = 183 * DAY
    begin = BEGIN + off

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        off = self.off if resource.kind == "PV" else 0
        return super().minutes(resource, start - off, end - off)


@fault(FAMILY, holdout=4)
class WordsOfTheRegisterSwapped(MeterFault):
    """The 32 bits of a meter's register are read with its two words swapped: it leaps by 6,553.6 kWh."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        count = columns[REGISTER] // 6_000 & 0xFFFFFFFF
        return columns | {REGISTER: ((count & 0xFFFF) << 16 | count >> 16) * 6_000}
