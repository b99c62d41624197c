"""Healthy answers that are written unlike the usual ones."""

import gzip
import json
from typing import ClassVar

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import Resource, Site
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Reply, Row

FAMILY = "wire"


@legal(FAMILY)
class OffsetInsteadOfZ(Healthy):
    """Timestamps end in +00:00."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"timestamp": row["timestamp"].replace("Z", "+00:00")}


@legal(FAMILY)
class Milliseconds(Healthy):
    """Timestamps have milliseconds."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"timestamp": row["timestamp"].replace("Z", ".000Z")}


@legal(FAMILY)
class EndLabels(Healthy):
    """The timestamp of a row is the end of its bucket."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return super().stamps(starts + query.interval, query)


@legal(FAMILY)
class ExtraFields(Healthy):
    """Rows and lists have fields that the document does not know."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"quality": "good", "frequency_avg": 50.01, "alarms": []}

    def site_row(self, site: Site) -> Row:
        return super().site_row(site) | {"country": None, "tags": ["pilot"]}

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"vendor": {"name": "Acme"}}


@legal(FAMILY)
class ExtraEnvelope(Healthy):
    """Answers carry counts and links beside their list."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        return {"count": len(next(iter(document.values()))), **document, "next": None}


class Rounded(Healthy):
    """A server with other decimals."""


@legal(FAMILY)
class WholeNumbers(Rounded):
    """Powers and registers are rounded to whole kW and kWh."""

    decimals: ClassVar[dict[str, int]] = {"power": 0, "energy": 0, "soc": 0, "temp": 0}


@legal(FAMILY)
class IntegersWithoutPoint(WholeNumbers):
    """All values are rounded and written as integers."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        return [int(value) for value in sent] if sent and isinstance(sent[0], float) else sent


@legal(FAMILY)
class TenthsOfEverything(Rounded):
    """Powers and registers have one decimal."""

    decimals: ClassVar[dict[str, int]] = {"power": 1, "energy": 1, "soc": 1, "temp": 1}


@legal(FAMILY)
class RegisterOfWholeKilowattHours(Rounded):
    """Registers step by one kWh, while powers have three decimals."""

    decimals: ClassVar[dict[str, int]] = {"power": 3, "energy": 0, "soc": 2, "temp": 1}


@legal(FAMILY)
class WholePercent(Rounded):
    """The state of charge is in whole percent."""

    decimals: ClassVar[dict[str, int]] = {"power": 3, "energy": 3, "soc": 0, "temp": 1}


@legal(FAMILY)
class AllDigits(Rounded):
    """Nothing is rounded."""

    decimals: ClassVar[dict[str, int]] = {"power": 15, "energy": 15, "soc": 15, "temp": 15}


@legal(FAMILY)
class HalfPercentSteps(Healthy):
    """The state of charge moves in steps of half a point."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        return super().wire(field, np.round(values * 2) / 2 if field == "soc_end" else values)


@legal(FAMILY)
class RegisterCutNotRounded(Healthy):
    """Registers and powers are cut to one decimal instead of rounded."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        size = {"power": 100, "energy": 6000}.get(field.partition("_")[0])
        return super().wire(field, values if size is None else np.floor(values / size) * size)


@legal(FAMILY)
class PowerOfTwoHundredFiftyWatts(Healthy):
    """Powers come in steps of 0.25 kW, apparent power after the rounding of its parts."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        return super().wire(field, np.round(values / 250) * 250 if field.startswith("power") else values)


@legal(FAMILY)
class PrettyPrinted(Healthy):
    """The JSON is indented, and characters beyond ASCII stand as they are."""

    def encode(self, document: object) -> bytes:
        return json.dumps(document, indent=2, ensure_ascii=False).encode()


@legal(FAMILY)
class SortedKeys(Healthy):
    """The fields of every object are in alphabetic order."""

    def encode(self, document: object) -> bytes:
        return json.dumps(document, sort_keys=True).encode()


@legal(FAMILY)
class CharsetNamed(Healthy):
    """The media type names its charset."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        kind = reply.headers.get("Content-Type", "application/json")
        reply.headers["Content-Type"] = kind + "; charset=utf-8"
        return reply


@legal(FAMILY)
class ForeignNames(Healthy):
    """Sites and resources have Japanese and Arabic names, an emoji among them."""

    def site_row(self, site: Site) -> Row:
        return super().site_row(site) | {"site_name": "\u6a2a\u6d5c\u5009\u5eab \u2600\ufe0f"}

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"resource_name": "\u0645\u062d\u0637\u0629 " + resource.name}


@legal(FAMILY)
class OwnVocabulary(Healthy):
    """The status is a word of the vendor's own."""

    WORDS: ClassVar[dict[str, str]] = {"CH": "CHARGING", "DI": "DISCHARGING", "SB": "IDLE", "ON": "PRODUCING"}

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"status": self.WORDS[row["status"]]} if "status" in row else row


@legal(FAMILY)
class StatusOfTheConnection(Healthy):
    """The status says RUN while the inverter is connected, whatever it does."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"status": "RUN"} if "status" in row else row


@legal(FAMILY)
class Compressed(Healthy):
    """Answers are compressed when the client can read that."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if "gzip" in sent.headers.get("Accept-Encoding", "") and response.status_code == 200:
            response.set_data(gzip.compress(response.get_data(), 1))
            response.headers["Content-Encoding"] = "gzip"
        return response


@legal(FAMILY)
class Chunked(Healthy):
    """Answers come in pieces, without a length."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        body = response.get_data()
        if response.status_code != 200 or sent.method != "GET":
            return response
        pieces = (
            b"%x\r\n%s\r\n" % (len(body[at : at + 9000]), body[at : at + 9000])
            for at in range(0, len(body), 9000)
        )
        headers = [(key, value) for key, value in response.headers if key != "Content-Length"]
        return Response([*pieces, b"0\r\n\r\n"], 200, [*headers, ("Transfer-Encoding", "chunked")])


@legal(FAMILY)
class NoEntityTag(Healthy):
    """Answers have no ETag and no request id."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        for name in ("ETag", "X-Request-Id"):
            response.headers.pop(name, None)
        return response


@legal(FAMILY)
class ProblemsSayMore(Healthy):
    """Problems have a type of their own and further members."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status >= 400:
            reply.document |= {
                "type": "https://errors.example/x",
                "instance": "/log/1",
                "errors": [{"at": "query"}],
            }
        return reply
