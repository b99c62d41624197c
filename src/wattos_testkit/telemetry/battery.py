"""The series of a battery: the energies of each day first, their shape second.

A battery day begins at 05:00 local standard time, when nothing moves, at a state of charge that depends on
that day alone: the *anchor*. Charge and discharge of the day are whole numbers that follow from day-level
quantities; the losses of the day, within a few percent of the model, close the balance from one anchor to
the next.
"""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Battery
from wattos_testkit.physics.battery import losses, temp_cell
from wattos_testkit.physics.daynoise import DayNoise, Octave, White, Woven
from wattos_testkit.physics.hashing import Floats, Integers, Singles, stream_key
from wattos_testkit.physics.noise import in_order, within_days
from wattos_testkit.physics.power import fit_to_budget
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, day_number, standard_offset
from wattos_testkit.telemetry.ledger import Ledger
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicSeries
from wattos_testkit.telemetry.strategy import Arbitrage, SelfConsumption, Shape, Strategy
from wattos_testkit.telemetry.weather import KNOT, SiteWeather

_DAY_BEGINS = 5 * 60


@dataclass(frozen=True, slots=True)
class BatteryFlow:
    """Whole battery days; minute arrays have shape (days * 1440,)."""

    start: int
    charge: Integers
    """[W]."""
    discharge: Integers
    """[W]."""
    state: Floats
    """State of charge at the end of each minute, as a fraction."""
    peaks: Integers
    """The highest power of charging and of discharging inside each minute [W]; shape (2, days * 1440)."""
    temps: Singles
    """Of cell and ambient [°C]; shape (2, days * 1440)."""


class BatterySeries:
    """One battery, at any time."""

    def __init__(
        self,
        seed: int,
        weather: SiteWeather,
        battery: Battery,
        pv: list[PhotovoltaicSeries],
        limit: float = np.inf,
    ) -> None:
        self.battery = battery
        self.weather = weather
        self.first_day = day_number(battery.commissioned)
        self.rated = battery.rated_kw * 1000.0
        self.limit = float(np.floor(min(self.rated, limit)))
        self.offset = standard_offset(weather.site.timezone)
        kind = Arbitrage if battery.strategy == "arbitrage" else SelfConsumption
        self.strategy: Strategy = kind(seed, weather, battery, pv, self.limit)
        owner = battery.resource_id
        self._noise = DayNoise(
            _DAY_BEGINS - self.offset,
            (Woven(5, (Octave(stream_key(seed, "battery-slow", owner), 30, 0.13),)),),
            (
                White(stream_key(seed, "battery-fast", owner), MINUTES_PER_DAY // 5, with_end=True),
                White(stream_key(seed, "battery-ripple", owner), MINUTES_PER_DAY),
            ),
        )
        self.charged = Ledger(self.first_day, lambda days: self.strategy.plan(days).charge)
        self.discharged = Ledger(self.first_day, lambda days: self.strategy.plan(days).discharge)

    def start_minute(self, day: int) -> int:
        """Return the UTC minute at which a battery day begins."""
        return day * MINUTES_PER_DAY - self.offset + _DAY_BEGINS

    def day_of(self, minute: int) -> int:
        """Return the battery day that holds a UTC minute."""
        return (minute + self.offset - _DAY_BEGINS) // MINUTES_PER_DAY

    def flow(self, first_day: int, days: int) -> BatteryFlow:
        """Compute whole battery days."""
        start = self.start_minute(first_day)
        plan = self.strategy.held_plan(first_day, days)
        charging, discharging = self.strategy.shapes(start, plan)
        (slow,), (fast, ripple) = self._noise.draw(first_day, days)
        # The unrest of the power, about 1.
        slow += 0.06 * fast
        slow += 1.0
        flutter = in_order(within_days(slow, 5))
        powers = np.zeros((2, days, MINUTES_PER_DAY), dtype=np.int64)
        charge, discharge = powers
        self._power(charging, plan.charge, flutter, self.rated, charge)
        self._power(discharging, plan.discharge, flutter, self.limit, discharge)
        lost = losses(charge + discharge, self.rated)
        moved = np.diff(plan.anchors) * self.strategy.capacity
        total = np.maximum(lost.sum(axis=1), 1e-9)
        lost *= ((plan.charge - plan.discharge - plan.idle - moved) / total)[:, None]
        stored = (charge - discharge) - lost
        stored -= (plan.idle / MINUTES_PER_DAY)[:, None]
        state = np.cumsum(stored, axis=1)
        state *= 1.0 / self.strategy.capacity
        state += plan.anchors[:-1, None]
        lost *= 1.0 / self.rated
        return BatteryFlow(
            start,
            charge.ravel(),
            discharge.ravel(),
            state.ravel(),
            self._peaks(powers, ripple),
            self._temps(start, lost),
        )

    def _peaks(self, powers: Integers, ripple: Singles) -> Integers:
        """Return the highest power inside each minute [W]."""
        ripple += 3.0**0.5
        ripple *= 0.025 / 12.0**0.5
        peaks = (powers * ripple).astype(np.int64)
        peaks += powers
        # Charging may be higher than what may be discharged; a peak is never below its mean.
        return np.minimum(peaks, np.maximum(powers, int(self.limit)), out=peaks).reshape(2, -1)

    def _temps(self, start: int, lost: Floats) -> Singles:
        """Return the temperatures of cells and ambient [°C]; shape (2, minutes)."""
        knots = self.weather.air(start, len(lost)).astype(np.float32)
        temps = np.empty((2, *lost.shape), dtype=np.float32)
        temps[1] = in_order(within_days(knots, KNOT))
        temps[0] = temp_cell(temps[1], lost)
        return temps.reshape(2, -1)

    def sunlit(self, start: int, end: int) -> tuple[int, int]:
        """Return the window of the PV's power that a window of this battery depends on."""
        begin = self.start_minute(self.day_of(start))
        reach = self.strategy.charges_from_pv
        if reach is None:
            return start, end
        return min(start, begin + reach[0]), max(end, self.start_minute(self.day_of(end - 1)) + reach[1])

    def cut(self, start: int, end: int) -> tuple[BatteryFlow, slice, int]:
        """Return days that hold a window, where it lies in them, and the net register before [W·min]."""
        first = self.day_of(start)
        flow = self.flow(first, self.day_of(end - 1) - first + 1)
        charged, discharged = self.registers(flow, start)
        return flow, slice(start - flow.start, end - flow.start), charged - discharged

    def registers(self, flow: BatteryFlow, minute: int) -> tuple[int, int]:
        """Return what was charged and discharged up to a minute inside a flow [W·min]."""
        first, before = self.day_of(flow.start), slice(minute - flow.start)
        charged = self.charged.before(first) + int(flow.charge[before].sum())
        return charged, self.discharged.before(first) + int(flow.discharge[before].sum())

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.start_minute(self.first_day) >= minute

    @staticmethod
    def _power(part: Shape, budget: Integers, flutter: Singles, limit: float, power: Integers) -> None:
        """Fill in power that carries the budget of each day [W]; shape (days, 1440)."""
        inside = slice(part.first, part.first + part.shape.shape[1])
        power[:, inside] = fit_to_budget(part.shape * flutter[:, inside], budget, limit)
