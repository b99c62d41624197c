"""Hold-out: rows whose times and aggregates go wrong in unusual ways."""

from dataclasses import replace
from datetime import date

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

GRID, AGGREGATION, RELATIONS, ACROSS = "time grid", "aggregation", "relations", "cross-operation"


@fault(GRID, holdout=True)
class MonthsFromZero(Healthy):
    """Months are counted from zero: rows of June are stamped May."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        stamp = row["timestamp"]
        return row | {"timestamp": f"{stamp[:5]}{(int(stamp[5:7]) - 2) % 12 + 1:02d}{stamp[7:]}"}


@fault(GRID, holdout=True, needs="29 to 31 December")
class YearOfTheWeek(Healthy):
    """The year of a timestamp is that of its ISO week: the last days of December belong to the next year."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        year = date.fromisoformat(row["timestamp"][:10]).isocalendar().year
        return row | {"timestamp": f"{year}{row['timestamp'][4:]}"}


@fault(GRID, holdout=True, needs="a clock change of October, such as 2026-10-25")
class HourTwiceInOctober(Healthy):
    """When Central European clocks go back, the rows of the hour from 00:00 UTC come twice."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        found = []
        for row in super().rows(resource, query):
            day, hour = row["timestamp"][:10], row["timestamp"][11:13]
            is_sunday = (np.datetime64(day).astype(int) + 3) % 7 == 6
            found += [row] * (2 if day[5:7] == "10" and day[8:] >= "25" and hour == "00" and is_sunday else 1)
        return found


@fault(GRID, holdout=True)
class LastBucketBeforeLocalMidnight(Healthy):
    """Of each local day of the site the last bucket is missing."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        start, _ = self.span(resource, query)
        local = start + round(resource.longitude / 15) * 60 + query.interval
        return [row for at, row in enumerate(rows) if (local + at * query.interval) % DAY]


@fault(GRID, holdout=True, needs="a turn of the year")
class OneYearPerTable(Healthy):
    """A window over New Year ends with the old year."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        return [row for row in rows if row["timestamp"][:4] == rows[0]["timestamp"][:4]]


@fault(GRID, holdout=True)
class OneResourceHalfHourOff(Healthy):
    """The rows of one meter lie half a bucket beside the grid."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        is_that = query.resource == "ME000003" and query.interval > 1
        return super().stamps(starts + query.interval // 2 if is_that else starts, query)


@fault(AGGREGATION, holdout=True)
class MaximumByMagnitude(Healthy):
    """The maximum of a meter is the value that is farthest from zero: the deepest export."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        if field == "power_active_max":
            at = np.abs(buckets).argmax(axis=1)
            return buckets[np.arange(len(buckets)), at]
        return super().combine(field, buckets)

    def furnish(self) -> Fleet:
        return replace(
            FLEET, loads={key: replace(load, base_w=5000, peak_w=9000) for key, load in FLEET.loads.items()}
        )


@fault(AGGREGATION, holdout=True)
class MaximumOfTheDaySoFar(Healthy):
    """The maximum of PV power is that since midnight UTC: it never falls before the next."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        if resource.kind != "PV":
            return super().minutes(resource, start, end)
        first = start // DAY * DAY
        columns = super().minutes(resource, first, end)
        peaks = columns["power_active_max"]
        for at in range(0, len(peaks), DAY):
            peaks[at : at + DAY] = np.maximum.accumulate(peaks[at : at + DAY])
        return {name: values[start - first :] for name, values in columns.items()}


@fault(AGGREGATION, holdout=True, needs="5 minutes beside another interval")
class FourOfFiveMinutes(Healthy):
    """At 5 minutes only, averages are made of four minutes."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        is_short = buckets.shape[1] == 5 and field.endswith("_avg")
        return super().combine(field, buckets[:, :4] if is_short else buckets)


@fault(AGGREGATION, holdout=True)
class TwoRegisters(Healthy):
    """At 30 minutes the register is that of another meter, which counts three percent more."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        found = super().combine(field, buckets)
        return found * 1.03 if field.endswith("_cum") and buckets.shape[1] == 30 else found


@fault(AGGREGATION, holdout=True)
class MinutesInterpolated(Healthy):
    """Minutes are drawn as straight lines between the half-hourly means."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        columns = super().aggregate(minutes, query)
        for name in [name for name in columns if name.startswith("power") and name.endswith("_avg")]:
            size = len(columns[name]) // 30 * 30
            if query.interval == 1 and size:
                means = columns[name][:size].reshape(-1, 30).mean(axis=1)
                columns[name] = np.interp(np.arange(len(columns[name])), np.arange(15, size, 30), means)
        return columns


@fault(AGGREGATION, holdout=True)
class ReactiveWithoutSign(Odd):
    """Where reactive power changes its sign, a coarse average is that of its magnitude."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return super().combine(
            field, np.abs(buckets) if field == "power_reactive_avg" and buckets.shape[1] > 1 else buckets
        )


class _Swinging(Plant):
    def meter(self, resource: Resource, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        reactive = (columns["power_reactive_avg"] * np.sign(np.sin(minutes / 3.0))).astype(np.int64)
        return columns | {"power_reactive_avg": reactive}


ReactiveWithoutSign.plant_class = _Swinging
