"""Sixth hold-out: batteries, meters and PV with wrong counters, bytes, tariffs, fields and pointers."""

import numpy as np

from tests.faulty.cases.batteries import CHARGED, DISCHARGED, BatteryFault
from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import BEGIN, Battery, Fleet, Pv, Resource, minute_of
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Odd

FAMILY = "physics"


def _zone(resource: Resource) -> int:
    """Return how far a resource's clock is ahead of UTC, in minutes."""
    return round(resource.longitude / 15.0) * 60


@fault(FAMILY, holdout=6)
class CountersStopAtSixteenBits(BatteryFault):
    """Registers of batteries are 16-bit counters that stop for ever when they are full, at 65,535 kWh."""

    full = 65_535 * 60_000

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        return columns | {name: np.minimum(columns[name], self.full) for name in (CHARGED, DISCHARGED)}


@fault(FAMILY, holdout=6)
class ChargeInASignedByte(BatteryFault):
    """The state of charge is a byte of half percents, read with a sign: 80 % is shown as -48 %."""

    def change(self, columns: Columns, resource: Battery, minutes: Ints) -> Columns:
        byte = np.rint(columns["soc_end"] * 2.0).astype(np.int64)
        return columns | {"soc_end": np.where(byte > 127, byte - 256, byte) / 2.0}


class _Tariffs(Plant):
    """Meters with a register for the day and one for the night."""

    begin = minute_of(2026, 10, 1)
    share_of_the_night = 0.3

    def __init__(self, fleet: Fleet) -> None:
        super().__init__(fleet)
        self._totals: dict[str, list[tuple[int, int]]] = {}

    def _parts(self, resource: Resource, columns: Columns, minutes: Ints) -> tuple[Ints, Ints, np.ndarray]:
        """Return the power that counts by day and by night, and when it is night."""
        minute = (minutes + _zone(resource)) % DAY
        is_night = (minute < 6 * 60) | (minute >= 22 * 60)
        power = columns[POWER]
        return np.where(is_night, 0, power), np.where(is_night, power, 0), is_night

    def _before(self, resource: Resource, day: int) -> tuple[int, int]:
        """Return both registers at the start of a UTC day."""
        first = self.begin // DAY
        totals = self._totals.setdefault(resource.resource_id, [])
        if not totals:
            made = super().columns(resource, np.arange(DAY) + self.begin)
            start = int(made[REGISTER][0] - made[POWER][0])
            night = round(start * self.share_of_the_night)
            totals.append((start - night, night))
        while len(totals) <= day - first:
            minutes = np.arange(DAY) + (first + len(totals) - 1) * DAY
            by_day, by_night, _ = self._parts(resource, super().columns(resource, minutes), minutes)
            totals.append((totals[-1][0] + int(by_day.sum()), totals[-1][1] + int(by_night.sum())))
        return totals[max(day - first, 0)]

    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        made = super().columns(resource, minutes)
        if resource.kind != "ME":
            return made
        by_day, by_night, is_night = self._parts(resource, made, minutes)
        day, night = self._before(resource, int(minutes[0]) // DAY)
        return made | {REGISTER: np.where(is_night, night + np.cumsum(by_night), day + np.cumsum(by_day))}


@fault(FAMILY, holdout=6)
class RegisterOfTheTariffInForce(Odd):
    """Meters count two tariffs and show the register of the one in force, from 06:00 or from 22:00 on."""

    plant_class = _Tariffs
    begin = _Tariffs.begin


@fault(FAMILY, holdout=6)
class PeakFromTheNameplate(PvFault):
    """The map of registers confuses two maxima: that of PV is the inverter's rating, day and night."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {PEAK: np.full(len(minutes), resource.cap_w)}


@fault(FAMILY, holdout=6, needs="an evening")
class CellsHoldTheirMaximum(PvFault):
    """The temperature of PV cells is a drag pointer, set back at local midnight: it never falls before."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        start, end, zone = int(minutes[0]), int(minutes[-1]) + 1, _zone(resource)
        first = max((start + zone) // DAY * DAY - zone, BEGIN)
        cells = self.plant.minutes(resource, first, end)["temp_cell_max"]
        day = (np.arange(first, end) + zone) // DAY
        held = [np.maximum.accumulate(cells[day == one]) for one in np.unique(day)]
        return columns | {"temp_cell_max": np.concatenate(held)[start - first :]}
