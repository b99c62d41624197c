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
_WARMEST = 11.8
"""The most that cells are ever above the air [K]."""
_COOLED_ABOVE = 30.0
_THERMAL_WINDOW = 60
_WARMTH = 190.0
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
    warm[:, _THERMAL_WINDOW:] -= running[:, :-_THERMAL_WINDOW]
    warm *= _WARMTH / _THERMAL_WINDOW
    np.minimum(warm, 11.5, out=warm)
    help_from = temp_ambient - _COOLED_ABOVE
    help_from *= 1.0 / 30.0
    np.clip(help_from, 0.0, 0.7, out=help_from)
    warm *= 1.0 - help_from
    warm += 0.3
    warm += np.maximum((_HEATED_BELOW - temp_ambient) * _HEATING, 0.0)
    np.minimum(warm, _WARMEST, out=warm)
    warm += temp_ambient
    return warm
