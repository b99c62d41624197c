"""A fleet that is held in memory: the demo fleet, or one from a file."""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import sha256

from wattos_testkit.fleet.form import group_form, site_form
from wattos_testkit.fleet.model import Group, Kind, Placed, Site
from wattos_testkit.fleet.nearest import nearest

_NOUNS = {Kind.METER: "meter", Kind.BESS: "battery system", Kind.PV: "PV system"}


def count_line(name: str, groups: int, sites: int, found: dict[Kind, int]) -> str:
    """Return a fleet in one line."""
    nouns = [(groups, "group"), (sites, "site"), *((found[kind], _NOUNS[kind]) for kind in Kind)]
    return f"{name}: " + ", ".join(f"{count:,} {noun}{'s' * (count != 1)}" for count, noun in nouns)


class ListedFleet:
    """A list of groups and sites, found by their ids."""

    def __init__(
        self, groups: Sequence[Group], sites: Sequence[Site], seed: int, name: str = "fleet"
    ) -> None:
        self.seed = seed
        self.name = name
        self._groups = sorted(groups, key=lambda group: group.group_id)
        self._sites = {site.site_id: site for site in sorted(sites, key=lambda site: site.site_id)}

    @cached_property
    def digest(self) -> str:
        """A hash of all that the answers depend on, the seed included; equal for equal fleets."""
        what = {
            "seed": self.seed,
            "groups": [group_form(group) for group in self._groups],
            "sites": [site_form(site) for site in self._sites.values()],
        }
        return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _placed(self) -> dict[str, Placed]:
        every = [
            Placed(kind=kind, site=site, controller=controller, resource=resource)
            for site in self._sites.values()
            for kind, controller, resource in site.resources()
        ]
        every.sort(key=lambda placed: placed.resource.resource_id)
        return {placed.resource.resource_id: placed for placed in every}

    @cached_property
    def _by_kind(self) -> dict[Kind, list[Placed]]:
        return {kind: [one for one in self._placed.values() if one.kind is kind] for kind in Kind}

    def summary(self) -> str:
        """Return one line for people: groups, sites, resources."""
        found = {kind: len(several) for kind, several in self._by_kind.items()}
        return count_line(self.name, len(self._groups), len(self._sites), found)

    def groups(self) -> Iterator[Group]:
        """Yield the groups by id."""
        yield from self._groups

    def sites(self, group_id: str | None = None) -> Iterator[Site]:
        """Yield the sites by id: all, or those of a group (none if there is no such group)."""
        for site in self._sites.values():
            if group_id is None or site.group_id == group_id:
                yield site

    def site(self, site_id: str) -> Site | None:
        """Return a site, or None."""
        return self._sites.get(site_id)

    def resource(self, resource_id: str) -> Placed | None:
        """Return a resource with its place, or None."""
        return self._placed.get(resource_id)

    def resources(self, kind: Kind, group_ids: frozenset[str] | None = None) -> Iterator[Placed]:
        """Yield the resources of a kind by resource id, of all groups or of some."""
        for placed in self._by_kind[kind]:
            if group_ids is None or placed.site.group_id in group_ids:
                yield placed

    def count(self, kind: Kind, group_ids: frozenset[str] | None = None) -> int:
        """Return how many `resources` would yield."""
        if group_ids is None:
            return len(self._by_kind[kind])
        return sum(placed.site.group_id in group_ids for placed in self._by_kind[kind])

    def nearest_ids(self, wrong: str, limit: int = 3) -> list[str]:
        """Return the ids (of groups, sites, resources) that look most like a wrong one."""
        known = [group.group_id for group in self._groups]
        return nearest(wrong, [*known, *self._sites, *self._placed], limit)
