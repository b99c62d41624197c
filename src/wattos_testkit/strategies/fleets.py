"""Who exists: ids, resources, unit controllers, sites and fleets that a fleet file could describe."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, get_args

from hypothesis import strategies as st

from wattos_testkit.fleet.limits import LEAST_C_RATE, MOST_C_RATE, controller_mistakes
from wattos_testkit.fleet.listed import ListedFleet
from wattos_testkit.fleet.model import (
    Battery,
    Group,
    Kind,
    Load,
    LoadProfileName,
    Meter,
    Photovoltaic,
    Placed,
    Resource,
    Site,
    UnitController,
)
from wattos_testkit.fleet.model import Strategy as BatteryStrategy
from wattos_testkit.fleet.places import PLACES
from wattos_testkit.testkit.fleet import Fleet, kind_of

_NAMES = st.text(
    st.characters(categories=("L", "N", "Zs"), exclude_characters="\u00a0\u2007\u202f"),
    min_size=1,
    max_size=30,
).filter(lambda name: bool(name.strip()) and name.isprintable())
_DAYS = st.dates(date(2015, 1, 1), date(2024, 12, 31))
_AROUND = 0.1
_DRAWN_FROM = 500


@lru_cache(maxsize=1)
def demo() -> Fleet:
    """Return the demo fleet, opened once."""
    return Fleet()


def ids() -> st.SearchStrategy[str]:
    """Return ids as the API allows them, whether anybody has them or not."""
    return st.from_regex(r"[A-Z0-9]{8}", fullmatch=True)


def placed(kind: str | Kind | None = None, fleet: Fleet | None = None) -> st.SearchStrategy[Placed]:
    """Return resources of a fleet (the demo fleet unless one is given), with the site they stand at.

    Of a large fleet the first few hundred of each kind are drawn from.
    """
    kinds = list(Kind) if kind is None else [kind_of(kind)]
    known = fleet or demo()
    return st.sampled_from([one for some in kinds for one in islice(known.resources(some), _DRAWN_FROM)])


def existing_ids(kind: str | Kind | None = None, fleet: Fleet | None = None) -> st.SearchStrategy[str]:
    """Return ids of resources that a fleet has (the demo fleet unless one is given)."""
    return placed(kind, fleet).map(lambda one: one.resource.resource_id)


def _sizes(least: float, most: float) -> st.SearchStrategy[float]:
    """Return ratings, as many small ones as large ones."""
    return st.floats(0.0, 1.0).map(lambda share: float(f"{least * (most / least) ** share:.3g}"))


@st.composite
def resources(draw: st.DrawFn, kind: str | Kind, resource_id: str | None = None) -> Resource:
    """Draw a resource of a kind, as it could stand anywhere."""
    base: dict[str, Any] = {
        "resource_id": resource_id or draw(ids()),
        "name": draw(_NAMES),
        "latitude": round(draw(st.floats(-60, 60)), 4),
        "longitude": round(draw(st.floats(-180, 180)), 4),
        "commissioned": draw(_DAYS),
    }
    one = kind_of(kind)
    if one is Kind.METER:
        return Meter(**base)
    if one is Kind.BESS:
        capacity = draw(_sizes(1.0, 50_000.0))
        rate = draw(st.floats(LEAST_C_RATE + 0.01, MOST_C_RATE / 4))
        return Battery(
            **base,
            capacity_kwh=capacity,
            rated_kw=float(f"{capacity * rate:.4g}"),
            strategy=draw(st.sampled_from(get_args(BatteryStrategy))),
        )
    rated = draw(_sizes(1.0, 50_000.0))
    return Photovoltaic(
        **base,
        rated_ac_kw=rated,
        rated_dc_kw=float(f"{rated * draw(st.floats(1.0, 1.5)):.4g}"),
        tilt=float(draw(st.integers(0, 60))),
        azimuth=float(draw(st.integers(0, 359))),
    )


@st.composite
def controllers(draw: st.DrawFn, number: int = 1) -> UnitController:
    """Draw a unit controller with its load and resources; the number makes its ids."""

    def several(kind: Kind, most: int) -> tuple[Any, ...]:
        count = draw(st.integers(0, most))
        return tuple(draw(resources(kind, f"{kind.value}{number:05d}{turn}")) for turn in range(1, count + 1))

    load = draw(
        st.none()
        | st.builds(Load, profile=st.sampled_from(get_args(LoadProfileName)), mean_kw=_sizes(0.2, 20_000.0))
    )
    meters = several(Kind.METER, 1 if load is None else 2)
    controller = UnitController(
        unit_controller_id=f"UC{number:06d}",
        meters=tuple(
            replace(meter, role=role) for meter, role in zip(meters, ("grid", "load"), strict=False)
        ),
        batteries=several(Kind.BESS, 2),
        pv=several(Kind.PV, 3),
        load=load,
        may_export=draw(st.booleans()),
    )
    if any(controller_mistakes(controller)):
        controller = replace(controller, may_export=True)
    return controller


@st.composite
def sites(draw: st.DrawFn, number: int = 1, group_id: str = "GROUP001", most_controllers: int = 2) -> Site:
    """Draw a site somewhere in the world; the number makes its ids and those of what stands there."""
    place = draw(st.sampled_from(PLACES))
    count = draw(st.integers(0, most_controllers))
    return Site(
        site_id=f"SITE{number:04d}",
        group_id=group_id,
        name=draw(_NAMES),
        latitude=round(place.latitude + draw(st.floats(-_AROUND, _AROUND)), 4),
        longitude=round(place.longitude + draw(st.floats(-_AROUND, _AROUND)), 4),
        altitude=float(place.altitude),
        timezone=place.timezone,
        country=place.country,
        climate=place.climate,
        controllers=tuple(draw(controllers(number * 10 + turn)) for turn in range(count)),
    )


@st.composite
def fleets(draw: st.DrawFn, most_groups: int = 3, most_sites: int = 4) -> Fleet:
    """Draw a fleet: groups with and without sites, sites with and without resources."""
    count = draw(st.integers(1, most_groups))
    groups = [Group(group_id=f"GROUP{number:03d}", name=draw(_NAMES)) for number in range(1, count + 1)]
    several = [
        draw(sites(number, draw(st.sampled_from(groups)).group_id))
        for number in range(1, draw(st.integers(0, most_sites)) + 1)
    ]
    return Fleet(held=ListedFleet(groups, several, draw(st.integers(0, 1000)), "drawn fleet"))
