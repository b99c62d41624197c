"""Hold-out: healthy deployments whose answers and operation nobody has on a list."""

import itertools
import json
import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import FLEET, Fleet, Resource, Site
from tests.faulty.flows import DAY, now_minute, now_time
from tests.faulty.plant import Columns
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

WIRE, OPERATION = "wire", "operation"


@legal(WIRE, holdout=True)
class WeakEntityTags(Healthy):
    """ETags are weak, and everything may be cached for a minute."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers["Cache-Control"] = "private, max-age=60"
        if "ETag" in response.headers:
            response.headers["ETag"] = "W/" + response.headers["ETag"]
        return response


@legal(WIRE, holdout=True)
class MicrosecondsWithOffset(Healthy):
    """Timestamps are those of the language's own library: microseconds, then +00:00."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"timestamp": row["timestamp"].replace("Z", ".000000+00:00")}


@legal(WIRE, holdout=True)
class BinaryNoise(Healthy):
    """Numbers show the last bits of their sums, as in 45.699999999999996."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        return [one * 1.1 / 1.1 if isinstance(one, float) else one for one in sent]


@legal(WIRE, holdout=True)
class ExponentNumbers(Healthy):
    """Numbers are written with an exponent, as in 4.57e+01."""

    def encode(self, document: object) -> bytes:
        text = json.dumps(document)
        return re.sub(r"(?<=: )-?[0-9]+\.[0-9]+", lambda found: f"{float(found.group()):.12e}", text).encode()


@legal(WIRE, holdout=True)
class ConnectionsClosed(Healthy):
    """Every answer closes its connection."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers["Connection"] = "close"
        return response


@legal(WIRE, holdout=True)
class ProblemsInJapanese(Healthy):
    """Problems are described in Japanese, as it stands."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        reply.document["detail"] = "\u8981\u6c42\u304c\u6b63\u3057\u304f\u3042\u308a\u307e\u305b\u3093"
        reply.headers["Content-Language"] = "ja"
        return reply

    def encode(self, document: object) -> bytes:
        return json.dumps(document, ensure_ascii=False).encode()


@legal(WIRE, holdout=True)
class LongNames(Healthy):
    """Names have two hundred characters, and many are the same."""

    def site_row(self, site: Site) -> Row:
        return super().site_row(site) | {"site_name": "Logistics " * 20}

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"resource_name": "\u592a" * 200}


@legal(WIRE, holdout=True)
class IdsSayNothing(Healthy):
    """Ids are drawn: neither the kind nor the place of a resource shows in them."""

    def furnish(self) -> Fleet:
        drawn = ("7Q0ZK2MA", "00000017", "AAAAAAAB", "PV9ME0BE", "BE7PV0ME", "Z9Z9Z9Z9", "12345678")
        drawn += ("K3K3K3K3", "ME0ME0ME", "0A0A0A0A", "QWERTZUI", "99999999", "TTTTTTTT", "5U5U5U5U")
        names = {one.resource_id: name for one, name in zip(FLEET.resources, drawn, strict=True)}
        resources = tuple(replace(one, resource_id=names[one.resource_id]) for one in FLEET.resources)
        return replace(FLEET, resources=resources)


@legal(OPERATION, holdout=True)
class RetryAfterAsDate(Healthy):
    """Every forty-fifth request is answered with 503 and the date of the next second."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def answer(self, sent: Request) -> Reply:
        if next(self.calls) % 45 == 0:
            reply = self.problem(Refusal(503, "The server cannot answer now"))
            when = now_time() + timedelta(seconds=1)
            reply.headers["Retry-After"] = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return reply
        return super().answer(sent)


@legal(OPERATION, holdout=True)
class DayWithoutFilter(Healthy):
    """Without a filter at most one day can be asked; for one resource, what one likes."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.resource is None and query.end - query.start > DAY:
            raise Refusal(400, "Without resource_id at most one day can be asked", "end")


@legal(OPERATION, holdout=True)
class FutureRefused(Healthy):
    """A window that ends in the future is refused, and one that begins before the data too."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end > now_minute() or query.start < self.begin:
            raise Refusal(400, "Data exists from 2023-01-01 until now", "end")


@legal(OPERATION, holdout=True)
class BatteriesTwoDaysLate(Healthy):
    """The rows of batteries come two days late, those of meters and PV at once."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        last = (self.now() - 2 * DAY) // query.interval * query.interval
        return start, min(end, last) if resource.kind == "BE" else end


@legal(OPERATION, holdout=True, needs="the last hour")
class ProvisionalLastHour(Healthy):
    """The powers of the last hour are provisional and settle later."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        _, end = self.span(resource, query)
        late = max(0, (end - (self.now() - 60)) // query.interval)
        for row in rows[-late:] if late else []:
            row |= {key: round(row[key] * 0.97, 3) for key in row if key.startswith("power")}
        return rows


@legal(OPERATION, holdout=True)
class FirstGroupEmpty(Healthy):
    """The first group has no sites; the second one has all."""

    def furnish(self) -> Fleet:
        return replace(FLEET, sites=tuple(replace(site, group_id="GROUP002") for site in FLEET.sites))


@legal(OPERATION, holdout=True)
class ForeignIsForbidden(Healthy):
    """A resource or site that does not exist is answered with 403, so that nobody can guess."""

    def problem(self, refusal: Refusal) -> Reply:
        is_unknown = refusal.status == 404 and refusal.detail.startswith("There is no such resource")
        is_unknown |= refusal.status == 404 and refusal.detail.startswith("There is no site")
        return super().problem(Refusal(403, "The token does not permit this") if is_unknown else refusal)


@legal(OPERATION, holdout=True)
class OneControllerForTwoSites(Healthy):
    """Two neighbouring sites share a unit controller and lie at the same place."""

    def furnish(self) -> Fleet:
        twin = replace(FLEET.sites[2], site_id="SITE0033", name="Island Depot, part two")
        meter = next(one for one in FLEET.resources if one.resource_id == "ME000004")
        other = replace(meter, resource_id="ME000044", site_id="SITE0033", name="Kiosk")
        return replace(FLEET, sites=(*FLEET.sites, twin), resources=(*FLEET.resources, other))


@legal(OPERATION, holdout=True)
class AlongARoad(Healthy):
    """A site is a road of ninety kilometres: its resources stand along it."""

    def furnish(self) -> Fleet:
        fleet = FLEET
        for at, one in enumerate(one for one in FLEET.resources if one.site_id == "SITE0001"):
            fleet = fleet.changed(one.resource_id, longitude=one.longitude + 0.3 * at)
        return fleet


@legal(OPERATION, holdout=True)
class CoarseRowsLater(Healthy):
    """Coarse rows are made by a job that runs each hour; minutes come at once."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start, min(end, self.now() // 60 * 60) if query.interval > 1 else end


@legal(OPERATION, holdout=True)
class SameMaintenanceEveryWeek(Healthy):
    """Every Wednesday from 02:00 to 02:30 UTC the database is serviced, and those rows are lost."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [
            row for row in rows if not ("02:00" <= row["timestamp"][11:16] < "02:30" and self.serviced(row))
        ]

    def serviced(self, row: Row) -> bool:
        """Tell whether the day is a Wednesday."""
        return (np.datetime64(row["timestamp"][:10]).astype(int) + 3) % 7 == 2


@legal(OPERATION, holdout=True)
class OldRegisters(Healthy):
    """Registers began with what the meter before them had counted: nine hundred million kWh."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        return columns | {
            name: columns[name] + 900_000_000 * 60_000 for name in columns if name.endswith("_cum")
        }
