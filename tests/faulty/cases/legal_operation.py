"""Healthy deployments that are run unlike the usual ones."""

import itertools
import time

import numpy as np
from flask import Request
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY, now_minute
from tests.faulty.noise import seed_of, uniform
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

FAMILY = "operation"


@legal(FAMILY)
class NotFoundWithoutRows(Healthy):
    """A window without rows is answered with 404."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        if not rows:
            raise Refusal(404, "There is no data in this window")
        return rows


@legal(FAMILY)
class UnknownResourceIsEmpty(Healthy):
    """A resource that does not exist has no rows."""

    def selected(self, query: Query) -> list[Resource]:
        try:
            return list(super().selected(query))
        except Refusal:
            return []


@legal(FAMILY)
class UnknownSiteIsEmpty(Healthy):
    """A site that does not exist has no resources."""

    def resources(self, site_id: str) -> list[Row]:
        return [self.resource_row(one) for one in self.fleet.resources if one.site_id == site_id]


@legal(FAMILY)
class UnknownGroupIsNotFound(Healthy):
    """A group that does not exist is answered with 404."""

    def sites(self, group: str) -> list[Row]:
        rows = super().sites(group)
        if not rows:
            raise Refusal(404, f"There is no group {group!r}")
        return rows


@legal(FAMILY)
class MalformedIsNotFound(Healthy):
    """An id that breaks the pattern is answered as one that does not exist."""

    def identifier(self, name: str, text: str) -> str:
        try:
            return super().identifier(name, text)
        except Refusal as refusal:
            raise Refusal(404, refusal.detail) from None


@legal(FAMILY)
class UnknownParametersIgnored(Healthy):
    """Parameters that the document does not know are ignored, of repeated ones the first counts."""

    def parameters(self, given: MultiDict[str, str], allowed: set[str], needed: set[str]) -> dict[str, str]:
        kept = MultiDict({name: given[name] for name in given if name in allowed})
        return super().parameters(kept, allowed, needed)


@legal(FAMILY)
class WindowMustBeLonger(Healthy):
    """A window exactly as long as the interval is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start == query.interval:
            raise Refusal(400, "The window must be longer than agg_interval", "end")


@legal(FAMILY)
class SevenDaysPerRequest(Healthy):
    """A window of more than seven days is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start > 7 * DAY:
            raise Refusal(400, "At most 7 days can be asked at once", "end")


@legal(FAMILY)
class ADayOfMinutes(Healthy):
    """A window of more than 1,440 buckets is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.end - query.start > 1440 * query.interval:
            raise Refusal(400, "At most 1,440 rows per resource can be asked at once", "end")


@legal(FAMILY)
class Slow(Healthy):
    """Every answer takes eighty milliseconds."""

    def answer(self, sent: Request) -> Reply:
        time.sleep(0.08)
        return super().answer(sent)


class Counting(Healthy):
    """A server that counts its requests."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)


@legal(FAMILY)
class BusyNowAndThen(Counting):
    """Every twenty-fifth request is answered with 429 and an invitation to try again at once."""

    def answer(self, sent: Request) -> Reply:
        reply = super().answer(sent)
        if next(self.calls) % 25 == 0:
            reply = self.problem(Refusal(429, "Too many requests"))
            reply.headers["Retry-After"] = "0"
        return reply


@legal(FAMILY)
class RestartsNowAndThen(Counting):
    """Every fortieth request is answered with 503 and an invitation to try again in a second."""

    def answer(self, sent: Request) -> Reply:
        if next(self.calls) % 40 == 0:
            reply = self.problem(Refusal(503, "The server cannot answer now"))
            reply.headers["Retry-After"] = "1"
            return reply
        return super().answer(sent)


@legal(FAMILY)
class LateData(Healthy):
    """Rows come eight hours late."""

    def now(self) -> int:
        return super().now() - 480


@legal(FAMILY)
class MinutesForThirtyDays(Healthy):
    """Minutes are kept for thirty days, five minutes for ninety; coarser rows for ever."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        kept = {1: 30, 5: 90}.get(query.interval)
        first = (now_minute() // DAY - kept) * DAY if kept else start
        return max(start, first), end


@legal(FAMILY)
class FortyDaysKept(Healthy):
    """Nothing older than forty days is kept."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return max(start, (now_minute() // DAY - 40) * DAY), end


@legal(FAMILY)
class LostMinutes(Healthy):
    """One minute in two hundred was lost on the way; coarse rows are made of the others."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval > 1 or not rows:
            return rows
        start, _ = self.span(resource, query)
        lost = uniform(seed_of("lost", resource.resource_id), np.arange(start, start + len(rows))) < 0.005
        return [row for row, gone in zip(rows, lost, strict=True) if not gone]


@legal(FAMILY)
class OutageOfThreeHours(Healthy):
    """On the 17th of each month the connection was down from 08:00 to 11:00 UTC."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [
            row
            for row in rows
            if not (row["timestamp"][8:10] == "17" and "08" <= row["timestamp"][11:13] < "11")
        ]


@legal(FAMILY)
class OutageOfFourDays(Healthy):
    """A logger was broken from 12 to 15 November 2026: one battery has no rows of those days."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if resource.resource_id == "BE000001":
            rows = [row for row in rows if not "2026-11-12" <= row["timestamp"][:10] <= "2026-11-15"]
        return rows
