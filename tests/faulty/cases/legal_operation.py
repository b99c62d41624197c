"""Healthy deployments that are run unlike the usual ones."""

import itertools
import time
from dataclasses import replace

import numpy as np
from flask import Request, Response
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import FLEET, Fleet, Resource, Site, minute_of
from tests.faulty.flows import DAY, now_minute
from tests.faulty.noise import seed_of, uniform
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

FAMILY = "operation"


@legal(FAMILY)
class NotFoundWithoutRows(Healthy):
    """A window without rows is answered with 404."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        if not rows:
            raise Refusal(404, "There is no data in this window")
        return rows


@legal(FAMILY)
class UnknownResourceIsEmpty(Healthy):
    """A resource that does not exist has no rows."""

    def selected(self, query: Query) -> list[Resource]:
        try:
            return list(super().selected(query))
        except Refusal:
            return []


@legal(FAMILY)
class UnknownSiteIsEmpty(Healthy):
    """A site that does not exist has no resources."""

    def resources(self, site_id: str) -> list[Row]:
        return [self.resource_row(one) for one in self.fleet.resources if one.site_id == site_id]


@legal(FAMILY)
class UnknownGroupIsNotFound(Healthy):
    """A group that does not exist is answered with 404."""

    def sites(self, group: str) -> list[Row]:
        rows = super().sites(group)
        if not rows:
            raise Refusal(404, f"There is no group {group!r}")
        return rows


@legal(FAMILY)
class MalformedIsNotFound(Healthy):
    """An id that breaks the pattern is answered as one that does not exist."""

    def identifier(self, name: str, text: str) -> str:
        try:
            return super().identifier(name, text)
        except Refusal as refusal:
            raise Refusal(404, refusal.detail) from None


@legal(FAMILY)
class UnknownParametersIgnored(Healthy):
    """Parameters that the document does not know are ignored, of repeated ones the first counts."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        kept = MultiDict({name: given[name] for name in given if name in allowed})
        return super().parameters(kept, allowed, needed)


@legal(FAMILY)
class WindowMustBeLonger(Healthy):
    """A window exactly as long as the interval is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start == query.interval:
            raise Refusal(400, "The window must be longer than agg_interval", "end")


@legal(FAMILY)
class SevenDaysPerRequest(Healthy):
    """A window of more than seven days is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start > 7 * DAY:
            raise Refusal(400, "At most 7 days can be asked at once", "end")


@legal(FAMILY)
class ADayOfMinutes(Healthy):
    """A window of more than 1,440 buckets is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start > 1440 * query.interval:
            raise Refusal(400, "At most 1,440 rows per resource can be asked at once", "end")


@legal(FAMILY)
class Slow(Healthy):
    """Every answer takes eighty milliseconds."""

    def answer(self, sent: Request) -> Reply:
        time.sleep(0.08)
        return super().answer(sent)


class Counting(Healthy):
    """A server that counts its requests."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)


@legal(FAMILY)
class BusyNowAndThen(Counting):
    """Every twenty-fifth request is answered with 429 and an invitation to try again at once."""

    def answer(self, sent: Request) -> Reply:
        reply = super().answer(sent)
        if next(self.calls) % 25 == 0:
            reply = self.problem(Refusal(429, "Too many requests"))
            reply.headers["Retry-After"] = "0"
        return reply


@legal(FAMILY)
class RestartsNowAndThen(Counting):
    """Every fortieth request is answered with 503 and an invitation to try again in a second."""

    def answer(self, sent: Request) -> Reply:
        if next(self.calls) % 40 == 0:
            reply = self.problem(Refusal(503, "The server cannot answer now"))
            reply.headers["Retry-After"] = "1"
            return reply
        return super().answer(sent)


@legal(FAMILY)
class LateData(Healthy):
    """Rows come eight hours late."""

    def now(self) -> int:
        return super().now() - 480


@legal(FAMILY)
class MinutesForThirtyDays(Healthy):
    """Minutes are kept for thirty days, five minutes for ninety; coarser rows for ever."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        kept = {1: 30, 5: 90}.get(query.interval)
        first = (now_minute() // DAY - kept) * DAY if kept else start
        return max(start, first), end


@legal(FAMILY)
class FortyDaysKept(Healthy):
    """Nothing older than forty days is kept."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return max(start, (now_minute() // DAY - 40) * DAY), end


@legal(FAMILY)
class LostMinutes(Healthy):
    """One minute in two hundred was lost on the way; coarse rows are made of the others."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval > 1 or not rows:
            return rows
        start, _ = self.span(resource, query)
        lost = uniform(seed_of("lost", resource.resource_id), np.arange(start, start + len(rows))) < 0.005
        return [row for row, gone in zip(rows, lost, strict=True) if not gone]


@legal(FAMILY)
class OutageOfThreeHours(Healthy):
    """On the 17th of each month the connection was down from 08:00 to 11:00 UTC."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [
            row
            for row in rows
            if not (row["timestamp"][8:10] == "17" and "08" <= row["timestamp"][11:13] < "11")
        ]


@legal(FAMILY)
class OutageOfFourDays(Healthy):
    """A logger was broken from 12 to 15 November 2026: one battery has no rows of those days."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if resource.resource_id == "BE000001":
            rows = [row for row in rows if not "2026-11-12" <= row["timestamp"][:10] <= "2026-11-15"]
        return rows


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
