"""Second hold-out: faults of form, refusal and security as gateways, proxies and frameworks make them."""

import json
from dataclasses import replace

from flask import Request, Response
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import FLEET, Fleet, Resource
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import ID, SERIES, Query, Refusal, Reply, Row

SCHEMA, REFUSALS, SECURITY = "schema", "request validation", "security and error bodies"


@fault(SCHEMA, holdout=2)
class ByteOrderMark(Healthy):
    """Series come from an export that puts a byte order mark in front of its JSON."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        is_data = reply.status == 200 and sent.path in SERIES
        return replace(reply, document=b"\xef\xbb\xbf" + self.encode(reply.document)) if is_data else reply


@fault(SCHEMA, holdout=2)
class LatinOneNames(Healthy):
    """Names with an umlaut are sent in Latin-1, which is no JSON."""

    def furnish(self) -> Fleet:
        sites = (replace(site, name=site.name.replace("Cold Store", "K\u00fchlhaus")) for site in FLEET.sites)
        return replace(FLEET, sites=tuple(sites))

    def encode(self, document: object) -> bytes:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("latin-1", "replace")


@fault(SCHEMA, holdout=2)
class LonelyElementIsNoList(Healthy):
    """A gateway turned XML into JSON: what is alone in its list comes without the list."""

    def furnish(self) -> Fleet:
        kept = tuple(one for one in FLEET.resources if one.resource_id != "PV000003")
        return replace(FLEET, resources=kept)

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        return {name: found[0] if len(found) == 1 else found for name, found in document.items()}


@fault(SCHEMA, holdout=2)
class NoContentForNothing(Healthy):
    """Where a list would be empty, the answer is 204 without a body."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        is_empty = reply.status == 200 and not any(reply.document.values())
        return Reply(204, b"") if is_empty else reply


@fault(SCHEMA, holdout=2)
class DigitsBecomeNumbers(Healthy):
    """A library writes every text of digits as a number; one unit controller's id is 10000004."""

    def numeric(self, row: Row) -> Row:
        """Return a row as that library writes it, were the controller's id one of digits."""
        is_that = row.get("unit_controller_id") == "UC000004"
        return row | {"unit_controller_id": 10000004} if is_that else row

    def resource_row(self, resource: Resource) -> Row:
        return self.numeric(super().resource_row(resource))

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return self.numeric(row)


@fault(REFUSALS, holdout=2)
class EpochSecondsAccepted(Healthy):
    """A time is also accepted as seconds or milliseconds since 1970."""

    def time(self, name: str, text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) in (10, 13):
            return int(text[:10]) // 60
        return super().time(name, text)


@fault(REFUSALS, holdout=2)
class BlankForTheLetterT(Healthy):
    """A time with a blank instead of the T is accepted, as databases write it."""

    def time(self, name: str, text: str) -> int:
        is_blank = text[10:11] == " "
        return super().time(name, text.replace(" ", "T") if is_blank else text)


@fault(REFUSALS, holdout=2)
class ListsOfIdsAccepted(Healthy):
    """Several resource ids with commas in between are answered with the rows of all of them."""

    def identifier(self, name: str, text: str) -> str:
        if name == "resource_id" and "," in text and all(ID.fullmatch(part) for part in text.split(",")):
            return text
        return super().identifier(name, text)

    def selected(self, query: Query) -> list[Resource]:
        parts = (query.resource or "").split(",")
        if len(parts) < 2:
            return list(super().selected(query))
        found: list[Resource] = []
        for part in parts:
            found += super().selected(replace(query, resource=part))
        return found


@fault(REFUSALS, holdout=2)
class BareQuestionCrashes(Healthy):
    """An operation that needs parameters and gets none at all makes the server fail."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        if needed and not given:
            raise Refusal(500, "The server failed")
        return super().parameters(given, allowed, needed)


@fault(REFUSALS, holdout=2)
class FiveMinutesRefusedForBatteries(Healthy):
    """The roll-out of 5 minutes forgot the batteries: their series refuses that interval."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        if operation == "get_bess_data" and given.get("agg_interval") == "5":
            raise Refusal(400, "agg_interval: '5' is not one of 1, 15, 30", "agg_interval")
        return super().query(operation, given)


@fault(SECURITY, holdout=2)
class StrangersLearnWhatExists(Healthy):
    """Without a token, ids that do not exist are answered with 404, those that do with 401."""

    def authenticate(self, header: str | None) -> None:
        """Leave the refusal to the moment when the id has been looked up."""

    def answer(self, sent: Request) -> Reply:
        try:
            super().authenticate(sent.headers.get("Authorization"))
        except Refusal as refusal:
            self.look_up(sent)
            raise refusal from None
        return super().answer(sent)

    def look_up(self, sent: Request) -> None:
        """Refuse a site or resource that does not exist."""
        _, site_id = self.route(sent)
        asked = {site_id, sent.args.get("resource_id", "")} - {""}
        known = {site.site_id for site in self.fleet.sites} | {
            one.resource_id for one in self.fleet.resources
        }
        if asked - known:
            raise Refusal(404, "There is no such site or resource")


@fault(SECURITY, holdout=2)
class ChallengeOfTheProxy(Healthy):
    """The proxy in front says that it wants a password: the challenge of a 401 is Basic, not Bearer."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 401:
            reply.headers["WWW-Authenticate"] = 'Basic realm="Restricted"'
        return reply


@fault(SECURITY, holdout=2)
class BlamesTheInterval(Healthy):
    """Whatever parameter is wrong, the problem names agg_interval."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if "parameter" in reply.document:
            reply.document["parameter"] = "agg_interval"
        return reply


@fault(SECURITY, holdout=2)
class DetailsOfTheFramework(Healthy):
    """The detail of a bad request is the web framework's list of objects instead of a sentence."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 400:
            place = ["query", refusal.parameter or ""]
            reply.document["detail"] = [{"loc": place, "msg": refusal.detail, "type": "value_error"}]
        return reply


@fault(SECURITY, holdout=2)
class TokenInDebugHeaders(Healthy):
    """A debugging proxy repeats the headers of the request in those of the answer, the token too."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if sent.headers.get("Authorization"):
            response.headers["X-Debug-Authorization"] = sent.headers["Authorization"]
        return response
