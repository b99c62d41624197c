"""Sixth hold-out: legal operation (limits, roll-ups, backlogs, a hired battery, days by the site's clock)."""

import itertools
from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Resource, minute_of
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row

OPERATION = "operation"


class _WithGaps(Healthy):
    def missing(self, resource: Resource, query: Query, starts: Ints, ends: Ints) -> np.ndarray:
        """Return for each bucket whether it is missing."""
        raise NotImplementedError

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if not rows:
            return rows
        starts = np.arange(*self.span(resource, query), query.interval)
        gone = self.missing(resource, query, starts, starts + query.interval)
        return [row for row, is_gone in zip(rows, gone, strict=True) if not is_gone]


@legal(OPERATION, holdout=6, needs="a window of more than a week ago without a filter")
class HistoryPerResourceOnly(Healthy):
    """Without a filter the last seven days can be asked; what is older only for one resource at a time."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.resource is None and query.start < (self.now() // DAY - 7) * DAY:
            raise Refusal(400, "What is older than seven days needs a resource_id", "resource_id")


@legal(OPERATION, holdout=6, needs="a window over 10 November 2026")
class RollUpsSinceTheTenth(Healthy):
    """Coarse rows are made since 10 November 2026, 12:00 UTC; what is older exists in minutes only."""

    begun = minute_of(2026, 11, 10, 12)

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start if query.interval == 1 else max(start, self.begun), end


@legal(OPERATION, holdout=6, needs="a window over 12 to 15 November 2026")
class BacklogComesMeanwhile(_WithGaps):
    """A site uploads the backlog of 12 to 15 November 2026 meanwhile: each question sees 30 minutes more."""

    off, back = minute_of(2026, 11, 12, 9), minute_of(2026, 11, 15, 9)

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count()
        self.come = self.off

    def datas(self, query: Query) -> list[Row]:
        # Whatever comes first, the backlog never shrinks.
        self.come = max(self.come, self.off + 30 * next(self.calls))
        return super().datas(query)

    def missing(self, resource: Resource, query: Query, starts: Ints, ends: Ints) -> np.ndarray:
        return (starts < self.back) & (ends > self.come) & (resource.site_id == "SITE0002")


@legal(OPERATION, holdout=6, needs="a window over 6 to 19 November 2026")
class BatteryOnHire(Healthy):
    """A used battery with its own connection was hired from 6 to 19 November 2026; it is still listed."""

    until = minute_of(2026, 11, 19, 16)

    def furnish(self) -> Fleet:
        hired = Battery(
            "BE000004",
            "SITE0003",
            "UC000006",
            "Hired trailer",
            1.353,
            103.819,
            minute_of(2026, 11, 6, 8),
            capacity_wh=120_000,
            rated_w=60_000,
            idle_w=150.0,
        )
        return replace(FLEET, resources=(*FLEET.resources, hired))

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start, min(end, self.until) if resource.resource_id == "BE000004" else end


@legal(OPERATION, holdout=6, needs="windows of more than a day")
class LimitsByInterval(Healthy):
    """Minutes can be asked for one day, 5 minutes for 7 days, 15 for 14 and 30 for 31; more is refused."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        days = {1: 1, 5: 7, 15: 14, 30: 31}[query.interval]
        if query.end - query.start > days * DAY:
            detail = f"At {query.interval} minutes a window may have {days} days at most"
            raise Refusal(400, detail, "end")


@legal(OPERATION, holdout=6, needs="minutes or five minutes")
class QuartersFromTheDevice(_WithGaps):
    """Devices send quarter hours that always arrive, and minutes by fives, of which one in thirty is lost."""

    def missing(self, resource: Resource, query: Query, starts: Ints, ends: Ints) -> np.ndarray:
        packets = uniform(seed_of("packet", resource.resource_id), starts // 5)
        return (packets < 1 / 30) & (query.interval < 15)


@legal(OPERATION, holdout=6, needs="the current day")
class PublishedByLocalDay(Healthy):
    """Rows of a site are published when its local day is over: sites end at different hours of UTC."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        zone = round(resource.longitude / 15.0) * 60
        return start, min(end, (self.now() + zone) // DAY * DAY - zone)
