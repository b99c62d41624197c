"""Where the sun stands, and what a clear sky sends onto a tilted plane.

Declination and equation of time after Spencer (1971), direct beam after Meinel (1976); good to half a degree
and a tenth of the irradiance, which is all that a plant of this catalogue claims.
"""

import numpy as np

from tests.faulty.noise import Floats, Ints


def position(latitude: float, longitude: float, minutes: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the unit vector towards the sun (east, north, up) in the middle of each UTC minute."""
    days = (minutes + 0.5) / 1440.0
    angle = 2.0 * np.pi * (days % 365.2425) / 365.2425
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
    )
    equation = 229.18 * (
        0.000075
        + 0.001868 * np.cos(angle)
        - 0.032077 * np.sin(angle)
        - 0.014615 * np.cos(2 * angle)
        - 0.040849 * np.sin(2 * angle)
    )
    hour = np.radians(((minutes + 0.5 + 4.0 * longitude + equation) % 1440.0) / 4.0 - 180.0)
    phi = np.radians(latitude)
    east = -np.cos(declination) * np.sin(hour)
    north = np.cos(phi) * np.sin(declination) - np.sin(phi) * np.cos(declination) * np.cos(hour)
    up = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)
    return east, north, up


def plane_irradiance(latitude: float, longitude: float, tilt: float, azimuth: float, minutes: Ints) -> Floats:
    """Return what a clear sky sends onto the plane in W/m²; zero while the sun is below the horizon."""
    east, north, up = position(latitude, longitude, minutes)
    high = np.maximum(up, 0.02)
    beam = 1353.0 * 0.7 ** (high**-0.678)
    slope, face = np.radians(tilt), np.radians(azimuth)
    incidence = np.cos(slope) * up + np.sin(slope) * (np.sin(face) * east + np.cos(face) * north)
    diffuse = (0.1 * beam + 20.0) * np.sqrt(np.maximum(up, 0.0))
    total: Floats = np.where(
        up > 0.0, beam * np.maximum(incidence, 0.0) * np.clip(up / 0.03, 0, 1) + diffuse, 0.0
    )
    return total
