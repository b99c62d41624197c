"""The gross load behind a point of common coupling: energy of each day first, its shape second."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Load
from wattos_testkit.physics.hashing import Floats, Integers, quarters, several_quarters, stream_key
from wattos_testkit.physics.load import KNOTS, PROFILES, conditioning, least_load, occupancy
from wattos_testkit.physics.noise import Lattice, between, lattices
from wattos_testkit.physics.power import round_running
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, clock_shift, day_types, standard_offset
from wattos_testkit.telemetry.fields import LOAD_CREST
from wattos_testkit.telemetry.ledger import Ledger
from wattos_testkit.telemetry.weather import KNOT, SiteWeather

_TABLE_FROM, _TABLE_TO = -40, 50
_TYPICAL_YEAR = 19_358  # 2023-01-01, and 364 days more: what the mean is taken over
_SPIKE_CELL = 30
_SPIKE_CELLS = MINUTES_PER_DAY // _SPIKE_CELL
_PHASE = 1 << 16
_MEND_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class LoadFlow:
    """Whole standard-time days; minute arrays have shape (days * 1440,)."""

    start: int
    power: Integers
    """[W]."""
    reactive: Integers
    """[var]."""
    lift: Integers
    """By how much the highest power inside each minute exceeds its mean [W]."""


class LoadSeries:
    """One gross load, at any time."""

    def __init__(self, seed: int, weather: SiteWeather, load: Load, owner: str, first_day: int) -> None:
        self.load = load
        self.profile = PROFILES[load.profile]
        self.weather = weather
        site = weather.site
        self.offset = standard_offset(site.timezone)
        self.first_day = first_day
        self._occupancy = occupancy(load.profile)
        self._keys = {
            name: stream_key(seed, f"load-{name}", owner)
            for name in ("day", "slow", "quarter", "five", "minute", "reactive", "phase", "spike", "lift")
        }
        jitter = several_quarters([(stream_key(seed, "load-habit", owner), 0, 4)])[0]
        self._tangent = 1.0 + 0.06 * jitter[0]
        self._period = 14 + int(2.0 * jitter[1])
        self._table = self._conditioning_table()
        self._scale = 1.0
        self._scale = load.mean_kw * 1000.0 / float(np.mean(self._levels(np.arange(365) + _TYPICAL_YEAR)))
        self.floor = least_load(load.profile, load.mean_kw)
        self.ledger = Ledger(first_day, self._budgets)

    def start_minute(self, day: int) -> int:
        """Return the UTC minute at which a standard-time day begins."""
        return day * MINUTES_PER_DAY - self.offset

    def day_of(self, minute: int) -> int:
        """Return the standard-time day that holds a UTC minute."""
        return (minute + self.offset) // MINUTES_PER_DAY

    def _conditioning_table(self) -> Floats:
        """Return a day's mean cooling and heating by day type and mean temperature; shape (4, 91)."""
        wave = self.weather.diurnal() * (0.9 * self.weather.climate.temp_day)
        temps = np.arange(_TABLE_FROM, _TABLE_TO + 1.0)
        # Solar time stands for wall time here; what that misses is spread over the day with the rest.
        air = temps[None, :, None] + wave
        return np.asarray(conditioning(self.profile, air, self._occupancy[:, None, :]).mean(axis=2))

    def _heights(self, days: Integers) -> Floats:
        """Return how busy each day is; shape (n,)."""
        noise = quarters(self._keys["day"], int(days[0]) - 1, len(days) + 1)
        return np.asarray(1.0 + self.profile.day_spread * (0.85 * noise[1:] + 0.5 * noise[:-1]))

    def _levels(self, days: Integers) -> Floats:
        """Return the mean power of consecutive days [W], as day-level quantities give it; shape (n,)."""
        types = day_types(self.weather.site.country, days)
        _, temp = self.weather.day_level(np.append(days, days[-1] + 1))
        mean = np.clip((temp[:-1] + temp[1:]) * 0.5, _TABLE_FROM, _TABLE_TO - 1e-6) - _TABLE_FROM
        whole = mean.astype(np.int64)
        part = mean - whole
        need = self._table[types, whole] * (1.0 - part) + self._table[types, whole + 1] * part
        level = self.profile.base + self._heights(days) * self._occupancy.mean(axis=1)[types]
        level += need
        level *= 1.0 + self.profile.spikes
        return np.asarray(level * self._scale)

    def _budgets(self, days: Integers) -> Integers:
        return np.rint(self._levels(days) * MINUTES_PER_DAY).astype(np.int64)

    def flow(self, first_day: int, days: int) -> LoadFlow:
        """Compute whole standard-time days."""
        start = self.start_minute(first_day)
        numbers = np.arange(first_day, first_day + days)
        budget = self.ledger.budgets(first_day, days)
        steady, reactive, noise = self._steady(start, numbers)
        power = between(steady, KNOT)
        power += noise
        np.maximum(power, self.floor + 2.0, out=power)
        spikes = self._spikes(start, budget) if self.profile.spikes else None
        missing = budget - power.reshape(days, MINUTES_PER_DAY).sum(axis=1)
        if spikes is not None:
            missing -= spikes.sum(axis=1)
            power += spikes.ravel()
        shaped = self._settle(power.reshape(days, MINUTES_PER_DAY), missing, budget)
        lift = quarters(self._keys["lift"], start, len(shaped))
        lift += 3.0**0.5
        lift *= shaped
        lift *= (0.006 + 0.6 * self.profile.flicker) / 3.0**0.5
        return LoadFlow(
            start, shaped, np.rint(between(reactive, KNOT)).astype(np.int64), lift.astype(np.int64)
        )

    def cut(self, start: int, end: int) -> tuple[LoadFlow, slice, int]:
        """Return days that hold a window, where it lies in them, and the register at its start [W·min]."""
        first = self.day_of(start)
        flow = self.flow(first, self.day_of(end - 1) - first + 1)
        inside = slice(start - flow.start, end - flow.start)
        return flow, inside, self.ledger.before(first) + int(flow.power[: inside.start].sum())

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.start_minute(self.first_day) >= minute

    def _steady(self, start: int, days: Integers) -> tuple[Floats, Floats, Floats]:
        """Return active [W] and reactive power [var] at knots, and the noise of the minutes [W]."""
        profile, scale = self.profile, self._scale
        minutes = len(days) * MINUTES_PER_DAY
        knots = minutes // KNOT + 1
        busy = self._busy(start, days, day_types(self.weather.site.country, days))
        need = conditioning(profile, self.weather.air(start, knots), busy)
        slow, quarter, five, minute, drift = lattices(
            [
                Lattice(self._keys["slow"], 120, start, knots, step=KNOT),
                Lattice(self._keys["quarter"], 15, start, minutes // 15 + 1, step=15),
                Lattice(self._keys["five"], 5, start, minutes // 5 + 1, step=5),
                Lattice(self._keys["minute"], 1, start, minutes),
                Lattice(self._keys["reactive"], 120, start, knots, step=KNOT),
            ]
        )
        active = busy + need
        reactive = profile.base * profile.tangent + busy * profile.tangent_active + need * 0.55
        reactive *= self._tangent * scale * (1.0 + 0.13 * drift)
        active += profile.base
        active += slow * (1.5 * profile.noise)
        active *= scale
        five *= 0.5 * profile.noise * scale
        fast = np.empty(len(five))
        fast[:-1] = between(quarter, 3)
        fast[-1] = quarter[-1]
        fast *= profile.noise * scale
        fast += five
        noise = between(fast, 5)
        minute *= profile.flicker * scale
        noise += minute
        if profile.compressor:
            noise += self._compressor(start, minutes)
        return active, reactive, noise

    def _busy(self, start: int, days: Integers, types: Integers) -> Floats:
        """Return the occupancy at knots, the last midnight included; shape (days * 144 + 1,)."""
        shift = clock_shift(self.weather.site.timezone, start, len(days), KNOT) // KNOT
        wall = (np.arange(KNOTS) + shift) % KNOTS
        busy = np.empty(len(days) * KNOTS + 1)
        inside = self._occupancy[types[:, None], wall]
        inside *= self._heights(days)[:, None]
        busy[:-1] = inside.ravel()
        busy[-1] = 0.0
        return busy

    def _compressor(self, start: int, minutes: int) -> Floats:
        """Return a machine that runs two thirds of the time, with mean zero [W]."""
        clock = np.arange(start, start + minutes) + int(self._keys["phase"]) % _PHASE
        running = (clock % self._period) * 3 < 2 * self._period
        height = self.profile.compressor * self._scale
        return np.where(running, height / 3.0, -2.0 * height / 3.0)

    def _spikes(self, start: int, budget: Integers) -> Floats:
        """Return kettles and the like: short, high, and of a given energy a day [W]; shape (days, 1440)."""
        days = len(budget)
        cells = np.arange(days * _SPIKE_CELLS)
        first = start // _SPIKE_CELL
        place, length, height = several_quarters(
            [(self._keys["spike"], first + (1 << 40) * turn, len(cells)) for turn in range(3)]
        )
        wall = occupancy(self.load.profile)[0][(cells % _SPIKE_CELLS) * (KNOTS // _SPIKE_CELLS)]
        # A cell's spike lies wholly inside it, so no midnight cuts one.
        span = 2 + (length + 1.7321) * 3.0
        begin = (place + 1.7321) * (0.2887 * (_SPIKE_CELL - 13.0))
        tall = np.maximum(height + 0.4, 0.0) * (0.15 + wall)
        clock = np.arange(_SPIKE_CELL)
        on = (clock >= begin[:, None]) & (clock < (begin + span)[:, None])
        shape = np.where(on, tall[:, None], 0.0).reshape(days, MINUTES_PER_DAY)
        energy = budget * (self.profile.spikes / (1.0 + self.profile.spikes))
        shape *= (energy / np.maximum(shape.sum(axis=1), 1e-9))[:, None]
        return np.minimum(shape, 0.6 * LOAD_CREST * self.load.mean_kw * 1000.0)

    def _settle(self, power: Floats, missing: Floats, budget: Integers) -> Integers:
        """Spread what a day lacks by a bump that vanishes at its ends, and round without loss."""
        power += missing[:, None] * _bump()
        least, most = self.floor + 1.0, LOAD_CREST * self.load.mean_kw * 1000.0
        wrong = (power.min(axis=1) < least) | (power.max(axis=1) > most)
        if wrong.any():
            mended = power[wrong]
            for _ in range(_MEND_ROUNDS):
                np.clip(mended, least, most, out=mended)
                room = mended - least
                room *= ((budget[wrong] - mended.sum(axis=1)) / np.maximum(room.sum(axis=1), 1.0))[:, None]
                mended += room
            power[wrong] = mended
        return round_running(power, budget).ravel()


_BUMP: list[Floats] = []


def _bump() -> Floats:
    """Return weights over a day that sum to one, smooth and zero at its ends; shape (1440,)."""
    if not _BUMP:
        x = np.arange(MINUTES_PER_DAY) / MINUTES_PER_DAY
        shape = (x * (1.0 - x)) ** 2
        _BUMP.append(shape / shape.sum())
    return _BUMP[0]
