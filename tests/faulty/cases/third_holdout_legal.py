"""Third hold-out: legal HTTP, JSON and numbers, and policies of data and operation, that few have met."""

import itertools
import re
import threading
import zlib
from dataclasses import replace

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import FLEET, Fleet, Resource, Site
from tests.faulty.flows import DAY
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row, time_of

WIRE, OPERATION = "wire", "operation"
_DECIMAL = re.compile(rb"(?<=:)-?[0-9]+\.[0-9]+(?=[,}])")


@legal(WIRE, holdout=3)
class FieldsInAnyOrder(Healthy):
    """Objects come from hash maps: each row and each site has its fields in an order of its own."""

    def turned(self, row: Row, key: object) -> Row:
        """Return a row whose fields begin elsewhere."""
        names = list(row)
        at = zlib.crc32(str(key).encode()) % len(names)
        return {name: row[name] for name in (*names[at:], *names[:at])}

    def site_row(self, site: Site) -> Row:
        return self.turned(super().site_row(site), site.site_id)

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return self.turned(row, row["timestamp"])


@legal(WIRE, holdout=3)
class FiftyMoreHeaders(Healthy):
    """Gateways and guards on the way add fifty headers of their own to every answer."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        for at in range(50):
            response.headers[f"X-Hop-{at:02d}-Trace"] = f"hop={at}; " + "0123456789abcdef" * 6
        return response


@legal(WIRE, holdout=3)
class ChallengeInLowerCase(Healthy):
    """The challenge of a 401 writes its scheme small, and says more: bearer error="invalid_token"."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 401:
            reply.headers["WWW-Authenticate"] = 'bearer error="invalid_token", realm="a, b"'
        return reply


@legal(WIRE, holdout=3)
class PeaksInWholeKilowatts(Healthy):
    """Maxima of power are whole kW, rounded up, while averages have watts."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if field.startswith("power") and field.endswith("_max"):
            return (np.ceil(values / 1000.0) + 0.0).tolist()
        return super().wire(field, values)


@legal(WIRE, holdout=3)
class DeflatedInsteadOfGzip(Healthy):
    """Answers are compressed with deflate for whoever reads that, even if gzip were possible too."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.get_data() and "deflate" in sent.headers.get("Accept-Encoding", ""):
            response.set_data(zlib.compress(response.get_data()))
            response.headers["Content-Encoding"] = "deflate"
            # Another representation has another validator.
            tag = response.headers.get("ETag")
            if tag:
                response.headers["ETag"] = tag[:-1] + '-deflate"'
        response.headers["Vary"] = "Accept-Encoding"
        return response


@legal(WIRE, holdout=3)
class ExchangesAreNamed(Healthy):
    """Every exchange has an X-Request-Id: the request's, or else one of the server's."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers.setdefault("X-Request-Id", f"exchange-{next(self.calls):08x}")
        return response


@legal(WIRE, holdout=3)
class SixDecimalsAlways(Healthy):
    """Numbers with a fraction are written with six decimals, zeros at the end included: 45.700000."""

    def encode(self, document: object) -> bytes:
        return _DECIMAL.sub(lambda found: b"%.6f" % float(found.group()), super().encode(document))


@legal(OPERATION, holdout=3)
class OneAtATime(Healthy):
    """While one request is answered, any other gets 429 and an invitation to try again in a second."""

    def __init__(self) -> None:
        super().__init__()
        self.working = threading.Lock()

    def respond(self, sent: Request) -> Response:
        if not self.working.acquire(blocking=False):
            reply = self.problem(Refusal(429, "One request at a time"))
            return self.send(replace(reply, headers={**reply.headers, "Retry-After": "1"}), sent)
        try:
            return super().respond(sent)
        finally:
            self.working.release()


@legal(OPERATION, holdout=3)
class RolledOutMeanwhile(Healthy):
    """A new version is rolled out meanwhile: requests 40 to 42 are answered with 503 and try again."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def answer(self, sent: Request) -> Reply:
        if 40 <= next(self.calls) <= 42:
            raise Refusal(503, "The server is starting")
        return super().answer(sent)

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 503:
            reply.headers["Retry-After"] = "1"
        return reply


@legal(OPERATION, holdout=3, needs="the current day in minutes")
class MinutesComeOvernight(Healthy):
    """Coarse rows come at once by radio; minutes are read out at night: there are none of today."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start, min(end, self.now() // DAY * DAY) if query.interval == 1 else end


@legal(OPERATION, holdout=3, needs="intervals below 15 minutes")
class MeterOfTheUtility(Healthy):
    """One grid meter is the utility's and records quarters of an hour: it has no finer rows."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        is_fine = resource.resource_id == "ME000006" and query.interval < 15
        return [] if is_fine else super().rows(resource, query)


@legal(OPERATION, holdout=3)
class SitesAndMetersShareIds(Healthy):
    """A site has the id of its grid meter: two lists that number on their own, or one number for both."""

    def furnish(self) -> Fleet:
        ids = {one.site_id: one.resource_id for one in FLEET.resources if getattr(one, "role", "") == "grid"}
        sites = tuple(replace(one, site_id=ids[one.site_id]) for one in FLEET.sites)
        resources = tuple(replace(one, site_id=ids[one.site_id]) for one in FLEET.resources)
        return replace(FLEET, sites=sites, resources=resources)


@legal(OPERATION, holdout=3, needs="a weekend")
class GatewayOffAtWeekends(Healthy):
    """A site's gateway is switched off with the lights from Friday 18:00 to Monday 04:00 UTC: no rows."""

    def is_off(self, minute: int) -> bool:
        """Return whether the gateway has no power."""
        of_week = (minute + 3 * DAY) % (7 * DAY)  # 0 is Monday 00:00 UTC
        return of_week < 4 * 60 or of_week >= 4 * DAY + 18 * 60

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if resource.site_id != "SITE0002":
            return rows
        return [row for row in rows if not self.is_off(time_of(str(row["timestamp"])))]
