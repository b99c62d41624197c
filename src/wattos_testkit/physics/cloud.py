"""The clear-sky index of a place, minute by minute, with the energy of each day given beforehand.

A latent sum of noises from six hours down to a minute goes through a steep sigmoid: above it the sky is
clear, below it is overcast, and a cloud edge takes a minute or two. That makes the two modes and the heavy
tails that measured indices have. The latent is shifted, day by day, until the day's mean is the clearness
that the day's energy asks for.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.climate import cell_key
from wattos_testkit.physics.daynoise import Octave, White, Woven
from wattos_testkit.physics.hashing import Floats, Singles
from wattos_testkit.physics.noise import within_days
from wattos_testkit.physics.sun import MINUTES_PER_DAY

# Scale [min], amplitude, and size of the cells that share it [km]: clouds drift at some 10 m/s, so what
# lasts an hour is some 40 km wide.
SLOW_OCTAVES = ((360, 0.55, 240.0), (180, 0.50, 120.0), (60, 0.55, 45.0), (30, 0.45, 20.0), (15, 0.36, 5.0))
FAST_OCTAVES = ((5, 0.20, 0.5), (1, 0.060, 0.1))
STEEPNESS = 6.5
ENHANCEMENT = 0.30
_TEXTURE = 0.22
_FINE = 5
"""Minutes between the instants at which the octaves are computed."""
_CANDIDATES = (
    STEEPNESS * np.array([-2.2, -1.3, -0.8, -0.45, -0.2, -0.05, 0.05, 0.2, 0.45, 0.8, 1.3, 2.2])
).astype(np.float32)
"""How far from a first guess the shift of a day may lie."""
_LAST_TWO = np.array([-1, 0])


@dataclass(frozen=True, slots=True)
class CloudKeys:
    """The streams of a place, one for each octave."""

    slow: tuple[np.uint64, ...]
    fast: tuple[np.uint64, ...]


def cloud_keys(seed: int, latitude: float, longitude: float) -> CloudKeys:
    """Return the streams of a place; near-by places share the slow ones."""
    return CloudKeys(
        slow=tuple(cell_key(seed, f"cloud{s}", latitude, longitude, km) for s, _, km in SLOW_OCTAVES),
        fast=tuple(cell_key(seed, f"cloud{s}", latitude, longitude, km) for s, _, km in FAST_OCTAVES),
    )


def cloud_noises(keys: CloudKeys) -> tuple[Woven, White, White]:
    """Return the noises that `cloud_latent` is made of: the slow octaves, the fast one, and the rest."""
    slow = zip(keys.slow, SLOW_OCTAVES, strict=True)
    octaves = tuple(Octave(key, scale, amplitude) for key, (scale, amplitude, _) in slow)
    return (
        Woven(_FINE, octaves),
        White(keys.fast[0], MINUTES_PER_DAY // _FINE, with_end=True),
        White(keys.fast[1], MINUTES_PER_DAY),
    )


def cloud_latent(slow: Singles, fast: Singles, rest: Singles) -> Singles:
    """Return the latent noise of whole days.

    Parameters
    ----------
    slow, fast
        Every five minutes; shape (days, 289).
    rest
        Every minute; shape (days, 1440).

    Returns
    -------
    Singles
        Of variance about 1; shape (days, 10, 144): minute ``10 k + j`` of a day stands at [j, k].
    """
    days = len(slow)
    five = fast * FAST_OCTAVES[0][1]
    five += slow
    # Minutes 5 m + i stand at [i, m]; with m = 2 k + h, and j = 5 h + i, that is one turn of the axes.
    fine = within_days(five, _FINE).reshape(days, _FINE, -1, 2)
    # A white noise is the same in any order, as long as its order within the day is fixed.
    latent = (rest * FAST_OCTAVES[1][1]).reshape(days, 2, _FINE, -1)
    latent += fine.transpose(0, 3, 1, 2)
    return latent.reshape(days, 2 * _FINE, -1)


def _sigmoid(x: Singles) -> Singles:
    # Only a square root: the same last bit on every machine, unlike exp. Works in place.
    root = x * x
    root += 1.0
    np.sqrt(root, out=root)
    x /= root
    x *= 0.5
    x += 0.5
    return x


def overcast_index(clearness: Floats) -> Floats:
    """Return the clear-sky index under the clouds of a day: the darker the day, the thicker they are.

    Parameters
    ----------
    clearness
        Share of the clear sky's energy that the day keeps; shape (days,).

    Returns
    -------
    Floats
        Below `clearness`; shape (days,).
    """
    return clearness * (0.74 - 0.46 * clearness)


class Openness(NamedTuple):
    """How much of the sun's disc is free of clouds; shape (days, 10, 144) each."""

    free: Singles
    """0 covered, 1 free; up to 1.05 beside a cloud, whose edge gathers light."""
    edge: Singles
    """0 inside a cloud and far from all, 1/4 where an edge passes."""
    thinness: Singles
    """By what factor a cloud lets more or less light through than the day's clouds do; 1 in the free sun."""


def _shift(thin: Singles, weight: Singles, target: Floats) -> Singles:
    """Return by how much to shift the latent of each day for its weighted mean openness to meet a target."""
    lean = 2.0 * target - 1.0
    guess = lean * (0.9 * STEEPNESS)
    guess /= np.sqrt(1.0 - lean * lean)
    # All candidates at once, then a straight line between the two that hold the target between them.
    shifts = guess.astype(np.float32)[:, None] + _CANDIDATES
    x = shifts[:, :, None] + thin[:, None, :]
    root = x * x
    root += 1.0
    np.sqrt(root, out=root)
    x /= root
    x *= weight[:, None, :]
    lack = (lean * weight.sum(axis=1))[:, None] - x.sum(axis=2)
    after = np.minimum(np.maximum((lack > 0.0).sum(axis=1), 1), len(_CANDIDATES) - 1)
    pair = np.arange(len(lean))[:, None], after[:, None] + _LAST_TWO
    low, high = lack[pair].T
    begin, end = shifts[pair].T
    part = np.minimum(np.maximum(low / np.maximum(low - high, 1e-9), 0.0), 1.0)
    return np.asarray(begin + part * (end - begin), dtype=np.float32)


def sun_openness(latent: Singles, weight: Singles, share: Floats) -> Openness:
    """Return how free of clouds the sun is, with its weighted mean over each day given.

    Parameters
    ----------
    latent
        Shape (days, 10, 144), as `cloud_latent` lays it out.
    weight
        What the mean is weighted with; every tenth minute, shape (days, 144).
    share
        The mean to meet, about; shape (days,), clipped to what clouds can do.

    Returns
    -------
    Openness
        Shape (days, 10, 144).
    """
    free = latent * STEEPNESS
    target = np.minimum(np.maximum(share, 0.004), 0.996)
    free += _shift(free[:, 0], weight, target)[:, None, None]
    free = _sigmoid(free)
    edge = 1.0 - free
    # The further inside a cloud, the thicker it is.
    thinness = edge * latent
    thinness *= _TEXTURE
    thinness += 1.0
    edge *= free
    lit = edge * free
    lit *= ENHANCEMENT
    free += lit
    return Openness(free, edge, thinness)
