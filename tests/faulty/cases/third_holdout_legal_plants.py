"""Third hold-out: healthy plants of unusual design, and what befell them in November 2026."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Load, Meter, Pv, Resource, minute_of
from tests.faulty.flows import DAY, BatteryFlow, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, seed_of, uniform
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd

FAMILY = "plant"


@legal(FAMILY, holdout=3)
class ParksWithoutLoad(Healthy):
    """Nobody consumes anything: behind the meters are solar parks and storage, and load meters show zero."""

    def furnish(self) -> Fleet:
        return replace(FLEET, loads={name: Load("none", 0, 0) for name in FLEET.loads})


class _TwiceFlow(BatteryFlow):
    """A second cycle of three tenths of the capacity, while the first one rests."""

    def extra(self) -> dict[str, int]:
        """Return the energy of that cycle."""
        one = self.battery
        taken = round(0.3 * one.capacity_wh * 60 / one.charge_share)
        return {"charge": taken, "discharge": round(taken * one.charge_share * one.discharge_share)}

    def budgets(self) -> dict[str, Ints]:
        return {name: values + self.extra()[name] for name, values in super().budgets().items()}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one, extra, minute = self.battery, self.extra(), np.arange(DAY)
        columns = super().shape(day, minutes, {name: budget[name] - extra[name] for name in budget})
        charge_at, discharge_at = (1150, 1265) if one.strategy == "self" else (175, 60)
        charge = fitted(trapezoid(minute, charge_at, charge_at + 85), extra["charge"])
        discharge = fitted(trapezoid(minute, discharge_at, discharge_at + 85), extra["discharge"])
        moved = np.cumsum(charge * one.charge_share - discharge / one.discharge_share)
        heat = np.convolve((charge + discharge) / one.rated_w, np.full(61, 1 / 61.0), mode="same")
        return {
            "charge": columns["charge"] + charge,
            "discharge": columns["discharge"] + discharge,
            "charge_peak": columns["charge_peak"] + charge,
            "discharge_peak": columns["discharge_peak"] + discharge,
            "soc": columns["soc"] + 100.0 * moved / (one.capacity_wh * 60.0),
            "heat": columns["heat"] + heat,
        }


class _Twice(Plant):
    battery_flow = _TwiceFlow


@legal(FAMILY, holdout=3)
class TwoCyclesADay(Odd):
    """Batteries work twice a day: beside the long cycle they fill and empty three tenths within hours."""

    plant_class = _Twice


class _BlockFlow(BatteryFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one = self.battery
        columns = super().shape(day, minutes, budget)
        for name in self.names:
            block = fitted((columns[name] > 0).astype(float), budget[name])
            columns |= {name: block, name + "_peak": block}
        charge, discharge = columns["charge"], columns["discharge"]
        moved = np.cumsum(charge * one.charge_share - discharge / one.discharge_share - one.idle_w)
        start = self.turning(np.array([day]))[0][0]
        heat = np.convolve((charge + discharge) / one.rated_w, np.full(61, 1 / 61.0), mode="same")
        return columns | {"soc": 100.0 * (start + moved / (one.capacity_wh * 60.0)), "heat": heat}


class _Blocks(Plant):
    battery_flow = _BlockFlow


@legal(FAMILY, holdout=3)
class BlocksOfOnePower(Odd):
    """Batteries keep a schedule: a block of one charging power, one of discharging, to the watt, no taper."""

    plant_class = _Blocks


class _TenantFlow(LoadFlow):
    def profile(self, minutes: Ints) -> Floats:
        first = (minute_of(2026, 11, 13) - self.offset) // DAY
        is_let = self.load.profile in ("shop", "office")
        grown = np.where((minutes - self.offset) // DAY >= first, 2.2, 1.0)
        return super().profile(minutes) * grown if is_let else super().profile(minutes)


class _Tenant(Plant):
    load_flow = _TenantFlow


@legal(FAMILY, holdout=3, needs="a window over 2026-11-13")
class TenantMovesIn(Odd):
    """On 13 November 2026 a tenant moves in: from that day on, two buildings draw more than twice as much."""

    plant_class = _Tenant


class _SteppedFlow(PvFlow):
    def level(self, minutes: Ints) -> Floats:
        """Return the share of the rating that the grid's operator permits, for two hours each."""
        local = minutes - self.offset
        drawn = uniform(self.seed + 9, local // 120)
        step = np.select([drawn < 0.4, drawn < 0.65, drawn < 0.95], [1.0, 0.6, 0.3], 0.0)
        return np.where(uniform(self.seed + 8, local // DAY) < 0.5, step, 1.0)

    def clear(self, minutes: Ints) -> Floats:
        return np.minimum(super().clear(minutes), self.level(minutes) * self.system.rated_w)


class _Stepped(Plant):
    pv_flow = _SteppedFlow

    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns, flow = super().pv(resource, minutes), self.flow(resource)
        is_held = (flow.level(minutes) < 1.0) & (PvFlow.clear(flow, minutes) > 0)
        return columns | {"status": np.where(is_held, "CU", columns["status"])}


@legal(FAMILY, holdout=3)
class StepsOfTheGridOperator(Odd):
    """On half of the days the grid's operator permits 60, 30 or 0 % of the rating for hours: status CU."""

    plant_class = _Stepped


class _HalfFlow(PvFlow):
    def share(self, minutes: Ints) -> Floats:
        """Return the share of the inverters that work."""
        days = (minutes - self.offset) // DAY
        first, last = ((minute_of(2026, 11, day) - self.offset) // DAY for day in (8, 17))
        is_that = self.system.resource_id in ("PV000001", "PV000004")
        return np.where(is_that & (days >= first) & (days < last), 0.5, 1.0)

    def clear(self, minutes: Ints) -> Floats:
        return super().clear(minutes) * self.share(minutes)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget)
        return columns | {"heat": columns["heat"] / self.share(minutes)}


class _Half(Plant):
    pv_flow = _HalfFlow


@legal(FAMILY, holdout=3, needs="a window over 8 to 17 November 2026")
class HalfTheInvertersFail(Odd):
    """From 8 to 17 November 2026 half of the inverters of two PV systems are broken, the others ON."""

    plant_class = _Half


class _Cranes(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        lifts = uniform(seed_of("crane", resource.controller), minutes) < 0.04
        added = lifts * round(2.5 * self.fleet.loads[resource.controller].peak_w)
        return columns | {"power_active_max": columns["power_active_max"] + added}


@legal(FAMILY, holdout=3)
class CranesLift(Odd):
    """Cranes lift for two seconds: in one minute of twenty-five the meter's peak is far above its mean."""

    plant_class = _Cranes


@legal(FAMILY, holdout=3, needs="a window over the turn of a month")
class MonthlyRegisters(Healthy):
    """Registers of every kind start again at zero on the first of each month, 00:00 UTC."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        months = np.arange(start, end).astype("datetime64[m]").astype("datetime64[M]")
        for month in np.unique(months):
            first = int(month.astype("datetime64[m]").astype(np.int64))
            if first > self.begin:
                before = self.plant.minutes(resource, first - 1, first)
                for name in [name for name in columns if name.endswith("_cum")]:
                    taken = np.where(months == month, before[name][0], 0)
                    columns = columns | {name: columns[name] - taken}
        return columns


class _AltitudeFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        brighter = 1.12 if self.system.resource_id == "PV000003" else 1.0
        return np.minimum(super().clear(minutes) * brighter, self.system.cap_w - 1)


class _Altitude(Plant):
    pv_flow = _AltitudeFlow


@legal(FAMILY, holdout=3)
class AboveTheClouds(Odd):
    """A mine lies at 16.5 degrees south and 4,300 m: an eighth more sun, cold nights, modules face north."""

    plant_class = _Altitude

    def furnish(self) -> Fleet:
        place = {"latitude": -16.5, "longitude": -68.12}
        climate = {"temperature": 6.0, "season": 2.0, "daily": 7.0, "clearness": 0.78}
        sites = tuple(
            replace(one, name="High Mine", **place, **climate) if one.site_id == "SITE0003" else one
            for one in FLEET.sites
        )
        fleet = replace(FLEET, sites=sites)
        for one in FLEET.resources:
            if one.site_id == "SITE0003":
                fleet = fleet.changed(one.resource_id, **place)
        return fleet.changed("PV000003", tilt=18.0, azimuth=0.0, cap_w=75_000)
