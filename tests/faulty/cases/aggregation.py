"""Coarse rows that do not follow from the fine ones."""

import numpy as np

from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query

FAMILY = "aggregation"
NEEDS = "two intervals"


@fault(FAMILY, needs=NEEDS)
class AverageIsTheFirstMinute(Healthy):
    """An average is the value of the bucket's first minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets[:, 0] if field.endswith("_avg") else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class AverageIsTheSum(Healthy):
    """An average of active power is the sum of its minutes."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets.sum(axis=1) if field == "power_active_avg" else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class AverageIsTheMaximum(Healthy):
    """An average of a battery's power is the highest minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        is_battery = field.endswith("_active_avg") and "charge" in field
        return buckets.max(axis=1) if is_battery else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class MaximumIsTheMeanOfMaxima(Healthy):
    """A maximum is the mean of the one-minute maxima."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        is_power = field.startswith("power") and field.endswith("_max")
        return buckets.mean(axis=1) if is_power else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class MaximumIsTheAverage(Healthy):
    """At coarse intervals the maximum of active power repeats the average."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        columns = super().aggregate(minutes, query)
        if query.interval > 1 and "power_active_max" in columns:
            columns["power_active_max"] = columns["power_active_avg"]
        return columns


@fault(FAMILY, needs=NEEDS)
class RegisterOfTheFirstMinute(Healthy):
    """A register is read after the bucket's first minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets[:, 0] if field.endswith("_cum") else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class RegisterIsAveraged(Healthy):
    """A register is the mean of its readings in the bucket."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets.mean(axis=1) if field.endswith("_cum") else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class RegisterIsSummed(Healthy):
    """A register of a battery is the sum of its readings in the bucket."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        is_battery = field.endswith("_cum") and "charge" in field
        return buckets.sum(axis=1) if is_battery else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class ChargeIsAveraged(Healthy):
    """The state of charge is the mean of the bucket, not its end."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets.mean(axis=1) if field == "soc_end" else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class ChargeOfTheStart(Healthy):
    """The state of charge is that of the bucket's first minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets[:, 0] if field == "soc_end" else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class TemperatureIsAveraged(Healthy):
    """The maximum of a cell's temperature is its mean."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets.mean(axis=1) if field == "temp_cell_max" else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS)
class StatusOfTheFirstMinute(Healthy):
    """The status is that of the bucket's first minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return buckets[:, 0] if field == "status" else super().combine(field, buckets)


@fault(FAMILY, needs=NEEDS + ", hours around sunrise or a battery that starts")
class ZerosLeftOut(Healthy):
    """An average leaves out the minutes without power."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        if not field.endswith("_active_avg"):
            return super().combine(field, buckets)
        return buckets.sum(axis=1) / np.maximum((buckets != 0).sum(axis=1), 1)


@fault(FAMILY, needs="15 and 30 minutes")
class HalfHourIsItsSecondQuarter(Healthy):
    """At 30 minutes, averages and maxima cover only the second quarter of an hour."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return super().combine(field, buckets[:, 15:] if buckets.shape[1] == 30 else buckets)


@fault(FAMILY, needs=NEEDS)
class LastMinuteLeftOut(Healthy):
    """Averages and maxima leave out the bucket's last minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        cut = buckets[:, :-1] if buckets.shape[1] > 1 and field.startswith("power") else buckets
        return super().combine(field, cut)


@fault(FAMILY, needs=NEEDS)
class MaximumOfTheLastMinute(Healthy):
    """A coarse maximum is the peak of the bucket's last minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        is_peak = field.startswith("power") and field.endswith("_max")
        return buckets[:, -1] if is_peak else super().combine(field, buckets)
