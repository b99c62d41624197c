"""Lists and series that do not agree."""

from dataclasses import replace

from tests.faulty.fleet import FLEET, Fleet, Resource, Site
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row

FAMILY = "cross-operation"


@fault(FAMILY, needs="a question without a filter")
class UnlistedMeter(Healthy):
    """Among all meters come rows of one that no site lists and that cannot be asked on its own."""

    def resources(self, site_id: str) -> list[Row]:
        return [row for row in super().resources(site_id) if row["resource_id"] != "ME000002"]

    def selected(self, query: Query) -> list[Resource]:
        if query.resource == "ME000002":
            raise Refusal(404, f"There is no such resource {query.resource!r}")
        return list(super().selected(query))


@fault(FAMILY)
class ListedButUnknown(Healthy):
    """A PV system is listed, and its series answers that there is none."""

    def selected(self, query: Query) -> list[Resource]:
        found = [one for one in super().selected(query) if one.resource_id != "PV000002"]
        if not found:
            raise Refusal(404, f"There is no such resource {query.resource!r}")
        return found


@fault(FAMILY)
class AnyKindAnswered(Healthy):
    """Asked for a PV system or a battery, the meters' operation answers with the meter beside it."""

    def selected(self, query: Query) -> list[Resource]:
        asked = next((one for one in self.fleet.resources if one.resource_id == query.resource), None)
        if query.kind == "ME" and asked is not None and asked.kind != "ME":
            beside = next(
                o for o in self.fleet.resources if o.kind == "ME" and o.controller == asked.controller
            )
            return [
                replace(
                    beside,
                    resource_id=asked.resource_id,
                    controller=asked.controller,
                    name=beside.resource_id,
                )
            ]
        return list(super().selected(query))

    def minutes(self, resource: Resource, start: int, end: int) -> dict[str, object]:
        is_lent = resource.kind == "ME" and not resource.resource_id.startswith("ME")
        return super().minutes(
            replace(resource, resource_id=resource.name) if is_lent else resource, start, end
        )


@fault(FAMILY)
class ControllerDiffers(Healthy):
    """The unit controller of a battery's rows is not that of the list."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"unit_controller_id": "UC000009"} if resource.resource_id == "BE000002" else row


@fault(FAMILY)
class OneIdTwice(Healthy):
    """Two sites list a PV system of the same id."""

    def furnish(self) -> Fleet:
        twin = next(one for one in FLEET.resources if one.resource_id == "PV000001")
        other = replace(twin, site_id="SITE0003", controller="UC000003", latitude=1.3533, longitude=103.8189)
        return replace(FLEET, resources=(*FLEET.resources, other))

    def selected(self, query: Query) -> list[Resource]:
        return [
            one
            for one in super().selected(query)
            if (one.resource_id, one.site_id) != ("PV000001", "SITE0003")
        ]


@fault(FAMILY)
class SiteListedTwice(Healthy):
    """The first site of a group is listed twice."""

    def sites(self, group: str) -> list[Row]:
        found = super().sites(group)
        return [*found, *found[:1]]


@fault(FAMILY)
class ResourceListedTwice(Healthy):
    """The first resource of a site is listed twice."""

    def resources(self, site_id: str) -> list[Row]:
        found = super().resources(site_id)
        return [*found[:1], *found]


@fault(FAMILY)
class CoordinatesOfResourcesSwapped(Healthy):
    """Latitude and longitude of resources are swapped where both are allowed."""

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        if abs(resource.longitude) <= 90:
            row |= {"resource_latitude": resource.longitude, "resource_longitude": resource.latitude}
        return row


@fault(FAMILY)
class ResourceFarAway(Healthy):
    """A PV system stands twenty degrees north of its site."""

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        return (
            row | {"resource_latitude": resource.latitude + 20} if resource.resource_id == "PV000001" else row
        )


@fault(FAMILY)
class GroupIgnored(Healthy):
    """The sites of all groups are listed, whatever group is asked."""

    def sites(self, group: str) -> list[Row]:
        return [self.site_row(site) for site in self.fleet.sites]


@fault(FAMILY)
class GroupEchoed(Healthy):
    """All sites are listed as if they were of the asked group."""

    def sites(self, group: str) -> list[Row]:
        return [self.site_row(site) | {"group_id": group} for site in self.fleet.sites]


@fault(FAMILY)
class TypeConfused(Healthy):
    """A PV system is listed as a battery."""

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        return row | {"resource_type": "BE"} if resource.resource_id == "PV000004" else row


@fault(FAMILY)
class RowsOfAnother(Healthy):
    """The rows of a PV system carry the id of its neighbour."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"resource_id": "PV000001"} if resource.resource_id == "PV000002" else row


@fault(FAMILY, needs="a question without a filter")
class MetersAmongBatteries(Healthy):
    """Without a filter the rows of the batteries end with those of a battery that is listed as a meter."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        if query.kind == "BE" and query.resource is None:
            rows += [row | {"resource_id": "ME000003"} for row in rows if row["resource_id"] == "BE000002"]
        return rows


@fault(FAMILY)
class SiteWithoutResources(Healthy):
    """A listed site answers that it does not exist."""

    def resources(self, site_id: str) -> list[Row]:
        if site_id == "SITE0002":
            raise Refusal(404, f"There is no site {site_id!r}")
        return super().resources(site_id)


@fault(FAMILY)
class EveryResourceEverywhere(Healthy):
    """Each site lists the resources of all sites."""

    def resources(self, site_id: str) -> list[Row]:
        super().resources(site_id)
        return [self.resource_row(one) for one in self.fleet.resources]


@fault(FAMILY)
class UnknownSiteIsTheFirst(Healthy):
    """A site that does not exist has the resources of the first one."""

    def resources(self, site_id: str) -> list[Row]:
        known = {site.site_id for site in self.fleet.sites}
        return super().resources(site_id if site_id in known else "SITE0001")


@fault(FAMILY)
class UnknownResourceIsTheFirst(Healthy):
    """A resource that does not exist is answered with rows of the first one."""

    def selected(self, query: Query) -> list[Resource]:
        try:
            return list(super().selected(query))
        except Refusal:
            return list(super().selected(replace(query, resource=None)))[:1]


@fault(FAMILY)
class UnknownGroupIsTheFirst(Healthy):
    """A group that does not exist has the sites of the first one."""

    def sites(self, group: str) -> list[Row]:
        return super().sites(group) or super().sites("GROUP001")


@fault(FAMILY)
class SiteOfTheEquator(Healthy):
    """A site is listed at the place of another one, far from its resources."""

    def site_row(self, site: Site) -> Row:
        row = super().site_row(site)
        return (
            row | {"site_latitude": 1.3521, "site_longitude": 103.8198} if site.site_id == "SITE0004" else row
        )
