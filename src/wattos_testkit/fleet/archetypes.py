"""What stands at the sites of a procedural fleet: types of sites, and how each is sized.

How many resources a site has follows from its type alone, so that a fleet can be counted without being made.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Kind, LoadProfileName, MeterRole, Strategy


@dataclass(frozen=True, slots=True)
class Point:
    """A point of common coupling of a type of site; the pairs are the ends of what is drawn from."""

    profile: LoadProfileName
    mean_kw: tuple[float, float]
    """Mean load."""
    meters: tuple[MeterRole, ...] = ("grid",)
    pv: int = 0
    """How many PV systems."""
    pv_over_mean: tuple[float, float] = (0.0, 0.0)
    """Their AC rating together over the mean load; without leave to export, over the room below the load."""
    batteries: int = 0
    battery_over_mean: tuple[float, float] = (0.0, 0.0)
    """Their rating together over the mean load; without leave to export, over the room below the load."""
    strategy: Strategy = "arbitrage"
    may_export: bool = True


@dataclass(frozen=True, slots=True)
class Archetype:
    """A type of site."""

    kind: str
    """What a name says of it."""
    weight: float
    """How frequent it is, in percent."""
    points: tuple[Point, ...] = ()


_BOTH: tuple[MeterRole, ...] = ("grid", "load")
ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        "house",
        18,
        (
            Point(
                "house",
                (0.35, 1.2),
                pv=1,
                pv_over_mean=(5.0, 9.0),
                batteries=1,
                battery_over_mean=(4.0, 7.0),
                strategy="self-consumption",
            ),
        ),
    ),
    Archetype("house", 12, (Point("house", (0.35, 1.2), pv=1, pv_over_mean=(5.0, 9.0)),)),
    Archetype(
        "office",
        9,
        (
            Point(
                "office",
                (25, 400),
                _BOTH,
                pv=1,
                pv_over_mean=(0.4, 1.2),
                batteries=1,
                battery_over_mean=(0.5, 1.2),
            ),
        ),
    ),
    Archetype("office", 7, (Point("office", (40, 900), _BOTH, pv=2, pv_over_mean=(0.3, 0.9)),)),
    Archetype("office", 3, (Point("office", (80, 2000), _BOTH),)),
    Archetype("school", 9, (Point("school", (15, 160), _BOTH, pv=1, pv_over_mean=(0.5, 1.3)),)),
    Archetype(
        "school",
        4,
        (
            Point(
                "school",
                (30, 160),
                _BOTH,
                pv=2,
                pv_over_mean=(0.8, 1.6),
                batteries=1,
                battery_over_mean=(0.4, 0.9),
                strategy="self-consumption",
            ),
        ),
    ),
    Archetype("shop", 8, (Point("retail", (20, 500), pv=1, pv_over_mean=(0.3, 0.9)),)),
    Archetype("shop", 3, (Point("retail", (100, 2500)),)),
    Archetype(
        "factory",
        6,
        (
            Point(
                "factory",
                (150, 3000),
                _BOTH,
                pv=2,
                pv_over_mean=(0.7, 1.1),
                batteries=1,
                battery_over_mean=(0.8, 1.2),
                may_export=False,
            ),
        ),
    ),
    Archetype("factory", 4, (Point("factory", (100, 1500), _BOTH, pv=3, pv_over_mean=(0.4, 0.9)),)),
    Archetype(
        "cold store",
        4,
        (Point("cold-store", (60, 800), _BOTH, pv=1, pv_over_mean=(0.7, 1.1), may_export=False),),
    ),
    Archetype(
        "hospital",
        4,
        (
            Point(
                "hospital",
                (200, 2500),
                _BOTH,
                pv=2,
                pv_over_mean=(0.6, 1.1),
                batteries=1,
                battery_over_mean=(0.8, 1.2),
                may_export=False,
            ),
            Point("office", (30, 250), pv=1, pv_over_mean=(0.3, 0.8)),
        ),
    ),
    Archetype(
        "data centre",
        2,
        (
            Point("data-centre", (800, 8000), batteries=1, battery_over_mean=(0.2, 0.4)),
            Point("data-centre", (800, 8000)),
        ),
    ),
    Archetype(
        "solar plant",
        5,
        (
            Point(
                "auxiliary",
                (3, 90),
                pv=4,
                pv_over_mean=(250, 350),
                batteries=1,
                battery_over_mean=(80, 150),
                strategy="self-consumption",
            ),
        ),
    ),
    Archetype("battery park", 1, (Point("auxiliary", (5, 60), batteries=2, battery_over_mean=(100, 200)),)),
    Archetype("site in planning", 1),
)


@lru_cache(maxsize=1)
def _bounds() -> npt.NDArray[np.float64]:
    weights = np.cumsum([archetype.weight for archetype in ARCHETYPES])
    return np.asarray(weights / weights[-1])


def archetypes(drawn: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the types of sites for numbers in [0, 1)."""
    return np.searchsorted(_bounds(), drawn, side="right")


@lru_cache(maxsize=4)
def counts(kind: Kind) -> npt.NDArray[np.int64]:
    """Return how many resources of a kind each type has."""
    number = {
        Kind.METER: lambda point: len(point.meters),
        Kind.BESS: lambda point: point.batteries,
        Kind.PV: lambda point: point.pv,
    }[kind]
    return np.array([sum(map(number, archetype.points)) for archetype in ARCHETYPES], dtype=np.int64)
