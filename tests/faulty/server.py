"""The healthy server: every other one of the catalogue overrides one or two of its steps."""

import hashlib
import json
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from flask import Flask, Request, Response, request
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import BEGIN, FLEET, KINDS, TOKEN, Fleet, Resource, Site
from tests.faulty.flows import now_minute
from tests.faulty.plant import Columns, Plant, shared_plant
from tests.faulty.wire import (
    ID,
    INTERVALS,
    SERIES,
    TIME,
    TITLES,
    Query,
    Refusal,
    Reply,
    Row,
    stamps_of,
    time_of,
)

MOST_BUCKETS = 50_000
"""A longer window is refused, so that no request takes minutes."""


class Healthy:
    """A deployment without any fault."""

    decimals: ClassVar[dict[str, int]] = {"power": 3, "energy": 3, "soc": 2, "temp": 1}
    begin = BEGIN
    prefix = ""
    """What stands before every path."""

    def __init__(self) -> None:
        self.fleet = self.furnish()
        self.plant = self.build()

    def furnish(self) -> Fleet:
        """Return who exists."""
        return FLEET

    def build(self) -> Plant:
        """Return the plant that makes the minutes."""
        return shared_plant() if self.fleet is FLEET else Plant(self.fleet)

    def now(self) -> int:
        """Return the minute at which the data ends."""
        return now_minute()

    # --- The way of a request

    def app(self) -> Flask:
        """Return a WSGI application; it has no routes, since the steps below say everything."""
        app = Flask("catalogue", static_folder=None)
        app.before_request(lambda: self.respond(request))
        return app

    def respond(self, sent: Request) -> Response:
        """Answer a request."""
        try:
            reply = self.answer(sent)
        except Refusal as refusal:
            reply = self.problem(refusal)
        return self.send(self.finish(reply, sent), sent)

    def answer(self, sent: Request) -> Reply:
        """Check a request and answer it with data."""
        self.authenticate(sent.headers.get("Authorization"))
        operation, site_id = self.route(sent)
        return Reply(200, self.serve(operation, site_id, sent))

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        """Return the document of an operation."""
        if operation == "get_sites":
            values = self.parameters(sent.args, {"group_id"}, {"group_id"})
            return {"sites": self.sites(self.identifier("group_id", values["group_id"]))}
        if operation == "get_resources":
            self.parameters(sent.args, set(), set())
            return {"resources": self.resources(self.identifier("site_id", site_id))}
        return {"datas": self.datas(self.query(operation, sent.args))}

    def authenticate(self, header: str | None) -> None:
        """Refuse whoever does not bring the token."""
        if header is None:
            raise Refusal(401, "No bearer token: send the header 'Authorization: Bearer <token>'")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or token.strip() != TOKEN:
            raise Refusal(401, "The token is not accepted")

    def route(self, sent: Request) -> tuple[str, str]:
        """Return the operation and the site id of the path."""
        if sent.method not in ("GET", "HEAD"):
            raise Refusal(405, f"{sent.method} is not allowed here; GET is")
        path = sent.path.removeprefix(self.prefix) if sent.path.startswith(self.prefix) else ""
        parts = path.split("/")[1:]
        if path == "/sites":
            return "get_sites", ""
        if len(parts) == 3 and parts[0] == "sites" and parts[2] == "resources":
            return "get_resources", parts[1]
        if path in SERIES:
            return SERIES[path], ""
        raise Refusal(404, "There is no such path")

    # --- What may be asked

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        """Return the parameters by name; refuse unknown, repeated and missing ones."""
        for name in given:
            if name not in allowed:
                raise Refusal(400, f"{name[:40]!r} is no parameter of this operation", name[:40])
            if len(given.getlist(name)) > 1:
                raise Refusal(400, f"{name} is given more than once", name)
        for name in sorted(needed):
            if name not in given:
                raise Refusal(400, f"{name} is missing", name)
        return given.to_dict()

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        """Return what a request for a series asks for."""
        needed = {"start", "end", "agg_interval"}
        values = self.parameters(given, needed | {"resource_id"}, needed)
        resource = self.identifier("resource_id", values["resource_id"]) if "resource_id" in values else None
        interval = self.interval(values["agg_interval"])
        start, end = self.time("start", values["start"]), self.time("end", values["end"])
        query = Query(operation, KINDS[operation], resource, start, end, interval)
        self.check_window(query)
        return query

    def identifier(self, name: str, text: str) -> str:
        """Return an id that is well-formed."""
        if not ID.fullmatch(text):
            raise Refusal(400, f"{name}: {text[:40]!r} is not 8 capital letters or digits", name)
        return text

    def interval(self, text: str) -> int:
        """Return an aggregation interval that exists."""
        if text not in INTERVALS:
            raise Refusal(400, f"agg_interval: {text[:40]!r} is not one of 1, 5, 15, 30", "agg_interval")
        return int(text)

    def time(self, name: str, text: str) -> int:
        """Return a whole UTC minute."""
        refusal = Refusal(400, f"{name}: {text[:40]!r} is no minute such as 2024-03-20T00:00:00Z", name)
        if not TIME.fullmatch(text):
            raise refusal
        try:
            return time_of(text)
        except ValueError:
            raise refusal from None

    def check_window(self, query: Query) -> None:
        """Refuse a window that holds no bucket, or far too many."""
        if query.end - query.start < query.interval:
            raise Refusal(400, "The window is shorter than agg_interval", "end")
        if query.end - query.start > MOST_BUCKETS * query.interval:
            raise Refusal(400, f"The window has more than {MOST_BUCKETS} buckets of that interval", "end")

    # --- The lists

    def sites(self, group: str) -> list[Row]:
        """Return the sites of a group."""
        return [self.site_row(site) for site in self.fleet.sites if site.group_id == group]

    def site_row(self, site: Site) -> Row:
        """Return a site as the wire has it."""
        return {
            "site_id": site.site_id,
            "group_id": site.group_id,
            "site_name": site.name,
            "site_latitude": site.latitude,
            "site_longitude": site.longitude,
        }

    def resources(self, site_id: str) -> list[Row]:
        """Return the resources of a site."""
        if all(site.site_id != site_id for site in self.fleet.sites):
            raise Refusal(404, f"There is no site {site_id!r}")
        return [self.resource_row(one) for one in self.fleet.resources if one.site_id == site_id]

    def resource_row(self, resource: Resource) -> Row:
        """Return a resource as the wire has it."""
        return {
            "resource_id": resource.resource_id,
            "resource_type": resource.kind,
            "unit_controller_id": resource.controller,
            "resource_name": resource.name,
            "resource_latitude": resource.latitude,
            "resource_longitude": resource.longitude,
        }

    # --- The series

    def datas(self, query: Query) -> list[Row]:
        """Return the rows of all resources that a request asks for."""
        return [row for resource in self.selected(query) for row in self.rows(resource, query)]

    def selected(self, query: Query) -> Iterable[Resource]:
        """Return the resources that a request asks for, by id."""
        found = [one for one in self.fleet.resources if one.kind == query.kind]
        if query.resource is not None:
            found = [one for one in found if one.resource_id == query.resource]
            if not found:
                raise Refusal(404, f"There is no such resource {query.resource!r}")
        return sorted(found, key=lambda one: one.resource_id)

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        """Return the first bucket's start and the last one's end."""
        first, last = max(query.start, self.begin, resource.since), min(query.end, self.now())
        return -(-first // query.interval) * query.interval, last // query.interval * query.interval

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        """Return the rows of one resource."""
        start, end = self.span(resource, query)
        if end <= start:
            return []
        columns = self.aggregate(self.minutes(resource, start, end), query)
        stamps = self.stamps(np.arange(start, end, query.interval), query)
        names = ("resource_id", "timestamp", "agg_interval", "unit_controller_id", *columns)
        fixed = (resource.resource_id, query.interval, resource.controller)
        lists = (self.wire(name, values) for name, values in columns.items())
        rows = [
            dict(zip(names, (fixed[0], stamp, fixed[1], fixed[2], *values), strict=True))
            for stamp, *values in zip(stamps, *lists, strict=True)
        ]
        return [self.edit(row, resource, query) for row in rows]

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Return the minutes of a resource."""
        return self.plant.minutes(resource, start, end)

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        """Return the buckets of the interval that is asked for."""
        return {
            name: self.combine(name, values.reshape(-1, query.interval)) for name, values in minutes.items()
        }

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        """Return one value per bucket (a row of minutes), by the kind of the field."""
        if field.endswith("_avg"):
            return buckets.mean(axis=1)
        return buckets.max(axis=1) if field.endswith("_max") else buckets[:, -1]

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        """Return the timestamps of buckets that start then."""
        return stamps_of(starts)

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        """Return values in the units and with the decimals of the wire."""
        kind = field.partition("_")[0]
        if kind not in self.decimals:
            return values.tolist()
        factor = {"power": 1000.0, "energy": 60_000.0}.get(kind, 1.0)
        return (np.round(values / factor, self.decimals[kind]) + 0.0).tolist()

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        """Return a row as it is sent."""
        return row

    # --- The way back

    def problem(self, refusal: Refusal) -> Reply:
        """Return the answer that refuses a request (RFC 9457)."""
        body = {
            "type": "about:blank",
            "title": TITLES[refusal.status],
            "status": refusal.status,
            "detail": refusal.detail,
        }
        if refusal.parameter is not None:
            body["parameter"] = refusal.parameter
        headers = {"Content-Type": "application/problem+json"}
        if refusal.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="catalogue"'
        if refusal.status == 405:
            headers["Allow"] = "GET, HEAD"
        return Reply(refusal.status, body, headers)

    def finish(self, reply: Reply, sent: Request) -> Reply:
        """Return the answer as it is sent."""
        return reply

    def encode(self, document: object) -> bytes:
        """Return a document as bytes."""
        return json.dumps(document, separators=(",", ":")).encode()

    def send(self, reply: Reply, sent: Request) -> Response:
        """Return the response: encoded, with the headers that the document promises."""
        body = reply.document if isinstance(reply.document, bytes) else self.encode(reply.document)
        headers = {"Content-Type": "application/json", **reply.headers}
        if sent.headers.get("X-Request-Id"):
            headers.setdefault("X-Request-Id", sent.headers["X-Request-Id"])
        if reply.status == 200:
            etag = headers.setdefault("ETag", f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"')
            if sent.headers.get("If-None-Match") == etag:
                return Response(status=304, headers={"ETag": etag})
        return Response(body, reply.status, headers)


class Odd(Healthy):
    """A healthy server whose plant is of another class."""

    plant_class: type[Plant] = Plant

    def build(self) -> Plant:
        """Return that plant."""
        return self.plant_class(self.fleet)
