"""The weather of a site: one sky, one air, shared by all that stands there.

Computed in *solar days*: blocks of 1440 UTC minutes that begin at about the solar midnight of the site, so
that the sun does not shine across the seam of two blocks.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Site
from wattos_testkit.physics.clearsky import ClearSky, extraterrestrial, ineichen
from wattos_testkit.physics.climate import (
    CLIMATES,
    DISTRICT_KM,
    REGION_KM,
    cell_key,
    daily_clearness,
    daily_latent,
    daily_temperature,
    season,
)
from wattos_testkit.physics.cloud import cloud_keys, cloud_latent, cloud_noises
from wattos_testkit.physics.daynoise import DayNoise, Octave, Woven
from wattos_testkit.physics.hashing import Floats, Integers, Singles
from wattos_testkit.physics.noise import Lattice, lattices, within_days
from wattos_testkit.physics.photovoltaic import FAIMAN_U0, FAIMAN_U1
from wattos_testkit.physics.sun import SunDirection, SunTerms, dial, noon_height, sun_direction, sun_terms
from wattos_testkit.telemetry.blocks import BlockCache
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.table import DayTable

KNOT = 10
"""Minutes between the instants at which sun, clear sky and air are computed; between them they are smooth."""
KNOTS_PER_DAY = MINUTES_PER_DAY // KNOT
LEAST_NOON_HEIGHT = 0.035
"""Sine of 2 degrees: on a day whose sun stays lower, a PV system yields nothing."""
_WARMEST = 14.0 * 60.0
_FINE = 64.0
"""Steps of irradiance per W/m²."""
_FINE_ROW = 2.0**30
# Rows of the table of days: five of sun and clear sky, and these.
_NIGHT, _CLEARNESS = 5, 7
_MODULE_WIND = 0.45
"""Wind between the modules over the wind of the place."""


@dataclass(frozen=True, slots=True)
class WeatherBlock:
    """The weather of consecutive solar days.

    At knots the shape is (days, 145): both ends of each day. By minutes it is (days, 10, 144), laid out as
    `within_days` does it.
    """

    first_day: int
    days: int
    start: int
    """The UTC minute at which the block begins."""
    clearness: Floats
    """Share of the clear sky's energy that each day keeps; shape (days,)."""
    sun: SunDirection
    """At knots."""
    clear: ClearSky
    """At knots."""
    latent: Singles
    """Cloud latent, by minutes."""
    temp_air: Singles
    """[°C], by minutes."""
    temp_dark: Singles
    """Temperature of a module without light [°C], by minutes."""
    module_warming: Singles
    """What a module's temperature gains per irradiance [K·m²/W], by minutes."""

    @property
    def nbytes(self) -> int:
        """Return about what the arrays hold."""
        return 4 * self.latent.nbytes + 5 * self.sun.up.nbytes


@lru_cache(maxsize=1)
def _diurnal() -> Floats:
    """Return the shape of a day's air temperature at knots, both midnights included: warmest at two."""
    angle = (np.arange(KNOTS_PER_DAY) * KNOT - _WARMEST) * (2.0 * np.pi / MINUTES_PER_DAY)
    wave = np.cos(angle) + 0.18 * np.cos(2.0 * angle)
    wave = (wave - wave.mean()) / (wave.max() - wave.min())
    return np.append(wave, wave[:1])


@lru_cache(maxsize=1)
def _part_of_day() -> Floats:
    return np.arange(KNOTS_PER_DAY + 1) / KNOTS_PER_DAY


@lru_cache(maxsize=256)
def _heavens(first: int, count: int, offset: int) -> tuple[Floats, ...]:
    """Return what of the sun is the same for all places whose days begin at the same time."""
    begin = np.arange(first, first + count, dtype=np.float64) - offset / MINUTES_PER_DAY
    return *sun_terms(begin), extraterrestrial(begin)


def _along(begin: Floats, end: Floats) -> Floats:
    """Return rows at knots from rows at the starts and ends of days; shape (rows, days, 145)."""
    left = begin[..., None]
    filled = (end[..., None] - left) * _part_of_day()
    filled += left
    return filled


class SiteWeather:
    """The weather of one site, at any time."""

    def __init__(self, seed: int, site: Site, blocks: BlockCache, tables: BlockCache) -> None:
        self.site = site
        self._blocks = blocks
        self.climate = CLIMATES[site.climate]
        self.offset = round(site.longitude / 15.0) * 60
        """What solar time is ahead of UTC, to the hour [min]."""
        lat, lon = site.latitude, site.longitude
        self._name = f"weather {site.site_id}"
        self._dial = dial(lon, np.arange(KNOTS_PER_DAY + 1.0) * KNOT - self.offset)
        self._region = cell_key(seed, "day", lat, lon, REGION_KM)
        self._district = cell_key(seed, "day", lat, lon, DISTRICT_KM)
        self._spell = cell_key(seed, "spell", lat, lon, REGION_KM)
        self._warmth = cell_key(seed, "warmth", lat, lon, REGION_KM)
        slow, *fast = cloud_noises(cloud_keys(seed, lat, lon))
        draught, gusts = (
            Woven(KNOT, (Octave(cell_key(seed, name, lat, lon, DISTRICT_KM), 180, 1.0),))
            for name in ("draught", "gusts")
        )
        self._noise = DayNoise(-self.offset, (slow, draught, gusts), fast)
        self._draught = DayNoise(-self.offset, (draught,))
        self.tables = tables
        self._table = DayTable(tables, self._name, self._day_level)

    def start_minute(self, day: int) -> int:
        """Return the UTC minute at which a solar day begins."""
        return day * MINUTES_PER_DAY - self.offset

    def day_of(self, minute: int) -> int:
        """Return the solar day that holds a UTC minute."""
        return (minute + self.offset) // MINUTES_PER_DAY

    def clearness(self, days: Integers) -> Floats:
        """Return the share of the clear sky's energy that consecutive days keep; shape (n,)."""
        wave = season(days.astype(np.float64), self.site.latitude)
        region, district = lattices(
            [Lattice(key, 1, int(days[0]) - 1, len(days) + 1) for key in (self._region, self._district)]
        )
        return daily_clearness(self.climate, wave, daily_latent(region, district))

    def temp_midnight(self, days: Integers) -> Floats:
        """Return the air temperature at the starts of consecutive days less its daily wave [°C]; (n,)."""
        first, count = int(days[0]), len(days)
        spell, warmth = lattices(
            [Lattice(self._spell, 4, first, count), Lattice(self._warmth, 1, first, count)]
        )
        wave = season(days.astype(np.float64), self.site.latitude)
        anomaly = 0.95 * spell + 0.55 * warmth
        return daily_temperature(self.climate, self.site.latitude, self.site.altitude, wave, anomaly)

    def _slow(self, days: Floats) -> list[Floats]:
        """Return what sun and clear sky are made from at the starts of any days."""
        begin = days - self.offset / MINUTES_PER_DAY
        return [*sun_terms(begin), extraterrestrial(begin), self.turbidity(begin)]

    def _slow_in_a_row(self, days: Integers) -> list[Floats]:
        """Return the same at the starts of consecutive days."""
        begin = days.astype(np.float64) - self.offset / MINUTES_PER_DAY
        return [*_heavens(int(days[0]), len(days), self.offset), self.turbidity(begin)]

    def _day_level(self, days: Integers) -> Floats:
        """Return the rows of the table: what the minutes of consecutive days are made from."""
        clearness = self.clearness(np.arange(days[0] - 1, days[-1] + 1))
        # The sky of a night is that of the days beside it.
        nights = (clearness[:-1] + clearness[1:]) * 0.5
        rows = np.stack([*self._slow_in_a_row(days), nights, self.temp_midnight(days), clearness[1:]])
        # Functions such as exp may differ in their last bit from one processor to the next: round it away.
        return np.asarray(np.rint(rows * _FINE_ROW) * (1.0 / _FINE_ROW))

    def has_sun(self, days: Integers) -> npt.NDArray[np.bool_]:
        """Return on which days the sun rises high enough to matter; shape (n,)."""
        noon = days.astype(np.float64) + (0.5 - self.offset / MINUTES_PER_DAY)
        return np.asarray(noon_height(self.site.latitude, noon) >= LEAST_NOON_HEIGHT)

    def temp_season(self, days: Floats) -> Floats:
        """Return the daily mean of the air without the weather's whims [°C]; shape (n,)."""
        wave = season(days, self.site.latitude)
        return daily_temperature(self.climate, self.site.latitude, self.site.altitude, wave, 0.0)

    @staticmethod
    def diurnal() -> Floats:
        """Return the daily wave of the air at knots, of range 1 and mean 0; shape (144,)."""
        return _diurnal()[:-1]

    def turbidity(self, days: Floats) -> Floats:
        """Return the Linke turbidity; hazier in the local summer."""
        return self.climate.turbidity * (1.0 + 0.12 * season(days, self.site.latitude))

    def sky(self, days: Floats) -> tuple[SunDirection, ClearSky]:
        """Return sun and clear sky of any days at knots; shape (n, 145) each."""
        return self._sky(_along(np.stack(self._slow(days)), np.stack(self._slow(days + 1.0))))

    def _sky(self, slow: Floats) -> tuple[SunDirection, ClearSky]:
        site = self.site
        sun = sun_direction(site.latitude, self._dial, SunTerms(slow[0], slow[1], slow[2]))
        clear = ineichen(sun.up, slow[4], site.altitude, slow[3])
        ghi, dni = (np.rint(values * _FINE) * (1.0 / _FINE) for values in clear)
        return sun, ClearSky(ghi, dni)

    def air(self, start: int, days: int) -> Floats:
        """Return the air temperature of days that begin at a UTC minute on a knot [°C]; (days, 145)."""
        first = self.day_of(start)
        count = self.day_of(start + days * MINUTES_PER_DAY) - first + 1
        rows = self._table.of(first, count + 1)[_NIGHT:_CLEARNESS]
        (draught,), _ = self._draught.draw(first, count)
        air = self._air(_along(rows[:, :-1], rows[:, 1:]), draught)
        knots = air[:, :-1].ravel()
        size = knots.itemsize
        skip = (start - self.start_minute(first)) // KNOT * size
        # Cut at other midnights: each day with both its ends, on the same memory.
        strides = (KNOTS_PER_DAY * size, size)
        cut: Floats = np.ndarray((days, KNOTS_PER_DAY + 1), knots.dtype, knots, skip, strides)
        return cut

    def _air(self, nightly: Floats, draught: Singles) -> Floats:
        """Return the air temperature at knots; shape (days, 145)."""
        nights, midnights = nightly
        air: Floats = nights * (0.75 * self.climate.temp_day)
        air += 0.35 * self.climate.temp_day
        air *= _diurnal()
        air += midnights
        air += 0.45 * draught
        return air

    def block(self, first_day: int, days: int) -> WeatherBlock:
        """Return the weather of consecutive solar days."""
        return self._blocks.get(
            (self._name, first_day, days), WeatherBlock, lambda: self._compute(first_day, days)
        )

    def _compute(self, first_day: int, days: int) -> WeatherBlock:
        start = self.start_minute(first_day)
        rows = self._table.of(first_day, days + 1)
        slow = _along(rows[:_CLEARNESS, :-1], rows[:_CLEARNESS, 1:])
        sun, clear = self._sky(slow)
        (clouds, draught, gusts), (fast, rest) = self._noise.draw(first_day, days)
        steps = np.empty((3, days, KNOTS_PER_DAY + 1), dtype=np.float32)
        air, dark, warming = steps
        air[:] = self._air(slow[_NIGHT:], draught)
        # By how much the open sky cools a module, the more the clearer the night.
        dark[:] = slow[_NIGHT]
        dark *= -3.2
        dark += air
        dark -= 2.4
        wind = self.climate.wind * _MODULE_WIND * FAIMAN_U1
        gusts *= 0.25 * wind
        gusts += FAIMAN_U0 + wind
        np.divide(1.0, gusts, out=warming)
        minutes = within_days(steps, KNOT)
        return WeatherBlock(
            first_day=first_day,
            days=days,
            start=start,
            clearness=rows[_CLEARNESS, :-1],
            sun=sun,
            clear=clear,
            latent=cloud_latent(clouds, fast, rest),
            temp_air=minutes[0],
            temp_dark=minutes[1],
            module_warming=minutes[2],
        )
