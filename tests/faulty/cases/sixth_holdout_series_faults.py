"""Sixth hold-out: stamps cut short, intervals made for charts, roll-ups with a wrong start or no weights."""

from dataclasses import replace

import numpy as np

from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row

GRID, AGGREGATION = "time grid", "aggregation"


@fault(GRID, holdout=6, needs="rows of 1, 5 or 15 minutes")
class StampsCutToTens(Healthy):
    """A column of stamps is one character short: the last digit of minutes is lost, 00:15 becomes 00:10."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return [stamp[:15] + "0:00Z" for stamp in super().stamps(starts, query)]


@fault(GRID, holdout=6, needs="a day of minutes, four days of five minutes or eleven days of quarter hours")
class ThousandPointsForTheChart(Healthy):
    """Made for charts: where a series has more than 1,000 points, rows of the next coarser interval come."""

    def datas(self, query: Query) -> list[Row]:
        intervals = (query.interval, *(one for one in (5, 15, 30) if one > query.interval))
        fitting = (one for one in intervals if query.end - query.start <= 1000 * one)
        return super().datas(replace(query, interval=next(fitting, 30)))


@fault(AGGREGATION, holdout=6, needs="minutes beside coarse rows of a meter that exports")
class MaximumStartsAtZero(Healthy):
    """Maxima of the roll-up start from 0: while a meter exports (or it freezes), a coarse maximum is 0."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        values = super().combine(field, buckets)
        is_rolled_up = field.endswith("_max") and buckets.shape[1] > 1
        return np.maximum(values, 0) if is_rolled_up else values


@fault(AGGREGATION, holdout=6, needs="minutes beside coarse rows")
class ChangesAveragedWithoutWeights(Healthy):
    """Coarse averages are means of stored changes (2 % and more), whether they held 1 minute or 20."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        if not field.endswith("_avg"):
            return super().combine(field, buckets)
        stored = buckets[:, 0].astype(np.float64)
        total, count = stored.copy(), np.ones(len(stored))
        for at in range(1, buckets.shape[1]):
            value = buckets[:, at]
            is_stored = np.abs(value - stored) > 0.02 * np.abs(stored)
            stored = np.where(is_stored, value, stored)
            total += np.where(is_stored, value, 0.0)
            count += is_stored
        means: np.ndarray = total / count
        return means
