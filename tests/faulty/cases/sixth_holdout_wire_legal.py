"""Sixth hold-out: legal HTTP, timestamps and numbers that few have met."""

import functools
import re
from decimal import Decimal

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import Battery, Meter, Pv, Resource
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Reply, Row

WIRE = "wire"
PIECE = 1021
MOST_OF_A_WORD = 32_767
_DECIMAL = re.compile(rb"(?<=:)-?[0-9]+\.[0-9]+(?=[,}])")


@functools.lru_cache(maxsize=100_000)
def _expanded(text: bytes) -> bytes:
    return str(Decimal(float(text))).encode()


@legal(WIRE, holdout=6)
class EveryDigitOfTheDouble(Healthy):
    """Numbers have every digit of the double, as Java's BigDecimal has: 45.700000000000002842170943..."""

    def encode(self, document: object) -> bytes:
        return _DECIMAL.sub(lambda found: _expanded(found.group()), super().encode(document))


@legal(WIRE, holdout=6)
class OffsetNotKnown(Healthy):
    """Timestamps end in -00:00, as RFC 3339 writes UTC where the local offset is not known."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return [stamp.replace("Z", "-00:00") for stamp in super().stamps(starts, query)]


@legal(WIRE, holdout=6)
class ConvertedFromFahrenheit(Healthy):
    """Sensors count whole degrees Fahrenheit: in degrees Celsius they step by 0.5 or 0.6."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if field.startswith("temp_"):
            values = (np.round(values * 1.8 + 32.0) - 32.0) / 1.8
        return super().wire(field, values)


@legal(WIRE, holdout=6)
class WordsWithScaleFactors(Healthy):
    """Powers are words of 16 bits with a scale factor, as in SunSpec: steps of 10 W, of 100 W if large."""

    def largest(self, resource: Resource) -> int:
        """Return the highest power that a device is made for, in W."""
        if isinstance(resource, Pv | Battery):
            return resource.rated_w
        load = self.fleet.loads[resource.controller].peak_w
        if isinstance(resource, Meter) and resource.role == "load":
            return load
        behind = [one for one in self.fleet.resources if one.controller == resource.controller]
        drawn = load + sum(one.rated_w for one in behind if isinstance(one, Battery))
        return max(drawn, sum(one.rated_w for one in behind if isinstance(one, Pv)))

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows, most = super().rows(resource, query), self.largest(resource)
        digits = next(digits for digits in (3, 2, 1, 0) if most <= MOST_OF_A_WORD * 10 ** (3 - digits))
        for row in rows:
            for name in [name for name in row if name.startswith("power_")]:
                row[name] = round(float(str(row[name])), digits) + 0.0
        return rows


@legal(WIRE, holdout=6)
class ChunksWithTrailers(Healthy):
    """Answers come in chunks with extensions, and after the last one come fields such as Server-Timing."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        body = response.get_data()
        if response.status_code != 200 or sent.method != "GET":
            return response
        pieces = [
            b"%04X;at=%d\r\n%s\r\n" % (len(body[at : at + PIECE]), at, body[at : at + PIECE])
            for at in range(0, len(body), PIECE)
        ]
        last = b"0;last\r\nServer-Timing: db;dur=12.5, rows;dur=3\r\nX-Pieces: %d\r\n\r\n" % len(pieces)
        headers = [(key, value) for key, value in response.headers if key != "Content-Length"]
        headers += [("Trailer", "Server-Timing, X-Pieces"), ("Transfer-Encoding", "chunked")]
        return Response([*pieces, last], 200, headers)


@legal(WIRE, holdout=6)
class MediaTypesInCapitals(Healthy):
    """Media types are written in capitals here and there: Application/JSON; Charset=UTF-8."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.status_code != 304:
            name = "Application/Problem+JSON" if response.status_code >= 400 else "Application/JSON"
            response.headers["Content-Type"] = f"{name}; Charset=UTF-8"
        return response
