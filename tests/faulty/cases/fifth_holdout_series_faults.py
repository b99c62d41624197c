"""Fifth hold-out: stamps that archives and receivers get wrong, and roll-ups that weigh or group wrongly."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import Resource, minute_of
from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row, stamps_of, time_of

GRID, AGGREGATION = "time grid", "aggregation"


@fault(GRID, holdout=5, needs="a window over 02:00 UTC")
class StampsCountedFromTheStart(Healthy):
    """Rows of 02:10 to 02:40 UTC are lost; stamps count on from the window's start: all later ones slip."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if not rows:
            return rows
        start, end = self.span(resource, query)
        times = np.arange(start, end, query.interval)
        is_lost = (times % DAY < 160) & (times % DAY + query.interval > 130)
        kept = [row for row, gone in zip(rows, is_lost, strict=True) if not gone]
        stamps = stamps_of(times[: len(kept)])
        return [row | {"timestamp": stamp} for row, stamp in zip(kept, stamps, strict=True)]


class AnHourLate(Healthy):
    """A healthy server whose stamps are an hour late."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return super().stamps(starts + 60, query)


@fault(GRID, holdout=5, needs="a window that begins more than 14 days ago")
class ArchiveInServerTime(Healthy):
    """Rows of more than 14 days ago come from an archive in the server's time, UTC+1, marked as UTC."""

    def __init__(self) -> None:
        super().__init__()
        self.archive = AnHourLate()

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        seam = self.now() // DAY * DAY - 14 * DAY
        old = replace(query, start=query.start - 60, end=min(query.end - 60, seam))
        rows = self.archive.rows(resource, old) + super().rows(
            resource, replace(query, start=max(query.start, seam))
        )
        return sorted(rows, key=lambda row: str(row["timestamp"]))


@fault(GRID, holdout=5, needs="rows of November 2026")
class ReceiverWeekRollsOver(Healthy):
    """Since 1 November 2026 a site's old GPS clock is 1,024 weeks behind: rows of today are stamped 2007."""

    first = minute_of(2026, 11, 1)

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if resource.site_id != "SITE0002":
            return row
        start = time_of(str(row["timestamp"]))
        stamp = stamps_of(np.array([start - 1024 * 7 * DAY]))[0]
        return row | {"timestamp": stamp} if start >= self.first else row


@fault(AGGREGATION, holdout=5, needs="minutes beside coarse rows")
class RunningMeanTakesHalves(Healthy):
    """Coarse averages are updated as (old + new) / 2 by each minute: the last one has half of the weight."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        if not field.endswith("_avg"):
            return super().combine(field, buckets)
        mean: np.ndarray = buckets[:, 0].astype(np.float64)
        for at in range(1, buckets.shape[1]):
            mean = (mean + buckets[:, at]) / 2.0
        return mean


@fault(AGGREGATION, holdout=5, needs="minutes beside coarse rows of batteries or PV")
class TemperaturesGroupedByTimeAlone(Healthy):
    """The roll-up groups temperatures by time alone: coarse rows show the highest of all batteries, or PV."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval == 1 or query.kind == "ME" or not rows:
            return rows
        start, end = self.span(resource, query)
        alike = [one for one in self.fleet.resources if one.kind == query.kind]
        made = [self.aggregate(self.minutes(one, start, end), query) for one in alike]
        for name in ("temp_cell_max", "temp_ambient_max"):
            highest = self.wire(name, np.max([columns[name] for columns in made], axis=0))
            for row, value in zip(rows, highest, strict=True):
                row[name] = value
        return rows


@fault(AGGREGATION, holdout=5, needs="minutes beside coarse rows")
class PeakOfTheWholeHour(Healthy):
    """The roll-up keeps peaks per hour: in coarse rows each maximum of power is that of its whole hour."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval == 1 or not rows:
            return rows
        start, end = self.span(resource, query)
        first, last = start // 60 * 60, -(-end // 60) * 60
        minutes = self.minutes(resource, first, min(last, self.now()))
        hours = np.arange(0, min(last, self.now()) - first, 60)
        at = (np.arange(start, end, query.interval) - first) // 60
        for name in [one for one in minutes if one.startswith("power") and one.endswith("_max")]:
            peaks = self.wire(name, np.maximum.reduceat(minutes[name], hours)[at])
            for row, value in zip(rows, peaks, strict=True):
                row[name] = value
        return rows
