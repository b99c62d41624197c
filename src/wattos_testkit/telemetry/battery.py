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
from wattos_testkit.physics.hashing import Floats, Integers, quarters, stream_key
from wattos_testkit.physics.noise import Lattice, between, lattices
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
    temp_cell: Floats
    """[°C]."""
    temp_ambient: Floats
    """[°C]."""


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
        self.limit = np.floor(min(self.rated, limit))
        self.offset = standard_offset(weather.site.timezone)
        kind = Arbitrage if battery.strategy == "arbitrage" else SelfConsumption
        self.strategy: Strategy = kind(seed, weather, battery, pv, self.limit)
        self._slow = stream_key(seed, "battery-slow", battery.resource_id)
        self._fast = stream_key(seed, "battery-fast", battery.resource_id)
        self._ripple = stream_key(seed, "battery-ripple", battery.resource_id)
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
        plan = self.strategy.plan(np.arange(first_day, first_day + days))
        charging, discharging = self.strategy.shapes(start, plan)
        flutter = self._flutter(start, days)
        charge = self._power(charging, plan.charge, flutter, self.rated)
        discharge = self._power(discharging, plan.discharge, flutter, self.limit)
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
        ambient = between(self.weather.air(start, days * MINUTES_PER_DAY // KNOT + 1), KNOT)
        cells = temp_cell(ambient.reshape(days, MINUTES_PER_DAY), lost)
        return BatteryFlow(start, charge.ravel(), discharge.ravel(), state.ravel(), cells.ravel(), ambient)

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

    def _flutter(self, start: int, days: int) -> Floats:
        """Return the unrest of the power, about 1; shape (days, 1440)."""
        minutes = days * MINUTES_PER_DAY
        slow, fast = lattices(
            [
                Lattice(self._slow, 30, start, minutes // 5 + 1, step=5),
                Lattice(self._fast, 5, start, minutes // 5 + 1, step=5),
            ]
        )
        slow *= 0.13
        slow += 0.06 * fast
        slow += 1.0
        return between(slow, 5).reshape(days, MINUTES_PER_DAY)

    def _power(self, part: Shape, budget: Integers, flutter: Floats, limit: float) -> Integers:
        """Return power that carries the budget of each day [W]; shape (days, 1440)."""
        length = part.shape.shape[1]
        inside = slice(part.first, part.first + length)
        power = np.zeros(flutter.shape, dtype=np.int64)
        power[:, inside] = fit_to_budget(part.shape * flutter[:, inside], budget, limit)
        return power

    def peaks(self, start: int, power: Integers) -> Integers:
        """Return the highest power inside each minute [W]."""
        lift = quarters(self._ripple, start, len(power))
        lift += 3.0**0.5
        lift *= power
        lift *= 0.025 / 12.0**0.5
        peak = lift.astype(np.int64)
        peak += power
        # Charging may be higher than what may be discharged; a peak is never below its mean.
        return np.minimum(peak, np.maximum(power, int(self.limit)), out=peak)
