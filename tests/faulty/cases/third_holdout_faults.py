"""Third hold-out: what merges, gateways, lenient parsers and proxies do to form, refusal and access."""

import gzip
import itertools
import re
from dataclasses import replace

from flask import Request, Response
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource, Site
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import SERIES, Query, Refusal, Reply, Row

SCHEMA, REFUSALS, SECURITY = "schema", "request validation", "security and error bodies"
RELATIONS, ACROSS = "relations", "cross-operation"
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:00)?Z", re.ASCII)
_PATTERN = re.compile(r"[A-Z0-9_]{8}", re.ASCII)


@fault(SCHEMA, holdout=3)
class FieldTwiceInARow(Healthy):
    """Rows are merged as text: each has its mean active power twice, as an empty form's 0 and as measured."""

    def encode(self, document: object) -> bytes:
        name = b'"power_active_avg":'
        return super().encode(document).replace(name, name + b"0," + name)


@fault(SCHEMA, holdout=3, needs="a client that accepts gzip")
class CompressedTwice(Healthy):
    """What the server compressed the gateway compresses again, while the header names gzip only once."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        is_large = len(response.get_data()) > 4096
        if response.status_code == 200 and is_large and "gzip" in sent.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(gzip.compress(response.get_data(), mtime=0), mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        return response


@fault(SCHEMA, holdout=3)
class CoordinatesInMicrodegrees(Healthy):
    """Coordinates of sites are whole millionths of a degree, as navigation devices keep them."""

    def site_row(self, site: Site) -> Row:
        row = super().site_row(site)
        places = ("site_latitude", "site_longitude")
        return row | {name: round(row[name] * 1_000_000) for name in places}


@fault(REFUSALS, holdout=3)
class UnderscoreIsAWildcard(Healthy):
    """Ids are compared with LIKE: an underscore in a resource id stands for any character."""

    def identifier(self, name: str, text: str) -> str:
        is_pattern = name == "resource_id" and "_" in text and _PATTERN.fullmatch(text)
        return text if is_pattern else super().identifier(name, text)

    def selected(self, query: Query) -> list[Resource]:
        asked = query.resource or ""
        if "_" not in asked:
            return list(super().selected(query))
        alike = re.compile(asked.replace("_", "."))
        found = super().selected(replace(query, resource=None))
        return [one for one in found if alike.fullmatch(one.resource_id)]


@fault(REFUSALS, holdout=3)
class BasicFormatAccepted(Healthy):
    """The parser takes all of ISO 8601: 20261101T2000Z is answered like 2026-11-01T20:00:00Z."""

    def time(self, name: str, text: str) -> int:
        found = _BASIC.fullmatch(text)
        if found:
            year, month, day, hour, minute = found.groups()
            text = f"{year}-{month}-{day}T{hour}:{minute}:00Z"
        return super().time(name, text)


@fault(REFUSALS, holdout=3)
class FilterDemanded(Healthy):
    """The series of PV systems refuses a question without resource_id, which is optional."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        if operation == "get_pv_data" and "resource_id" not in given:
            raise Refusal(400, "resource_id is missing", "resource_id")
        return super().query(operation, given)


@fault(SECURITY, holdout=3, needs="a validator of before, sent without a token")
class ValidatorInsteadOfToken(Healthy):
    """The cache stands before the guard: who brings a validator given out before gets 304 without a token."""

    def __init__(self) -> None:
        super().__init__()
        self.given: set[tuple[str, str]] = set()

    def send(self, reply: Reply, sent: Request) -> Response:
        brought = sent.headers.get("If-None-Match", "")
        if reply.status == 401 and (sent.full_path, brought) in self.given:
            return Response(status=304, headers={"ETag": brought})
        response = super().send(reply, sent)
        if response.status_code == 200:
            self.given.add((sent.full_path, response.headers["ETag"]))
        return response


@fault(SECURITY, holdout=3)
class OneGuardWithOldKeys(Healthy):
    """Of fifteen instances of the auth proxy one has last year's keys: each fifteenth good token is a 401."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def authenticate(self, header: str | None) -> None:
        super().authenticate(header)
        if next(self.calls) % 15 == 0:
            raise Refusal(401, "The token is not accepted")


@fault(SECURITY, holdout=3)
class StatusOfProblemsAsText(Healthy):
    """Problems give their status as text: "400"."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        reply.document["status"] = str(refusal.status)
        return reply


@fault(RELATIONS, holdout=3, needs="a question with a validator that is not the answer's")
class OutdatedValidatorGetsNothing(Healthy):
    """A gateway that sends differences knows none for an old validator: a full answer comes without rows."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        is_series = response.status_code == 200 and sent.path in SERIES
        if is_series and sent.headers.get("If-None-Match"):
            response.set_data(self.encode({"datas": []}))
        return response


@fault(ACROSS, holdout=3)
class UnknownResourceHasZeros(Healthy):
    """The database fills gaps with zeros: a resource that does not exist has them in every bucket."""

    def datas(self, query: Query) -> list[Row]:
        try:
            return super().datas(query)
        except Refusal:
            beside = next(one for one in self.fleet.resources if one.kind == query.kind)
            rows = super().datas(replace(query, resource=beside.resource_id))
        kept = {"resource_id": query.resource, "unit_controller_id": "00000000"}
        return [self.emptied(row) | kept for row in rows]

    def emptied(self, row: Row) -> Row:
        """Return a row in which nothing was measured."""
        same = ("timestamp", "agg_interval")
        return {
            name: value if name in same else "OF" if name == "status" else 0.0 for name, value in row.items()
        }


@fault(ACROSS, holdout=3)
class AnyAssetIsASite(Healthy):
    """Sites and resources share a table of assets: asked for the site PV000001, its neighbours are listed."""

    def resources(self, site_id: str) -> list[Row]:
        sites = {one.resource_id: one.site_id for one in self.fleet.resources}
        return super().resources(sites.get(site_id, site_id))
