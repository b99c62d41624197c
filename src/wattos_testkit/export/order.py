"""What is asked for: which rows of which fleet, and in which form."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from wattos_testkit.errors import UnknownIdError, UsageError
from wattos_testkit.export.tables import KINDS, Row, Table, catalogue_rows
from wattos_testkit.faults.model import Family
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.fleet.model import Fleet, Placed, Site
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.wire import resource_rows, site_row

PARTITIONS = ("none", "month", "day")


@dataclass(frozen=True)
class Order:
    """One data set: everything that its bytes depend on, beside the version of this package."""

    fleet: Fleet
    tables: tuple[Table, ...]
    window: Window
    format: str
    groups: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    partition: str = "none"
    base_url: str = "http://127.0.0.1:8080"
    """Where the requests of `--format api` would be sent."""
    rehearsal: bool = False
    """Whether rows are only computed and hashed, and nothing is written."""
    fleet_file: str | None = None
    """The name of the file that the fleet was read from."""
    fleet_sites: int | None = None
    """The size of a procedural fleet."""
    scenario: Scenario | None = None
    """What goes wrong."""
    now: int | None = None
    """The UTC minute at which rows end; nothing is later."""

    @cached_property
    def plan(self) -> Plan:
        """What acts on the rows; of the wire there is nothing in files."""
        placed = self.scenario.placements if self.scenario is not None else ()
        return Plan(one for one in placed if one.fault.family is not Family.WIRE)

    @property
    def loose(self) -> bool:
        """Whether rows may lack values, come twice, or exceed what the contract allows."""
        return any(one.fault.family is Family.TELEMETRY for one in self.plan.placements)

    def seen(self, window: Window) -> Window:
        """Return a window without what is later than now."""
        return window if self.now is None else window._replace(end=min(window.end, self.now))

    def check_ids(self) -> None:
        """Refuse ids that the fleet does not have.

        Raises
        ------
        UnknownIdError
            For the first such id; names those that look like it.
        """
        known = {group.group_id for group in self.fleet.groups()} if self.groups else set()
        wrong = [("--group", one) for one in self.groups if one not in known]
        wrong += [("--site", one) for one in self.sites if self.fleet.site(one) is None]
        wrong += [("--resource", one) for one in self.resources if self.fleet.resource(one) is None]
        if wrong:
            option, name = wrong[0]
            near = self.fleet.nearest_ids(name)
            hint = f"; the nearest are {', '.join(near)}" if near else ""
            raise UnknownIdError(f"{option}: the fleet has no {name[:80]!r}{hint}")
        if self.resources and not any(kind == placed.kind for placed in self._named for kind in self._kinds):
            kinds = ", ".join(sorted({placed.kind.value for placed in self._named}))
            raise UsageError(f"--resource: the resources named are of type {kinds}, which --kind leaves out")

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(KINDS[table] for table in self.tables if table in KINDS)

    @cached_property
    def _named(self) -> tuple[Placed, ...]:
        found = (self.fleet.resource(one) for one in sorted(set(self.resources)))
        return tuple(one for one in found if one is not None)

    @property
    def whole_fleet(self) -> bool:
        """Whether no group, site or resource was named."""
        return not (self.groups or self.sites or self.resources)

    def placed(self, table: Table) -> Iterator[Placed]:
        """Yield the resources of a table of series, by id."""
        kind = KINDS[table]
        if self.whole_fleet:
            yield from self.fleet.resources(kind)
            return
        found = {one.resource.resource_id: one for one in self._named if one.kind is kind}
        for site in self._sites():
            for its_kind, controller, resource in site.resources():
                if its_kind is kind:
                    found[resource.resource_id] = Placed(
                        kind=kind, site=site, controller=controller, resource=resource
                    )
        yield from (found[name] for name in sorted(found))

    def catalogue(self, table: Table) -> Iterator[Row]:
        """Yield the rows of the table of sites or of resources."""
        if self.format != "api":
            yield from catalogue_rows(table, self.listed_sites(), self.listed_resources())
            return
        # An answer lists a whole group, and a whole site: so do the files of answers.
        for _, _, rows in self.answers(table):
            yield from rows

    def answers(self, table: Table) -> Iterator[tuple[str, list[Site], list[Row]]]:
        """Yield the id, the sites and the rows of every answer of `get_sites` or `get_resources`."""
        if table is Table.SITES:
            for group in sorted({site.group_id for site in self.listed_sites()}):
                sites = list(self.fleet.sites(group))
                yield group, sites, [site_row(site) for site in sites]
            return
        for site in self.listed_sites():
            yield site.site_id, [site], list(resource_rows(site))

    def _sites(self) -> Iterator[Site]:
        """Yield the sites that were named, by themselves or by their group."""
        for group in self.groups:
            yield from self.fleet.sites(group)
        for name in self.sites:
            site = self.fleet.site(name)
            if site is not None:
                yield site

    def listed_sites(self) -> Iterator[Site]:
        """Yield the sites of the catalogue, by id: those named, and those of named resources."""
        if self.whole_fleet:
            yield from self.fleet.sites()
            return
        found = {site.site_id: site for site in self._sites()}
        found.update({one.site.site_id: one.site for one in self._named})
        yield from (found[name] for name in sorted(found))

    def listed_resources(self) -> frozenset[str] | None:
        """Return the resources of the catalogue, or None for all of the listed sites."""
        if not self.resources:
            return None
        whole = {resource.resource_id for site in self._sites() for _, _, resource in site.resources()}
        return frozenset(whole | set(self.resources))
