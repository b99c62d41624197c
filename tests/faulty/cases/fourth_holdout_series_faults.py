"""Fourth hold-out: time grids and roll-ups as formatters, schedulers and SQL get them wrong."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row, time_of

GRID, AGGREGATION = "time grid", "aggregation"


@fault(GRID, holdout=4)
class WindowInServerTime(Healthy):
    """The server reads start and end by its clock, UTC+1: rows come from an hour earlier, rightly stamped."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        return super().span(resource, replace(query, start=query.start - 60, end=query.end - 60))


@fault(GRID, holdout=4)
class HoursFromOneToTwentyFour(Healthy):
    """Hours of timestamps are formatted from 1 to 24: 00:15 is written 24:15 of the same day."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        stamps = super().stamps(starts, query)
        return [one[:11] + "24" + one[13:] if one[11:13] == "00" else one for one in stamps]


@fault(GRID, holdout=4, needs="15 or 30 minutes")
class SchedulerDrifts(Healthy):
    """The jobs for 15 and 30 minutes lose three seconds a run: over each UTC day, stamps drift by minutes."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        late = starts % DAY // query.interval * 3 // 60 if query.interval >= 15 else 0
        return super().stamps(starts + late, query)


@fault(GRID, holdout=4)
class TimesInSinglePrecision(Healthy):
    """Times pass through single-precision seconds: stamps are off by a minute or two, some repeat."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        seconds = (starts * 60).astype(np.float32).astype(np.int64)
        return super().stamps(seconds // 60, query)


@fault(GRID, holdout=4, needs="a weekend at 30 minutes")
class RollUpRestsAtWeekends(Healthy):
    """The job for 30 minutes rests at weekends: Saturdays and Sundays have finer rows, none of 30 minutes."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.interval != 30:
            return rows
        # 1 January 1970 was a Thursday.
        return [row for row in rows if (time_of(str(row["timestamp"])) // DAY + 3) % 7 < 5]


@fault(GRID, holdout=4)
class MinutesAreTheMonth(Healthy):
    """The format of timestamps has the month where minutes belong: in November, 14:30 is written 14:11."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return [one[:14] + one[5:7] + one[16:] for one in super().stamps(starts, query)]


def with_before(server: Healthy, resource: Resource, start: int, end: int, lead: int) -> Columns:
    """Return the minutes from so many before the start on; before the data, its first minute is repeated."""
    base = max(start - lead, server.begin)
    at = np.maximum(np.arange(start - lead, end), base) - base
    return {name: values[at] for name, values in server.plant.minutes(resource, base, end).items()}


@fault(AGGREGATION, holdout=4, needs="an interval above one minute")
class BetweenCountsBothEnds(Healthy):
    """The roll-up selects BETWEEN start AND end: the first minute of the next bucket counts in both."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        return super().minutes(resource, start, end + 1)

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        if query.interval == 1:
            return {name: values[:-1] for name, values in minutes.items()}
        view = np.lib.stride_tricks.sliding_window_view
        every = query.interval
        return {
            name: self.combine(name, view(values, every + 1)[::every]) for name, values in minutes.items()
        }


class _Held(Healthy):
    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = with_before(self, resource, start, end, 180)
        times = np.arange(start, end)
        is_late = (times % DAY >= 360) & (times % DAY < 540)
        at = np.where(is_late, times // DAY * DAY + 359, times) - (start - 180)
        return {name: values[at] for name, values in columns.items()}


@fault(AGGREGATION, holdout=4, needs="minutes beside coarse rows, 06:00 to 09:00 UTC")
class RollUpBeforeLateMinutes(Healthy):
    """Minutes of 06:00 to 09:00 UTC come late: coarse rows repeat what was known before, and stay so."""

    def __init__(self) -> None:
        super().__init__()
        self.rolled_up = _Held()

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        return super().rows(resource, query) if query.interval == 1 else self.rolled_up.rows(resource, query)


@fault(AGGREGATION, holdout=4, needs="minutes beside coarse rows")
class CoarseMeansSmoothed(Healthy):
    """For smoother charts a coarse average is the mean of three buckets: its own and the two before it."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        return with_before(self, resource, start, end, 60)

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        made, before = super().aggregate(minutes, query), 60 // query.interval
        found = {name: values[before:] for name, values in made.items()}
        if query.interval > 1:
            for name in [name for name in made if name.endswith("_avg")]:
                one = made[name]
                found[name] = (one[before:] + one[before - 1 : -1] + one[before - 2 : -2]) / 3.0
        return found


@fault(AGGREGATION, holdout=4, needs="minutes beside coarse rows of a meter")
class CoarseMeansAreEnergies(Healthy):
    """Coarse averages of meters are the kWh of the bucket instead of kW: at 30 minutes half of the power."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        if query.kind == "ME" and query.interval > 1:
            names = [name for name in found if name.endswith("_avg")]
            found |= {name: found[name] * query.interval / 60.0 for name in names}
        return found


@fault(AGGREGATION, holdout=4, needs="a meter that exports, minutes beside coarse rows")
class ExportLostInTheRollUp(Healthy):
    """The roll-up takes negative power for noise: in coarse averages of meters, export counts as zero."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        if query.kind == "ME" and query.interval > 1:
            minutes = minutes | {"power_active_avg": np.maximum(minutes["power_active_avg"], 0)}
        return super().aggregate(minutes, query)


@fault(AGGREGATION, holdout=4, needs="a meter that exports, minutes beside coarse rows")
class RegisterIsItsHighest(Healthy):
    """The roll-up takes MAX(register): while a meter exports, that is the register of the first minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets.max(axis=1) if field.endswith("_cum") else super().combine(field, buckets)
