"""What a battery is for: when it charges and discharges, and how much, day by day.

Both patterns were measured on real plants (see `docs/physics.md`): *arbitrage* charges late at night and
discharges between ten and twenty o'clock; *self-consumption* charges from the PV of the same point of
common coupling and discharges from the evening on. Times are local standard time; a battery day begins at
05:00.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattos_testkit.fleet.model import Battery
from wattos_testkit.physics.battery import planned_losses
from wattos_testkit.physics.hashing import Floats, Integers, several_quarters, stream_key
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, WORKDAY, day_number, day_types
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicSeries
from wattos_testkit.telemetry.table import DayTable
from wattos_testkit.telemetry.weather import SiteWeather

_UNIFORM = 12.0**-0.5
"""Turns noise of variance 1 into a number within ±1/2."""
_DRAWS = 8
_ROUNDS = 3
_LEAST_POWER = 0.10
"""No battery is run below this share of its rating for long [1]."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Consecutive battery days; shape (n,) unless said otherwise."""

    charge: Integers
    """Energy taken from the grid [W·min]."""
    discharge: Integers
    """Energy given to the grid [W·min]."""
    anchors: Floats
    """State of charge at the beginnings and at the last end [1]; shape (n + 1,)."""
    idle: Floats
    """What standing by draws from the cells [W·min]."""
    draws: Floats
    """Noise of variance 1; shape (8, n)."""


class Shape(NamedTuple):
    """A direction's shape over one part of the days."""

    first: int
    """Minute of the battery day at which the part begins."""
    shape: Floats
    """Relative power, shape (days, minutes of the part)."""


class Strategy(ABC):
    """What both strategies share: the balance of a day."""

    anchor_mean: float
    anchor_spread: float
    charges_from_pv: tuple[int, int] | None = None
    """The minutes of a battery day in which the PV's power shapes the charge."""

    def __init__(
        self,
        seed: int,
        weather: SiteWeather,
        battery: Battery,
        pv: list[PhotovoltaicSeries],
        limit: float,
    ) -> None:
        self.weather = weather
        self.pv = pv
        self.first_day = day_number(battery.commissioned)
        self.rated = battery.rated_kw * 1000.0
        self.capacity = battery.capacity_kwh * 60_000.0
        self.limit = limit
        """The most that the battery may discharge [W]."""
        self._table = DayTable(weather.tables, battery.resource_id, self._day_level)
        self._keys = [stream_key(seed, "battery-day", battery.resource_id, turn) for turn in range(_DRAWS)]

    def plan(self, days: Integers) -> DayPlan:
        """Return the energies and anchors of consecutive days; before the first one nothing moves."""
        count = len(days)
        drawn = several_quarters([(key, int(days[0]), count + 1) for key in self._keys])
        anchors = self.anchor_mean + self.anchor_spread * drawn[0]
        idle = self.capacity * (0.0255 + 0.0025 * drawn[1][:-1])
        draws = np.stack([noise[:-1] for noise in drawn])
        inactive = days < self.first_day
        if inactive.any():
            first = int(np.count_nonzero(inactive))
            anchors[:first] = anchors[min(first, count)]
            idle[inactive] = 0.0
        charge, discharge = self._energies(days, anchors, idle, draws)
        charge[inactive] = 0.0
        discharge[inactive] = 0.0
        return DayPlan(
            charge=np.rint(charge).astype(np.int64),
            discharge=np.rint(discharge).astype(np.int64),
            anchors=anchors,
            idle=idle,
            draws=draws,
        )

    def held_plan(self, first_day: int, days: int) -> DayPlan:
        """Return the plan of consecutive days from those kept ready."""
        charge, discharge, idle, anchors, *draws = self._table.of(first_day, days + 1)
        return DayPlan(
            charge=charge[:-1].astype(np.int64),
            discharge=discharge[:-1].astype(np.int64),
            anchors=anchors,
            idle=idle[:-1],
            draws=np.array(draws)[:, :-1],
        )

    def _day_level(self, days: Integers) -> Floats:
        """Return the rows of the table; energies are whole numbers far below what a double holds exactly."""
        plan = self.plan(days)
        return np.stack([plan.charge, plan.discharge, plan.idle, plan.anchors[:-1], *plan.draws])

    @abstractmethod
    def _energies(
        self, days: Integers, anchors: Floats, idle: Floats, draws: Floats
    ) -> tuple[Floats, Floats]:
        """Return what is charged and discharged on each day."""

    @abstractmethod
    def shapes(self, start: int, plan: DayPlan) -> tuple[Shape, Shape]:
        """Return the shapes of charging and discharging for days from a UTC minute on."""


def _lobe(clock: Floats, begin: Floats, length: Floats) -> Floats:
    """Return a bump of height 1 from `begin` on, zero outside; shape (days, minutes)."""
    x = clock - begin[:, None]
    x /= length[:, None]
    np.clip(x, 0.0, 1.0, out=x)
    return np.asarray(4.0 * x * (1.0 - x))


class Arbitrage(Strategy):
    """Buys at night, saves the peaks of the day."""

    anchor_mean, anchor_spread = 0.88, 0.022
    _DISCHARGE_FROM, _DISCHARGE_TO = 5 * 60, 15 * 60
    _CHARGE_FROM, _CHARGE_TO = 17 * 60 + 30, 22 * 60 + 50
    _TAPER = 0.35
    _DISCHARGE_MINUTES, _CHARGE_MINUTES = 355.0, 222.0
    _LEAST_STATE = 0.12

    def _energies(
        self, days: Integers, anchors: Floats, idle: Floats, draws: Floats
    ) -> tuple[Floats, Floats]:
        busy = np.where(day_types(self.weather.site.country, days) == WORKDAY, 0.46, 0.34)
        depth = busy + 0.055 * draws[2]
        depth = np.minimum(depth, (anchors[:-1] - self._LEAST_STATE) / 1.08)
        discharge = np.minimum(depth * self.capacity, 150.0 * min(self.limit, self.rated))
        need = discharge + planned_losses(discharge, self._DISCHARGE_MINUTES, self.rated)
        need += idle + np.diff(anchors) * self.capacity
        charge = np.maximum(need, 0.0) * 1.06
        for _ in range(_ROUNDS):
            charge = np.maximum(need, 0.0) + planned_losses(charge, self._CHARGE_MINUTES, self.rated)
        return charge, discharge

    def shapes(self, start: int, plan: DayPlan) -> tuple[Shape, Shape]:
        """Return two bumps by day, the second one higher, and one long charge with a taper by night."""
        del start
        part = plan.draws * _UNIFORM
        clock = np.arange(self._DISCHARGE_TO - self._DISCHARGE_FROM, dtype=np.float64)
        morning = _lobe(clock, 35.0 + 70.0 * part[3], 190.0 + 60.0 * part[4])
        morning *= (0.50 + 0.24 * part[5])[:, None]
        evening = _lobe(clock, 330.0 + 60.0 * part[6], 205.0 + 60.0 * part[7])
        evening += morning
        night = np.arange(self._CHARGE_TO - self._CHARGE_FROM, dtype=np.float64)
        x = night - (22.0 + 40.0 * part[3])[:, None]
        x /= (235.0 + 60.0 * part[5])[:, None]
        charge = np.minimum(x * 40.0, (1.0 - x) * (1.0 / self._TAPER))
        np.clip(charge, 0.0, 1.0, out=charge)
        return Shape(self._CHARGE_FROM, charge), Shape(self._DISCHARGE_FROM, evening)


class SelfConsumption(Strategy):
    """Keeps the day's PV for the evening."""

    anchor_mean, anchor_spread = 0.16, 0.022
    _CHARGE_FROM, _CHARGE_TO = 135, 675
    charges_from_pv = _CHARGE_FROM, _CHARGE_TO
    _NOON = 435
    _DISCHARGE_FROM, _DISCHARGE_TO = 13 * 60, 22 * 60 + 50
    _SHARE_OF_PV = 0.50
    _TAPER_FROM = 0.70

    def _charge_minutes(self, charge: Floats) -> Floats:
        return np.clip(charge / (_LEAST_POWER * self.rated), 40.0, float(self._CHARGE_TO - self._CHARGE_FROM))

    def _discharge_minutes(self, discharge: Floats) -> Floats:
        return np.clip(discharge / (_LEAST_POWER * self.rated), 40.0, 360.0)

    def _energies(
        self, days: Integers, anchors: Floats, idle: Floats, draws: Floats
    ) -> tuple[Floats, Floats]:
        pv = np.zeros(len(days))
        for system in self.pv:
            pv += system.ledger.budgets(int(days[0]), len(days))
        drift = np.diff(anchors) * self.capacity + idle
        charge = pv * (self._SHARE_OF_PV * (1.0 + 0.08 * draws[2]))
        charge = np.minimum(charge, (0.50 + 0.08 * draws[7]) * self.capacity)
        charge = np.minimum(charge, 200.0 * self.rated)
        charge = np.minimum(charge, 180.0 * min(self.limit, self.rated) + np.maximum(drift, 0.0))
        # A dark day still feeds what standing by draws.
        charge = np.maximum(charge, np.maximum(drift, 0.0) * 1.1 + 0.03 * self.capacity)
        stored = charge - planned_losses(charge, self._charge_minutes(charge) * 0.8, self.rated) - drift
        discharge = np.maximum(stored, 0.0) * 0.94
        for _ in range(_ROUNDS):
            minutes = self._discharge_minutes(discharge) * 0.85
            discharge = np.maximum(stored - planned_losses(discharge, minutes, self.rated), 0.0)
        return charge, discharge

    def shapes(self, start: int, plan: DayPlan) -> tuple[Shape, Shape]:
        """Return the PV's own shape with a taper near full, and a long evening."""
        part = plan.draws * _UNIFORM
        night = np.arange(self._DISCHARGE_TO - self._DISCHARGE_FROM, dtype=np.float64)
        x = night - (50.0 + 80.0 * part[3])[:, None]
        x /= (self._discharge_minutes(plan.discharge.astype(np.float64)) * (1.05 + 0.2 * part[4]))[:, None]
        evening = np.minimum(x * 8.0, (1.0 - x) * 3.0)
        np.clip(evening, 0.0, 1.0, out=evening)
        return Shape(self._CHARGE_FROM, self._sunny(start, plan)), Shape(self._DISCHARGE_FROM, evening)

    def _sunny(self, start: int, plan: DayPlan) -> Floats:
        days = len(plan.charge)
        length = self._CHARGE_TO - self._CHARGE_FROM
        away = np.abs(np.arange(length) - float(self._NOON - self._CHARGE_FROM))
        window = self._charge_minutes(plan.charge.astype(np.float64))[:, None] * 0.5 - away
        window *= 1.0 / 20.0
        np.clip(window, 0.0, 1.0, out=window)
        shape = np.full((days, length), 0.03 * self.rated)
        begin = start + self._CHARGE_FROM
        for system in self.pv:
            # Whole days of minutes are asked for, so that each row can be cut from one array.
            minutes, _ = system.cut(begin, begin + (days - 1) * MINUTES_PER_DAY + length)
            minutes = np.append(minutes, np.zeros(MINUTES_PER_DAY - length, dtype=np.int64))
            shape += minutes.reshape(days, MINUTES_PER_DAY)[:, :length]
        np.minimum(shape, 1.1 * self.rated, out=shape)
        shape *= window
        full = np.cumsum(shape, axis=1)
        full *= (1.0 / full[:, -1])[:, None]
        full -= self._TAPER_FROM
        full *= 0.85 / (1.0 - self._TAPER_FROM)
        np.maximum(full, 0.0, out=full)
        shape *= 1.0 - full
        return shape
