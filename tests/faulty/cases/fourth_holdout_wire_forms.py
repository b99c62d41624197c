"""Fourth hold-out: what serialisers, gateways and careless checks do to answers and to questions."""

import re
from dataclasses import replace

from flask import Request
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import ID, SERIES, Query, Refusal, Reply, Row

SCHEMA, REFUSALS = "schema", "request validation"
_LEADING_DIGITS = re.compile(r"\s*\+?0*([0-9]+)", re.ASCII)
FAILED = "The server failed"


@fault(SCHEMA, holdout=4)
class ZerosAreLeftOut(Healthy):
    """A gRPC gateway leaves fields out whose value is zero: at night rows of PV systems have no power."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return {name: value for name, value in row.items() if value != 0}


@fault(SCHEMA, holdout=4)
class OnBecomesTrue(Healthy):
    """The table of states is YAML, where a bare ON means true: that is the status of PV that generates."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"status": True} if row.get("status") == "ON" else row


@fault(SCHEMA, holdout=4)
class CommaAfterTheLastRow(Healthy):
    """Rows are streamed by hand, each with a comma behind it, the last one too, which is no JSON."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status != 200 or sent.path not in SERIES:
            return reply
        body = self.encode(reply.document)
        return replace(reply, document=body[:-2] + b",]}" if body.endswith(b"}]}") else body)


@fault(SCHEMA, holdout=4)
class RegistersAsDecimalObjects(Healthy):
    """Registers come as the database's decimal objects: {"$numberDecimal": "22.3"} instead of 22.3."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        changed = {n: {"$numberDecimal": str(value)} for n, value in row.items() if n.endswith("_cum")}
        return row | changed


@fault(REFUSALS, holdout=4)
class UnknownParameterCrashes(Healthy):
    """Parameters are passed on to a function by name: one that the document does not know makes it fail."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        if set(given) - allowed:
            raise Refusal(500, FAILED)
        return super().parameters(given, allowed, needed)


@fault(REFUSALS, holdout=4)
class RestOfTheIntervalIgnored(Healthy):
    """The interval is read as far as its digits go: 15abc, 15.9 and 15,30 are taken for 15."""

    def interval(self, text: str) -> int:
        found = _LEADING_DIGITS.match(text)
        return super().interval(found.group(1) if found else text)


@fault(REFUSALS, holdout=4)
class BadEndMeansNow(Healthy):
    """An end that cannot be read is taken for the present: all rows from start until now come."""

    def time(self, name: str, text: str) -> int:
        try:
            return super().time(name, text)
        except Refusal:
            if name == "end":
                return self.now()
            raise


@fault(REFUSALS, holdout=4)
class OtherKindCrashes(Healthy):
    """A series that is asked for a resource of another type does not find its columns and fails."""

    def selected(self, query: Query) -> list[Resource]:
        others = {one.resource_id for one in self.fleet.resources if one.kind != query.kind}
        if query.resource in others:
            raise Refusal(500, FAILED)
        return list(super().selected(query))


@fault(REFUSALS, holdout=4)
class EveningToMorningRefused(Healthy):
    """Start and end are compared by time of day: from 20:00 until 06:00 of the next day is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end % DAY < query.start % DAY:
            raise Refusal(400, "end must be after start", "end")


@fault(REFUSALS, holdout=4)
class BadFilterDropped(Healthy):
    """A resource_id that breaks the pattern is dropped, and the rows of all resources come."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        asked = given.getlist("resource_id")
        if len(asked) == 1 and not ID.fullmatch(asked[0]):
            given = MultiDict([(name, value) for name, value in given.items(True) if name != "resource_id"])
        return super().query(operation, given)


@fault(REFUSALS, holdout=4)
class AbsentIntervalCrashes(Healthy):
    """Without agg_interval the server turns nothing into a number and fails."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        if "agg_interval" in needed and "agg_interval" not in given:
            raise Refusal(500, FAILED)
        return super().parameters(given, allowed, needed)
