"""Fourth hold-out: legal HTTP, names and numbers, and ways to run a deployment, that few have met."""

import hashlib
import math
from dataclasses import replace

from flask import Request, Response
from werkzeug.datastructures import Headers

from tests.faulty.fleet import FLEET, Fleet, Resource, Site, minute_of
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns, Plant, shared_plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

WIRE, OPERATION = "wire", "operation"
EXCHANGED = minute_of(2026, 11, 12, 12)
STEP = 0.8
MOST_ROWS = 20_000


@legal(WIRE, holdout=4)
class HeaderNamesInLowerCase(Healthy):
    """A gateway that speaks HTTP/2 inside writes the names of headers in lower case."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.status_code != 304:
            response.headers["Content-Length"] = str(len(response.get_data()))
        response.headers = Headers([(name.lower(), value) for name, value in response.headers])
        return response


@legal(WIRE, holdout=4)
class MediaTypeWithAProfile(Healthy):
    """The media type has two parameters, one quoted: application/json;profile="wattos;v=1";charset=UTF-8."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        kind = reply.headers.get("Content-Type", "application/json")
        reply.headers["Content-Type"] = f'{kind};profile="wattos;v=1";charset=UTF-8'
        return reply


@legal(WIRE, holdout=4)
class EndsWithTheConnection(Healthy):
    """Answers have neither length nor chunks: they end when the server closes the connection."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.status_code == 304 or sent.method != "GET":
            return response
        headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
        # An iterator has no length that the framework could send.
        return Response(iter([response.get_data()]), response.status, [*headers, ("Connection", "close")])


@legal(WIRE, holdout=4)
class NamesWithMarkup(Healthy):
    """Names have what people type: quotation marks, tags, ampersands, backslashes, percents and line ends."""

    def site_row(self, site: Site) -> Row:
        name = f'=1+1; "{site.name}" <b>\\\\nas01\\plant</b> &amp; 100 % {{0}} ${{x}} O\'Neill\n\tWing #2'
        return super().site_row(site) | {"site_name": name}

    def resource_row(self, resource: Resource) -> Row:
        name = f"<{resource.name}> %s \u2013 \u00bd \u200b| `rm` | 'new'\r\n"
        return super().resource_row(resource) | {"resource_name": name}


@legal(WIRE, holdout=4)
class MetersCountInTheirRatio(Healthy):
    """Meters behind current transformers of 80:1 count in steps of 0.8 kWh; their powers are fine."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if resource.kind != "ME":
            return row
        counted = float(str(row["energy_active_cum"]))
        return row | {"energy_active_cum": round(math.floor(counted / STEP + 1e-6) * STEP, 1)}


@legal(WIRE, holdout=4)
class CommasInEntityTags(Healthy):
    """Entity tags have commas and other signs in them: "7f3a91,rows=96;W/1"."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status == 200 and isinstance(reply.document, dict):
            drawn = hashlib.sha256(self.encode(reply.document)).hexdigest()[:16]
            rows = len(next(iter(reply.document.values())))
            reply.headers["ETag"] = f'"{drawn},rows={rows};W/1"'
        return reply


@legal(OPERATION, holdout=4, needs="12 November 2026")
class ControlExchanged(Healthy):
    """A battery got a new control on 12 November 2026: its old id ends there, a new one counts from zero."""

    def furnish(self) -> Fleet:
        first, *others = FLEET.resources
        new = replace(first, resource_id="BE000009", name="Basement battery (new control)", since=EXCHANGED)
        own = [one for one in others if one.site_id == first.site_id]
        return replace(FLEET, resources=(first, new, *own, *(one for one in others if one not in own)))

    def build(self) -> Plant:
        # The cells are the same: to the plant there is one battery.
        return shared_plant()

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start, min(end, EXCHANGED) if resource.resource_id == "BE000001" else end

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        if resource.resource_id != "BE000009":
            return super().minutes(resource, start, end)
        old = FLEET.resources[0]
        columns = super().minutes(old, start, end)
        read = super().minutes(old, EXCHANGED - 1, EXCHANGED)
        return {
            name: values - read[name][-1] if name.endswith("_cum") else values
            for name, values in columns.items()
        }


@legal(OPERATION, holdout=4, needs="the current day")
class UploadsOnceADay(Healthy):
    """The logger of one site sends once a day, at 03:00 UTC: later rows are missing; others come at once."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        sent = (self.now() - 180) // DAY * DAY + 180
        return start, min(end, sent) if resource.site_id == "SITE0003" else end


@legal(OPERATION, holdout=4)
class TwentyThousandRowsAtMost(Healthy):
    """Who asks for more than 20,000 rows, those of all resources together, is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        among = 1 if query.resource else sum(one.kind == query.kind for one in self.fleet.resources)
        if (query.end - query.start) // query.interval * among > MOST_ROWS:
            raise Refusal(400, f"At most {MOST_ROWS} rows can be asked at once", "end")
