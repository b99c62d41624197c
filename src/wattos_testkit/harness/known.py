"""What a run knows of the target: who exists, of what type, and when they have data."""

from dataclasses import dataclass, field

from wattos_testkit.harness.asked import SERIES, Asked

_KINDS = {kind: operation for operation, kind in SERIES.items()}
GROUP, SITE, CONTROLLER, RESOURCE = "a group", "a site", "a unit controller", "a resource"
_DAY = 1440
_SHORT = 120
"""A window of at most so many minutes no limit of a deployment can be meant to forbid."""
_FINE = 15
"""Below this interval a deployment may keep data for a short time only."""


@dataclass
class Known:
    """Ids and stretches of time; grows while the run goes on."""

    groups: list[str] = field(default_factory=list)
    lists: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    """The raw rows of each list, by group and by site."""
    sites: dict[str, dict[str, object]] = field(default_factory=dict)
    """Rows of the lists, by site."""
    resources: dict[str, dict[str, object]] = field(default_factory=dict)
    """Rows of the lists, by resource."""
    site_of: dict[str, str] = field(default_factory=dict)
    stretches: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By resource: half-open, in UTC minutes, where it was seen to have data."""
    met: set[str] = field(default_factory=set)
    """Ids that occurred anywhere in an answer."""
    invented: set[str] = field(default_factory=set)
    """Ids that were drawn by lot: nobody has them."""
    believed: dict[str, str] = field(default_factory=dict)
    """What an id is, as an older report says."""

    def kinds_of(self, name: str) -> set[str]:
        """Return what an id is known as: group, site, unit controller, resource, or several of them."""
        places = ((GROUP, self.groups), (SITE, self.sites), (CONTROLLER, self.controllers))
        kinds = {kind for kind, names in places if name in names}
        if name in self.resources:
            kinds.add(RESOURCE)
        return kinds or ({self.believed[name]} if name in self.believed else set())

    @property
    def controllers(self) -> dict[str, str]:
        """The unit controllers of the listed resources, with the resource that names each first."""
        found: dict[str, str] = {}
        for name, row in self.resources.items():
            found.setdefault(str(row.get("unit_controller_id")), name)
        return found

    def operation_of(self, resource: str) -> str | None:
        """Return the operation that a listed resource belongs to, by its type."""
        return _KINDS.get(str(self.resources.get(resource, {}).get("resource_type")))

    def by_operation(self, operation: str) -> list[str]:
        """Return the listed resources of an operation that have data, in order."""
        return [one for one in sorted(self.stretches) if self.operation_of(one) == operation]

    def may_be_served(self, asked: Asked) -> bool:
        """Return whether a refusal is odd enough to ask for a shorter window of the same."""
        return self.must_be_served(asked, _DAY)

    def must_be_served(self, asked: Asked, longest: int = _SHORT) -> bool:
        """Return whether a request is so plainly legal that a refusal is wrong."""
        if asked.mistakes or asked.unsure or asked.strange or asked.impossible:
            return False
        if asked.operation == "get_sites":
            return asked.id in self.groups
        if asked.operation == "get_resources":
            return asked.id in self.sites
        window = asked.window
        if window is None:
            return False
        start, end, interval = window
        resource = asked.id
        if resource is not None:
            if self.operation_of(resource) != asked.operation or resource not in self.stretches:
                return False
            stretches = [self.stretches[resource]]
        else:
            stretches = [self.stretches[one] for one in self.by_operation(asked.operation)]
        if not 2 * interval <= end - start <= longest:
            return False
        # Fine data may be kept for a short time, so only the newest day proves anything there.
        return any(
            first <= start and end <= last and (interval >= _FINE or start >= last - _DAY)
            for first, last in stretches
        )
