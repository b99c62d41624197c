"""What buildings draw: occupancy by wall clock, cooling and heating by the air, and the shape of each use.

The figures of the profiles are chosen so that the series fall inside bands measured on real buildings (see
`docs/physics.md`): load factor, daily minimum over maximum, weekdays against weekends, working hours
against nights, power factor.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from wattos_testkit.physics.hashing import Floats

KNOTS = 144
"""Knots of a day, every ten minutes."""
WORKDAY, SATURDAY, SUNDAY, HOLIDAY = range(4)
COOLING_FROM = 17.0
"""Outdoor temperature above which cooling is needed [°C]."""
HEATING_BELOW = 12.0

# Start and end [h, wall clock], rise and fall [h], height. All lie between 01:30 and 23:30, so that every
# day begins and ends at the base and no two day types meet in a step.
Lobe = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class LoadProfile:
    """A type of building; all levels relative to the others, the mean is set by the load itself."""

    base: float
    workday: tuple[Lobe, ...]
    saturday: float
    """Height of Saturday's lobes over the workday's."""
    sunday: float
    holiday: float
    cooling: float
    """Gain per kelvin above 17 °C, over the mean [1/K]."""
    heating: float
    """Gain per kelvin below 12 °C, over the mean [1/K]."""
    noise: float
    """Standard deviation of what comes and goes within hours, over the mean."""
    flicker: float
    """Standard deviation of what comes and goes within minutes, over the mean."""
    tangent: float
    """Reactive over active power at the base."""
    tangent_active: float
    """The same of the occupancy's part."""
    floor: float
    """The load never falls below this share of its mean."""
    compressor: float = 0.0
    """Height of a machine that cycles day and night, over the mean."""
    spikes: float = 0.0
    """Energy of short appliances over the mean energy."""
    day_spread: float = 0.06
    """Standard deviation of the height of a day's lobes."""
    weekend: tuple[Lobe, ...] = field(default=())
    """Lobes of days off, where they have a shape of their own."""


PROFILES: dict[str, LoadProfile] = {
    "house": LoadProfile(
        0.42, ((5.8, 9.0, 0.8, 1.0, 0.45), (11.5, 14.0, 0.7, 1.0, 0.25), (16.5, 23.2, 1.8, 1.6, 0.95)),
        0.87, 0.87, 0.9, 0.030, 0.012, 0.05, 0.03, 0.18, 0.30, 0.12, spikes=0.18, day_spread=0.20,
        weekend=((7.0, 11.0, 1.2, 1.2, 0.50), (11.5, 16.0, 0.8, 1.5, 0.42), (16.5, 23.2, 1.8, 1.6, 0.90)),
    ),
    "office": LoadProfile(
        0.62, ((5.0, 19.8, 3.8, 4.2, 1.0), (11.8, 13.4, 0.7, 0.7, -0.08)),
        0.30, 0.18, 0.24, 0.020, 0.004, 0.024, 0.010, 0.36, 0.30, 0.30, day_spread=0.17,
    ),
    "hospital": LoadProfile(
        0.85, ((4.4, 21.5, 3.2, 4.5, 0.42), (8.0, 16.5, 2.0, 3.0, 0.12)),
        0.62, 0.55, 0.60, 0.014, 0.003, 0.026, 0.008, 0.34, 0.46, 0.46, day_spread=0.17,
    ),
    "factory": LoadProfile(
        0.48, ((4.0, 22.2, 3.6, 4.2, 0.72), (7.0, 16.5, 2.0, 2.5, 0.12), (11.8, 13.2, 0.5, 0.5, -0.12)),
        0.50, 0.22, 0.25, 0.008, 0.004, 0.022, 0.013, 0.42, 0.55, 0.26, day_spread=0.14,
    ),
    "cold-store": LoadProfile(
        0.82, ((3.6, 21.0, 7.0, 8.0, 0.36),),
        0.85, 0.55, 0.55, 0.028, 0.0, 0.022, 0.010, 0.43, 0.50, 0.42, compressor=0.05, day_spread=0.14,
    ),
    "school": LoadProfile(
        0.55, ((4.8, 18.2, 3.0, 3.8, 0.90), (17.0, 22.0, 1.6, 1.8, 0.18)),
        0.28, 0.22, 0.25, 0.018, 0.010, 0.022, 0.012, 0.30, 0.24, 0.26, day_spread=0.18,
    ),
    "data-centre": LoadProfile(
        0.82, ((6.0, 21.0, 4.0, 5.0, 0.30),),
        0.80, 0.75, 0.80, 0.012, 0.0, 0.024, 0.009, 0.22, 0.36, 0.50, day_spread=0.16,
    ),
    "retail": LoadProfile(
        0.50, ((4.8, 22.6, 3.4, 3.4, 0.85), (12.0, 18.0, 2.5, 2.5, 0.10)),
        1.0, 0.70, 0.62, 0.022, 0.004, 0.026, 0.012, 0.34, 0.26, 0.24, day_spread=0.22,
    ),
    "auxiliary": LoadProfile(
        0.82, ((6.0, 18.0, 2.5, 2.5, 0.26),),
        0.9, 0.9, 0.9, 0.014, 0.010, 0.028, 0.012, 0.45, 0.36, 0.45, day_spread=0.15,
    ),
}  # fmt: skip


def _lobes(lobes: tuple[Lobe, ...]) -> Floats:
    hours = np.arange(KNOTS) * (24.0 / KNOTS)
    total = np.zeros(KNOTS)
    for start, end, rise, fall, height in lobes:
        up = np.clip((hours - start) / rise, 0.0, 1.0)
        down = np.clip((end - hours) / fall, 0.0, 1.0)
        edge = np.minimum(up * up * (3.0 - 2.0 * up), down * down * (3.0 - 2.0 * down))
        total += height * edge
    return total


@lru_cache(maxsize=32)
def occupancy(profile: str) -> Floats:
    """Return the lobes of each day type at knots by wall clock; shape (4, 144), zero around midnight."""
    one = PROFILES[profile]
    work = _lobes(one.workday)
    off = _lobes(one.weekend) if one.weekend else work
    return np.stack([work, off * one.saturday, off * one.sunday, off * one.holiday])


def conditioning(profile: LoadProfile, temp_air: Floats, active: Floats) -> Floats:
    """Return the draw of cooling and heating over the mean load.

    Parameters
    ----------
    profile
        The type of building.
    temp_air
        [°C].
    active
        How far the building is in use, 0 to about 1.

    Returns
    -------
    Floats
        [1]; zero between 12 and 17 °C.
    """
    need = np.maximum(temp_air - COOLING_FROM, 0.0)
    need *= profile.cooling
    if profile.heating:
        cold = np.maximum(HEATING_BELOW - temp_air, 0.0)
        cold *= profile.heating
        need += cold
    return np.asarray(need * (0.45 + 0.55 * active))


def least_load(profile: str, mean: float) -> float:
    """Return the power that a load never falls below.

    Parameters
    ----------
    profile
        The type of building.
    mean
        Mean active power [kW].

    Returns
    -------
    float
        [W], whole.
    """
    return float(np.floor(PROFILES[profile].floor * mean * 1000.0))
