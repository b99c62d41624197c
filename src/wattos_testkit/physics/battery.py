"""What a battery system loses, and how warm it gets.

References
----------
M. Schimpe et al., "Energy efficiency evaluation of a stationary lithium-ion battery container storage
system via electro-thermal modeling and detailed component analysis", Applied Energy 210 (2018) 211-229,
doi:10.1016/j.apenergy.2017.10.129: losses of the power electronics have a constant, a linear and a square
part, which makes a system least efficient at low power.
"""

import numpy as np

from wattos_testkit.physics.hashing import Floats, Integers

LOSS_CONSTANT, LOSS_LINEAR, LOSS_SQUARE = 0.0040, 0.027, 0.020
"""Losses one way while in use, over the rating [1], the power [1] and the square of both [1]."""
_ROUNDED = 1.25
"""Mean square over squared mean of a bump with flat top."""
_HEATED_BELOW = 5.0
_HEATING = 0.6
WARMEST = 11.8
"""The most that cells are ever above the air [K]."""
_COOLED_ABOVE = 30.0
THERMAL_WINDOW = 60
WARMTH = 190.0
"""Temperature rise for losses as large as the rating [K]."""


def losses(power: Integers, rated: float) -> Floats:
    """Return what is lost on one way.

    Parameters
    ----------
    power
        AC power on that way, not negative [W].
    rated
        Rated power [W].

    Returns
    -------
    Floats
        [W]; zero where the power is zero.
    """
    p = power.astype(np.float64)
    lost = p * (LOSS_SQUARE / rated)
    lost += LOSS_LINEAR
    lost *= p
    lost += (power > 0) * (LOSS_CONSTANT * rated)
    return lost


def planned_losses(energy: Floats, minutes: Floats | float, rated: float) -> Floats:
    """Return about what is lost on one way when energy is moved in so many minutes of a rounded shape.

    Parameters
    ----------
    energy
        AC energy [W·min].
    minutes
        How long it takes [min].
    rated
        Rated power [W].

    Returns
    -------
    Floats
        [W·min].
    """
    steady = LOSS_CONSTANT * rated * minutes
    return np.asarray(
        steady + LOSS_LINEAR * energy + _ROUNDED * LOSS_SQUARE * energy * energy / (minutes * rated)
    )


def temp_cell(temp_ambient: Floats, heat: Floats) -> Floats:
    """Return the temperature of the cells.

    Parameters
    ----------
    temp_ambient
        [°C]; shape (days, minutes).
    heat
        Losses over the rated power [1]; shape (days, minutes); nothing in the last hour of a day.

    Returns
    -------
    Floats
        [°C]: ambient plus 0.3 to 12 K; more where a heater keeps out frost, less where cooling helps.
    """
    running = np.cumsum(heat, axis=1)
    warm = running.copy()
    warm[:, THERMAL_WINDOW:] -= running[:, :-THERMAL_WINDOW]
    warm *= WARMTH / THERMAL_WINDOW
    np.minimum(warm, 11.5, out=warm)
    warm *= 1.0 - cooling_help(temp_ambient)
    warm += 0.3
    warm += np.maximum((_HEATED_BELOW - temp_ambient) * _HEATING, 0.0)
    np.minimum(warm, WARMEST, out=warm)
    warm += temp_ambient
    return warm


def cooling_help(temp_ambient: Floats) -> Floats:
    """Return the share of the warmth of losses that cooling takes away in hot air [1]."""
    helped = temp_ambient - _COOLED_ABOVE
    helped *= 1.0 / 30.0
    return np.asarray(np.clip(helped, 0.0, 0.7, out=helped))


def cell_floor(temp_ambient: Floats) -> Floats:
    """Return the temperature of cells that have not worked for an hour [°C]."""
    heated = np.maximum((_HEATED_BELOW - temp_ambient) * _HEATING, 0.0)
    return np.asarray(temp_ambient + np.minimum(0.3 + heated, WARMEST))
