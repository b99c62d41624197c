"""Fifth hold-out: answers of a wrong form, questions refused wrongly, lists that do not fit the series."""

from dataclasses import replace
from itertools import groupby

from flask import Request

from tests.faulty.fleet import FLEET, Fleet, Resource
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import INTERVALS, SERIES, Query, Refusal, Reply, Row

SCHEMA, REFUSALS, ACROSS = "schema", "request validation", "cross-operation"
OF_DIGITS = {"PV000005": "20000005"}
SHARED = "ME000004"


@fault(SCHEMA, holdout=5)
class OneDocumentPerResource(Healthy):
    """Rows are streamed as one JSON document per resource: without a filter, several follow each other."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status != 200 or sent.path not in SERIES or not isinstance(reply.document, dict):
            return reply
        rows = reply.document["datas"]
        parts = [list(own) for _, own in groupby(rows, key=lambda row: row["resource_id"])]
        if len(parts) < 2:
            return reply
        return replace(reply, document=b"\n".join(self.encode({"datas": part}) for part in parts))


@fault(SCHEMA, holdout=5)
class StandbyHasNoWord(Healthy):
    """The table of words for the status has none for standby: where it should be SB, it is an empty text."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"status": ""} if row.get("status") == "SB" else row


@fault(REFUSALS, holdout=5)
class SameDayRefused(Healthy):
    """Of start and end only the dates are compared: a window within one UTC day is refused as empty."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end // DAY == query.start // DAY:
            raise Refusal(400, "end must be after start", "end")


@fault(REFUSALS, holdout=5)
class DigitIdsCrash(Healthy):
    """An id of digits alone becomes a number on its way and fails: so for the listed PV system 20000005."""

    def furnish(self) -> Fleet:
        named = [
            replace(one, resource_id=OF_DIGITS.get(one.resource_id, one.resource_id))
            for one in FLEET.resources
        ]
        return replace(FLEET, resources=tuple(sorted(named, key=lambda one: (one.site_id, one.resource_id))))

    def identifier(self, name: str, text: str) -> str:
        found = super().identifier(name, text)
        if found.isdigit():
            raise Refusal(500, "The server failed")
        return found


@fault(REFUSALS, holdout=5)
class UnknownIntervalIsNotFound(Healthy):
    """Inside, each interval has a path of its own: one that does not exist is answered with 404, not 400."""

    def interval(self, text: str) -> int:
        if text not in INTERVALS:
            raise Refusal(404, "There is no such path")
        return super().interval(text)


@fault(ACROSS, holdout=5)
class SleepersAreNotListed(Healthy):
    """Sites list active devices only: those now at standby, such as PV by night, are missing in the list."""

    def resources(self, site_id: str) -> list[Row]:
        asleep = {one.resource_id for one in self.fleet.resources if self.sleeps(one)}
        return [row for row in super().resources(site_id) if row["resource_id"] not in asleep]

    def sleeps(self, resource: Resource) -> bool:
        """Return whether a resource is at standby in its newest minute."""
        now = self.now()
        newest = self.minutes(resource, now - 1, now)
        return "status" in newest and str(newest["status"][-1]) == "SB"


@fault(ACROSS, holdout=5)
class OneDeviceForTwoMeters(Healthy):
    """Two meters are mapped to one device: Abu Dhabi's ME000006 has the readings of Singapore's ME000004."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        if resource.resource_id == "ME000006":
            resource = next(one for one in self.fleet.resources if one.resource_id == SHARED)
        return super().minutes(resource, start, end)


@fault(ACROSS, holdout=5)
class ResourcesJoinedByName(Healthy):
    """Lists are joined by name: each site lists the meters "Grid connection" of all sites as its own."""

    def resources(self, site_id: str) -> list[Row]:
        own = {str(row["resource_name"]) for row in super().resources(site_id)}
        found = [one for one in self.fleet.resources if one.name in own]
        return [self.resource_row(one) for one in sorted(found, key=lambda one: one.resource_id)]
