"""Fourth hold-out: legal operation (losses, buffers, closures, exchanges) and plants of unusual design."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Resource, minute_of
from tests.faulty.flows import DAY, BatteryFlow, fitted, trapezoid
from tests.faulty.noise import Ints, seed_of, uniform, wave
from tests.faulty.plant import Columns, Plant, shared_plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row, time_of

OPERATION, PLANT = "operation", "plant"


class _WithoutRows(Healthy):
    def is_missing(self, resource: Resource, start: int, interval: int) -> bool:
        """Return whether the bucket that starts then has no row."""
        raise NotImplementedError

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        starts = (time_of(str(row["timestamp"])) for row in rows)
        pairs = zip(rows, starts, strict=True)
        return [row for row, start in pairs if not self.is_missing(resource, start, query.interval)]


@legal(OPERATION, holdout=4, needs="a window over 10 to 12 November 2026")
class BufferKeptQuarters(_WithoutRows):
    """From 10 to 12 November 2026 a site was off line; its gateway kept quarter hours, nothing finer."""

    first, last = minute_of(2026, 11, 10, 9), minute_of(2026, 11, 12, 15)

    def is_missing(self, resource: Resource, start: int, interval: int) -> bool:
        return resource.site_id == "SITE0002" and interval < 15 and self.first <= start < self.last


@legal(OPERATION, holdout=4, needs="a window over 14 to 16 November 2026")
class DiskLostTwoDays(_WithoutRows):
    """A disk failed: all rows between 14 November 2026 07:41 and 16 November 19:26 UTC are lost."""

    first, last = minute_of(2026, 11, 14, 7, 41), minute_of(2026, 11, 16, 19, 26)

    def is_missing(self, resource: Resource, start: int, interval: int) -> bool:
        return start < self.last and start + interval > self.first


@legal(OPERATION, holdout=4, needs="the last three days")
class PacketsStillOnTheWay(_WithoutRows):
    """Loggers send quarter hours; of the last days, one in sixteen has not arrived: no row touches it."""

    def is_missing(self, resource: Resource, start: int, interval: int) -> bool:
        if start < self.now() // DAY * DAY - 3 * DAY:
            return False
        packets = np.arange(start // 15, (start + interval - 1) // 15 + 1)
        return bool((uniform(seed_of("packet", resource.resource_id), packets) < 1 / 16).any())


@legal(OPERATION, holdout=4, needs="the current day")
class SatelliteTwiceADay(Healthy):
    """One site sends its rows by satellite at 00:00 and 12:00 UTC, while all others are always on line."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        sent = self.now() // (DAY // 2) * (DAY // 2)
        return start, min(end, sent) if resource.site_id == "SITE0003" else end


@legal(OPERATION, holdout=4, needs="a window over 17 November 2026")
class SiteClosed(Healthy):
    """A site was closed on 17 November 2026 at 16:20 UTC: it is still listed, and its series end there."""

    closed = minute_of(2026, 11, 17, 16, 20)

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        is_closed = resource.site_id == "SITE0001"
        return super().span(resource, replace(query, end=min(query.end, self.closed)) if is_closed else query)


@legal(OPERATION, holdout=4, needs="a window over 12 November 2026")
class InverterReplaced(Healthy):
    """An inverter was replaced on 12 November 2026: both are listed, the second one begins there."""

    old, new = "PV000002", "PV000012"
    replaced = minute_of(2026, 11, 12, 18)

    def furnish(self) -> Fleet:
        was = next(one for one in FLEET.resources if one.resource_id == self.old)
        new = replace(was, resource_id=self.new, name="Hall roof, new inverter", since=self.replaced)
        return replace(FLEET, resources=(*FLEET.resources, new))

    def build(self) -> Plant:
        # One roof: the grid's meter sees it once.
        return shared_plant()

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        is_old = resource.resource_id == self.old
        return super().span(resource, replace(query, end=min(query.end, self.replaced)) if is_old else query)

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        if resource.resource_id != self.new:
            return super().minutes(resource, start, end)
        was = next(one for one in FLEET.resources if one.resource_id == self.old)
        name = "energy_active_cum"
        before = super().minutes(was, self.replaced - 1, self.replaced)[name][0]
        columns = super().minutes(was, start, end)
        return columns | {name: columns[name] - before}


@legal(PLANT, holdout=4)
class FedInOnItsOwn(Healthy):
    """Two PV systems have a connection and a controller of their own, whose meter is not in the API."""

    def furnish(self) -> Fleet:
        fleet = FLEET.changed("PV000003", controller="UC000013")
        return fleet.changed("PV000005", controller="UC000015")


class _Engine(Plant):
    power = 350_000
    opens, closes = 360, 1200

    def _behind(self, meter: Resource, start: int, end: int, power: Ints, register: Ints) -> None:
        super()._behind(meter, start, end, power, register)
        if meter.controller == "UC000004":
            local = np.arange(start, end) + round(meter.longitude * 4.0)
            days, minute = np.divmod(local, DAY)
            power -= np.where((minute >= self.opens) & (minute < self.closes), self.power, 0)
            worked = np.clip(minute + 1 - self.opens, 0, self.closes - self.opens)
            whole = days - (self.fleet_begin + round(meter.longitude * 4.0)) // DAY
            register -= (whole * (self.closes - self.opens) + worked) * self.power

    fleet_begin = Healthy.begin


@legal(PLANT, holdout=4)
class GasEngineNotListed(Odd):
    """Behind a grid meter, a gas engine of 350 kW that is not in the API runs from 06:00 to 20:00."""

    plant_class = _Engine


class _FastFlow(BatteryFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one, minute = self.battery, np.arange(DAY)
        columns = super().shape(day, minutes, budget)
        shift = np.rint(300.0 * uniform(self.seed + 2, np.array([day, day + 100_000])))
        ripple = np.maximum(1.0 + 0.05 * wave(self.seed + 3, 3, minutes), 0.7)
        charge_at, discharge_at = (240, 760) if one.strategy == "self" else (1000, 420)
        charging = trapezoid(minute, charge_at + shift[0], charge_at + 40 + shift[0], 3.0, 9.0)
        discharging = trapezoid(minute, discharge_at + shift[1], discharge_at + 12 + shift[1], 1.0, 2.0)
        charge = fitted(charging * ripple, budget["charge"])
        discharge = fitted(discharging * ripple, budget["discharge"])
        moved = np.cumsum(charge * one.charge_share - discharge / one.discharge_share - one.idle_w)
        jitter = 1.0 + 0.03 * uniform(self.seed + 5, minutes)
        start = self.turning(np.array([day]))[0][0]
        return columns | {
            "charge": charge,
            "discharge": discharge,
            "charge_peak": np.rint(charge * jitter).astype(np.int64),
            "discharge_peak": np.rint(discharge * jitter).astype(np.int64),
            "soc": 100.0 * (start + moved / (one.capacity_wh * 60.0)),
            "heat": np.convolve((charge + discharge) / one.rated_w, np.full(61, 1 / 61.0), mode="same"),
        }


class _Fast(Plant):
    battery_flow = _FastFlow


@legal(PLANT, holdout=4)
class EmptiedInTwelveMinutes(Odd):
    """Batteries are built for power: once a day filled within forty minutes and emptied within twelve."""

    plant_class = _Fast

    def furnish(self) -> Fleet:
        resources = tuple(
            replace(one, rated_w=6 * one.capacity_wh) if isinstance(one, Battery) else one
            for one in FLEET.resources
        )
        return replace(FLEET, resources=resources)
