"""A battery that faults strike, and how it finds back into its schedule.

The schedule of a battery goes on while a fault keeps it from being followed, so that afterwards the cells
hold more or less than the schedule thinks. As an energy manager would, the battery then gives less (or
takes less) than scheduled until the two agree again: it never does more than its healthy self, so it
never exceeds a rating, and its state of charge stays between what it was and what the schedule wants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattos_testkit.faults.minutes import Bools, Bytes
from wattos_testkit.faults.plant.photovoltaic import KEEP
from wattos_testkit.faults.plant.strikes import Carried, Strike, since, touching
from wattos_testkit.physics.hashing import Floats, Integers, Singles
from wattos_testkit.telemetry.battery import BatteryFlow, BatterySeries

_SETTLED = 1.0
"""A difference that rounding to whole watts may leave [W·min]."""
_WARMTH = 60
"""Minutes for which cells remember that they worked, as in `physics.battery`."""


class Left(NamedTuple):
    """What faults have left behind."""

    deficit: float = 0.0
    """What the cells hold less than the schedule thinks [W·min]."""
    charged: int = 0
    """What was charged less than scheduled, since ever [W·min]."""
    discharged: int = 0
    """What was discharged less than scheduled, since ever [W·min]."""


@dataclass(slots=True)
class BatteryMinutes:
    """Minutes of a battery, to be changed in place; shape (n,) unless said otherwise.

    Powers are what the battery would do; they may be lowered. What the state of charge is then, is found
    afterwards.
    """

    start: int
    charge: Integers
    """[W]."""
    discharge: Integers
    """[W]."""
    stored: Floats
    """What goes into the cells in each minute, by the powers as scheduled [W·min]."""
    peaks: Integers
    """The highest power of charging and discharging inside each minute [W]; shape (2, n)."""
    temps: Singles
    """Of cell and ambient [°C]; shape (2, n)."""
    status: Bytes
    """Positions in `STATUSES[Kind.BESS]`, or KEEP."""
    state: Floats
    """State of charge at the end of each minute, as scheduled [1]."""
    held: Bools
    """Where the battery is held off: nothing moves, nothing is drawn, and nothing is made up for."""
    rated: float
    """[W]."""
    capacity: float
    """[W·min]."""

    def between(self, start: int, end: int) -> "BatteryMinutes":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        return BatteryMinutes(
            start,
            self.charge[cut],
            self.discharge[cut],
            self.stored[cut],
            self.peaks[:, cut],
            self.temps[:, cut],
            self.status[cut],
            self.state[cut],
            self.held[cut],
            self.rated,
            self.capacity,
        )

    @property
    def clock(self) -> Integers:
        """The UTC minutes themselves."""
        return np.arange(self.start, self.start + len(self.charge))


class FaultyBattery:
    """One battery, at any time; takes the place of its healthy series."""

    def __init__(self, healthy: BatterySeries, strikes: Sequence[Strike[BatteryMinutes]]) -> None:
        self.healthy = healthy
        self.capacity = healthy.strategy.capacity
        self._strikes = strikes
        first = since(healthy.start_minute(healthy.first_day), strikes)
        self._left = Carried(
            first, Left(), lambda left, start, end: self._follow(left, start, end)[1], self._idle
        )

    def _idle(self, left: Left, start: int, end: int) -> bool:
        return not left.deficit and not any(True for _ in touching(self._strikes, start, end))

    def minutes(self, start: int, end: int) -> BatteryMinutes:
        """Return the true minutes of a window."""
        left = self._left.at(start)
        if self._idle(left, start, end):
            return self._scheduled(start, end)
        return self._follow(left, start, end)[0]

    def _scheduled(self, start: int, end: int) -> BatteryMinutes:
        """Return what a healthy battery does."""
        flow, inside, _ = self.healthy.cut(start - 1, end)
        state = flow.state[inside]
        after = slice(inside.start + 1, inside.stop)
        return BatteryMinutes(
            start,
            flow.charge[after].copy(),
            flow.discharge[after].copy(),
            np.diff(state) * self.capacity,
            flow.peaks[:, after].copy(),
            flow.temps[:, after].copy(),
            np.full(end - start, KEEP, dtype=np.uint8),
            state[1:].copy(),
            np.zeros(end - start, dtype=np.bool_),
            self.healthy.rated,
            self.capacity,
        )

    def _follow(self, left: Left, start: int, end: int) -> tuple[BatteryMinutes, Left]:
        """Return the minutes of a window after what was left before it, and what is left behind it."""
        scheduled = self._scheduled(start, end)
        minutes = self._scheduled(start, end)
        struck = np.zeros(end - start, dtype=np.bool_)
        for strike, first, last in touching(self._strikes, start, end):
            strike.effect(strike.placement, minutes.between(first, last))
            struck[first - start : last - start] = True
        deficits = _made_up(left.deficit, scheduled, minutes, struck)
        minutes.state = scheduled.state - deficits / self.capacity
        _quieten(scheduled, minutes)
        return minutes, Left(
            float(deficits[-1]),
            left.charged + int(scheduled.charge.sum()) - int(minutes.charge.sum()),
            left.discharged + int(scheduled.discharge.sum()) - int(minutes.discharge.sum()),
        )

    def cut(self, start: int, end: int) -> tuple[BatteryFlow, slice, int]:
        """Return the minutes of a window, where it lies in them, and the net register before [W·min]."""
        found = self.minutes(start, end)
        flow = BatteryFlow(start, found.charge, found.discharge, found.state, found.peaks, found.temps)
        charged, discharged = self.registers(flow, start)
        return flow, slice(0, end - start), charged - discharged

    def registers(self, flow: BatteryFlow, minute: int) -> tuple[int, int]:
        """Return what was charged and discharged up to a minute [W·min]."""
        del flow
        healthy, _, _ = self.healthy.cut(minute, minute + 1)
        charged, discharged = self.healthy.registers(healthy, minute)
        left = self._left.at(minute)
        return charged - left.charged, discharged - left.discharged

    def sunlit(self, start: int, end: int) -> tuple[int, int]:
        """Return the window of the PV's power that a window of this battery depends on."""
        return self.healthy.sunlit(start, end)

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.healthy.starts_after(minute)


def _made_up(deficit: float, scheduled: BatteryMinutes, minutes: BatteryMinutes, struck: Bools) -> Floats:
    """Lower the powers until cells and schedule agree; return the deficit at the end of each minute [W·min].

    Minute depends on minute: a plain loop, over the days of a fault and the day or two after it.
    """
    n = len(struck)
    wanted = (scheduled.charge + scheduled.discharge).tolist()
    powers = (minutes.charge + minutes.discharge).tolist()
    planned = scheduled.stored.tolist()
    held, hit = minutes.held.tolist(), struck.tolist()
    deficits = np.empty(n)
    for k in range(n):
        want, power, plan = wanted[k], powers[k], planned[k]
        stored = 0.0 if held[k] else plan
        if want:
            stored *= power / want
            # Too little inside and about to give, or too much and about to take.
            if stored * deficit < 0.0 and power:
                kept = power - round(power * min(1.0, abs(deficit / stored)))
                stored *= kept / power
                powers[k] = kept
        deficit += plan - stored
        if -_SETTLED < deficit < _SETTLED and not hit[k]:
            deficit = 0.0
        deficits[k] = deficit
    after = np.array(powers, dtype=np.int64)
    np.copyto(minutes.charge, np.where(scheduled.charge > 0, after, 0))
    np.copyto(minutes.discharge, np.where(scheduled.discharge > 0, after, 0))
    return deficits


def _quieten(scheduled: BatteryMinutes, minutes: BatteryMinutes) -> None:
    """Let peaks and the warmth of the cells follow powers that were lowered."""
    for row, before, after in (
        (0, scheduled.charge, minutes.charge),
        (1, scheduled.discharge, minutes.discharge),
    ):
        lower = after < before
        peaks = minutes.peaks[row]
        peaks[lower] = peaks[lower] * after[lower] // before[lower]
