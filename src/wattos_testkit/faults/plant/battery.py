"""A battery that faults strike, and how it finds back into its schedule.

The schedule of a battery goes on while a fault keeps it from being followed, so that afterwards the cells
hold more or less than the schedule thinks. As an energy manager would, the battery then gives less (or
takes less) than scheduled until the two agree again: it never does more than its healthy self, so it
never exceeds a rating, and its state of charge stays between what it was and what the schedule wants.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from wattos_testkit.faults.minutes import Bools, Bytes
from wattos_testkit.faults.plant.cells import Follower, Left
from wattos_testkit.faults.plant.photovoltaic import KEEP
from wattos_testkit.faults.plant.strikes import Carried, Strike, since, touching
from wattos_testkit.physics.hashing import Floats, Integers, Singles
from wattos_testkit.telemetry.battery import BatteryFlow, BatterySeries


@dataclass(slots=True)
class BatteryMinutes:
    """Minutes of a battery, to be changed in place; shape (n,) unless said otherwise.

    Powers are what the battery would do; they may be lowered, and what is stored by them. What the state of
    charge is then, and how warm the cells are, is found afterwards. Only where a battery is `free` of its
    schedule may powers be anything.
    """

    start: int
    charge: Integers
    """[W]."""
    discharge: Integers
    """[W]."""
    stored: Floats
    """What goes into the cells each minute by these powers [W·min]."""
    peaks: Integers
    """The highest power of charging and discharging inside each minute [W]; shape (2, n)."""
    temps: Singles
    """Of cell and ambient [°C]; shape (2, n)."""
    status: Bytes
    """Positions in `STATUSES[Kind.BESS]`, or KEEP."""
    state: Floats
    """State of charge at the end of each minute, as scheduled [1]."""
    held: Bools
    """Where the battery is off: nobody can ask it for anything."""
    free: Bools
    """Where it does not follow the schedule, whatever that says."""
    room: Floats
    """What the cells can hold over what they could when new [1]."""
    warming: Floats
    """By how much full power would warm the cells beyond what cooling takes away, in the end [K]."""
    derating: Floats
    """Cell temperatures from which power is lowered, and at which it is zero [°C]; shape (2, n)."""
    rated: float
    """[W]."""
    capacity: float
    """[W·min]."""

    def between(self, start: int, end: int) -> "BatteryMinutes":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        arrays = {name: part[..., cut] for name, part in parts.items() if isinstance(part, np.ndarray)}
        return BatteryMinutes(**{**parts, **arrays, "start": start})

    def __len__(self) -> int:
        """Return the number of minutes."""
        return len(self.charge)

    @property
    def clock(self) -> Integers:
        """The UTC minutes themselves."""
        return np.arange(self.start, self.start + len(self))


class FaultyBattery:
    """One battery, at any time; takes the place of its healthy series."""

    def __init__(self, healthy: BatterySeries, strikes: Sequence[Strike[BatteryMinutes]]) -> None:
        self.healthy = healthy
        self.capacity = healthy.strategy.capacity
        self.strikes = strikes
        first = since(healthy.start_minute(healthy.first_day), strikes)
        self._left = Carried(
            first, Left(), lambda left, start, end: self._follow(left, start, end)[1], self._idle
        )

    def struck(self, *strikes: Strike[BatteryMinutes]) -> "FaultyBattery":
        """Return the same one with more strikes, which act last."""
        return FaultyBattery(self.healthy, [*self.strikes, *strikes])

    def _idle(self, left: Left, start: int, end: int) -> bool:
        return left.settled and not any(True for _ in touching(self.strikes, start, end))

    def minutes(self, start: int, end: int) -> BatteryMinutes:
        """Return the true minutes of a window."""
        left = self._left.at(start)
        if self._idle(left, start, end):
            return self._scheduled(start, end)
        return self._follow(left, start, end)[0]

    def _scheduled(self, start: int, end: int) -> BatteryMinutes:
        """Return what a healthy battery does."""
        count = end - start
        flow, inside, _ = self.healthy.cut(start - 1, end)
        state = flow.state[inside]
        after = slice(inside.start + 1, inside.stop)
        return BatteryMinutes(
            start=start,
            charge=flow.charge[after].copy(),
            discharge=flow.discharge[after].copy(),
            stored=np.diff(state) * self.capacity,
            peaks=flow.peaks[:, after].copy(),
            temps=flow.temps[:, after].copy(),
            status=np.full(count, KEEP, dtype=np.uint8),
            state=state[1:].copy(),
            held=np.zeros(count, dtype=np.bool_),
            free=np.zeros(count, dtype=np.bool_),
            room=np.ones(count),
            warming=np.zeros(count),
            derating=np.full((2, count), np.inf),
            rated=self.healthy.rated,
            capacity=self.capacity,
        )

    def asked(self, start: int, end: int) -> tuple[BatteryMinutes, Bools]:
        """Return what faults ask of it in a window, before it tries to find back, and where they do."""
        minutes = self._scheduled(start, end)
        struck = np.zeros(end - start, dtype=np.bool_)
        for strike, first, last in touching(self.strikes, start, end):
            strike.effect(strike.placement, minutes.between(first, last))
            struck[first - start : last - start] = True
        return minutes, struck

    def _follow(self, left: Left, start: int, end: int) -> tuple[BatteryMinutes, Left]:
        """Return the minutes of a window after what was left before it, and what is left behind it."""
        scheduled = self._scheduled(start, end)
        minutes, struck = self.asked(start, end)
        follower = Follower(left, minutes.rated)
        track = follower.follow(
            scheduled.charge + scheduled.discharge,
            scheduled.stored,
            scheduled.temps,
            minutes,
            struck,
        )
        np.copyto(minutes.charge, np.where(scheduled.charge > 0, track.powers, 0), where=~minutes.free)
        np.copyto(minutes.discharge, np.where(scheduled.discharge > 0, track.powers, 0), where=~minutes.free)
        minutes.state = scheduled.state - track.deficits / self.capacity
        np.copyto(minutes.temps[0], track.temps)
        _lower_peaks(scheduled, minutes)
        return minutes, follower.left._replace(
            charged=left.charged + int(scheduled.charge.sum()) - int(minutes.charge.sum()),
            discharged=left.discharged + int(scheduled.discharge.sum()) - int(minutes.discharge.sum()),
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


def _lower_peaks(scheduled: BatteryMinutes, minutes: BatteryMinutes) -> None:
    """Let peaks follow powers that were lowered."""
    for row, before, after in (
        (0, scheduled.charge, minutes.charge),
        (1, scheduled.discharge, minutes.discharge),
    ):
        lower = (after < before) & ~minutes.free
        peaks = minutes.peaks[row]
        peaks[lower] = peaks[lower] * after[lower] // before[lower]
