"""Fourth hold-out: lists and series that do not agree after imports, migrations and joins."""

import math
from dataclasses import replace

from tests.faulty.cases.fourth_holdout_fleet_plants import with_tenants
from tests.faulty.fleet import Fleet, Resource
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row

FAMILY = "cross-operation"
_OLD, _NEW = "HAMBURG2", "SITE0002"


@fault(FAMILY, holdout=4)
class DefaultControllerEverywhere(Healthy):
    """An import kept its default: in lists and rows, everything on four continents is behind UC000000."""

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"unit_controller_id": "UC000000"}

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"unit_controller_id": "UC000000"}


@fault(FAMILY, holdout=4)
class ResourcesInRadians(Healthy):
    """Coordinates of resources are in radians, as a map library keeps them; those of sites in degrees."""

    def resource_row(self, resource: Resource) -> Row:
        place = {
            "resource_latitude": round(math.radians(resource.latitude), 6),
            "resource_longitude": round(math.radians(resource.longitude), 6),
        }
        return super().resource_row(resource) | place


@fault(FAMILY, holdout=4, needs="a question without a filter")
class ControllerLoadedOnce(Healthy):
    """Without a filter the unit controller is looked up once: all rows name that of the first resource."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        if query.resource is not None or not rows:
            return rows
        return [row | {"unit_controller_id": rows[0]["unit_controller_id"]} for row in rows]


@fault(FAMILY, holdout=4)
class FilterByController(Healthy):
    """The filter is joined by unit controller: asked for one meter, all meters behind its controller come."""

    def selected(self, query: Query) -> list[Resource]:
        found = list(super().selected(query))
        if query.resource is None:
            return found
        every = super().selected(replace(query, resource=None))
        return [one for one in every if one.controller == found[0].controller]


@fault(FAMILY, holdout=4)
class ListEndsWithThePage(Healthy):
    """The list of a site's 13 resources ends after ten, the default page; the series have the rest too."""

    def furnish(self) -> Fleet:
        return with_tenants(9)

    def resources(self, site_id: str) -> list[Row]:
        return super().resources(site_id)[:10]


@fault(FAMILY, holdout=4)
class SiteUnderOldAndNewId(Healthy):
    """Since a migration a site is listed under its old id and its new one; both list the same resources."""

    def sites(self, group: str) -> list[Row]:
        found = super().sites(group)
        old = [row | {"site_id": _OLD} for row in found if row["site_id"] == _NEW]
        return [*old, *found]

    def resources(self, site_id: str) -> list[Row]:
        return super().resources(_NEW if site_id == _OLD else site_id)
