"""Where the sun stands: unit vectors towards it, in the frame of a place.

References
----------
J. J. Michalsky, "The Astronomical Almanac's algorithm for approximate solar position (1950-2050)",
Solar Energy 40 (1988) 227-235, doi:10.1016/0038-092X(88)90045-X. Stated error 0.01 degrees.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import Floats

# 2000-01-01T12:00Z, the epoch of the almanac's formulae, in days since 1970-01-01T00:00Z.
_J2000 = 10957.5
MINUTES_PER_DAY = 1440
_CHUNK, _MARGIN = 512, 64


class SunDirection(NamedTuple):
    """A unit vector towards the sun; each component [1]."""

    east: Floats
    north: Floats
    up: Floats
    """The sine of the elevation (geometric: refraction is not in it)."""


def declination_and_equation_of_time(days: Floats) -> tuple[Floats, Floats]:
    """Return the sun's declination and the equation of time.

    Parameters
    ----------
    days
        Days since 1970-01-01T00:00Z, fractions included.

    Returns
    -------
    declination, equation_of_time
        [rad] and [min]; positive when the sundial is ahead of the clock.
    """
    n = days - _J2000
    mean_longitude = np.radians(np.mod(280.460 + 0.9856474 * n, 360.0))
    anomaly = np.radians(np.mod(357.528 + 0.9856003 * n, 360.0))
    longitude = mean_longitude + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2.0 * anomaly))
    obliquity = np.radians(23.439 - 4.0e-7 * n)
    declination = np.arcsin(np.sin(obliquity) * np.sin(longitude))
    ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    difference = np.mod(mean_longitude - ascension + np.pi, 2.0 * np.pi) - np.pi
    return declination, np.degrees(difference) * 4.0


@lru_cache(maxsize=128)
def _almanac(chunk: int) -> tuple[Floats, Floats, Floats]:
    days = np.arange(chunk * _CHUNK, (chunk + 1) * _CHUNK + _MARGIN, dtype=np.float64)
    return days, *declination_and_equation_of_time(days)


def sun_direction(latitude: float, longitude: float, minutes: Floats) -> SunDirection:
    """Return the direction of the sun at instants.

    Parameters
    ----------
    latitude, longitude
        [deg], north and east positive.
    minutes
        UTC minutes since 1970-01-01T00:00Z, rising, equally spaced over whole days; shape (n,).

    Returns
    -------
    SunDirection
        Shape (n,) each.

    Notes
    -----
    Declination and equation of time are taken once a day and interpolated: their curvature makes an error
    below 0.001 degrees.
    """
    first = int(minutes[0]) // MINUTES_PER_DAY
    length = int(minutes[-1]) // MINUTES_PER_DAY + 2 - first
    chunk, skip = divmod(first, _CHUNK)
    if skip + length <= _CHUNK + _MARGIN:
        days, declination, equation = (table[skip : skip + length] for table in _almanac(chunk))
    else:
        days = np.arange(first, first + length, dtype=np.float64)
        declination, equation = declination_and_equation_of_time(days)
    at = minutes / MINUTES_PER_DAY
    dec = np.interp(at, days, declination)
    hour_angle = np.interp(at, days, equation)
    hour_angle += np.mod(minutes, MINUTES_PER_DAY)
    hour_angle += 4.0 * longitude - 720.0
    hour_angle *= 2.0 * np.pi / MINUTES_PER_DAY
    return _horizontal(latitude, dec, hour_angle)


def _horizontal(latitude: float, declination: Floats, hour_angle: Floats) -> SunDirection:
    sin_lat, cos_lat = np.sin(np.radians(latitude)), np.cos(np.radians(latitude))
    sin_dec, cos_dec = np.sin(declination), np.cos(declination)
    towards = cos_dec * np.cos(hour_angle)
    return SunDirection(
        east=-cos_dec * np.sin(hour_angle),
        north=cos_lat * sin_dec - sin_lat * towards,
        up=sin_lat * sin_dec + cos_lat * towards,
    )


def noon_height(latitude: float, days: Floats) -> Floats:
    """Return the sine of the sun's elevation when it is highest.

    Parameters
    ----------
    latitude
        [deg].
    days
        Days since 1970-01-01T00:00Z at about local noon; shape (n,).

    Returns
    -------
    Floats
        [1]; shape (n,); negative in the polar night.
    """
    declination, _ = declination_and_equation_of_time(days)
    return np.asarray(np.cos(np.radians(latitude) - declination))
