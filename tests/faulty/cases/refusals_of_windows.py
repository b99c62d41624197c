"""Windows and times that must be refused, missing parameters too, and are not."""

from dataclasses import replace

import numpy as np
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row, stamps_of, time_of

FAMILY = "request validation"
FAILED = "The server failed"


class Defaulting(Healthy):
    """A server that puts a value in the place of a missing one."""

    name = ""
    value = ""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        """Add what is missing."""
        if self.name not in given:
            given = MultiDict([*given.items(multi=True), (self.name, self.default(given))])
        return super().query(operation, given)

    def default(self, given: MultiDict[str, str]) -> str:
        """Return the value."""
        return self.value


@fault(FAMILY)
class MissingIntervalDefaults(Defaulting):
    """Without agg_interval, rows of 15 minutes come."""

    name, value = "agg_interval", "15"


@fault(FAMILY)
class MissingStartDefaults(Defaulting):
    """Without start, the day before end comes."""

    name = "start"

    def default(self, given: MultiDict[str, str]) -> str:
        end = self.time("end", given["end"]) if "end" in given else self.now()
        return stamps_of(np.array([end - DAY]))[0]


@fault(FAMILY)
class MissingEndDefaults(Defaulting):
    """Without end, the window has no end."""

    name, value = "end", "2026-06-03T00:00:00Z"


@fault(FAMILY)
class NoGroupListsAll(Healthy):
    """Without group_id, the sites of all groups are listed."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        if "group_id" in needed and "group_id" not in given:
            return {"group_id": "EVERYONE"}
        return super().parameters(given, allowed, needed)

    def sites(self, group: str) -> list[Row]:
        found = [super(NoGroupListsAll, self).sites(one) for one in ("GROUP001", "GROUP002")]
        return [row for rows in found for row in rows] if group == "EVERYONE" else super().sites(group)


@fault(FAMILY)
class EndBeforeStartTurned(Healthy):
    """A window that ends before it starts is turned round and answered."""

    def check_window(self, query: Query) -> None:
        start, end = sorted((query.start, query.end))
        super().check_window(replace(query, start=start, end=end))

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = sorted((query.start, query.end))
        return super().span(resource, replace(query, start=start, end=end))


@fault(FAMILY)
class EndBeforeStartCrashes(Healthy):
    """A window that ends before it starts makes the server fail."""

    def check_window(self, query: Query) -> None:
        if query.end < query.start:
            raise Refusal(500, FAILED)
        super().check_window(query)


@fault(FAMILY)
class EndBeforeStartIsEmpty(Healthy):
    """A window that ends before it starts is answered with no rows."""

    def check_window(self, query: Query) -> None:
        if query.end > query.start:
            super().check_window(query)


@fault(FAMILY)
class ShortWindowAccepted(Healthy):
    """A window shorter than the interval is answered with the bucket around it."""

    def check_window(self, query: Query) -> None:
        if not 0 < query.end - query.start < query.interval:
            super().check_window(query)

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        if query.end - query.start < query.interval:
            start = query.start // query.interval * query.interval
            return start, start + query.interval
        return super().span(resource, query)


class Lenient(Healthy):
    """A server that reads more times than it should."""

    def repaired(self, text: str) -> str:
        """Return a text that the healthy server reads."""
        raise NotImplementedError

    def time(self, name: str, text: str) -> int:
        """Read a time, repaired."""
        return super().time(name, self.repaired(text))


@fault(FAMILY)
class SecondsCut(Lenient):
    """Seconds other than 00 are cut off."""

    def repaired(self, text: str) -> str:
        return text[:17] + "00Z" if len(text) == 20 and text[17:19].isdecimal() else text


@fault(FAMILY)
class TimesWithoutZoneAccepted(Lenient):
    """A time without a zone is taken for UTC."""

    def repaired(self, text: str) -> str:
        return text + "Z" if len(text) == 19 else text


@fault(FAMILY)
class DatesAccepted(Lenient):
    """A date is taken for its midnight."""

    def repaired(self, text: str) -> str:
        return text + "T00:00:00Z" if len(text) == 10 else text


@fault(FAMILY)
class OffsetsIgnored(Lenient):
    """A time with an offset is read as if it were UTC."""

    def repaired(self, text: str) -> str:
        return text[:19] + "Z" if len(text) == 25 else text


@fault(FAMILY)
class ImpossibleDatesRollOver(Healthy):
    """The 30th of February is taken for the 2nd of March."""

    def time(self, name: str, text: str) -> int:
        if text[5:10] in ("02-30", "02-31", "04-31"):
            return time_of(text[:8] + "01" + text[10:]) + (int(text[8:10]) - 1) * DAY
        return super().time(name, text)


@fault(FAMILY)
class BadTimesCrash(Healthy):
    """A time that cannot be read makes the server fail."""

    def time(self, name: str, text: str) -> int:
        try:
            return super().time(name, text)
        except Refusal:
            raise Refusal(500, FAILED) from None
