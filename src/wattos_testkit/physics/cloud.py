"""The clear-sky index of a place, minute by minute, with the energy of each day given beforehand.

A latent sum of noises from six hours down to a minute goes through a steep sigmoid: above it the sky is
clear, below it is overcast, and a cloud edge takes a minute or two. That makes the two modes and the heavy
tails that measured indices have. The latent is shifted, day by day, until the day's mean is the clearness
that the day's energy asks for.
"""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.physics.climate import cell_key
from wattos_testkit.physics.hashing import Floats
from wattos_testkit.physics.noise import between, lattice
from wattos_testkit.physics.sun import MINUTES_PER_DAY

# Scale [min], amplitude, and size of the cells that share it [km]: clouds drift at some 10 m/s, so what
# lasts an hour is some 40 km wide.
SLOW_OCTAVES = ((360, 0.55, 240.0), (180, 0.50, 120.0), (60, 0.55, 45.0), (30, 0.45, 20.0), (15, 0.36, 5.0))
FAST_OCTAVES = ((5, 0.20, 0.5), (1, 0.060, 0.1))
STEEPNESS = 6.5
ENHANCEMENT = 0.30
_FIT_STEP = 10
_FIT_ROUNDS = 9
_FIT_REACH = 5.0


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


def cloud_latent(keys: CloudKeys, start: int, days: int) -> Floats:
    """Return the latent noise of whole days.

    Parameters
    ----------
    keys
        The streams.
    start
        First minute [min since the epoch], a multiple of 60.
    days
        How many days.

    Returns
    -------
    Floats
        Shape (days, 1440), of variance about 1.
    """
    count = days * MINUTES_PER_DAY
    coarse = count // 15 + 1
    slow = np.zeros(coarse)
    for key, (scale, amplitude, _) in zip(keys.slow, SLOW_OCTAVES, strict=True):
        noise = lattice(key, scale, start, coarse, step=15)
        noise *= amplitude
        slow += noise
    latent = between(slow, 15)
    for key, (scale, amplitude, _) in zip(keys.fast, FAST_OCTAVES, strict=True):
        noise = lattice(key, scale, start, count)
        noise *= amplitude
        latent += noise
    return latent.reshape(days, MINUTES_PER_DAY)


def _sigmoid(x: Floats) -> Floats:
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


def sun_openness(latent: Floats, weight: Floats, share: Floats) -> Floats:
    """Return how much of the sun's disc is free of clouds, with its weighted mean over each day given.

    Parameters
    ----------
    latent
        Shape (days, 1440).
    weight
        What the mean is weighted with; every tenth minute, shape (days, 144).
    share
        The mean to meet; shape (days,), clipped to what clouds can do.

    Returns
    -------
    Floats
        Shape (days, 1440); 0 covered, 1 free; up to 1.05 beside a cloud, whose edge gathers light.
    """
    thin = latent[:, ::_FIT_STEP] * STEEPNESS
    normal = weight / np.maximum(weight.sum(axis=1), 1e-9)[:, None]
    target = np.clip(share, 0.004, 0.996)
    shift = np.zeros(len(share))
    reach = _FIT_REACH * STEEPNESS / 2.0
    for _ in range(_FIT_ROUNDS):
        mean = _sigmoid(thin + shift[:, None])
        mean *= normal
        shift += np.where(mean.sum(axis=1) < target, reach, -reach)
        reach *= 0.5
    shifted = latent * STEEPNESS
    shifted += shift[:, None]
    openness = _sigmoid(shifted)
    edge = 1.0 - openness
    edge *= openness
    edge *= openness
    edge *= ENHANCEMENT
    openness += edge
    return openness
