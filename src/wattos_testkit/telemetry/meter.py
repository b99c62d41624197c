"""The series of a meter: the exact balance of its point of common coupling, watt by watt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Meter
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.physics.power import apparent_power
from wattos_testkit.telemetry.parts import BatteryPart, LoadPart, PhotovoltaicPart

_INVERTER_TANGENT = 64
"""PV inverters draw one var of reactive power for so many watts."""


@dataclass(frozen=True, slots=True)
class MeterFlow:
    """The minutes of a window; shape (minutes,) each."""

    active: Integers
    """[W]; import positive."""
    peak: Integers
    """The highest active power inside each minute [W]."""
    reactive: Integers
    """[var]."""
    apparent: Integers
    """[VA]."""
    register: int
    """Net energy at the beginning of the window since installation [W·min]."""


class MeterSeries:
    """One meter, at any time: of the grid connection, or of the gross load alone."""

    def __init__(
        self,
        meter: Meter,
        first_minute: int,
        load: LoadPart | None,
        pv: Sequence[PhotovoltaicPart],
        batteries: Sequence[BatteryPart],
    ) -> None:
        self.meter = meter
        self.load = load
        self.pv = pv if meter.role == "grid" else []
        self.batteries = batteries if meter.role == "grid" else []
        self._first_minute = first_minute
        self._zero: int | None = None

    def flow(self, start: int, end: int) -> MeterFlow:
        """Compute the minutes of a window that begins not before the meter was installed."""
        if self._zero is None:
            # What the parts had counted when this meter was installed: its own zero.
            self._zero = self._counted(self._first_minute)
        count = end - start
        active = np.zeros(count, dtype=np.int64)
        reactive = np.zeros(count, dtype=np.int64)
        peak = np.zeros(count, dtype=np.int64)
        register = -self._zero
        self._prepare(start, end)
        if self.load is not None:
            flow, inside, before = self.load.cut(start, end)
            active += flow.power[inside]
            reactive += flow.reactive[inside]
            peak += flow.lift[inside]
            register += before
        for system in self.pv:
            power, before = system.cut(start, end)
            active -= power
            reactive += power // _INVERTER_TANGENT
            register -= before
        for battery in self.batteries:
            stored, inside, before = battery.cut(start, end)
            active += stored.charge[inside]
            active -= stored.discharge[inside]
            register += before
        peak += active
        return MeterFlow(active, peak, reactive, apparent_power(active, reactive), register)

    def _prepare(self, start: int, end: int) -> None:
        """Let the PV compute once what the meter and a battery that stores its power both need."""
        for battery in self.batteries:
            first, last = battery.sunlit(start, end)
            start, end = min(start, first), max(end, last)
        for system in self.pv:
            system.hold(start, end)

    def _counted(self, minute: int) -> int:
        parts: list[PhotovoltaicPart | BatteryPart | LoadPart] = [*self.pv, *self.batteries]
        if self.load is not None:
            parts.append(self.load)
        if all(part.starts_after(minute) for part in parts):
            return 0
        total = self.load.cut(minute, minute + 1)[2] if self.load is not None else 0
        total -= sum(system.cut(minute, minute + 1)[1] for system in self.pv)
        return total + sum(battery.cut(minute, minute + 1)[2] for battery in self.batteries)
