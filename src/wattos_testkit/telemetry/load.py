"""The gross load behind a point of common coupling: energy of each day first, its shape second."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Load
from wattos_testkit.physics.daynoise import DayNoise, Octave, White, Woven
from wattos_testkit.physics.hashing import (
    Floats,
    Integers,
    Singles,
    quarters,
    several_quarters,
    stream_key,
)
from wattos_testkit.physics.load import KNOTS, PROFILES, conditioning, least_load, occupancy
from wattos_testkit.physics.noise import in_order, within_days
from wattos_testkit.physics.power import round_running
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, clock_shift, day_types, standard_offset
from wattos_testkit.telemetry.fields import LOAD_CREST
from wattos_testkit.telemetry.ledger import Ledger
from wattos_testkit.telemetry.table import DayTable
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
        self._noise = self._noises()
        self._table = DayTable(weather.tables, f"load {owner}", self._day_level)
        jitter = several_quarters([(stream_key(seed, "load-habit", owner), 0, 4)])[0]
        self._tangent = 1.0 + 0.06 * jitter[0]
        self._period = 14 + int(2.0 * jitter[1])
        self._needs = self._conditioning_table()
        self._scale = 1.0
        self._scale = load.mean_kw * 1000.0 / float(np.mean(self._levels(np.arange(365) + _TYPICAL_YEAR)))
        self.floor = least_load(load.profile, load.mean_kw)
        self.ledger = Ledger(first_day, self._budgets)

    def _noises(self) -> DayNoise:
        keys = self._keys
        white = [
            White(keys["five"], MINUTES_PER_DAY // 5, with_end=True),
            White(keys["minute"], MINUTES_PER_DAY),
            White(keys["lift"], MINUTES_PER_DAY),
        ]
        if self.profile.spikes:
            turns = (stream_key(int(keys["spike"]), turn) for turn in range(3))
            white += [White(key, _SPIKE_CELLS) for key in turns]
        woven = (
            Woven(KNOT, (Octave(keys["slow"], 120, 1.0),)),
            Woven(KNOT, (Octave(keys["reactive"], 120, 1.0),)),
            Woven(5, (Octave(keys["quarter"], 15, 1.0),)),
        )
        return DayNoise(-self.offset, woven, white)

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
        temp = self.weather.temp_midnight(np.append(days, days[-1] + 1))
        mean = np.clip((temp[:-1] + temp[1:]) * 0.5, _TABLE_FROM, _TABLE_TO - 1e-6) - _TABLE_FROM
        whole = mean.astype(np.int64)
        part = mean - whole
        need = self._needs[types, whole] * (1.0 - part) + self._needs[types, whole + 1] * part
        level = self.profile.base + self._heights(days) * self._occupancy.mean(axis=1)[types]
        level += need
        level *= 1.0 + self.profile.spikes
        return np.asarray(level * self._scale)

    def _budgets(self, days: Integers) -> Integers:
        return np.rint(self._levels(days) * MINUTES_PER_DAY).astype(np.int64)

    def flow(self, first_day: int, days: int) -> LoadFlow:
        """Compute whole standard-time days."""
        start = self.start_minute(first_day)
        budget = self.ledger.budgets(first_day, days)
        woven, (five, minute, lift, *spikes) = self._noise.draw(first_day, days)
        slow, drift, quarter = woven
        active, reactive = self._steady(start, first_day, days, slow, drift)
        quarter += 0.5 * five
        quarter *= self.profile.noise * self._scale
        minute *= self.profile.flicker * self._scale
        minute += in_order(within_days(quarter, 5))
        minute += active
        if self.profile.compressor:
            minute += self._compressor(start, days)
        power: Floats = np.maximum(minute, self.floor + 2.0, dtype=np.float64)
        if spikes:
            power += self._spikes(spikes, budget)
        shaped = self._settle(power, budget - power.sum(axis=1), budget)
        lift += 3.0**0.5
        lift *= shaped
        lift *= (0.006 + 0.6 * self.profile.flicker) / 3.0**0.5
        whole = np.rint(reactive, out=reactive).astype(np.int64)
        return LoadFlow(start, shaped.ravel(), whole.ravel(), lift.astype(np.int64).ravel())

    def cut(self, start: int, end: int) -> tuple[LoadFlow, slice, int]:
        """Return days that hold a window, where it lies in them, and the register at its start [W·min]."""
        first = self.day_of(start)
        flow = self.flow(first, self.day_of(end - 1) - first + 1)
        inside = slice(start - flow.start, end - flow.start)
        return flow, inside, self.ledger.before(first) + int(flow.power[: inside.start].sum())

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.start_minute(self.first_day) >= minute

    def _steady(
        self, start: int, first_day: int, days: int, slow: Singles, drift: Singles
    ) -> tuple[Singles, Singles]:
        """Return active [W] and reactive power [var] without what comes and goes in minutes; (days, 1440)."""
        profile, scale = self.profile, self._scale
        busy = self._busy(start, first_day, days)
        need = conditioning(profile, self.weather.air(start, days), busy)
        knots = np.empty((2, *busy.shape), dtype=np.float32)
        slow *= 1.5 * profile.noise
        active = busy + need
        active += slow
        active += profile.base
        active *= scale
        knots[0] = active
        busy *= profile.tangent_active
        need *= 0.55
        busy += need
        busy += profile.base * profile.tangent
        drift *= 0.13
        drift += 1.0
        busy *= drift
        busy *= self._tangent * scale
        knots[1] = busy
        active_minutes, reactive_minutes = in_order(within_days(knots, KNOT))
        return active_minutes, reactive_minutes

    def _busy(self, start: int, first_day: int, days: int) -> Floats:
        """Return the occupancy at knots, both midnights of each day included; shape (days, 145)."""
        types, heights = self._table.of(first_day, days)
        wall = clock_shift(self.weather.site.timezone, start, days, KNOT) // KNOT + np.arange(KNOTS)
        wall %= KNOTS
        busy = np.zeros((days, KNOTS + 1))
        np.multiply(
            self._occupancy[types.astype(np.int64)[:, None], wall], heights[:, None], out=busy[:, :-1]
        )
        # Around midnight all lobes are zero, by whatever clock; so the last knot is, too.
        return busy

    def _day_level(self, days: Integers) -> Floats:
        """Return the rows of the table: the day's type, and how busy it is."""
        types = day_types(self.weather.site.country, days)
        return np.stack([types.astype(np.float64), self._heights(days)])

    def _compressor(self, start: int, days: int) -> Singles:
        """Return a machine that runs two thirds of the time, with mean zero [W]; shape (days, 1440)."""
        clock = np.arange(start, start + days * MINUTES_PER_DAY) + int(self._keys["phase"]) % _PHASE
        running = (clock % self._period) * 3 < 2 * self._period
        height = self.profile.compressor * self._scale
        drawn = np.where(running, np.float32(height / 3.0), np.float32(-2.0 * height / 3.0))
        return drawn.reshape(days, MINUTES_PER_DAY)

    def _spikes(self, noises: list[Singles], budget: Integers) -> Floats:
        """Return kettles and the like: short, high, and of a given energy a day [W]; shape (days, 1440)."""
        place, length, height = noises
        days = len(budget)
        wall = occupancy(self.load.profile)[0][:: KNOTS // _SPIKE_CELLS]
        # A cell's spike lies wholly inside it, so no midnight cuts one.
        span = 2 + (length + 1.7321) * 3.0
        begin = (place + 1.7321) * (0.2887 * (_SPIKE_CELL - 13.0))
        tall = np.maximum(height + 0.4, 0.0) * (0.15 + wall)
        clock = np.arange(_SPIKE_CELL)
        on = (clock >= begin[..., None]) & (clock < (begin + span)[..., None])
        shape = np.where(on, tall[..., None], 0.0).reshape(days, MINUTES_PER_DAY)
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
        return round_running(power, budget)


_BUMP: list[Floats] = []


def _bump() -> Floats:
    """Return weights over a day that sum to one, smooth and zero at its ends; shape (1440,)."""
    if not _BUMP:
        x = np.arange(MINUTES_PER_DAY) / MINUTES_PER_DAY
        shape = (x * (1.0 - x)) ** 2
        _BUMP.append(shape / shape.sum())
    return _BUMP[0]
