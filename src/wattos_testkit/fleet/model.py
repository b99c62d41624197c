"""The nouns of a fleet: frozen values without behaviour beyond their own consistency.

A *group* owns *sites*; a site has *unit controllers*; each unit controller is one point of common
coupling: one grid meter, at most one gross load, and any number of PV systems, batteries and sub-meters.
Everything the series depend on stands here; names do not enter the series.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

ClimateName = Literal[
    "mediterranean", "oceanic", "continental", "desert", "tropical", "subtropical", "nordic", "highland"
]
LoadProfileName = Literal[
    "house", "office", "hospital", "factory", "cold-store", "school", "data-centre", "retail", "auxiliary"
]
Strategy = Literal["arbitrage", "self-consumption"]
MeterRole = Literal["grid", "load"]


class Kind(StrEnum):
    """The resource types; a value is the `resource_type` of the API."""

    METER = "ME"
    BESS = "BE"
    PV = "PV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A tenant: the unit that a token may be scoped to."""

    group_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What has a series: something installed behind one unit controller."""

    resource_id: str
    name: str
    latitude: float
    longitude: float
    commissioned: date
    """The first day with rows; registers are zero at its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter(Resource):
    """A meter: of the grid connection (net power), or of the gross load behind it."""

    role: MeterRole = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photovoltaic(Resource):
    """A PV system of one orientation and one inverter."""

    rated_dc_kw: float
    rated_ac_kw: float
    tilt: float
    """Degrees from the horizontal."""
    azimuth: float
    """Degrees east of north; 180 faces south."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery(Resource):
    """A battery energy storage system with its inverter."""

    capacity_kwh: float
    rated_kw: float
    strategy: Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The gross consumption behind a unit controller."""

    profile: LoadProfileName
    mean_kw: float
    """Mean active power over a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitController:
    """A point of common coupling."""

    unit_controller_id: str
    meters: tuple[Meter, ...] = ()
    """At most one of role "grid" and one of role "load"."""
    pv: tuple[Photovoltaic, ...] = ()
    batteries: tuple[Battery, ...] = ()
    load: Load | None = None
    may_export: bool = True
    """Without leave to export, the inverters are held below the least load, so that the meter never turns."""

    def resources(self) -> Iterator[tuple[Kind, Resource]]:
        """Yield every resource with its kind: meters, batteries, PV."""
        for meter in self.meters:
            yield Kind.METER, meter
        for battery in self.batteries:
            yield Kind.BESS, battery
        for pv in self.pv:
            yield Kind.PV, pv


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with one weather, one time zone and one calendar."""

    site_id: str
    group_id: str
    name: str
    latitude: float
    longitude: float
    altitude: float
    """Metres above sea level."""
    timezone: str
    """IANA name."""
    country: str
    """ISO 3166-1 alpha-2, for the public holidays."""
    climate: ClimateName
    controllers: tuple[UnitController, ...] = ()

    def resources(self) -> Iterator[tuple[Kind, UnitController, Resource]]:
        """Yield every resource of the site with its kind and unit controller."""
        for controller in self.controllers:
            for kind, resource in controller.resources():
                yield kind, controller, resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A resource and where it stands."""

    kind: Kind
    site: Site
    controller: UnitController
    resource: Resource


class Fleet(Protocol):
    """Who exists. Implementations: a list of sites held in memory, or sites computed when asked for."""

    @property
    def seed(self) -> int:
        """The seed of every series of this fleet."""
        ...

    @property
    def digest(self) -> str:
        """A hash of all that the answers depend on, the seed included; equal for equal fleets."""
        ...

    def summary(self) -> str:
        """Return one line for people: groups, sites, resources."""
        ...

    def groups(self) -> Iterator[Group]:
        """Yield the groups by id."""
        ...

    def sites(self, group_id: str | None = None) -> Iterator[Site]:
        """Yield the sites by id: all, or those of a group (none if there is no such group)."""
        ...

    def site(self, site_id: str) -> Site | None:
        """Return a site, or None."""
        ...

    def resource(self, resource_id: str) -> Placed | None:
        """Return a resource with its place, or None."""
        ...

    def resources(self, kind: Kind, group_ids: frozenset[str] | None = None) -> Iterator[Placed]:
        """Yield the resources of a kind by resource id, of all groups or of some."""
        ...

    def count(self, kind: Kind, group_ids: frozenset[str] | None = None) -> int:
        """Return how many `resources` would yield, without making them where that can be had."""
        ...

    def nearest_ids(self, wrong: str, limit: int = 3) -> list[str]:
        """Return the ids (of groups, sites, resources) that look most like a wrong one."""
        ...
