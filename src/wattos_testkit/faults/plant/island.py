"""What stands behind a unit controller while the grid is away: dead, or an island that carries itself."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from wattos_testkit.faults.minutes import Bools
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plant import effects_battery, effects_pv
from wattos_testkit.faults.plant.battery import BatteryMinutes, FaultyBattery
from wattos_testkit.faults.plant.cells import heat_of
from wattos_testkit.faults.plant.load import FaultyLoad, LoadMinutes
from wattos_testkit.faults.plant.photovoltaic import FaultyPhotovoltaic, PhotovoltaicMinutes
from wattos_testkit.physics.hashing import Floats, Integers
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

_PERCENT = 0.01
_IDLE = 0.0255
"""What standing by draws in a day, over the capacity [1], as in `telemetry.strategy`."""
_FULL = 0.95
"""Nobody charges an island's battery further: it needs room to balance [1]."""
_TAPER = 20.0
"""Minutes in which charging would meet the full state at its present power."""


class Balance(NamedTuple):
    """An island's minutes; shape (n,), or (parts, n)."""

    alive: Bools
    """Until the batteries are empty, or asked for more than they can."""
    pv: Integers
    """[W]."""
    charge: Integers
    """[W]."""
    discharge: Integers
    """[W]."""
    stored: Floats
    """[W·min]."""


class Island:
    """One outage: what the parts do in it, from their own strikes and from each other.

    The parts are those without any outage. It is computed day by day from its beginning on, and kept: any
    minute of it is the same whoever asks.
    """

    def __init__(
        self,
        placement: Placement,
        pv: Mapping[str, FaultyPhotovoltaic],
        batteries: Mapping[str, FaultyBattery],
        load: FaultyLoad | None,
    ) -> None:
        self.placement = placement
        self.followed: Mapping[str, FaultyBattery] = batteries
        """The batteries with this outage and all others: what they held when it began."""
        self._pv = pv
        self._batteries = {
            name: one for name, one in batteries.items() if not one.starts_after(placement.start)
        }
        self._load = load
        self.islanded = placement.word("mode") == "islanded" and bool(self._batteries)
        self._days: list[Balance] = []
        self._states: list[float] = []
        self._dark = False

    def on_load(self, placement: Placement, minutes: LoadMinutes) -> None:
        """Serve what is essential, while somebody can."""
        kept = placement.number("essential") if self.islanded else 0.0
        for values in (minutes.power, minutes.reactive, minutes.lift):
            np.copyto(values, np.floor(values * kept).astype(np.int64))
        if self.islanded:
            gone = ~self._over(minutes.start, minutes.start + len(minutes)).alive
            for values in (minutes.power, minutes.reactive, minutes.lift):
                values[gone] = 0

    def on_photovoltaic(self, name: str, placement: Placement, minutes: PhotovoltaicMinutes) -> None:
        """Give no more than load and batteries take."""
        start, end = minutes.start, minutes.start + len(minutes)
        if not self.islanded:
            effects_pv.switch_off(placement, minutes, effects_pv.OFF)
            return
        stop = max(start, min(end, placement.end))
        inside = minutes.between(start, stop)
        if len(inside):
            balance = self._over(start, stop)
            power = balance.pv[list(self._pv).index(name)]
            peaks = inside.peak.copy()
            lower = effects_pv.cap(inside, power.astype(np.float64))
            np.copyto(inside.peak, peaks, where=~lower)
            inside.status[lower] = effects_pv.CURTAILED
            inside.status[~balance.alive] = effects_pv.OFF
        # Inverters that fed the island up to its end are synchronised: they need no restart.
        if stop < end and not self._over(placement.end - 1, placement.end).alive[0]:
            effects_pv.restart(placement, minutes.between(stop, end))

    def on_battery(self, name: str, placement: Placement, minutes: BatteryMinutes) -> None:
        """Take what is too much, give what is missing."""
        if not self.islanded or name not in self._batteries:
            effects_battery.battery_offline(placement, minutes)
            return
        balance = self._over(minutes.start, minutes.start + len(minutes))
        row = list(self._batteries).index(name)
        alive = balance.alive
        lift = self._lift(minutes.start, minutes.start + len(minutes))
        minutes.charge[:] = balance.charge[row]
        minutes.discharge[:] = balance.discharge[row]
        highest = minutes.discharge + np.where(minutes.discharge > 0, lift, 0)
        minutes.peaks[0] = minutes.charge
        minutes.peaks[1] = np.minimum(highest, np.maximum(minutes.discharge, int(minutes.rated)))
        minutes.stored[:] = balance.stored[row]
        minutes.free[:] = True
        minutes.held[~alive] = True
        minutes.status[~alive] = effects_battery.OFF

    def _lift(self, start: int, end: int) -> Integers:
        if self._load is None:
            return np.zeros(end - start, dtype=np.int64)
        lift = self._load.minutes(start, end).lift * self.placement.number("essential")
        return np.asarray(np.floor(lift).astype(np.int64))

    def _over(self, start: int, end: int) -> Balance:
        """Return the balance of a span inside the outage."""
        first = (start - self.placement.start) // MINUTES_PER_DAY
        last = (end - 1 - self.placement.start) // MINUTES_PER_DAY
        while len(self._days) <= last:
            begin = self.placement.start + len(self._days) * MINUTES_PER_DAY
            self._days.append(self._solve(begin, min(begin + MINUTES_PER_DAY, self.placement.end)))
        begin = self.placement.start + first * MINUTES_PER_DAY
        cut = slice(start - begin, end - begin)
        days = self._days[first : last + 1]
        return Balance(*(np.concatenate(parts, axis=-1)[..., cut] for parts in zip(*days, strict=True)))

    def _solve(self, start: int, end: int) -> Balance:
        """Balance the minutes of a day after those before it."""
        count = end - start
        offered = np.zeros((len(self._pv), count), dtype=np.int64)
        for row, system in enumerate(self._pv.values()):
            offered[row] = system.minutes(start, end).power
        load = np.zeros(count, dtype=np.int64)
        if self._load is not None:
            power = self._load.minutes(start, end).power
            load = np.floor(power * self.placement.number("essential")).astype(np.int64)
        batteries = [one.asked(start, end)[0] for one in self._batteries.values()]
        if not self._states:
            before = [self.followed[name].minutes(start - 1, start) for name in self._batteries]
            self._states = [float(one.state[0]) for one in before]
        flows, stored, lived = self._run(load - offered.sum(axis=0), batteries)
        alive = np.arange(count) < lived
        load[~alive] = 0
        charge, discharge = np.maximum(-flows, 0), np.maximum(flows, 0)
        taken = load + charge.sum(axis=0) - discharge.sum(axis=0)
        return Balance(alive, _parted(offered, taken), charge, discharge, stored)

    def _run(self, missing: Integers, batteries: list[BatteryMinutes]) -> tuple[Integers, Floats, int]:
        """Let the batteries follow what is missing [W].

        Return what each gives (or, below zero, takes) [W], what goes into its cells [W·min], and for how
        many minutes they could.
        """
        flows = np.zeros((len(batteries), len(missing)), dtype=np.int64)
        stored = np.zeros(flows.shape)
        for k, lack in enumerate(missing.tolist()):
            moved = None if self._dark else self._share(lack, batteries, k)
            if moved is None:
                # An island that has gone dark stays so: nobody starts it but the grid.
                self._dark = True
                return flows, stored, k
            for row, (power, battery) in enumerate(zip(moved, batteries, strict=True)):
                stored[row, k] = self._store(row, power, battery, k)
            flows[:, k] = moved
        return flows, stored, len(missing)

    def _share(self, lack: int, batteries: list[BatteryMinutes], k: int) -> list[int] | None:
        """Return what each battery gives (or, below zero, takes) [W]; None if they cannot."""
        rooms = [
            0 if battery.held[k] else self._room(lack, state, battery, float(battery.room[k]))
            for state, battery in zip(self._states, batteries, strict=True)
        ]
        total = sum(rooms)
        if lack > total:
            return None
        wanted = min(abs(lack), total)
        shares = [wanted * room // max(total, 1) for room in rooms]
        for row, room in enumerate(rooms):
            shares[row] += min(wanted - sum(shares), room - shares[row])
        return shares if lack > 0 else [-one for one in shares]

    def _room(self, lack: int, state: float, battery: BatteryMinutes, room: float) -> int:
        """Return the most that a battery can give, or take, now [W]."""
        if lack > 0:
            return int(battery.rated) if state > self.placement.number("reserve") * _PERCENT else 0
        return max(0, int(min(battery.rated, (_FULL - state) * battery.capacity * room / _TAPER)))

    def _store(self, row: int, power: int, battery: BatteryMinutes, k: int) -> float:
        """Move energy for a minute; return what goes into the cells [W·min]."""
        if battery.held[k]:
            return 0.0
        stored = (
            -power
            - heat_of(abs(power), battery.rated) * battery.rated
            - battery.capacity * _IDLE / MINUTES_PER_DAY
        )
        self._states[row] += stored / (battery.capacity * float(battery.room[k]))
        return stored


def _parted(offered: Integers, taken: Integers) -> Integers:
    """Return what each system gives of what it offers, so that together they give what is taken."""
    given = offered.sum(axis=0)
    parts = offered * taken // np.maximum(given, 1)
    for row in range(len(parts)):
        parts[row] += np.minimum(taken - parts.sum(axis=0), offered[row] - parts[row])
    return np.asarray(parts)
