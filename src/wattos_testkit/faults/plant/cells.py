"""What the cells of a battery hold, and how warm they are, when it cannot do what its schedule says.

Minute depends on minute here: a plain loop, over the days of a fault and the day or two after it.
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
        self._missing = list(left.missing) or [0.0] * THERMAL_WINDOW
        self._together = sum(self._missing)

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
        powers = (minutes.charge + minutes.discharge).tolist()
        heats = (losses(wanted, self._rated) / self._rated).tolist()
        own, room = minutes.stored.tolist(), minutes.room.tolist()
        free, hit = minutes.free.tolist(), struck.tolist()
        air = temps[1].astype(np.float64)
        helped = (1.0 - cooling_help(air)) * (WARMTH / THERMAL_WINDOW)
        frame = np.stack([temps[0], helped, cell_floor(air), air + WARMEST]).T.tolist()
        hot = np.stack([minutes.warming, *minutes.derating]).T.tolist()
        plans = planned.tolist()
        deficit, extra = self.left.deficit, self.left.extra
        deficits, warm = np.empty(count), np.empty(count)
        for k in range(count):
            power, plan = powers[k], plans[k]
            rise, lower, stop = hot[k]
            temp = self._temp(frame[k]) + extra
            stored = own[k]
            if power and not free[k]:
                kept = power
                if temp > lower:
                    kept = int(power * max(0.0, (stop - temp) / (stop - lower)))
                # Too little inside and about to give, or too much and about to take.
                if kept and stored * deficit < 0.0:
                    now = stored * kept / power
                    kept -= round(kept * min(1.0, abs(deficit * room[k] / now)))
                stored *= kept / power
                powers[k] = power = kept
            # A fault that scales energies and room alike leaves the state of charge where it is scheduled.
            deficit += plan - stored / room[k]
            if -_SETTLED < deficit < _SETTLED and not hit[k]:
                deficit = 0.0
            deficits[k] = deficit
            heat = heat_of(power, self._rated)
            self._remember(heats[k] - heat)
            extra += (rise * heat / _FULL_HEAT - extra) / (_HEATED_FOR if rise else _COOLED_FOR)
            if extra < _COOL and not rise:
                extra = 0.0
            warm[k] = min(self._temp(frame[k]) + extra, _HOTTEST)
        missing = tuple(self._missing) if any(self._missing) else ()
        self.left = Left(deficit, 0, 0, extra, missing)
        return Track(np.array(powers, dtype=np.int64), deficits, warm.astype(np.float32))

    def _remember(self, missing: float) -> None:
        # Where nothing differs, nothing shall be left of rounding either.
        self._missing.append(missing if abs(missing) > 1e-12 else 0.0)  # noqa: PLR2004 - far below a watt
        del self._missing[0]
        self._together = sum(self._missing) if missing or any(self._missing) else 0.0

    def _temp(self, frame: list[float]) -> float:
        """Return how warm cells are that worked otherwise than scheduled."""
        scheduled, warmth, least, most = frame
        if not self._together:
            return scheduled
        return min(max(scheduled - warmth * self._together, min(scheduled, least)), max(scheduled, most))


def heat_of(power: int, rated: float) -> float:
    """Return what one minute's power loses over the rating [1], as `physics.battery.losses` does."""
    if not power:
        return 0.0
    part = power / rated
    return (part * LOSS_SQUARE + LOSS_LINEAR) * part + LOSS_CONSTANT
