"""A PV system that faults strike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattos_testkit.faults.minutes import Bytes
from wattos_testkit.faults.plant.strikes import Carried, Strike, since, touching
from wattos_testkit.physics.hashing import Floats, Integers, Singles
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.photovoltaic import Light, PhotovoltaicFlow, PhotovoltaicSeries

KEEP = 255
"""A status that follows from the power, as ever."""
BY_LIGHT = frozenset({"string-outage", "soiling", "snow-cover", "shading", "export-limit-lost"})
"""Faults of which the light decides what they cost, for the inverter may have cut off the rest anyway."""


@dataclass(slots=True)
class PhotovoltaicMinutes:
    """Minutes of a PV system, to be changed in place; shape (n,) unless said otherwise."""

    start: int
    power: Integers
    """[W]."""
    peak: Integers
    """The highest power inside each minute [W]."""
    temps: Singles
    """Of cell and ambient [°C]; shape (2, n)."""
    status: Bytes
    """Positions in `STATUSES[Kind.PV]`, or KEEP."""
    modules: Floats
    """What the modules could give if nothing limited the inverter [W]; the power, where nobody asks."""
    direct: Floats
    """How much of the light comes straight from the sun [1]; 1 where nobody asks."""
    rated: float
    """[W]."""
    solar: int
    """What mean solar time is ahead of UTC [min]."""

    def between(self, start: int, end: int) -> "PhotovoltaicMinutes":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        return PhotovoltaicMinutes(
            start,
            self.power[cut],
            self.peak[cut],
            self.temps[:, cut],
            self.status[cut],
            self.modules[cut],
            self.direct[cut],
            self.rated,
            self.solar,
        )

    def __len__(self) -> int:
        """Return the number of minutes."""
        return len(self.power)

    @property
    def clock(self) -> Integers:
        """The UTC minutes themselves."""
        return np.arange(self.start, self.start + len(self))

    @property
    def hour(self) -> Floats:
        """The hour of the day, by mean solar time."""
        return np.asarray((self.clock + self.solar) % MINUTES_PER_DAY / 60.0)


class FaultyPhotovoltaic:
    """One PV system, at any time; takes the place of its healthy series."""

    def __init__(self, healthy: PhotovoltaicSeries, strikes: Sequence[Strike[PhotovoltaicMinutes]]) -> None:
        self.healthy = healthy
        self.limit = healthy.limit
        self.curtailed = healthy.curtailed
        self.rated = healthy.rated
        self.strikes = strikes
        self._solar = round(healthy.weather.site.longitude * 4.0)
        first = since(healthy.weather.start_minute(healthy.first_day), strikes)
        self._lost = Carried(first, 0, self._loses, lambda _, start, end: not self._touched(start, end))

    def struck(self, *strikes: Strike[PhotovoltaicMinutes]) -> "FaultyPhotovoltaic":
        """Return the same one with more strikes, which act last."""
        return FaultyPhotovoltaic(self.healthy, [*self.strikes, *strikes])

    def _touched(self, start: int, end: int) -> bool:
        return any(True for _ in touching(self.strikes, start, end))

    def _loses(self, lost: int, start: int, end: int) -> int:
        healthy, _ = self.healthy.cut(start, end)
        return lost + int(healthy.sum()) - int(self.minutes(start, end).power.sum())

    def minutes(self, start: int, end: int) -> PhotovoltaicMinutes:
        """Return the true minutes of a window."""
        flow, inside, _ = self.healthy.flow_between(start, end)
        power = flow.power[inside].copy()
        struck = tuple(touching(self.strikes, start, end))
        if any(strike.placement.fault.name in BY_LIGHT for strike, _, _ in struck):
            light = self.healthy.light_between(start, end)
        else:
            light = Light(power.astype(np.float64), np.ones(end - start))
        minutes = PhotovoltaicMinutes(
            start,
            power,
            flow.peak[inside].copy(),
            flow.temps[:, inside].copy(),
            np.full(end - start, KEEP, dtype=np.uint8),
            light.power,
            light.direct,
            self.rated,
            self._solar,
        )
        for strike, first, last in struck:
            strike.effect(strike.placement, minutes.between(first, last))
        return minutes

    def register(self, minute: int) -> int:
        """Return the register at the beginning of a minute [W·min]."""
        return self.healthy.cut(minute, minute + 1)[1] - self._lost.at(minute)

    def flow_between(self, start: int, end: int) -> tuple[PhotovoltaicFlow, slice, int]:
        """Return the minutes of a window, where it lies in them, and the register at its start [W·min]."""
        found = self.minutes(start, end)
        flow = PhotovoltaicFlow(start, found.power, found.peak, found.temps)
        return flow, slice(0, end - start), self.register(start)

    def cut(self, start: int, end: int) -> tuple[Integers, int]:
        """Return the power of a window [W], and the register at its start [W·min]."""
        return self.minutes(start, end).power, self.register(start)

    def hold(self, start: int, end: int) -> None:
        """Compute the days of a window now, so that the next cuts inside it cost nothing."""
        self.healthy.hold(start, end)

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.healthy.starts_after(minute)
