"""Second hold-out: rows that historians, pages, partitions, roll-ups and replicas get wrong."""

import itertools
from dataclasses import replace

import numpy as np
from flask import Request, Response

from tests.faulty.cases.second_holdout_legal_plants import BalancingEveryMinute
from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Reply, Row, time_of

GRID, AGGREGATION, RELATIONS = "time grid", "aggregation", "relations"


@fault(GRID, holdout=2)
class BoundingValueInFront(Healthy):
    """As historians do, the last bucket before the window comes first, so that a line can be drawn."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return start - query.interval if start > max(self.begin, resource.since) else start, end


@fault(GRID, holdout=2, needs="nights")
class NightsLeftOut(Healthy):
    """Rows of PV systems without power are not stored: every night is missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [row for row in rows if row["power_active_avg"] > 0] if resource.kind == "PV" else rows


@fault(GRID, holdout=2, needs="answers of more than 500 rows")
class PagesLoseRows(Healthy):
    """Answers are put together from pages of 500 rows, and between two pages one row is lost."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        return [row for at, row in enumerate(rows) if at % 501 != 500]


@fault(GRID, holdout=2, needs="the first twelve days of a month")
class DayAndMonthSwapped(Healthy):
    """A spreadsheet on the way took days up to the twelfth for months: 2 November is stamped 11 February."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        stamp = row["timestamp"]
        year, month, day = stamp[:4], stamp[5:7], stamp[8:10]
        return row | {"timestamp": f"{year}-{day}-{month}{stamp[10:]}"} if day <= "12" else row


@fault(GRID, holdout=2, needs="a window over Monday 00:00 UTC")
class PartitionsOverlap(Healthy):
    """Weekly partitions overlap by an hour: at Monday 00:00 UTC the rows of the hour before come again."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        found: list[Row] = []
        for row in super().rows(resource, query):
            if row["timestamp"][11:16] == "00:00" and (time_of(row["timestamp"]) // DAY + 3) % 7 == 0:
                found += found[-60 // query.interval :]
            found.append(row)
        return found


@fault(AGGREGATION, holdout=2)
class StatusIsTheAlphabetsLast(Healthy):
    """The roll-up takes MAX(status): the word that is last in the alphabet, not that of the bucket's end."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return np.sort(buckets, axis=1)[:, -1] if field == "status" else super().combine(field, buckets)


@fault(AGGREGATION, holdout=2)
class MaximaOfMeans(Healthy):
    """Coarse maxima are the highest one-minute mean: the peaks inside the minutes are lost."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        if query.interval == 1:
            return super().aggregate(minutes, query)
        peaks = [name for name in minutes if name.startswith("power") and name.endswith("_max")]
        return super().aggregate(
            minutes | {name: minutes[name.replace("_max", "_avg")] for name in peaks}, query
        )


@fault(AGGREGATION, holdout=2)
class DirectionsNettedInCoarseRows(BalancingEveryMinute):
    """Batteries change direction every minute, and coarse rows set charging off against discharging."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        pair = ("power_charge_active_avg", "power_discharge_active_avg")
        if query.interval > 1 and pair[0] in found:
            net = found[pair[0]] - found[pair[1]]
            found |= {pair[0]: np.maximum(net, 0), pair[1]: np.maximum(-net, 0)}
        return found


@fault(AGGREGATION, holdout=2, needs="minutes beside coarse rows")
class LostMinutesCountAsZero(Healthy):
    """One minute in forty was lost on the way, and in coarse averages it counts as zero power."""

    def lost(self, resource: Resource, minutes: Ints) -> np.ndarray:
        """Return whether each minute was lost."""
        return uniform(seed_of("radio", resource.resource_id), minutes) < 0.025

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        kept = ~self.lost(resource, np.arange(start, end))
        return {
            name: values * kept if name.startswith("power") and name.endswith("_avg") else values
            for name, values in columns.items()
        }

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval > 1 or not rows:
            return rows
        start, end = self.span(resource, query)
        gone = self.lost(resource, np.arange(start, end))
        return [row for row, is_gone in zip(rows, gone, strict=True) if not is_gone]


class _MinuteLater(Healthy):
    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        return super().minutes(resource, start + 1, end + 1)


@fault(AGGREGATION, holdout=2, needs="minutes beside coarse rows")
class RollUpOpensLeft(Healthy):
    """The roll-up takes the minutes after a bucket's start up to its end: coarse rows lie a minute late."""

    def __init__(self) -> None:
        super().__init__()
        self.later = _MinuteLater()

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return self.later.rows(resource, query) if query.interval > 1 else super().rows(resource, query)


class _TwoDaysBehind(Healthy):
    def now(self) -> int:
        return super().now() - 2 * DAY


@fault(RELATIONS, holdout=2, needs="the last two days, asked twice")
class OneReplicaLags(Healthy):
    """Of two replicas one is two days behind, and every second request for a series reaches that one."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)
        self.behind = _TwoDaysBehind()

    def datas(self, query: Query) -> list[Row]:
        return self.behind.datas(query) if next(self.calls) % 2 == 0 else super().datas(query)


@fault(RELATIONS, holdout=2, needs="the same question twice")
class OnlyWhatIsNew(Healthy):
    """The server remembers what a client has been given: asked again, the same window has no rows."""

    def __init__(self) -> None:
        super().__init__()
        self.given: set[Query] = set()

    def datas(self, query: Query) -> list[Row]:
        if query in self.given:
            return []
        self.given.add(query)
        return super().datas(query)


@fault(RELATIONS, holdout=2, needs="a window from the past into the future")
class FutureEndEmpties(Healthy):
    """A window that ends in the future has no rows, not even those that have been."""

    def datas(self, query: Query) -> list[Row]:
        return [] if query.end > self.now() else super().datas(query)


@fault(RELATIONS, holdout=2, needs="a question without a filter after one with a filter")
class FilterSticks(Healthy):
    """A question without a filter is answered with the filter of the question before it."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[str, str | None] = {}

    def datas(self, query: Query) -> list[Row]:
        if query.resource is None:
            query = replace(query, resource=self.before.get(query.kind))
        rows = super().datas(query)
        self.before[query.kind] = query.resource
        return rows


@fault(RELATIONS, holdout=2, needs="a question with an If-None-Match of anything")
class AnyValidatorMatches(Healthy):
    """Whatever validator a request brings, the answer is 'not modified'."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if reply.status == 200 and sent.headers.get("If-None-Match"):
            return Response(status=304, headers={"ETag": response.headers.get("ETag", '""')})
        return response
