"""From irradiance to the power of an inverter.

References
----------
D. Faiman, "Assessing the outdoor operating temperature of photovoltaic modules", Progress in
Photovoltaics 16 (2008) 307-315, doi:10.1002/pip.813.
A. P. Dobos, "PVWatts Version 5 Manual", NREL/TP-6A20-62641 (2014), doi:10.2172/1158421.
P. G. Loutzenhiser et al., "Empirical validation of models to compute solar irradiance on inclined
surfaces", Solar Energy 81 (2007) 254-267, doi:10.1016/j.solener.2006.03.009 (isotropic sky).
"""

from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.clearsky import ClearSky
from wattos_testkit.physics.hashing import Floats, Reals
from wattos_testkit.physics.sun import SunDirection

ALBEDO = 0.2
TEMPERATURE_COEFFICIENT = -0.0037
"""Relative change of DC power per kelvin [1/K]; crystalline silicon."""
INVERTER_EFFICIENCY = 0.96
_REFERENCE_EFFICIENCY = 0.9637
FAIMAN_U0, FAIMAN_U1 = 25.0, 6.84
"""Heat loss of a module: constant part [W/m²/K] and part per wind speed [W·s/m³/K]."""
SYSTEM_LOSS = 0.10
"""Soiling, mismatch, wiring, shading [1]."""


class PlaneSplit(NamedTuple):
    """What a plane receives from a clear sky, by how clouds act on it."""

    beam: Floats
    """[W/m²]: the beam on the plane less the part of the sky's diffuse light that it takes away."""
    rest: Floats
    """[W/m²]: sky and ground, in proportion to the global irradiance."""


def plane_split(sun: SunDirection, sky: ClearSky, tilt: float, azimuth: float) -> PlaneSplit:
    """Split a clear sky's plane-of-array irradiance by how clouds act on it (isotropic sky).

    With beam transmittance t and clear-sky index k a plane receives
    ``t B cos(aoi) + (k G - t B up) (1 + cos tilt) / 2 + k G albedo (1 - cos tilt) / 2``. Collected by t and k
    these are the two parts; for t = k = 1 their sum is `poa_global` of the clear sky.

    Parameters
    ----------
    sun, sky
        Shape (n,) each.
    tilt, azimuth
        [deg]; 0 is horizontal; 180 faces south.

    Returns
    -------
    PlaneSplit
        Shape (n,) each.
    """
    beta, gamma = np.radians(tilt), np.radians(azimuth)
    facing = sun.east * (np.sin(beta) * np.sin(gamma))
    facing += sun.north * (np.sin(beta) * np.cos(gamma))
    facing += sun.up * np.cos(beta)
    view = (1.0 + np.cos(beta)) / 2.0
    # The beam is zero while the sun is down, so the sign of `up` does not matter there.
    beam = sky.dni * (np.maximum(facing, 0.0) - view * sun.up)
    return PlaneSplit(beam, sky.ghi * (view + ALBEDO * (1.0 - np.cos(beta)) / 2.0))


def dc_power(poa_global: Reals, temp_cell: Reals, rated: float) -> Reals:
    """Return DC power after PVWatts.

    Parameters
    ----------
    poa_global
        Plane-of-array irradiance [W/m²].
    temp_cell
        [°C].
    rated
        DC power at 1000 W/m² and 25 °C [W].

    Returns
    -------
    Reals
        [W].
    """
    gain = temp_cell * (TEMPERATURE_COEFFICIENT * rated / 1000.0)
    gain += (1.0 - 25.0 * TEMPERATURE_COEFFICIENT) * rated / 1000.0
    gain *= poa_global
    return gain


def ac_power(power_dc: Reals, rated: float) -> Reals:
    """Return the power of an inverter after PVWatts, clipped to its rating and never below zero.

    Parameters
    ----------
    power_dc
        [W].
    rated
        AC rating [W].

    Returns
    -------
    Reals
        [W], in [0, rated].
    """
    rated_dc = rated / INVERTER_EFFICIENCY
    scale = INVERTER_EFFICIENCY / _REFERENCE_EFFICIENCY
    zeta = power_dc / rated_dc
    out = zeta * (-0.0162 * scale * rated_dc)
    out += 0.9858 * scale * rated_dc
    out *= zeta
    out -= 0.0059 * scale * rated_dc
    np.clip(out, 0.0, rated, out=out)
    return out
