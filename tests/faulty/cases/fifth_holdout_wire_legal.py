"""Fifth hold-out: legal HTTP and numbers, and ways to run a deployment, that few have met."""

import gzip
import hashlib
from dataclasses import replace
from typing import ClassVar

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import FLEET, Fleet, Meter, minute_of
from tests.faulty.flows import DAY
from tests.faulty.plant import Plant, shared_plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

WIRE, OPERATION = "wire", "operation"
ONLINE = 14 * DAY
INSTALLED_AFTER = 60


@legal(WIRE, holdout=5)
class EntityTagsOfTheCompressed(Healthy):
    """Compressed answers have an ETag of their own, that of the plain ones with -gzip at its end."""

    def send(self, reply: Reply, sent: Request) -> Response:
        if reply.status == 200 and "gzip" in sent.headers.get("Accept-Encoding", ""):
            body = reply.document if isinstance(reply.document, bytes) else self.encode(reply.document)
            tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}-gzip"'
            own = {"ETag": tag, "Content-Encoding": "gzip"}
            packed = gzip.compress(body, 1, mtime=0)
            reply = replace(reply, document=packed, headers={**reply.headers, **own})
        response = super().send(reply, sent)
        response.headers["Vary"] = "Accept-Encoding"
        return response


@legal(WIRE, holdout=5)
class ReasonsInGerman(Healthy):
    """The reason phrases of the status line are German: HTTP/1.1 200 In Ordnung, 404 Nicht gefunden."""

    reasons: ClassVar[dict[int, str]] = {
        200: "In Ordnung",
        304: "Nicht veraendert",
        400: "Fehlerhafte Anfrage",
        401: "Nicht angemeldet",
        404: "Nicht gefunden",
        405: "Methode nicht erlaubt",
    }

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.status = f"{response.status_code} {self.reasons.get(response.status_code, 'Sonstiges')}"
        return response


@legal(WIRE, holdout=5)
class TemperaturesInHalfDegrees(Healthy):
    """Sensors of nine bits: all temperatures come in steps of half a degree."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if field.startswith("temp_"):
            values = np.round(values * 2.0) / 2.0
        return super().wire(field, values)


@legal(WIRE, holdout=5)
class ReactiveInWholeKilovars(Healthy):
    """Reactive power comes in whole kvar, as the meters' old display has it; other powers have watts."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if field == "power_reactive_avg":
            values = np.round(values / 1000.0) * 1000.0
        return super().wire(field, values)


@legal(WIRE, holdout=5)
class ChallengesOnTwoLines(Healthy):
    """A 401 has two lines WWW-Authenticate: Digest, with commas in a quoted text, and then Bearer."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        bearer = response.headers.get("WWW-Authenticate")
        if bearer is not None:
            del response.headers["WWW-Authenticate"]
            digest = 'Digest realm="plants, yards", qop="auth,auth-int", algorithm=SHA-256, nonce="5ccc069c"'
            response.headers.add("WWW-Authenticate", digest)
            response.headers.add("WWW-Authenticate", bearer)
        return response


@legal(OPERATION, holdout=5)
class InstalledMeanwhile(Healthy):
    """While a client asks, a meter is added: from the 60th request on it is listed, still without rows."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        # It stands beside the meter of the depot, and will be read from June 2027 on.
        depot = next(one for one in FLEET.resources if one.resource_id == "ME000004")
        self.added = Meter(
            "ME000007",
            depot.site_id,
            depot.controller,
            "Cooling",
            depot.latitude,
            depot.longitude,
            since=minute_of(2027, 6, 1),
            role="load",
        )

    def build(self) -> Plant:
        return shared_plant()

    def grown(self) -> Fleet:
        """Return the fleet with the new meter, in the order of ids."""
        both = sorted((*FLEET.resources, self.added), key=lambda one: (one.site_id, one.resource_id))
        return replace(FLEET, resources=tuple(both))

    def answer(self, sent: Request) -> Reply:
        self.requests += 1
        if self.requests == INSTALLED_AFTER:
            self.fleet = self.grown()
        return super().answer(sent)


@legal(OPERATION, holdout=5)
class ArchiveIsFetchedFirst(Healthy):
    """An archive has what is older than 14 days: each first question for it gets 503, try again in 1 s."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: set[tuple[str, str | None]] = set()

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        asked = (query.operation, query.resource)
        if query.start < self.now() - ONLINE and asked not in self.fetched:
            self.fetched.add(asked)
            raise Refusal(503, "These rows are being fetched from the archive")
        return rows

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 503:
            reply.headers["Retry-After"] = "1"
        return reply
