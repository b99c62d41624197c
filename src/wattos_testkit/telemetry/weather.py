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
from wattos_testkit.physics.cloud import cloud_keys, cloud_latent, cloud_lattices
from wattos_testkit.physics.hashing import Floats, Integers
from wattos_testkit.physics.noise import Lattice, between, lattices
from wattos_testkit.physics.photovoltaic import FAIMAN_U0, FAIMAN_U1
from wattos_testkit.physics.sun import SunDirection, noon_height, sun_direction
from wattos_testkit.telemetry.blocks import BlockCache
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

KNOT = 10
"""Minutes between the instants at which sun, clear sky and air are computed; between them they are smooth."""
KNOTS_PER_DAY = MINUTES_PER_DAY // KNOT
LEAST_NOON_HEIGHT = 0.035
"""Sine of 2 degrees: on a day whose sun stays lower, a PV system yields nothing."""
_WARMEST = 14.0 * 60.0
_FINE = 64.0
"""Steps of irradiance per W/m²."""
_MODULE_WIND = 0.45
"""Wind between the modules over the wind of the place."""


@dataclass(frozen=True, slots=True)
class WeatherBlock:
    """The weather of consecutive solar days; at knots the shape is (days * 144 + 1,)."""

    first_day: int
    days: int
    start: int
    """The UTC minute at which the block begins."""
    clearness: Floats
    """Share of the clear sky's energy that each day keeps; shape (days,)."""
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


@lru_cache(maxsize=64)
def _wave(days: int) -> Floats:
    return np.append(np.tile(_diurnal(), days), _diurnal()[0])


def _along(midnights: Floats) -> Floats:
    """Return values at knots from values at midnights, in straight lines; shape (days * 144 + 1,)."""
    return np.append(between(midnights, KNOTS_PER_DAY), midnights[-1])


class SiteWeather:
    """The weather of one site, at any time."""

    def __init__(self, seed: int, site: Site, blocks: BlockCache) -> None:
        self.site = site
        self._blocks = blocks
        self.climate = CLIMATES[site.climate]
        self.offset = round(site.longitude / 15.0) * 60
        """What solar time is ahead of UTC, to the hour [min]."""
        lat, lon = site.latitude, site.longitude
        self._name = f"weather {site.site_id}"
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
        wave = season(days.astype(np.float64), self.site.latitude)
        region, district = lattices(self._daily(days)[:2])
        return daily_clearness(self.climate, wave, daily_latent(region, district))

    def _daily(self, days: Integers) -> list[Lattice]:
        first, count = int(days[0]), len(days)
        return [
            Lattice(self._region, 1, first - 1, count + 1),
            Lattice(self._district, 1, first - 1, count + 1),
            Lattice(self._spell, 4, first, count),
            Lattice(self._warmth, 1, first, count),
        ]

    def day_level(self, days: Integers) -> tuple[Floats, Floats]:
        """Return clearness, and the air temperature at the start less its daily wave [°C]; (n,)."""
        wave = season(days.astype(np.float64), self.site.latitude)
        region, district, spell, warmth = lattices(self._daily(days))
        anomaly = 0.95 * spell + 0.55 * warmth
        clearness = daily_clearness(self.climate, wave, daily_latent(region, district))
        lat, alt = self.site.latitude, self.site.altitude
        return clearness, daily_temperature(self.climate, lat, alt, wave, anomaly)

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
        return _diurnal()

    def turbidity(self, days: Floats) -> Floats:
        """Return the Linke turbidity; hazier in the local summer."""
        return self.climate.turbidity * (1.0 + 0.12 * season(days, self.site.latitude))

    def sky(self, minutes: Floats) -> tuple[SunDirection, ClearSky]:
        """Return sun and clear sky at instants [UTC min]."""
        site = self.site
        sun = sun_direction(site.latitude, site.longitude, minutes)
        at = minutes / MINUTES_PER_DAY
        # exp and pow may differ in their last bit from one processor to the next: round them away.
        clear = ineichen(sun.up, self.turbidity(at), site.altitude, extraterrestrial(at))
        ghi, dni = (np.rint(values * _FINE) * (1.0 / _FINE) for values in clear)
        return sun, ClearSky(ghi, dni)

    def air(self, start: int, count: int) -> Floats:
        """Return the air temperature at knots from a UTC minute (a multiple of `KNOT`) on [°C]; (count,)."""
        first = self.day_of(start)
        last = self.day_of(start + (count - 1) * KNOT)
        clearness, midnights = self.day_level(np.arange(first - 1, last + 2))
        (draught,) = lattices([Lattice(self._draught, 180, start, count, step=KNOT)])
        nights = (clearness[:-1] + clearness[1:]) * 0.5
        skip = (start - self.start_minute(first)) // KNOT
        return self._air(_along(nights), midnights[1:], draught, skip)

    def _air(self, nights: Floats, midnights: Floats, draught: Floats, skip: int = 0) -> Floats:
        wanted = slice(skip, skip + len(draught))
        air = nights[wanted] * (0.75 * self.climate.temp_day)
        air += 0.35 * self.climate.temp_day
        air *= _wave(len(midnights) - 1)[wanted]
        air += _along(midnights)[wanted]
        air += 0.45 * draught
        return air

    def block(self, first_day: int, days: int) -> WeatherBlock:
        """Return the weather of consecutive solar days."""
        return self._blocks.get(
            (self._name, first_day, days), WeatherBlock, lambda: self._compute(first_day, days)
        )

    def _compute(self, first_day: int, days: int) -> WeatherBlock:
        start = self.start_minute(first_day)
        knots = days * KNOTS_PER_DAY + 1
        sun, clear = self.sky(start + KNOT * np.arange(knots, dtype=np.float64))
        # Midnights of the block, the last one included; the sky of a night is that of the days beside it.
        clearness, midnights = self.day_level(np.arange(first_day - 1, first_day + days + 1))
        nights = (clearness[:-1] + clearness[1:]) * 0.5
        *clouds, draught, gusts = lattices(
            [
                *cloud_lattices(self._clouds, start, days),
                Lattice(self._draught, 180, start, knots, step=KNOT),
                Lattice(self._gusts, 180, start, knots, step=KNOT),
            ]
        )
        night_sky = _along(nights)
        temp_air = self._air(night_sky, midnights[1:], draught)
        gusts *= 0.25 * self.climate.wind * _MODULE_WIND * FAIMAN_U1
        gusts += FAIMAN_U0 + self.climate.wind * _MODULE_WIND * FAIMAN_U1
        night_sky *= 3.2
        night_sky += 2.4
        return WeatherBlock(
            first_day=first_day,
            days=days,
            start=start,
            clearness=clearness[1:-1],
            sun=sun,
            clear=clear,
            latent=cloud_latent(clouds),
            temp_air=temp_air,
            module_warming=1.0 / gusts,
            night_sky=night_sky,
        )
