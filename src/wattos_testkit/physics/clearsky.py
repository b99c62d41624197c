"""Irradiance under a cloudless sky.

References
----------
P. Ineichen and R. Perez, "A new airmass independent formulation for the Linke turbidity coefficient",
Solar Energy 73 (2002) 151-157, doi:10.1016/S0038-092X(02)00045-2.
F. Kasten and A. T. Young, "Revised optical air mass tables and approximation formula", Applied Optics 28
(1989) 4735-4738, doi:10.1364/AO.28.004735.
J. W. Spencer, "Fourier series representation of the position of the sun", Search 2 (1971) 172.
"""

from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.hashing import Floats

SOLAR_CONSTANT = 1366.1
"""[W/m²], the value of ASTM E-490 that pvlib uses."""


class ClearSky(NamedTuple):
    """Irradiance without clouds; each [W/m²], zero while the sun is down."""

    ghi: Floats
    """Global, on the horizontal."""
    dni: Floats
    """Beam, facing the sun."""


def extraterrestrial(days: Floats) -> Floats:
    """Return the irradiance above the atmosphere.

    Parameters
    ----------
    days
        Days since 1970-01-01T00:00Z.

    Returns
    -------
    Floats
        [W/m²].
    """
    # Spencer's series in the angle of the year; 365.2425 days a year keep it in phase for a century.
    angle = 2.0 * np.pi * np.mod(days / 365.2425, 1.0)
    return SOLAR_CONSTANT * (
        1.00011
        + 0.034221 * np.cos(angle)
        + 0.00128 * np.sin(angle)
        + 0.000719 * np.cos(2.0 * angle)
        + 0.000077 * np.sin(2.0 * angle)
    )


def relative_airmass(up: Floats) -> Floats:
    """Return the relative optical air mass.

    Parameters
    ----------
    up
        Sine of the sun's elevation; values at or below the horizon give the value at the horizon.

    Returns
    -------
    Floats
        [1]; 1 in the zenith, about 38 on the horizon.
    """
    height = np.maximum(up, 0.0)
    elevation = np.degrees(np.arcsin(np.minimum(height, 1.0)))
    return 1.0 / (height + 0.50572 * (elevation + 6.07995) ** -1.6364)


def ineichen(up: Floats, turbidity: Floats, altitude: float, extra: Floats) -> ClearSky:
    """Return clear-sky irradiance after Ineichen and Perez.

    Parameters
    ----------
    up
        Sine of the sun's elevation [1]; shape (n,).
    turbidity
        Linke turbidity at air mass 2 [1]; shape (n,).
    altitude
        [m] above sea level.
    extra
        Extraterrestrial irradiance [W/m²]; shape (n,).

    Returns
    -------
    ClearSky
        Shape (n,) each; zero where the sun is down.
    """
    pressure = (1.0 - 2.25577e-5 * altitude) ** 5.25588
    airmass = relative_airmass(up) * pressure
    fh1, fh2 = np.exp(-altitude / 8000.0), np.exp(-altitude / 1250.0)
    cg1, cg2 = 5.09e-5 * altitude + 0.868, 3.92e-5 * altitude + 0.0387
    height = np.maximum(up, 0.0)
    ghi = np.exp(-cg2 * airmass * (fh1 + fh2 * (turbidity - 1.0)))
    ghi *= cg1 * extra * height
    b = 0.664 + 0.163 / fh1
    dni = b * np.exp(-0.09 * airmass * (turbidity - 1.0)) * extra
    # The beam may not carry more than the global leaves it (the model's own second bound).
    bound = ghi * (1.0 - (0.1 - 0.2 * np.exp(-turbidity)) / (0.1 + 0.882 / fh1))
    dni = np.minimum(dni, bound / np.maximum(height, 1e-4))
    return ClearSky(ghi, np.where(height > 0.0, np.maximum(dni, 0.0), 0.0))
