"""Hold-out: faults of form, refusal and security that a list of the usual ones does not have."""

import re

import numpy as np
from flask import Request, Response
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import TOKEN, Resource, Site
from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row, time_of

SCHEMA, REFUSALS, SECURITY = "schema", "request validation", "security and error bodies"


@fault(SCHEMA, holdout=True)
class LastRowHalf(Healthy):
    """The last row of an answer lacks its register, which is not read yet."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if rows:
            rows[-1] = {key: value for key, value in rows[-1].items() if not key.endswith("_cum")}
        return rows


@fault(SCHEMA, holdout=True)
class ThousandsSeparated(Healthy):
    """Numbers from one thousand on are written as text, with a comma."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        return [f"{one:,.3f}" if isinstance(one, float) and abs(one) >= 1000 else one for one in sent]


@fault(SCHEMA, holdout=True)
class RegisterOverflows(Healthy):
    """Registers are kept in 32 bits of Wh: beyond 2,147 MWh they are negative."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if field.endswith("_cum"):
            hours = (np.rint(values / 60).astype(np.int64) + 2**31) % 2**32 - 2**31
            values = hours * 60
        return super().wire(field, values)


@fault(SCHEMA, holdout=True)
class OneSiteNameIsNull(Healthy):
    """One of the sites has null for a name."""

    def site_row(self, site: Site) -> Row:
        row = super().site_row(site)
        return row | {"site_name": None} if site.site_id == "SITE0003" else row


@fault(SCHEMA, holdout=True, needs="a question without a filter")
class RowsGroupedWithoutFilter(Healthy):
    """Without a filter the rows come as an object by resource instead of a list."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        if "datas" in document and "resource_id" not in sent.args:
            groups: dict[str, list[Row]] = {}
            for row in document["datas"]:
                groups.setdefault(row["resource_id"], []).append(row)
            return {"datas": groups}
        return document


@fault(SCHEMA, holdout=True)
class MinusForMissing(Healthy):
    """In every hundredth row the temperature of the cells is -9999, which stands for missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        for row in rows[40::100]:
            if "temp_cell_max" in row:
                row["temp_cell_max"] = -9999.0
        return rows


@fault(REFUSALS, holdout=True)
class RepeatedParameterCrashes(Healthy):
    """A parameter given twice makes the server fail."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        if any(len(given.getlist(name)) > 1 for name in given):
            raise Refusal(500, "The server failed")
        return super().parameters(given, allowed, needed)


@fault(REFUSALS, holdout=True)
class QuotesCrash(Healthy):
    """A quotation mark in an id reaches the database."""

    def identifier(self, name: str, text: str) -> str:
        if "'" in text or '"' in text:
            raise Refusal(500, "unterminated quoted string")
        return super().identifier(name, text)


@fault(REFUSALS, holdout=True)
class HalfCheckedIds(Healthy):
    """Only the beginning of a resource id is checked: eight good characters, then anything."""

    def identifier(self, name: str, text: str) -> str:
        found = re.match(r"[A-Z0-9]{8}", text)
        return super().identifier(name, found.group() if found and name == "resource_id" else text)


@fault(REFUSALS, holdout=True)
class EmptyWindowAccepted(Healthy):
    """A window that ends where it starts is answered with no rows."""

    def check_window(self, query: Query) -> None:
        if query.start != query.end:
            super().check_window(query)


@fault(REFUSALS, holdout=True)
class LeapDayEveryYear(Healthy):
    """The 29th of February is accepted in every year."""

    def time(self, name: str, text: str) -> int:
        if text[4:10] == "-02-29" and int(text[:4]) % 4:
            return time_of(text[:8] + "28" + text[10:]) + DAY
        return super().time(name, text)


@fault(REFUSALS, holdout=True)
class FarYearsCrash(Healthy):
    """A window before 1970 or after 2037 makes the server fail."""

    def time(self, name: str, text: str) -> int:
        if re.match(r"[0-9]{4}-", text) and not "1970" <= text[:4] <= "2037":
            raise Refusal(500, "timestamp out of range for platform time_t")
        return super().time(name, text)


@fault(REFUSALS, holdout=True)
class MetersCheckNothing(Healthy):
    """Two of the three series check the interval; that of meters takes 15 for whatever it does not know."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        if operation == "get_meter_data" and given.get("agg_interval") not in (None, "1", "5", "30"):
            given = MultiDict(
                [*((k, v) for k, v in given.items(multi=True) if k != "agg_interval"), ("agg_interval", "15")]
            )
        return super().query(operation, given)


@fault(SECURITY, holdout=True)
class TokenEchoed(Healthy):
    """A refused token is repeated in the answer, where logs pick it up."""

    def authenticate(self, header: str | None) -> None:
        try:
            super().authenticate(header)
        except Refusal as refusal:
            raise Refusal(401, f"{refusal.detail}; got {header}") from None


@fault(SECURITY, holdout=True)
class TokenComparedByItsBeginning(Healthy):
    """A token with anything behind it is accepted too."""

    def authenticate(self, header: str | None) -> None:
        is_longer = (header or "").startswith(f"Bearer {TOKEN}")
        super().authenticate(f"Bearer {TOKEN}" if is_longer else header)


@fault(SECURITY, holdout=True)
class OpenWithoutFilter(Healthy):
    """A series needs a token for one resource, and none for all of them."""

    def answer(self, sent: Request) -> Reply:
        operation, site_id = self.route(sent)
        is_open = operation.endswith("_data") and "resource_id" not in sent.args
        return Reply(200, self.serve(operation, site_id, sent)) if is_open else super().answer(sent)


@fault(SECURITY, holdout=True)
class CachesForEverybody(Healthy):
    """What was asked once with the token is answered to anybody afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Reply] = {}

    def answer(self, sent: Request) -> Reply:
        if sent.full_path not in self.known:
            self.known[sent.full_path] = super().answer(sent)
        kept = self.known[sent.full_path]
        return Reply(kept.status, kept.document, dict(kept.headers))


@fault(SECURITY, holdout=True)
class ErrorsTwiceEncoded(Healthy):
    """The body of an error is a JSON string that holds JSON."""

    def send(self, reply: Reply, sent: Request) -> Response:
        if reply.status >= 400:
            reply.document = self.encode(self.encode(reply.document).decode())
        return super().send(reply, sent)
