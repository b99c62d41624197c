"""Third hold-out: rows as loggers, roll-ups, replicas, current transformers and firmware get them wrong."""

import zlib
from dataclasses import replace

import numpy as np

from tests.faulty.fleet import SITES, Meter, Resource, Site
from tests.faulty.flows import fitted
from tests.faulty.noise import Floats, Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

GRID, AGGREGATION, RELATIONS = "time grid", "aggregation", "relations"
PHYSICS, STATISTICAL = "physics", "statistical"


@fault(GRID, holdout=3, needs="a window off the grid of its interval")
class BucketsThatOnlyTouch(Healthy):
    """A bucket that the window only touches is returned too, whole, at either end."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start = query.start // query.interval * query.interval
        end = -(-query.end // query.interval) * query.interval
        return super().span(resource, replace(query, start=start, end=end))


@fault(GRID, holdout=3, needs="an interval above one minute")
class StampsOfTheMiddle(Healthy):
    """A row is stamped with the middle of its bucket, where a chart would draw it: 00:07, 00:15."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return super().stamps(starts + query.interval // 2, query)


@fault(GRID, holdout=3)
class ClockSticksForAnHour(Healthy):
    """While a PV logger sets its clock, from 16:00 to 17:00 UTC each day, it stamps all rows with 16:00."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        stamp = row["timestamp"]
        is_stuck = resource.kind == "PV" and stamp[11:13] == "16"
        return row | {"timestamp": stamp[:14] + "00:00Z"} if is_stuck else row


@fault(AGGREGATION, holdout=3)
class AverageIsTheMedian(Healthy):
    """Against outliers, coarse averages are medians of the minutes."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        return np.median(buckets, axis=1) if field.endswith("_avg") else super().combine(field, buckets)


@fault(AGGREGATION, holdout=3, needs="minutes beside coarse rows")
class ApparentFromTheMeans(Healthy):
    """Coarse apparent power is computed from mean active and reactive power, instead of averaged."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        if "power_apparent_avg" in found:
            made = np.hypot(found["power_active_avg"], found["power_reactive_avg"])
            found["power_apparent_avg"] = made
        return found


@fault(AGGREGATION, holdout=3)
class AveragesFromWholeKilowattHours(Healthy):
    """Coarse PV averages are differences of a register in whole kWh: at 15 minutes multiples of 4 kW."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        if query.kind == "PV" and query.interval > 1:
            register = minutes["energy_active_cum"].reshape(-1, query.interval)
            power = minutes["power_active_avg"].reshape(-1, query.interval)
            counted = register[:, -1] // 60_000 - (register[:, 0] - power[:, 0]) // 60_000
            found["power_active_avg"] = counted * 60_000 / query.interval
        return found


class _OldFactor(Healthy):
    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        is_that = resource.resource_id in ("ME000003", "ME000004", "ME000005", "ME000006")
        return {name: values * 0.8 for name, values in columns.items()} if is_that else columns


@fault(RELATIONS, holdout=3, needs="overlapping windows")
class ReplicaByUrl(Healthy):
    """Each URL has its replica, of which one knows an old factor of the meters: four fifths of everything."""

    def __init__(self) -> None:
        super().__init__()
        self.other = _OldFactor()

    def datas(self, query: Query) -> list[Row]:
        is_other = zlib.crc32(repr(query).encode()) % 2
        return self.other.datas(query) if is_other else super().datas(query)


class _Frost(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return super().ambient(site, minutes) - (4.0 if site.site_id == "SITE0002" else 0.0)


@fault(PHYSICS, holdout=3, needs="frost in one of the sites, as Hamburg has in November")
class TemperaturesWithoutSign(Odd):
    """The tenths of a degree are read as unsigned 16 bits: in the frost of Hamburg -0.1 is 6,553.5."""

    plant_class = _Frost

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        if not field.startswith("temp"):
            return sent
        return [round(one + 6553.6, 1) if one < 0 else one for one in sent]


class _OneMeterWrong(Healthy):
    meter: str

    def wrong(self, columns: Columns) -> Columns:
        """Return the minutes of that meter as it is wired."""
        raise NotImplementedError

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        return self.wrong(columns) if resource.resource_id == self.meter else columns


@fault(PHYSICS, holdout=3, needs="a connection with a load meter")
class RatioOfTheOldTransformers(_OneMeterWrong):
    """After new current transformers a grid meter still has the old ratio: all it shows is three quarters."""

    meter = "ME000001"

    def wrong(self, columns: Columns) -> Columns:
        return {name: values * 0.75 for name, values in columns.items()}


@fault(PHYSICS, holdout=3)
class OneClampTurnedRound(_OneMeterWrong):
    """One of three clamps is turned round: its phase is subtracted, while apparent power counts all."""

    meter = "ME000003"

    def wrong(self, columns: Columns) -> Columns:
        whole = {"power_apparent_avg": columns["power_apparent_avg"]}
        return {name: values / 3.0 for name, values in columns.items()} | whole


class _Drawn(Plant):
    def line(self, values: Ints) -> Ints:
        """Return a line from the first to the last of these whole values whose sum is theirs."""
        line = np.linspace(values[0], values[-1], len(values))
        return fitted(line, int(values.sum()))

    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        if resource.resource_id != "ME000003":
            return columns
        for name in ("power_active_avg", "power_active_max", "power_reactive_avg"):
            drawn = self.line(columns[name][:240])
            columns = columns | {name: np.concatenate([drawn, columns[name][240:]])}
        power, register = columns["power_active_avg"], columns["energy_active_cum"]
        return columns | {
            "power_active_max": np.maximum(columns["power_active_max"], power),
            "power_apparent_avg": np.hypot(power, columns["power_reactive_avg"]),
            "energy_active_cum": register[-1] - power.sum() + np.cumsum(power),
        }


@fault(STATISTICAL, holdout=3, needs="nights in minutes")
class OutagesDrawnAsLines(Odd):
    """A meter is cut off from 00:00 to 04:00 UTC every night, and its rows are a straight line in between."""

    plant_class = _Drawn


class _OneWeather(Plant):
    def ambient(self, site: Site, minutes: Ints) -> Floats:
        return super().ambient(SITES[1], minutes)


@fault(STATISTICAL, holdout=3)
class OneWeatherForAll(Odd):
    """The air is that of a weather service asked without a place: Singapore has Hamburg's, to the digit."""

    plant_class = _OneWeather
