"""Where the sun stands: unit vectors towards it, in the frame of a place.

References
----------
J. J. Michalsky, "The Astronomical Almanac's algorithm for approximate solar position (1950-2050)",
Solar Energy 40 (1988) 227-235, doi:10.1016/0038-092X(88)90045-X. Stated error 0.01 degrees.
"""

from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import Floats

# 2000-01-01T12:00Z, the epoch of the almanac's formulae, in days since 1970-01-01T00:00Z.
_J2000 = 10957.5
MINUTES_PER_DAY = 1440


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


class SunTerms(NamedTuple):
    """What the sun's direction depends on beside place and clock; all three change slowly, day by day."""

    sine: Floats
    """Sine of the declination [1]."""
    along: Floats
    """Cosine of the declination times the cosine of the equation of time as an angle [1]."""
    across: Floats
    """Cosine of the declination times the sine of the equation of time as an angle [1]."""


class Dial(NamedTuple):
    """Where the mean sun stands at fixed times of the day: cosine and sine of its hour angle."""

    cosine: Floats
    sine: Floats


def sun_terms(days: Floats) -> SunTerms:
    """Return the slow terms of the sun's direction.

    Parameters
    ----------
    days
        Days since 1970-01-01T00:00Z, fractions included; shape (n,).

    Returns
    -------
    SunTerms
        Shape (n,) each. Between instants a day apart a straight line is right to 0.001 degrees.
    """
    declination, equation = declination_and_equation_of_time(days)
    lead = equation * (2.0 * np.pi / MINUTES_PER_DAY)
    cosine = np.cos(declination)
    return SunTerms(np.sin(declination), cosine * np.cos(lead), cosine * np.sin(lead))


def dial(longitude: float, minutes: Floats) -> Dial:
    """Return the mean sun's hour angle.

    Parameters
    ----------
    longitude
        [deg], east positive.
    minutes
        UTC minutes of the day; shape (n,).

    Returns
    -------
    Dial
        Shape (n,) each.
    """
    angle = (minutes + 4.0 * longitude - 720.0) * (2.0 * np.pi / MINUTES_PER_DAY)
    return Dial(np.cos(angle), np.sin(angle))


def sun_direction(latitude: float, clock: Dial, terms: SunTerms) -> SunDirection:
    """Return the direction of the sun.

    Parameters
    ----------
    latitude
        [deg], north positive.
    clock
        What `dial` says of the times of the day; shape (k,).
    terms
        The slow terms at those times of each day; shape (..., k).

    Returns
    -------
    SunDirection
        Shape (..., k) each.
    """
    sin_lat, cos_lat = np.sin(np.radians(latitude)), np.cos(np.radians(latitude))
    # The true sun's hour angle is the mean sun's plus the equation of time: the sum of angles, written out.
    towards = terms.along * clock.cosine
    towards -= terms.across * clock.sine
    east = terms.along * -clock.sine
    east -= terms.across * clock.cosine
    north = terms.sine * cos_lat
    north -= towards * sin_lat
    towards *= cos_lat
    towards += terms.sine * sin_lat
    return SunDirection(east, north, towards)


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
