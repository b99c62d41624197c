"""Rows at the wrong times, missing ones, and too many."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row, stamps_of

FAMILY = "time grid"


@fault(FAMILY)
class LocalTimeSaidToBeUtc(Healthy):
    """Timestamps of PV systems are the site's local time, still marked as UTC."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        shift = round(resource.longitude / 15.0) * 60
        if query.kind == "PV" and rows:
            start, _ = self.span(resource, query)
            stamps = stamps_of(np.arange(len(rows)) * query.interval + start + shift)
            rows = [row | {"timestamp": stamp} for row, stamp in zip(rows, stamps, strict=True)]
        return rows


@fault(FAMILY)
class OneHourAhead(Healthy):
    """Every timestamp is an hour late, as if by summer time."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return super().stamps(starts + 60, query)


@fault(FAMILY, needs="a window that does not begin on the grid")
class GridOfTheAskedStart(Healthy):
    """Buckets begin at the asked start instead of lying on the UTC grid."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = max(query.start, self.begin), min(query.end, self.now())
        return start, start + (end - start) // query.interval * query.interval


@fault(FAMILY)
class SecondsInTimestamps(Healthy):
    """Timestamps have the seconds of the moment when the logger wrote them."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        row["timestamp"] = row["timestamp"].replace(":00Z", ":03Z")
        return row


@fault(FAMILY)
class EndIncluded(Healthy):
    """The bucket that begins at the asked end is returned too."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        return super().span(resource, replace(query, end=query.end + query.interval))


@fault(FAMILY)
class StartLeftOut(Healthy):
    """The bucket that begins at the asked start is missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return rows[1:] if query.start % query.interval == 0 else rows


@fault(FAMILY)
class TwiceEveryFifty(Healthy):
    """Every fiftieth row of a battery comes twice."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [
            row for at, row in enumerate(rows) for _ in range(2 if query.kind == "BE" and at % 50 == 7 else 1)
        ]


@fault(FAMILY)
class LunchBreak(Healthy):
    """Half an hour from 12:00 UTC is missing every day."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return [
            row for row in super().rows(resource, query) if not "12:00" <= row["timestamp"][11:16] < "12:30"
        ]


@fault(FAMILY)
class NewestFirst(Healthy):
    """Rows come from the newest to the oldest."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return super().rows(resource, query)[::-1]


@fault(FAMILY)
class ShuffledRows(Healthy):
    """The rows of a resource come in no order."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [rows[at] for at in np.random.default_rng(len(rows)).permutation(len(rows))]


@fault(FAMILY, needs="an answer of more than 1,000 rows")
class ThousandRowsAtMost(Healthy):
    """After 1,000 rows the answer ends, and nothing says so."""

    def datas(self, query: Query) -> list[Row]:
        return super().datas(query)[:1000]


@fault(FAMILY, needs="a window of more than 7 days")
class SevenDaysAtMost(Healthy):
    """Of a longer window only the first seven days come."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        return super().span(resource, replace(query, end=min(query.end, query.start + 7 * DAY)))


@fault(FAMILY, needs="a clock change of Central Europe, such as 2026-03-29 or 2025-10-26")
class ClockChangeLosesAnHour(Healthy):
    """On the days when Central European clocks change, the hour from 01:00 UTC is missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return [row for row in super().rows(resource, query) if not self.changes(row["timestamp"])]

    def changes(self, stamp: str) -> bool:
        """Tell whether the hour is that of a change: the last Sunday of March or October."""
        if stamp[11:13] != "01" or stamp[5:7] not in ("03", "10") or int(stamp[8:10]) < 25:
            return False
        return (np.datetime64(stamp[:10]).astype(int) + 3) % 7 == 6


@fault(FAMILY, needs="2024-02-29")
class NoLeapDay(Healthy):
    """The 29th of February has no rows."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return [row for row in super().rows(resource, query) if row["timestamp"][5:10] != "02-29"]


@fault(FAMILY)
class MidnightMissing(Healthy):
    """The first bucket of every UTC day is missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return [row for row in super().rows(resource, query) if row["timestamp"][11:16] != "00:00"]


@fault(FAMILY)
class AlwaysFifteenMinutes(Healthy):
    """Whatever interval is asked, rows of 15 minutes come."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return super().rows(resource, replace(query, interval=15))


@fault(FAMILY)
class IntervalFieldLies(Healthy):
    """Every row says that it covers one minute."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"agg_interval": 1}


@fault(FAMILY, needs="15 minutes")
class EverySecondQuarter(Healthy):
    """At 15 minutes only every second row comes."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return (
            [row for row in rows if row["timestamp"][14:16] in ("00", "30")] if query.interval == 15 else rows
        )


@fault(FAMILY, needs="a window that reaches into the future")
class RowsOfTheFuture(Healthy):
    """Rows come for buckets that have not been yet."""

    def now(self) -> int:
        return super().now() + 2 * DAY


@fault(FAMILY, needs="a window that does not begin at midnight")
class WholeDaysOnly(Healthy):
    """The times of day in start and end are ignored: whole days come."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = query.start // DAY * DAY, -(-query.end // DAY) * DAY
        return super().span(resource, replace(query, start=start, end=end))


@fault(FAMILY, needs="a window that does not begin on the grid")
class PartialBuckets(Healthy):
    """Buckets that lie only partly inside the window are returned."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start = query.start // query.interval * query.interval
        end = -(-query.end // query.interval) * query.interval
        return super().span(resource, replace(query, start=start, end=end))


@fault(FAMILY, needs="the last day of a month")
class LastOfTheMonthMissing(Healthy):
    """The last day of a month has no rows."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        days = {row["timestamp"][:10]: np.datetime64(row["timestamp"][:10]) + 1 for row in rows}
        return [row for row in rows if str(days[row["timestamp"][:10]])[8:] != "01"]


@fault(FAMILY)
class TwelveHourClock(Healthy):
    """Hours after noon are written as those of the morning."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        stamp = row["timestamp"]
        return row | {"timestamp": f"{stamp[:11]}{int(stamp[11:13]) % 12:02d}{stamp[13:]}"}
