"""The weather of a site: one sky, one air, shared by all that stands there.

Computed in *solar days*: blocks of 1440 UTC minutes that begin at about the solar midnight of the site, so
that the sun does not shine across the seam of two blocks.
"""

from collections import OrderedDict
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
from wattos_testkit.physics.cloud import cloud_keys, cloud_latent
from wattos_testkit.physics.hashing import Floats, Integers
from wattos_testkit.physics.noise import between, lattice
from wattos_testkit.physics.photovoltaic import FAIMAN_U0, FAIMAN_U1
from wattos_testkit.physics.sun import SunDirection, noon_height, sun_direction
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

KNOT = 10
"""Minutes between the instants at which sun, clear sky and air are computed; between them they are smooth."""
KNOTS_PER_DAY = MINUTES_PER_DAY // KNOT
LEAST_NOON_HEIGHT = 0.035
"""Sine of 2 degrees: on a day whose sun stays lower, a PV system yields nothing."""
_CACHE_BYTES = 12_000_000
_WARMEST = 14.0 * 60.0
_MODULE_WIND = 0.45
"""Wind between the modules over the wind of the place."""


@dataclass(frozen=True, slots=True)
class WeatherBlock:
    """The weather of consecutive solar days; at knots the shape is (days * 144 + 1,)."""

    first_day: int
    days: int
    start: int
    """The UTC minute at which the block begins."""
    sun: SunDirection
    clear: ClearSky
    latent: Floats
    """Cloud latent of every minute; shape (days, 1440)."""
    temp_air: Floats
    """[°C] at knots."""
    module_warming: Floats
    """What a module's temperature gains per irradiance [K·m²/W] at knots."""
    night_sky: Floats
    """By how much the open sky cools a module [K] at knots."""

    @property
    def nbytes(self) -> int:
        """Return about what the arrays hold."""
        return self.latent.nbytes + 8 * self.temp_air.nbytes


@lru_cache(maxsize=1)
def _diurnal() -> Floats:
    """Return the shape of a day's air temperature at knots, from solar midnight: warmest at two."""
    angle = (np.arange(KNOTS_PER_DAY) * KNOT - _WARMEST) * (2.0 * np.pi / MINUTES_PER_DAY)
    wave = np.cos(angle) + 0.18 * np.cos(2.0 * angle)
    return np.asarray((wave - wave.mean()) / (wave.max() - wave.min()), dtype=np.float64)


def _along(midnights: Floats) -> Floats:
    """Return values at knots from values at midnights, in straight lines; shape (days * 144 + 1,)."""
    return np.append(between(midnights, KNOTS_PER_DAY), midnights[-1])


class WeatherCache:
    """The blocks computed last, for the other resources of a site; bounded by bytes."""

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._limit = limit
        self._held = 0
        self._blocks: OrderedDict[tuple[str, int, int], WeatherBlock] = OrderedDict()

    def get(self, weather: "SiteWeather", first_day: int, days: int) -> WeatherBlock:
        """Return a block, computed at most once while it is held."""
        key = (weather.site.site_id, first_day, days)
        block = self._blocks.get(key)
        if block is not None:
            self._blocks.move_to_end(key)
            return block
        block = weather.block(first_day, days)
        self._blocks[key] = block
        self._held += block.nbytes
        while self._held > self._limit and len(self._blocks) > 1:
            _, dropped = self._blocks.popitem(last=False)
            self._held -= dropped.nbytes
        return block


class SiteWeather:
    """The weather of one site, at any time."""

    def __init__(self, seed: int, site: Site) -> None:
        self.site = site
        self.climate = CLIMATES[site.climate]
        self.offset = round(site.longitude / 15.0) * 60
        """What solar time is ahead of UTC, to the hour [min]."""
        lat, lon = site.latitude, site.longitude
        self._region = cell_key(seed, "day", lat, lon, REGION_KM)
        self._district = cell_key(seed, "day", lat, lon, DISTRICT_KM)
        self._spell = cell_key(seed, "spell", lat, lon, REGION_KM)
        self._warmth = cell_key(seed, "warmth", lat, lon, REGION_KM)
        self._gusts = cell_key(seed, "gusts", lat, lon, DISTRICT_KM)
        self._draught = cell_key(seed, "draught", lat, lon, DISTRICT_KM)
        self._clouds = cloud_keys(seed, lat, lon)

    def start_minute(self, day: int) -> int:
        """Return the UTC minute at which a solar day begins."""
        return day * MINUTES_PER_DAY - self.offset

    def day_of(self, minute: int) -> int:
        """Return the solar day that holds a UTC minute."""
        return (minute + self.offset) // MINUTES_PER_DAY

    def clearness(self, days: Integers) -> Floats:
        """Return the share of the clear sky's energy that consecutive days keep; shape (n,)."""
        latent = daily_latent(self._region, self._district, days)
        return daily_clearness(self.climate, self.site.latitude, days, latent)

    def has_sun(self, days: Integers) -> npt.NDArray[np.bool_]:
        """Return on which days the sun rises high enough to matter; shape (n,)."""
        noon = days.astype(np.float64) + (0.5 - self.offset / MINUTES_PER_DAY)
        return np.asarray(noon_height(self.site.latitude, noon) >= LEAST_NOON_HEIGHT)

    def temp_midnight(self, days: Integers) -> Floats:
        """Return the air temperature less its daily wave at starts of consecutive days [°C]; (n,)."""
        count = len(days)
        spell = lattice(self._spell, 4, int(days[0]), count)
        anomaly = 0.95 * spell + 0.55 * lattice(self._warmth, 1, int(days[0]), count)
        lat, alt = self.site.latitude, self.site.altitude
        return daily_temperature(self.climate, lat, alt, days.astype(np.float64), anomaly)

    def temp_midnight_mean(self, days: Floats) -> Floats:
        """Return the same without the weather's whims: the season alone [°C]; shape (n,)."""
        lat, alt = self.site.latitude, self.site.altitude
        return daily_temperature(self.climate, lat, alt, days, np.zeros(len(days)))

    @staticmethod
    def diurnal() -> Floats:
        """Return the daily wave of the air at knots, of range 1 and mean 0; shape (144,)."""
        return _diurnal()

    def temp_range(self, clearness: Floats) -> Floats:
        """Return the range of a day's air temperature [K]."""
        return self.climate.temp_day * (0.35 + 0.75 * clearness)

    def turbidity(self, days: Floats) -> Floats:
        """Return the Linke turbidity; hazier in the local summer."""
        return self.climate.turbidity * (1.0 + 0.12 * season(days, self.site.latitude))

    def sky(self, minutes: Floats) -> tuple[SunDirection, ClearSky]:
        """Return sun and clear sky at instants [UTC min]."""
        site = self.site
        sun = sun_direction(site.latitude, site.longitude, minutes)
        at = minutes / MINUTES_PER_DAY
        return sun, ineichen(sun.up, self.turbidity(at), site.altitude, extraterrestrial(at))

    def block(self, first_day: int, days: int) -> WeatherBlock:
        """Compute the weather of consecutive solar days."""
        start = self.start_minute(first_day)
        knots = days * KNOTS_PER_DAY + 1
        sun, clear = self.sky(start + KNOT * np.arange(knots, dtype=np.float64))
        # Midnights of the block, the last one included; the sky of a night is that of the days beside it.
        midnights = np.arange(first_day, first_day + days + 1)
        clearness = self.clearness(np.arange(first_day - 1, first_day + days + 1))
        clearness = (clearness[:-1] + clearness[1:]) * 0.5
        temp_air = _along(self.temp_midnight(midnights))
        temp_air += np.append(np.tile(_diurnal(), days), _diurnal()[0]) * _along(self.temp_range(clearness))
        temp_air += 0.45 * lattice(self._draught, 180, start, knots, step=KNOT)
        wind = 1.0 + 0.25 * lattice(self._gusts, 180, start, knots, step=KNOT)
        wind *= self.climate.wind * _MODULE_WIND
        return WeatherBlock(
            first_day=first_day,
            days=days,
            start=start,
            sun=sun,
            clear=clear,
            latent=cloud_latent(self._clouds, start, days),
            temp_air=temp_air,
            module_warming=1.0 / (FAIMAN_U0 + FAIMAN_U1 * wind),
            night_sky=_along(2.4 + 3.2 * clearness),
        )
