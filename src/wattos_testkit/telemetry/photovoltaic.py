"""The series of a PV system: energy of each day first, its shape second."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.fleet.model import Photovoltaic
from wattos_testkit.physics.cloud import overcast_index, sun_openness
from wattos_testkit.physics.hashing import Floats, Integers, normals, stream_key, words
from wattos_testkit.physics.noise import between
from wattos_testkit.physics.photovoltaic import SYSTEM_LOSS, ac_power, dc_power, plane_split
from wattos_testkit.physics.power import fit_to_budget
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, day_number
from wattos_testkit.telemetry.ledger import Ledger
from wattos_testkit.telemetry.weather import KNOT, KNOTS_PER_DAY, SiteWeather, WeatherBlock, WeatherCache

_SAMPLE_DAYS = 48
_YEAR = 365.2425
_DEGRADATION = 0.005
"""Loss of yield a year [1]; the median of D. C. Jordan and S. R. Kurtz, Progress in Photovoltaics 21 (2013)
12-29, doi:10.1002/pip.1182."""
_START_UP = 0.003
"""The least power of an inverter over its rating [1]."""

STATUS_STANDBY, STATUS_ON, STATUS_CURTAILED = range(3)


@dataclass(frozen=True, slots=True)
class PhotovoltaicFlow:
    """Whole solar days of one system; minute arrays have shape (days * 1440,)."""

    start: int
    power: Integers
    """[W]."""
    peak: Integers
    """The highest power inside each minute [W]."""
    temp_cell: Floats
    """[°C]."""


class PhotovoltaicSeries:
    """One PV system, at any time."""

    def __init__(
        self,
        seed: int,
        weather: SiteWeather,
        cache: WeatherCache,
        pv: Photovoltaic,
        limit: float | None = None,
    ) -> None:
        self.pv = pv
        self.weather = weather
        self._cache = cache
        self.rated = pv.rated_ac_kw * 1000.0
        self._rated_dc = pv.rated_dc_kw * 1000.0 * (1.0 - SYSTEM_LOSS)
        self.curtailed = limit is not None and limit < self.rated
        self.limit = np.floor(min(self.rated, limit) if limit is not None else self.rated)
        self.first_day = day_number(pv.commissioned)
        self._innovation = stream_key(seed, "pv-day", pv.resource_id)
        self._ripple = stream_key(seed, "pv-ripple", pv.resource_id)
        self._clear_energy: Floats | None = None
        self.ledger = Ledger(self.first_day, self._budgets)

    def _clear_year(self) -> Floats:
        """Return a clear day's energy [W·min] at 48 days spread over the year, the first one repeated."""
        if self._clear_energy is None:
            days = np.arange(_SAMPLE_DAYS) * (_YEAR / _SAMPLE_DAYS)
            numbers = np.floor(days).astype(np.int64)
            within = np.arange(KNOTS_PER_DAY) * float(KNOT)
            minutes = (numbers * MINUTES_PER_DAY - self.weather.offset)[:, None] + within
            sun, clear = self.weather.sky(minutes.ravel())
            split = plane_split(sun, clear, self.pv.tilt, self.pv.azimuth)
            poa = np.maximum(split.beam + split.rest, 0.0)
            air = np.repeat(self.weather.temp_midnight_mean(numbers.astype(np.float64)), KNOTS_PER_DAY)
            air += np.tile(self.weather.diurnal() * self.weather.climate.temp_day, _SAMPLE_DAYS)
            power = ac_power(dc_power(poa, air + poa * 0.030 - 4.5, self._rated_dc), self.limit)
            energy = power.reshape(_SAMPLE_DAYS, KNOTS_PER_DAY).sum(axis=1) * KNOT
            self._clear_energy = np.append(energy, energy[:1])
        return self._clear_energy

    def share(self, days: Integers) -> Floats:
        """Return the share of a clear day's energy that the sky leaves on consecutive days; shape (n,)."""
        return self.weather.clearness(days)

    def _budgets(self, days: Integers) -> Integers:
        """Return the energy of consecutive solar days [W·min]; shape (n,)."""
        position = np.mod(days, _YEAR) * (_SAMPLE_DAYS / _YEAR)
        clear = np.interp(position, np.arange(_SAMPLE_DAYS + 1.0), self._clear_year())
        haze = 1.0 + 0.012 * normals(self._innovation, days)
        age = 1.0 - _DEGRADATION * (days - self.first_day) / _YEAR
        energy = clear * self.share(days) * haze * np.maximum(age, 0.5) + MINUTES_PER_DAY * 0.01
        return np.where(self.weather.has_sun(days), np.rint(energy), 0.0).astype(np.int64)

    def flow(self, first_day: int, days: int) -> PhotovoltaicFlow:
        """Compute whole solar days."""
        block = self._cache.get(self.weather, first_day, days)
        numbers = np.arange(first_day, first_day + days)
        share = self.share(numbers)
        poa, openness = self._irradiance(block, share)
        air = between(block.temp_air - block.night_sky, KNOT)
        temp_cell = between(block.module_warming, KNOT)
        temp_cell *= poa
        temp_cell += air
        shape = ac_power(dc_power(poa, temp_cell, self._rated_dc), self.limit)
        shape[shape < _START_UP * self.rated] = 0.0
        shape = shape.reshape(days, MINUTES_PER_DAY)
        budget = self.ledger.budgets(first_day, days)
        self._rescue(shape, budget, block)
        power = fit_to_budget(shape, budget, self.limit).ravel()
        return PhotovoltaicFlow(block.start, power, self._peaks(block, power, openness), temp_cell)

    def _irradiance(self, block: WeatherBlock, share: Floats) -> tuple[Floats, Floats]:
        """Return plane-of-array irradiance [W/m²] and the openness of the sky, minute by minute."""
        split = plane_split(block.sun, block.clear, self.pv.tilt, self.pv.azimuth)
        low = overcast_index(share)
        low_knots = np.append(np.repeat(low, KNOTS_PER_DAY), low[-1])
        # Openness s turns the plane's light from low * rest (covered) to beam + rest (free), in proportion.
        covered = low_knots * split.rest
        gain = np.maximum(split.beam + split.rest - covered, 0.0)
        weight = gain[:-1].reshape(block.days, KNOTS_PER_DAY)
        clear = (split.beam + split.rest)[:-1].reshape(block.days, KNOTS_PER_DAY).sum(axis=1)
        rest = covered[:-1].reshape(block.days, KNOTS_PER_DAY).sum(axis=1)
        target = (share * clear - rest) / np.maximum(weight.sum(axis=1), 1e-9)
        openness = sun_openness(block.latent, weight, target).ravel()
        poa = between(gain, KNOT)
        poa *= openness
        poa += between(covered, KNOT)
        return poa, openness

    @staticmethod
    def _rescue(shape: Floats, budget: Integers, block: WeatherBlock) -> None:
        # A day so dark that the inverter never starts still owes its few watt-minutes: around noon.
        dark = (shape.max(axis=1) <= 0.0) & (budget > 0)
        if dark.any():
            height = between(np.maximum(block.sun.up, 0.0), KNOT).reshape(shape.shape)
            shape[dark] = height[dark]

    def _peaks(self, block: WeatherBlock, power: Integers, openness: Floats) -> Integers:
        """Return the highest power inside each minute: livelier where cloud edges pass."""
        minutes = np.arange(block.start, block.start + len(power))
        ripple = (words(self._ripple, minutes >> 2) >> ((minutes & 3) << 4).astype(np.uint64)) & np.uint64(
            0xFFFF
        )
        lift = ripple.astype(np.float64) * (1.0 / 65536.0)
        lift *= 0.004 + 0.8 * np.maximum(openness * (1.0 - openness), 0.0)
        lift *= power
        peak = lift.astype(np.int64)
        peak += power
        return np.minimum(peak, int(self.limit))
