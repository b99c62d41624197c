"""Healthy deployments whose fleets, lists and places are unlike the usual ones."""

from dataclasses import replace

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import FLEET, Fleet, Resource, Site, minute_of
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

FAMILY = "operation"


@legal(FAMILY)
class InstalledLastWeek(Healthy):
    """One PV system exists since 16 November 2026, and its register counts from there."""

    def furnish(self) -> Fleet:
        return FLEET.changed("PV000003", since=minute_of(2026, 11, 16, 9, 40))

    def minutes(self, resource: Resource, start: int, end: int) -> dict[str, np.ndarray]:
        columns = super().minutes(resource, start, end)
        if resource.resource_id == "PV000003":
            first = self.plant.minutes(resource, resource.since - 1, resource.since)["energy_active_cum"][0]
            columns["energy_active_cum"] = columns["energy_active_cum"] - first
        return columns


@legal(FAMILY)
class OutOfServiceSinceMay(Healthy):
    """A listed meter has no rows since May 2026."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start, min(end, minute_of(2026, 5, 1)) if resource.resource_id == "ME000004" else end


@legal(FAMILY)
class OneGroupPerToken(Healthy):
    """The token sees one group: of the other, nothing exists."""

    def furnish(self) -> Fleet:
        sites = tuple(site for site in FLEET.sites if site.group_id == "GROUP001")
        kept = {site.site_id for site in sites}
        return replace(
            FLEET, sites=sites, resources=tuple(one for one in FLEET.resources if one.site_id in kept)
        )


@legal(FAMILY)
class OtherGroupsForbidden(Healthy):
    """The second group exists, but the token may not list it."""

    def sites(self, group: str) -> list[Row]:
        if group == "GROUP002":
            raise Refusal(403, "The token does not permit this")
        return super().sites(group)


@legal(FAMILY)
class UnderAPath(Healthy):
    """The API stands below /energy/v1."""

    prefix = "/energy/v1"


@legal(FAMILY)
class EmptySite(Healthy):
    """A site has nothing installed yet."""

    def furnish(self) -> Fleet:
        site = replace(FLEET.sites[0], site_id="SITE0009", name="Planned", latitude=35.0, longitude=-117.0)
        return replace(FLEET, sites=(*FLEET.sites, site))


@legal(FAMILY)
class OnlyOneSystem(Healthy):
    """There is one site with one PV system."""

    def furnish(self) -> Fleet:
        return Fleet(FLEET.sites[:1], tuple(one for one in FLEET.resources if one.resource_id == "PV000001"))


@legal(FAMILY)
class SixtySites(Healthy):
    """The first group has sixty sites, most with a meter only."""

    def furnish(self) -> Fleet:
        first = FLEET.sites[0]
        meter = next(one for one in FLEET.resources if one.resource_id == "ME000001")
        sites = tuple(replace(first, site_id=f"SITE{at:04d}", name=f"Branch {at}") for at in range(100, 160))
        meters = tuple(
            replace(meter, resource_id=f"ME{at:06d}", site_id=f"SITE{at:04d}", controller=f"UC{at:06d}")
            for at in range(100, 160)
        )
        load = FLEET.loads["UC000003"]
        loads = FLEET.loads | {one.controller: load for one in meters}
        return Fleet((*FLEET.sites, *sites), (*FLEET.resources, *meters), loads)


@legal(FAMILY)
class OtherTypesToo(Healthy):
    """Sites also list chargers and generators, for which there is no series."""

    def resources(self, site_id: str) -> list[Row]:
        rows = super().resources(site_id)
        others = (("EV", "EV000001", "Charger"), ("GENSET", "GE000001", "Emergency generator"))
        return rows + [
            rows[0]
            | {"resource_id": f"{name[:7]}{site_id[-1]}", "resource_type": kind, "resource_name": title}
            for kind, name, title in others
        ]


@legal(FAMILY)
class CookiesAndCors(Healthy):
    """Answers set a cookie and allow every origin."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.set_cookie("route", "a7", httponly=True)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


@legal(FAMILY)
class CoordinatesUnknown(Healthy):
    """Resources have the coordinates 0/0."""

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"resource_latitude": 0, "resource_longitude": 0}


@legal(FAMILY)
class CoordinatesOfTheCity(Healthy):
    """Coordinates of sites are rounded to whole degrees, for privacy."""

    def site_row(self, site: Site) -> Row:
        return super().site_row(site) | {
            "site_latitude": round(site.latitude),
            "site_longitude": round(site.longitude),
        }
