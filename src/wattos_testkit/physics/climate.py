"""What a climate is, as numbers, and what it makes of a day.

The parameters are chosen so that the series fall inside bands that were measured on real plants (see
`docs/physics.md`); they describe types of climate and no particular place.
"""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.physics.hashing import Floats, stream_key

YEAR = 365.2425
WARM_WEATHER_DAY = 203.0
"""Day of the year on which the north is warmest on average."""


@dataclass(frozen=True, slots=True)
class Climate:
    """A type of climate; temperatures at `reference_latitude` and sea level."""

    temp_mean: float
    """Mean over the year [°C]."""
    temp_season: float
    """Half the difference of the warmest and the coldest month [K]."""
    temp_day: float
    """Daily range under a clear sky [K]."""
    temp_weather: float
    """Standard deviation of the daily mean about the season [K]."""
    reference_latitude: float
    clearness: float
    """Latent mean of the daily clearness; larger is sunnier."""
    clearness_season: float
    """How much sunnier the local summer is; negative where the rain comes in summer."""
    clearness_spread: float
    turbidity: float
    """Linke turbidity, mean over the year."""
    wind: float
    """Mean wind speed at module height [m/s]."""


CLIMATES: dict[str, Climate] = {
    "mediterranean": Climate(17.0, 5.0, 10.0, 2.3, 35.0, 1.30, 0.35, 1.10, 3.3, 2.2),
    "oceanic": Climate(10.5, 7.0, 7.5, 3.0, 51.0, 0.15, 0.25, 1.05, 3.2, 3.2),
    "continental": Climate(9.0, 12.0, 9.5, 3.8, 46.0, 0.45, 0.30, 1.15, 3.2, 2.6),
    "desert": Climate(24.0, 9.5, 13.5, 2.3, 28.0, 2.00, 0.10, 1.25, 3.9, 2.6),
    "tropical": Climate(27.0, 1.6, 8.5, 1.0, 5.0, 0.50, -0.25, 0.95, 4.2, 2.0),
    "subtropical": Climate(19.5, 6.5, 9.0, 2.5, 30.0, 0.55, -0.10, 1.05, 4.0, 2.4),
    "nordic": Climate(5.5, 10.5, 7.5, 3.4, 60.0, 0.34, 0.30, 1.10, 2.7, 2.8),
    "highland": Climate(15.0, 3.5, 12.5, 1.8, 15.0, 0.70, -0.30, 1.00, 2.8, 2.2),
}

# Weather is shared by neighbours: each scale lives on its own grid of cells [km].
REGION_KM = 300.0
DISTRICT_KM = 60.0
_KM_PER_DEGREE = 111.2


def cell_key(seed: int, stream: str, latitude: float, longitude: float, size_km: float) -> np.uint64:
    """Return the key of a stream that all places of one grid cell share.

    The grids of different streams are shifted against each other, so that no line on the map parts two
    neighbours at every scale at once.
    """
    rows = size_km / _KM_PER_DEGREE
    shift = int(stream_key("grid", stream, size_km)) % 997 / 997.0
    row = int(np.floor(latitude / rows + shift))
    width = rows / max(np.cos(np.radians((row + 0.5 - shift) * rows)), 0.05)
    column = int(np.floor(longitude / width + shift))
    return stream_key(seed, stream, size_km, row, column)


def season(days: Floats, latitude: float) -> Floats:
    """Return +1 at the height of the local summer and -1 in the depth of winter, as temperature feels it.

    Parameters
    ----------
    days
        Days since 1970-01-01 (a common year's first day); shape (n,).
    latitude
        [deg].

    Returns
    -------
    Floats
        [1].
    """
    wave = np.cos(2.0 * np.pi * (days - WARM_WEATHER_DAY) / YEAR)
    return wave if latitude >= 0.0 else -wave


def daily_latent(region: Floats, district: Floats) -> Floats:
    """Return the latent weather of days: mean 0, variance 1, correlated by about 0.4 from day to day.

    Parameters
    ----------
    region, district
        Noise of the wide and the near surroundings, from the day before the first one on; shape (n + 1,).

    Returns
    -------
    Floats
        Shape (n,).
    """
    innovation = region * (0.9 / 1.25**0.5)
    innovation += district * (0.4359 / 1.25**0.5)
    return np.asarray(innovation[1:] + 0.5 * innovation[:-1])


def daily_clearness(climate: Climate, wave: Floats, latent: Floats) -> Floats:
    """Return the share of the clear sky's energy that reaches the ground on each day.

    Parameters
    ----------
    climate
        The type of climate.
    wave, latent
        What `season` and `daily_latent` say of the days; shape (n,).

    Returns
    -------
    Floats
        In (0.05, 1); shape (n,).
    """
    x = latent * climate.clearness_spread
    x += wave * climate.clearness_season
    x += climate.clearness
    x *= 1.25
    return np.asarray(0.53 + 0.47 * x / np.sqrt(1.0 + x * x))


def daily_temperature(
    climate: Climate, latitude: float, altitude: float, wave: Floats, anomaly: Floats | float
) -> Floats:
    """Return the mean air temperature about midnights or days.

    Parameters
    ----------
    climate, latitude, altitude
        The place; [deg], [m].
    wave
        What `season` says of the days; shape (n,).
    anomaly
        Weather, mean 0 and variance about 1; shape (n,), or 0 for the season alone.

    Returns
    -------
    Floats
        [°C]; shape (n,).
    """
    mean = climate.temp_mean - 0.45 * (abs(latitude) - climate.reference_latitude)
    if climate is not CLIMATES["highland"]:
        mean -= 0.0055 * altitude
    # Winters are more changeable than summers.
    weather = climate.temp_weather * anomaly * (1.0 - 0.25 * wave)
    return np.asarray(mean + climate.temp_season * wave + weather)
