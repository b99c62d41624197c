"""The book: everything that was listed and answered, and the tracks that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattos_testkit.harness.events import Request
from wattos_testkit.invariants.memory import Memory
from wattos_testkit.invariants.observations import Observation
from wattos_testkit.invariants.question import KIND_OF, OPERATION_OF
from wattos_testkit.invariants.tracks import Track, merge

_TINY = 1e-3
"""Degrees within which coordinates of 0/0 are taken for unknown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Coordinates; None where they are unknown."""

    latitude: float | None
    longitude: float | None

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A row of the list of sites."""

    site: str
    group: str
    asked: str | None
    place: Place
    request: Request | None
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list of resources."""

    resource: str
    kind: str
    site: str
    controller: str
    place: Place
    row: dict[str, Any]


def place_of(row: Mapping[str, Any], prefix: str) -> Place:
    """Return the coordinates of a row; 0/0 and what cannot be are unknown."""
    latitude, longitude = row.get(f"{prefix}_latitude"), row.get(f"{prefix}_longitude")
    for value in (latitude, longitude):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Place(None, None)
    assert isinstance(latitude, int | float)  # noqa: S101 - told to the type checker; the loop has seen to it
    assert isinstance(longitude, int | float)  # noqa: S101 - the same
    if abs(latitude) < _TINY and abs(longitude) < _TINY:
        return Place(None, None)
    if abs(latitude) > 90 or abs(longitude) > 180:
        return Place(None, None)
    return Place(float(latitude), float(longitude))


class Book:
    """What was listed and answered."""

    def __init__(self) -> None:
        self.site_rows: list[ListedSite] = []
        self.resource_rows: list[Listed] = []
        self.listed: dict[str, Listed] = {}
        self.sites: dict[str, ListedSite] = {}
        self.observations: list[Observation] = []
        self.witnesses: list[Observation] = []
        self.ahead: list[Observation] = []
        """Answers about buckets that have not been yet: no track is made of their rows."""
        self.onward: list[Observation] = []
        """Answers to windows from the past into the future: no track is made of them either."""
        self.memory = Memory()
        """Every row of every answer, whoever asked."""
        self.end_labels = False
        self.spoiled: set[tuple[str, int]] = set()
        """Resources and intervals whose rows are known to be wrong: what follows from them is no news."""
        self.newest: dict[str, int] = {}
        """By resource, operation or type, the end of the stretch that has data, where it was said."""
        self._kinds: dict[str, str] = {}
        self._tracks: dict[tuple[str, int], Track | None] = {}
        self._longest: dict[tuple[str, int], Track | None] = {}
        self._by: dict[tuple[str, int], list[int]] = {}

    def enlist(
        self,
        sites: Sequence[Any],
        resources: Mapping[str, Sequence[Any]],
        group: str | None,
        request: Request | None,
    ) -> None:
        """Take note of lists."""
        for row in sites:
            if not isinstance(row, Mapping):
                continue
            site = str(row.get("site_id"))
            entry = ListedSite(
                site, str(row.get("group_id")), group, place_of(row, "site"), request, dict(row)
            )
            self.site_rows.append(entry)
            self.sites.setdefault(site, entry)
        for site, rows in resources.items():
            for row in rows:
                if not isinstance(row, Mapping):
                    continue
                one = Listed(
                    str(row.get("resource_id")),
                    str(row.get("resource_type")),
                    site,
                    str(row.get("unit_controller_id")),
                    place_of(row, "resource"),
                    dict(row),
                )
                self.resource_rows.append(one)
                self.listed.setdefault(one.resource, one)

    def add(self, seen: Observation) -> None:
        """Take note of a directed answer."""
        index = len(self.observations)
        self.observations.append(seen)
        interval = seen.question.interval
        for resource in seen.rows:
            self._kinds.setdefault(resource, seen.question.kind or "")
            if self.believed(seen, resource):
                self._by.setdefault((resource, interval), []).append(index)
                self._tracks.pop((resource, interval), None)
                self._longest.pop((resource, interval), None)

    def relabel(self, *, end_labels: bool) -> None:
        """Say what the labels mean; tracks are made anew."""
        if end_labels != self.end_labels:
            self.end_labels = end_labels
            self._tracks.clear()
            self._longest.clear()

    def shift(self, interval: int) -> int:
        """Return how far a label lies after the start of its bucket."""
        return interval if self.end_labels else 0

    def believed(self, seen: Observation, resource: str) -> bool:
        """Tell whether rows may be taken for those of the resource that they name."""
        asked, listed = seen.question.resource, self.listed.get(resource)
        if asked is not None and resource != asked:
            return False
        if listed is None or listed.kind not in OPERATION_OF:
            return self._kinds.get(resource, seen.question.kind) == seen.question.kind
        return listed.kind == seen.question.kind

    def of(self, resource: str, interval: int) -> list[int]:
        """Return which observations have rows of a resource at an interval."""
        return self._by.get((resource, interval), [])

    def pairs(self, kind: str | None = None) -> list[tuple[str, int]]:
        """Return the pairs of resource and interval that there are rows of."""
        return [key for key in self._by if kind is None or self._kinds[key[0]] == kind]

    def resources(self, kind: str) -> list[str]:
        """Return the resources of a type that there are rows of."""
        return list(dict.fromkeys(resource for resource, _ in self.pairs(kind)))

    def kind(self, resource: str) -> str:
        """Return the type of a resource that there are rows of."""
        return self._kinds.get(resource, "")

    def latest(self, resource: str) -> int:
        """Return the end of the newest bucket of a resource that is known of."""
        kind = self.kind(resource)
        ends = [
            self.newest[key] for key in (resource, OPERATION_OF.get(kind, ""), kind) if key in self.newest
        ]
        for interval in self.intervals(resource):
            track = self.track(resource, interval)
            if track is not None:
                ends.append(int(track.start[-1]) + interval)
        return max(ends, default=0)

    def track(self, resource: str, interval: int) -> Track | None:
        """Return all that is known of a resource at an interval."""
        key = (resource, interval)
        if key not in self._tracks:
            self._tracks[key] = self._merged(resource, interval, self.of(resource, interval))
        return self._tracks[key]

    def longest(self, resource: str, interval: int) -> Track | None:
        """Return the rows of the longest single answer."""
        key = (resource, interval)
        if key not in self._longest:
            indices = self.of(resource, interval)
            best = max(
                indices, key=lambda index: self.observations[index].rows[resource].label.size, default=None
            )
            self._longest[key] = None if best is None else self._merged(resource, interval, [best])
        return self._longest[key]

    def single(self, index: int, resource: str) -> Track | None:
        """Return the rows of one observation."""
        interval = self.observations[index].question.interval
        return self._merged(resource, interval, [index])

    def intervals(self, resource: str) -> list[int]:
        """Return the intervals at which there are rows of a resource."""
        return sorted(interval for name, interval in self._by if name == resource)

    def place(self, resource: str) -> Place:
        """Return where a resource stands; where its site stands if it does not say."""
        listed = self.listed.get(resource)
        if listed is None:
            return Place(None, None)
        if listed.place.known:
            return listed.place
        site = self.sites.get(listed.site)
        return site.place if site is not None else Place(None, None)

    def _merged(self, resource: str, interval: int, indices: Sequence[int]) -> Track | None:
        if not indices:
            return None
        kind = self.observations[indices[0]].question.kind or ""
        return merge(kind, resource, interval, self.shift(interval), self.observations, indices)


OPERATIONS = tuple(KIND_OF)
"""The series operations."""
