"""What the cells of a battery hold, and how warm they are, when it cannot do what its schedule says.

Minute depends on minute here: a plain loop, over the days of a fault and the day or two after it, where
that is so.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wattos_testkit.faults.minutes import Bools
from wattos_testkit.physics.battery import (
    LOSS_CONSTANT,
    LOSS_LINEAR,
    LOSS_SQUARE,
    THERMAL_WINDOW,
    WARMEST,
    WARMTH,
    cell_floor,
    cooling_help,
    losses,
)
from wattos_testkit.physics.hashing import Floats, Integers, Singles

if TYPE_CHECKING:
    from wattos_testkit.faults.plant.battery import BatteryMinutes

_SETTLED = 1.0
"""A difference that rounding to whole watts may leave [W·min]."""
_NOTHING = 1e-6
"""A difference that floating point leaves [W·min]."""
_COOL = 0.05
"""A warmth nobody sees [K]."""
_HEATED_FOR, _COOLED_FOR = 150.0, 45.0
"""Time constants of cells without cooling and with it again [min]."""
_HOTTEST = 70.0
_FULL_HEAT = LOSS_CONSTANT + LOSS_LINEAR + LOSS_SQUARE


class Left(NamedTuple):
    """What faults have left behind."""

    deficit: float = 0.0
    """What the cells hold less than the schedule thinks, as if they were new [W·min]."""
    charged: int = 0
    """What was charged less than scheduled, since ever [W·min]."""
    discharged: int = 0
    """What was discharged less than scheduled, since ever [W·min]."""
    extra: float = 0.0
    """How much warmer the cells are because nothing cooled them [K]."""
    missing: tuple[float, ...] = ()
    """By how much each minute's losses of the last hour were less than scheduled, over the rating [1];
    empty: not at all."""

    @property
    def settled(self) -> bool:
        """Whether nothing is left that changes."""
        return not (self.deficit or self.extra or self.missing)


class Track(NamedTuple):
    """What came of a window; shape (n,) each."""

    powers: Integers
    """[W], one way or the other."""
    deficits: Floats
    """At the end of each minute [W·min]."""
    temps: Singles
    """Of the cells [°C]."""


class Follower:
    """A battery that follows its schedule as well as it can."""

    def __init__(self, left: Left, rated: float) -> None:
        self.left = left
        self._rated = rated

    def follow(
        self,
        wanted: Integers,
        planned: Floats,
        temps: Singles,
        minutes: "BatteryMinutes",
        struck: Bools,
    ) -> Track:
        """Lower powers until cells and schedule agree.

        Parameters
        ----------
        wanted, planned, temps
            Powers [W], energy into the cells [W·min] and temperatures [°C] as scheduled.
        minutes
            What faults have made of it; read only.
        struck
            Where a fault acts.
        """
        count = len(struck)
        before = np.array(self.left.missing or (0.0,) * THERMAL_WINDOW)
        heats = losses(wanted, self._rated) / self._rated
        cells = _Cells(temps, before)
        powers = minutes.charge + minutes.discharge
        deficits, extras = np.zeros(count), np.zeros(count)
        deficit, extra = self.left.deficit, self.left.extra
        off = planned - minutes.stored / minutes.room
        if deficit or extra or minutes.warming.any() or np.abs(off).max() >= _NOTHING:
            steps = _Steps(powers, planned, minutes, struck, heats, cells)
            deficit, extra = steps.run(deficit, extra, self._rated, deficits, extras)
            powers = np.array(steps.powers, dtype=np.int64)
        missing = heats - losses(powers, self._rated) / self._rated
        history = np.concatenate([before, missing])
        warm = np.minimum(cells.after(history) + extras, _HOTTEST)
        last = history[-THERMAL_WINDOW:]
        self.left = Left(deficit, 0, 0, extra, tuple(last.tolist()) if last.any() else ())
        return Track(powers, deficits, warm.astype(np.float32))


class _Cells:
    """How warm cells are that worked otherwise than scheduled."""

    def __init__(self, temps: Singles, before: Floats) -> None:
        air = temps[1].astype(np.float64)
        self.scheduled = temps[0].astype(np.float64)
        self.warmth = (1.0 - cooling_help(air)) * (WARMTH / THERMAL_WINDOW)
        """Of a minute's losses, for an hour [K]."""
        self.least = np.minimum(self.scheduled, cell_floor(air))
        self.most = np.maximum(self.scheduled, air + WARMEST)
        self.before = before

    def after(self, history: Floats) -> Floats:
        """Return temperatures from what each minute lost less than scheduled, the hour before included."""
        missing = np.lib.stride_tricks.sliding_window_view(history[1:], THERMAL_WINDOW).sum(axis=1)
        worked = np.clip(self.scheduled - self.warmth * missing, self.least, self.most)
        return np.asarray(np.where(missing == 0.0, self.scheduled, worked))


class _Steps:
    """The minutes of a battery, one after the other."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a minute depends on
        self,
        powers: Integers,
        planned: Floats,
        minutes: "BatteryMinutes",
        struck: Bools,
        heats: Floats,
        cells: _Cells,
    ) -> None:
        self.powers: list[int] = powers.tolist()
        self._plans: list[float] = planned.tolist()
        self._stored: list[float] = minutes.stored.tolist()
        self._room: list[float] = minutes.room.tolist()
        self._free: list[bool] = minutes.free.tolist()
        self._struck: list[bool] = struck.tolist()
        self._hot: list[list[float]] = np.stack([minutes.warming, *minutes.derating]).T.tolist()
        self._heats: list[float] = heats.tolist()
        self._frame: list[list[float]] = np.stack(
            [cells.scheduled, cells.warmth, cells.least, cells.most]
        ).T.tolist()
        self._missing: list[float] = cells.before.tolist()

    def run(
        self, deficit: float, extra: float, rated: float, deficits: Floats, extras: Floats
    ) -> tuple[float, float]:
        """Lower the powers; fill in deficits [W·min] and warmth without cooling [K]; return the last ones."""
        warmed = extra > 0.0 or any(rise > 0.0 for rise, _, _ in self._hot)
        for k, power in enumerate(self.powers):
            stored, now = self._stored[k], power
            if power and not self._free[k]:
                if warmed:
                    now = self._cooler(k, power, extra)
                # Too little inside and about to give, or too much and about to take.
                if now and stored * deficit < 0.0:
                    moves = stored * now / power
                    now -= round(now * min(1.0, abs(deficit * self._room[k] / moves)))
                stored *= now / power
                self.powers[k] = now
            # A fault that scales energies and room alike leaves the state of charge where it is scheduled.
            deficit += self._plans[k] - stored / self._room[k]
            if abs(deficit) < (_NOTHING if self._struck[k] else _SETTLED):
                deficit = 0.0
            deficits[k] = deficit
            if warmed:
                extra = self._warmer(k, extra, heat_of(now, rated))
                extras[k] = extra
        return deficit, extra

    def _cooler(self, k: int, power: int, extra: float) -> int:
        """Return the power that cells as warm as they are may have."""
        _, begin, stop = self._hot[k]
        scheduled, warmth, least, most = self._frame[k]
        temp = min(max(scheduled - warmth * sum(self._missing), least), most) + extra
        return power if temp <= begin else int(power * max(0.0, (stop - temp) / (stop - begin)))

    def _warmer(self, k: int, extra: float, heat: float) -> float:
        """Return by how much cells are warmer after a minute's losses because nothing cools them [K]."""
        self._missing.append(self._heats[k] - heat)
        del self._missing[0]
        rise = self._hot[k][0]
        extra += (rise * heat / _FULL_HEAT - extra) / (_HEATED_FOR if rise else _COOLED_FOR)
        return extra if rise or extra >= _COOL else 0.0


def heat_of(power: int, rated: float) -> float:
    """Return what a power loses over the rating [1]: as `physics.battery.losses`, to the last bit."""
    if not power:
        return 0.0
    lost = (power * (LOSS_SQUARE / rated) + LOSS_LINEAR) * power + LOSS_CONSTANT * rated
    return lost / rated
