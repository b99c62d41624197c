"""A load that faults strike."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattos_testkit.faults.plant.strikes import Carried, Strike, since, touching
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.load import LoadFlow, LoadSeries


@dataclass(slots=True)
class LoadMinutes:
    """Minutes of a load, to be changed in place; shape (n,)."""

    start: int
    power: Integers
    """[W]."""
    reactive: Integers
    """[var]."""
    lift: Integers
    """By how much the highest power inside each minute exceeds its mean [W]."""
    mean: float
    """The mean of a year [W]."""

    def between(self, start: int, end: int) -> "LoadMinutes":
        """Return a part as views."""
        cut = slice(start - self.start, end - self.start)
        return LoadMinutes(start, self.power[cut], self.reactive[cut], self.lift[cut], self.mean)

    def __len__(self) -> int:
        """Return the number of minutes."""
        return len(self.power)


class FaultyLoad:
    """One gross load, at any time; takes the place of its healthy series."""

    def __init__(self, healthy: LoadSeries, strikes: Sequence[Strike[LoadMinutes]]) -> None:
        self.healthy = healthy
        self.strikes = strikes
        first = since(healthy.start_minute(healthy.first_day), strikes)
        self._lost = Carried(first, 0, self._loses, lambda _, start, end: not self._touched(start, end))

    def struck(self, *strikes: Strike[LoadMinutes]) -> "FaultyLoad":
        """Return the same one with more strikes, which act last."""
        return FaultyLoad(self.healthy, [*self.strikes, *strikes])

    def _touched(self, start: int, end: int) -> bool:
        return any(True for _ in touching(self.strikes, start, end))

    def _loses(self, lost: int, start: int, end: int) -> int:
        flow, inside, _ = self.healthy.cut(start, end)
        return lost + int(flow.power[inside].sum()) - int(self.minutes(start, end).power.sum())

    def minutes(self, start: int, end: int) -> LoadMinutes:
        """Return the true minutes of a window."""
        flow, inside, _ = self.healthy.cut(start, end)
        minutes = LoadMinutes(
            start,
            flow.power[inside].copy(),
            flow.reactive[inside].copy(),
            flow.lift[inside].copy(),
            self.healthy.load.mean_kw * 1000.0,
        )
        for strike, first, last in touching(self.strikes, start, end):
            strike.effect(strike.placement, minutes.between(first, last))
        return minutes

    def cut(self, start: int, end: int) -> tuple[LoadFlow, slice, int]:
        """Return the minutes of a window, where it lies in them, and the register at its start [W·min]."""
        found = self.minutes(start, end)
        before = self.healthy.cut(start, start + 1)[2] - self._lost.at(start)
        return LoadFlow(start, found.power, found.reactive, found.lift), slice(0, end - start), before

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.healthy.starts_after(minute)
