"""Who is there to be struck, by every name that a scenario may use."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from wattos_testkit.fleet.model import Fleet, Kind, Meter, Placed, Resource, Site, UnitController
from wattos_testkit.telemetry.existence import first_minute

NOUNS = {Kind.METER: "meter", Kind.BESS: "battery system", Kind.PV: "PV system"}
KIND_WORDS = {"meter": Kind.METER, "bess": Kind.BESS, "pv": Kind.PV}
KIND_WORDS |= {kind.value: kind for kind in Kind}


class Candidate(NamedTuple):
    """A resource, as much of it as must be known to strike it: a fleet may have half a million."""

    resource: str
    kind: Kind
    role: str
    """Of a meter: "grid" or "load"; empty for others."""
    controller: str
    site: str
    group: str
    timezone: str
    first: int
    """The UTC minute at which it begins to have rows."""


def _candidate(site: Site, controller: UnitController, kind: Kind, resource: Resource) -> Candidate:
    placed = Placed(kind=kind, site=site, controller=controller, resource=resource)
    return Candidate(
        resource.resource_id,
        kind,
        resource.role if isinstance(resource, Meter) else "",
        controller.unit_controller_id,
        site.site_id,
        site.group_id,
        site.timezone,
        first_minute(placed),
    )


def of_sites(sites: Iterable[Site]) -> Iterator[Candidate]:
    """Yield the resources of sites."""
    for site in sites:
        for kind, controller, resource in site.resources():
            yield _candidate(site, controller, kind, resource)


class Found(NamedTuple):
    """What an id is the id of."""

    noun: str
    resources: tuple[Candidate, ...]


class Roll:
    """The resources of a fleet; one that is computed site by site is gone through once at most."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    @cached_property
    def every(self) -> tuple[Candidate, ...]:
        """All resources, by site and kind."""
        return tuple(of_sites(self.fleet.sites()))

    def find(self, name: str, noun: str | None = None) -> Found | None:
        """Return what an id is the id of (of the noun that is asked for), or None."""
        for one, look in (
            ("resource", self._resource),
            ("site", self._site),
            ("group", self._group),
            ("unit controller", self._controller),
        ):
            if noun in {None, one} and (found := look(name)) is not None:
                return Found(one, tuple(found))
        return None

    def _resource(self, name: str) -> list[Candidate] | None:
        placed = self.fleet.resource(name)
        if placed is None:
            return None
        return [_candidate(placed.site, placed.controller, placed.kind, placed.resource)]

    def _site(self, name: str) -> list[Candidate] | None:
        site = self.fleet.site(name)
        return None if site is None else list(of_sites([site]))

    def _group(self, name: str) -> list[Candidate] | None:
        sites = list(self.fleet.sites(name))
        if not sites and name not in self._groups:
            return None
        return list(of_sites(sites))

    def _controller(self, name: str) -> list[Candidate] | None:
        behind = [one for one in self.every if one.controller == name]
        return behind or None

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(group.group_id for group in self.fleet.groups())

    def nearest(self, wrong: str) -> str:
        """Return a hint at the ids that look most like a wrong one, or nothing."""
        near = self.fleet.nearest_ids(wrong)
        return f"; the nearest are {', '.join(near)}" if near else ""
