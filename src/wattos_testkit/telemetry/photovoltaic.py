"""The series of a PV system: energy of each day first, its shape second."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattos_testkit.fleet.model import Photovoltaic
from wattos_testkit.physics.cloud import overcast_index, sun_openness
from wattos_testkit.physics.daynoise import DayNoise, White
from wattos_testkit.physics.hashing import Floats, Integers, Singles, quarters, stream_key
from wattos_testkit.physics.noise import in_order, within_days
from wattos_testkit.physics.photovoltaic import (
    INVERTER_EFFICIENCY,
    SYSTEM_LOSS,
    ac_power,
    dc_power,
    plane_split,
)
from wattos_testkit.physics.power import fit_to_budget
from wattos_testkit.telemetry.blocks import BlockCache
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, day_number
from wattos_testkit.telemetry.ledger import Ledger
from wattos_testkit.telemetry.weather import KNOT, SiteWeather, WeatherBlock

_SAMPLE_DAYS = 48
_YEAR = 365.2425
_DEGRADATION = 0.005
"""Loss of yield a year [1]; the median of D. C. Jordan and S. R. Kurtz, Progress in Photovoltaics 21 (2013)
12-29, doi:10.1002/pip.1182."""
_START_UP = 0.003
"""The least power of an inverter over its rating [1]."""


@dataclass(frozen=True, slots=True)
class PhotovoltaicFlow:
    """Whole solar days of one system; minute arrays have shape (days * 1440,)."""

    start: int
    power: Integers
    """[W]."""
    peak: Integers
    """The highest power inside each minute [W]."""
    temps: Singles
    """Of cell and ambient [°C]; shape (2, days * 1440)."""

    @property
    def nbytes(self) -> int:
        """Return what the arrays hold."""
        return 3 * self.power.nbytes

    def days(self, skip: int, count: int) -> "PhotovoltaicFlow":
        """Return some of the days."""
        if count * MINUTES_PER_DAY == len(self.power):
            return self
        cut = slice(skip * MINUTES_PER_DAY, (skip + count) * MINUTES_PER_DAY)
        return PhotovoltaicFlow(self.start + cut.start, self.power[cut], self.peak[cut], self.temps[:, cut])


class Light(NamedTuple):
    """What falls on the modules of a system, whatever its inverter makes of it; shape (minutes,) each."""

    power: Floats
    """What the inverter would give if nothing limited it [W]; where nothing does, what it gives."""
    direct: Floats
    """How much of the light comes straight from the sun [1]."""


class PhotovoltaicSeries:
    """One PV system, at any time."""

    def __init__(
        self,
        seed: int,
        weather: SiteWeather,
        blocks: BlockCache,
        pv: Photovoltaic,
        limit: float = np.inf,
    ) -> None:
        self.pv = pv
        self.weather = weather
        self._blocks = blocks
        self.rated = pv.rated_ac_kw * 1000.0
        self._rated_dc = pv.rated_dc_kw * 1000.0 * (1.0 - SYSTEM_LOSS)
        self.curtailed = limit < self.rated
        self.limit = float(np.floor(min(self.rated, limit)))
        self.first_day = day_number(pv.commissioned)
        self._innovation = stream_key(seed, "pv-day", pv.resource_id)
        ripple = White(stream_key(seed, "pv-ripple", pv.resource_id), MINUTES_PER_DAY)
        self._ripple = DayNoise(-weather.offset, white=(ripple,))
        self._clear_energy: Floats | None = None
        self._held = (0, 0)
        self.ledger = Ledger(self.first_day, self._budgets)

    def _clear_year(self) -> Floats:
        """Return a clear day's energy [W·min] at 48 days spread over the year, the first one repeated."""
        if self._clear_energy is None:
            days = np.floor(np.arange(_SAMPLE_DAYS) * (_YEAR / _SAMPLE_DAYS))
            sun, clear = self.weather.sky(days)
            split = plane_split(sun, clear, self.pv.tilt, self.pv.azimuth)
            poa = np.maximum(split.beam + split.rest, 0.0)[:, :-1]
            air = self.weather.temp_season(days)[:, None]
            air = air + self.weather.diurnal() * self.weather.climate.temp_day
            power = ac_power(dc_power(poa, air + poa * 0.030 - 4.5, self._rated_dc), self.limit)
            energy = power.sum(axis=1) * KNOT
            self._clear_energy = np.append(energy, energy[:1])
        return self._clear_energy

    def _budgets(self, days: Integers) -> Integers:
        """Return the energy of consecutive solar days [W·min]; shape (n,)."""
        position = np.mod(days, _YEAR) * (_SAMPLE_DAYS / _YEAR)
        clear = np.interp(position, np.arange(_SAMPLE_DAYS + 1.0), self._clear_year())
        haze = 1.0 + 0.012 * quarters(self._innovation, int(days[0]), len(days))
        age = 1.0 - _DEGRADATION * (days - self.first_day) / _YEAR
        energy = clear * self.weather.clearness(days) * haze * np.maximum(age, 0.5) + MINUTES_PER_DAY * 0.01
        return np.where(self.weather.has_sun(days), np.rint(energy), 0.0).astype(np.int64)

    def flow(self, first_day: int, days: int) -> PhotovoltaicFlow:
        """Return whole solar days, cut from those computed last where these hold them."""
        held_first, held_days = self._held
        if not held_first <= first_day <= first_day + days <= held_first + held_days:
            held_first, held_days = self._held = first_day, days
        flow = self._blocks.get(
            (self.pv.resource_id, held_first, held_days),
            PhotovoltaicFlow,
            lambda: self._compute(held_first, held_days),
        )
        return flow.days(first_day - held_first, days)

    def _compute(self, first_day: int, days: int) -> PhotovoltaicFlow:
        block = self.weather.block(first_day, days)
        poa, edge = self._irradiance(block)
        temps = np.empty((2, *poa.shape), dtype=np.float32)
        temp_cell = np.multiply(block.module_warming, poa, out=temps[0])
        temp_cell += block.temp_dark
        temps[1] = block.temp_air
        # What a limit cuts off is cut when the budget is fitted: that leaves a flat top at the limit itself.
        shape = ac_power(dc_power(poa, temp_cell, self._rated_dc), self.rated)
        shape *= shape >= _START_UP * self.rated
        shape = in_order(shape)
        budget = self.ledger.budgets(first_day, days)
        self._rescue(shape, budget, block)
        power = fit_to_budget(shape, budget, self.limit).ravel()
        return PhotovoltaicFlow(
            block.start,
            power,
            self._peaks(first_day, power, in_order(edge)),
            in_order(temps).reshape(2, -1),
        )

    def _irradiance(self, block: WeatherBlock) -> tuple[Singles, Singles]:
        """Return plane-of-array irradiance [W/m²], and where cloud edges pass; (days, 10, 144) each."""
        split = plane_split(block.sun, block.clear, self.pv.tilt, self.pv.azimuth)
        # Openness s turns the plane's light from low * rest (covered) to beam + rest (free), in proportion.
        free = split.beam
        free += split.rest
        covered = split.rest
        covered *= overcast_index(block.clearness)[:, None]
        light = np.empty((2, *free.shape), dtype=np.float32)
        gain = np.maximum(free - covered, 0.0, out=light[0], casting="same_kind")
        light[1] = covered
        clear, rest, total = (one[:, :-1].sum(axis=1) for one in (free, covered, gain))
        target = (block.clearness * clear - rest) / np.maximum(total, 1e-9)
        openness = sun_openness(block.latent, gain[:, :-1], target)
        brighter, poa = within_days(light, KNOT)
        brighter *= openness.free
        poa *= openness.thinness
        poa += brighter
        return poa, openness.edge

    @staticmethod
    def _rescue(shape: Singles, budget: Integers, block: WeatherBlock) -> None:
        # A day so dark that the inverter never starts still owes its few watt-minutes: around noon.
        dark = (shape.max(axis=1) <= 0.0) & (budget > 0)
        if dark.any():
            height = np.maximum(block.sun.up, 0.0).astype(np.float32)
            shape[dark] = in_order(within_days(height, KNOT))[dark]

    def _peaks(self, first_day: int, power: Integers, edge: Singles) -> Integers:
        """Return the highest power inside each minute: livelier where cloud edges pass."""
        _, (lift,) = self._ripple.draw(first_day, len(edge))
        lift += 3.0**0.5
        edge *= 0.8 / 12.0**0.5
        edge += 0.004 / 12.0**0.5
        lift *= edge
        lift *= power.astype(np.float32).reshape(edge.shape)
        peak = lift.astype(np.int64).ravel()
        peak += power
        return np.minimum(peak, np.maximum(power, int(self.limit)), out=peak)

    def flow_between(self, start: int, end: int) -> tuple[PhotovoltaicFlow, slice, int]:
        """Return days that hold a window, where it lies in them, and the register at its start [W·min]."""
        first = self.weather.day_of(start)
        flow = self.flow(first, self.weather.day_of(end - 1) - first + 1)
        inside = slice(start - flow.start, end - flow.start)
        return flow, inside, self.ledger.before(first) + int(flow.power[: inside.start].sum())

    def light_between(self, start: int, end: int) -> Light:
        """Return what the modules could give in a window, and how direct their light is."""
        first = self.weather.day_of(start)
        count = self.weather.day_of(end - 1) - first + 1
        block = self.weather.block(first, count)
        poa, _ = self._irradiance(block)
        dc = in_order(dc_power(poa, block.module_warming * poa + block.temp_dark, self._rated_dc))
        shape = ac_power(dc, self.rated)
        shape *= shape >= _START_UP * self.rated
        power = self.flow(first, count).power.reshape(shape.shape)
        free = power < self.limit - 1.0
        # The factor by which each day's shape was fitted to its energy, from the minutes that no limit cut.
        fitted = np.where(free, shape, 0.0).sum(axis=1, dtype=np.float64)
        factor = np.where(free, power, 0).sum(axis=1) / np.maximum(fitted, 1e-9)
        factor = np.where(fitted > 0.0, factor, 1.0)[:, None]
        uncut = np.where(~free | (shape >= self.rated), np.maximum(shape, INVERTER_EFFICIENCY * dc), 0.0)
        split = plane_split(block.sun, block.clear, self.pv.tilt, self.pv.azimuth)
        covered = within_days(
            (split.rest * overcast_index(block.clearness)[:, None]).astype(np.float32), KNOT
        )
        direct = 1.0 - np.minimum(in_order(covered) / np.maximum(in_order(poa), 1.0), 1.0)
        cut = slice(start - block.start, end - block.start)
        return Light(np.maximum(power, factor * uncut).ravel()[cut], direct.astype(np.float64).ravel()[cut])

    def cut(self, start: int, end: int) -> tuple[Integers, int]:
        """Return the power of a window [W], and the register at its start [W·min]."""
        flow, inside, before = self.flow_between(start, end)
        return flow.power[inside], before

    def hold(self, start: int, end: int) -> None:
        """Compute the days of a window now, so that the next cuts inside it cost nothing."""
        first = self.weather.day_of(start)
        self.flow(first, self.weather.day_of(end - 1) - first + 1)

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        return self.weather.start_minute(self.first_day) >= minute
