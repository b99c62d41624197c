"""The clear-sky index of a place, minute by minute, with the energy of each day given beforehand.

A latent sum of noises from six hours down to a minute goes through a steep sigmoid: above it the sky is
clear, below it is overcast, and a cloud edge takes a minute or two. That makes the two modes and the heavy
tails that measured indices have. The latent is shifted, day by day, until the day's mean is the clearness
that the day's energy asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wattos_testkit.physics.climate import cell_key
from wattos_testkit.physics.hashing import Floats
from wattos_testkit.physics.noise import Lattice, between
from wattos_testkit.physics.sun import MINUTES_PER_DAY

# Scale [min], amplitude, and size of the cells that share it [km]: clouds drift at some 10 m/s, so what
# lasts an hour is some 40 km wide.
SLOW_OCTAVES = ((360, 0.55, 240.0), (180, 0.50, 120.0), (60, 0.55, 45.0), (30, 0.45, 20.0), (15, 0.36, 5.0))
FAST_OCTAVES = ((5, 0.20, 0.5), (1, 0.060, 0.1))
STEEPNESS = 6.5
ENHANCEMENT = 0.30
_FIT_STEP = 10
_FIT_ROUNDS = 8
_FIT_REACH = 2.5 * STEEPNESS


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


def cloud_lattices(keys: CloudKeys, start: int, days: int) -> list[Lattice]:
    """Return the noises that `cloud_latent` is made of.

    Parameters
    ----------
    keys
        The streams.
    start
        First minute [min since the epoch], a multiple of 60.
    days
        How many days.
    """
    count = days * MINUTES_PER_DAY
    slow = zip(keys.slow, SLOW_OCTAVES, strict=True)
    wanted = [Lattice(key, scale, start, count // 15 + 1, step=15) for key, (scale, _, _) in slow]
    wanted.append(Lattice(keys.fast[0], 5, start, count // 5 + 1, step=5))
    wanted.append(Lattice(keys.fast[1], 1, start, count))
    return wanted


def cloud_latent(noises: Sequence[Floats]) -> Floats:
    """Return the latent noise of whole days.

    Parameters
    ----------
    noises
        What `cloud_lattices` asked for.

    Returns
    -------
    Floats
        Shape (days, 1440), of variance about 1.
    """
    slow = noises[0] * SLOW_OCTAVES[0][1]
    for noise, (_, amplitude, _) in zip(noises[1:-2], SLOW_OCTAVES[1:], strict=True):
        slow += noise * amplitude
    five = np.empty(len(noises[-2]))
    five[:-1] = between(slow, 3)
    five[-1] = slow[-1]
    five += noises[-2] * FAST_OCTAVES[0][1]
    latent = between(five, 5)
    latent += noises[-1] * FAST_OCTAVES[1][1]
    return latent.reshape(-1, MINUTES_PER_DAY)


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


class Openness(NamedTuple):
    """How much of the sun's disc is free of clouds; shape (days, 1440) each."""

    free: Floats
    """0 covered, 1 free; up to 1.05 beside a cloud, whose edge gathers light."""
    edge: Floats
    """0 inside a cloud and far from all, 1/4 where an edge passes."""


def _shift(thin: Floats, normal: Floats, target: Floats) -> Floats:
    """Return by how much to shift the latent of each day for its weighted mean openness to meet a target."""
    lean = 2.0 * target - 1.0
    shift = lean * (0.9 * STEEPNESS)
    shift /= np.sqrt(1.0 - lean * lean)
    np.clip(shift, -_FIT_REACH, _FIT_REACH, out=shift)
    reach = _FIT_REACH / 2.0
    for _ in range(_FIT_ROUNDS):
        mean = _sigmoid(thin + shift[:, None])
        mean *= normal
        shift += np.where(mean.sum(axis=1) < target, reach, -reach)
        reach *= 0.5
    return shift


def sun_openness(latent: Floats, weight: Floats, share: Floats) -> Openness:
    """Return how free of clouds the sun is, with its weighted mean over each day given.

    Parameters
    ----------
    latent
        Shape (days, 1440).
    weight
        What the mean is weighted with; every tenth minute, shape (days, 144).
    share
        The mean to meet, about; shape (days,), clipped to what clouds can do.

    Returns
    -------
    Openness
        Shape (days, 1440).
    """
    normal = weight / np.maximum(weight.sum(axis=1), 1e-9)[:, None]
    target = np.clip(share, 0.004, 0.996)
    shifted = latent * STEEPNESS
    shifted += _shift(shifted[:, ::_FIT_STEP].copy(), normal, target)[:, None]
    free = _sigmoid(shifted)
    edge = 1.0 - free
    edge *= free
    free += edge * free * ENHANCEMENT
    return Openness(free, edge)
