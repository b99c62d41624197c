"""Where the sun stands, and how much of it a clear sky lets through: the judge's own formulas.

Sources: solar position after the U.S. NOAA Solar Calculator, which follows J. Meeus, Astronomical Algorithms
(2nd ed., 1998); within 0.05 degrees from 1950 to 2050. Clear-sky direct irradiance after A. B. Meinel and
M. P. Meinel, Applied Solar Energy (1976), with the relative air mass of F. Kasten and A. T. Young,
Applied Optics 28 (1989) 4735, https://doi.org/10.1364/AO.28.004735.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def elevation(minutes: Any, latitude: float | None, longitude: float | None) -> Floats:  # noqa: ANN401 - array-like
    """Return the elevation of the sun [deg] at UTC minutes since 1970; -90 where the place is unknown."""
    moment = np.asarray(minutes, dtype=np.float64)
    if latitude is None or longitude is None:
        return np.full(moment.shape, -90.0)
    declination, equation = _declination_and_equation(moment)
    solar = (moment + equation + 4.0 * longitude) % 1440.0
    hour_angle = np.radians(solar / 4.0 - 180.0)
    phi = np.radians(latitude)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    found: Floats = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return found


def solar_time(minutes: Any, longitude: float) -> Floats:  # noqa: ANN401 - array-like
    """Return the true solar time [h] at UTC minutes since 1970."""
    moment = np.asarray(minutes, dtype=np.float64)
    _, equation = _declination_and_equation(moment)
    found: Floats = (moment + equation + 4.0 * longitude) % 1440.0 / 60.0
    return found


def _declination_and_equation(moment: Floats) -> tuple[Floats, Floats]:
    """Return the declination [rad] and the equation of time [min]."""
    century = (moment - _NOON_2000) / (1440.0 * 36525.0)
    mean_longitude = np.radians((280.46646 + century * (36000.76983 + 0.0003032 * century)) % 360.0)
    anomaly = np.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        np.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * century)
    apparent = np.radians(np.degrees(mean_longitude) + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(
        23.0
        + (26.0 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60.0) / 60.0
        + 0.00256 * np.cos(node)
    )
    declination = np.arcsin(np.sin(obliquity) * np.sin(apparent))
    half = np.tan(obliquity / 2.0) ** 2
    equation = 4.0 * np.degrees(
        half * np.sin(2 * mean_longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * half * np.sin(anomaly) * np.cos(2 * mean_longitude)
        - 0.5 * half * half * np.sin(4 * mean_longitude)
        - 1.25 * eccentricity * eccentricity * np.sin(2 * anomaly)
    )
    return declination, equation


_NOON_2000 = 10957 * 1440 + 720
"""2000-01-01T12:00Z in minutes since 1970."""


def clear_sky(height: Floats) -> Floats:
    """Return what a surface that faces the sun gets at most from a clear sky [kW/m2], by elevation [deg]."""
    up = np.maximum(height, 0.0)
    mass = 1.0 / (np.sin(np.radians(up)) + 0.50572 * (up + 6.07995) ** -1.6364)
    direct = 1.353 * 0.7 ** (mass**0.678)
    diffuse = 0.12 * np.sin(np.radians(up)) ** 0.5
    return np.where(height > -1.0, direct + diffuse + 0.02, 0.0)
