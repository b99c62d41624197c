"""A fleet of any size that is never held: each site follows from the seed and its number alone.

Ids carry the number of the site, so that every lookup is arithmetic: site 41 is ``ST000041``, its first
unit controller ``UC000411``, its PV systems ``PV000411``, ``PV000412`` and so on; fifty sites in a row are
a group.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.archetypes import archetypes, counts
from wattos_testkit.fleet.construction import RECIPE, construct
from wattos_testkit.fleet.listed import count_line
from wattos_testkit.fleet.model import Group, Kind, Placed, Site
from wattos_testkit.fleet.naming import faker_version, group_name
from wattos_testkit.fleet.nearest import nearest
from wattos_testkit.physics.hashing import stream_key, uniforms

MOST_SITES = 100_000
GROUP_SIZE = 50
_HELD = 4096
"""Sites that are held ready."""
_SITE = re.compile(r"ST([0-9]{6})", re.ASCII)
_GROUP = re.compile(r"GR([0-9]{6})", re.ASCII)
_RESOURCE = re.compile(r"(?:ME|BE|PV)([0-9]{5})[1-9A-Z]", re.ASCII)


def site_id(number: int) -> str:
    """Return the id of a site."""
    return f"ST{number:06d}"


def group_id(number: int) -> str:
    """Return the id of a group."""
    return f"GR{number:06d}"


class ProceduralFleet:
    """So many sites, each computed when it is asked for."""

    def __init__(self, size: int, seed: int) -> None:
        if not 1 <= size <= MOST_SITES:
            raise ValueError(f"{size} sites are out of bounds: 1 to {MOST_SITES}")
        self.size = size
        self.seed = seed
        self._types_key = stream_key(seed, "archetype")
        self._site = lru_cache(maxsize=_HELD)(self._make)

    def __reduce__(self) -> tuple[type["ProceduralFleet"], tuple[int, int]]:
        """Travel to another process as size and seed."""
        return ProceduralFleet, (self.size, self.seed)

    @cached_property
    def digest(self) -> str:
        """A hash of all that the answers depend on, the seed included; equal for equal fleets."""
        parts = ("procedural", RECIPE, self.size, self.seed, faker_version())
        return sha256(repr(parts).encode()).hexdigest()

    def summary(self) -> str:
        """Return one line for people: groups, sites, resources."""
        found = {kind: self.count(kind) for kind in Kind}
        return count_line(f"procedural fleet of seed {self.seed}", self._groups, self.size, found)

    @property
    def _groups(self) -> int:
        return -(-self.size // GROUP_SIZE)

    def _types(self, numbers: range) -> npt.NDArray[np.int64]:
        return archetypes(uniforms(self._types_key, np.arange(numbers.start, numbers.stop)))

    def _make(self, number: int) -> Site:
        kind = int(self._types(range(number, number + 1))[0])
        return construct(self.seed, number, site_id(number), group_id(number // GROUP_SIZE), kind)

    def _numbers(self, group_ids: frozenset[str] | None) -> Iterator[range]:
        """Yield the numbers of the sites of all groups or of some, in order."""
        if group_ids is None:
            yield range(self.size)
            return
        for one in sorted(group_ids):
            match = _GROUP.fullmatch(one)
            number = int(match[1]) if match else self._groups
            if number < self._groups:
                yield range(number * GROUP_SIZE, min(self.size, (number + 1) * GROUP_SIZE))

    def groups(self) -> Iterator[Group]:
        """Yield the groups by id."""
        for number in range(self._groups):
            one = group_id(number)
            yield Group(group_id=one, name=group_name(self.seed, one))

    def sites(self, group_id: str | None = None) -> Iterator[Site]:
        """Yield the sites by id: all, or those of a group (none if there is no such group)."""
        for numbers in self._numbers(None if group_id is None else frozenset({group_id})):
            yield from map(self._site, numbers)

    def site(self, site_id: str) -> Site | None:
        """Return a site, or None."""
        match = _SITE.fullmatch(site_id)
        return self._site(int(match[1])) if match and int(match[1]) < self.size else None

    def resource(self, resource_id: str) -> Placed | None:
        """Return a resource with its place, or None."""
        match = _RESOURCE.fullmatch(resource_id)
        if not match or int(match[1]) >= self.size:
            return None
        site = self._site(int(match[1]))
        return next((one for one in _placed(site) if one.resource.resource_id == resource_id), None)

    def resources(self, kind: Kind, group_ids: frozenset[str] | None = None) -> Iterator[Placed]:
        """Yield the resources of a kind by resource id, of all groups or of some."""
        for numbers in self._numbers(group_ids):
            for number in numbers:
                yield from (one for one in _placed(self._site(number)) if one.kind is kind)

    def count(self, kind: Kind, group_ids: frozenset[str] | None = None) -> int:
        """Return how many `resources` would yield, making none of them."""
        several = counts(kind)
        return sum(int(several[self._types(numbers)].sum()) for numbers in self._numbers(group_ids))

    def nearest_ids(self, wrong: str, limit: int = 3) -> list[str]:
        """Return the ids (of groups, sites, resources) that look most like a wrong one."""
        digits = re.sub(r"[^0-9]", "", wrong[:16])
        numbers = {0, self.size - 1}
        # Meant may have been any run of its digits: the id says no more.
        for start in range(len(digits)):
            for end in range(start + 1, len(digits) + 1):
                number = int(digits[start:end])
                numbers.update(one for one in (number, number // GROUP_SIZE) if one < self.size)
        known = [group_id(number) for number in numbers if number < self._groups]
        for number in numbers:
            known.append(site_id(number))
            known.extend(one.resource.resource_id for one in _placed(self._site(number)))
        return nearest(wrong, known, limit)


def _placed(site: Site) -> Iterator[Placed]:
    for kind, controller, resource in site.resources():
        yield Placed(kind=kind, site=site, controller=controller, resource=resource)
