"""Sixth hold-out: healthy plants with warm cells, trains, tides, sand, weak lines, stratus and engines."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Meter, Pv, Site, minute_of
from tests.faulty.flows import DAY, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, seed_of, uniform, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Odd

PLANT = "plant"


class _Polymer(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        heat = self.flow(resource).window(int(minutes[0]), int(minutes[-1]) + 1)["heat"]
        held = 74.0 + 0.7 * wave(seed_of("polymer", resource.resource_id), 90, minutes)
        return columns | {"temp_cell_max": held + 4.0 * heat}


@legal(PLANT, holdout=6)
class LithiumMetalPolymer(Odd):
    """Lithium-metal polymer: cells are held at 72 to 80 °C, summer and winter, and heat takes 10 % a day."""

    plant_class = _Polymer

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, idle_w=one.capacity_wh * 0.1 / 24.0)
        return fleet


class _RailwayFlow(LoadFlow):
    """Trains leave every twenty minutes of the day and night, uphill or downhill."""

    every, takes = 20, 11

    def profile(self, minutes: Ints) -> Floats:
        slot, minute = np.divmod(minutes - self.offset, self.every)
        drawn = uniform(self.seed + 41, slot)
        pull = np.where(drawn < 0.42, 1.0, np.where(drawn < 0.75, -0.6, 0.0))
        runs = trapezoid(minute, 1.5, 1.5 + self.takes, 2.0, 2.0)
        swing: Floats = (0.35 * self.load.base_w) + 0.8 * self.load.peak_w * pull * runs
        return swing

    def budgets(self) -> dict[str, Ints]:
        energies = [
            self.profile(np.arange(DAY) + int(day) * DAY + self.offset).sum() for day in self.days.tolist()
        ]
        return {"power": np.rint(np.array(energies)).astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.012 * wave(self.seed, 40, minutes) + 0.01 * wave(self.seed + 1, 3, minutes)
        power = self.profile(minutes) * (1.0 + noise)
        # What the noise adds or takes is spread over the day.
        power += (budget["power"] - power.sum()) / DAY
        return {"power": np.diff(np.rint(np.cumsum(power)), prepend=0).astype(np.int64)}


class _Railway(Plant):
    load_flow = _RailwayFlow

    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        power = columns["power_active_avg"]
        above = np.abs(columns["power_active_max"] - power)
        return columns | {"power_active_max": power + above}


@legal(PLANT, holdout=6)
class TrainsBrakeIntoTheGrid(Odd):
    """The loads are mountain railways: a train downhill feeds back, by night too: a load below zero."""

    plant_class = _Railway


class _TideFlow(LoadFlow):
    period = 745.236
    """Minutes from one low tide to the next."""

    def profile(self, minutes: Ints) -> Floats:
        first = 700.0 * float(uniform(self.seed + 51, np.arange(1))[0])
        phase = np.floor((minutes - first) % self.period).astype(np.int64)
        power: Floats = 0.2 * self.load.base_w + 0.9 * self.load.peak_w * trapezoid(
            phase, 0.0, 255.0, 12.0, 30.0
        )
        return power

    def budgets(self) -> dict[str, Ints]:
        knots = (self.days[:, None] * DAY + self.offset + np.arange(DAY // 5) * 5 + 2).ravel()
        energy = self.profile(knots).reshape(len(self.days), -1).sum(axis=1) * 5.0
        return {"power": np.rint(energy).astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.015 * wave(self.seed, 60, minutes) + 0.008 * wave(self.seed + 1, 4, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Tide(Plant):
    load_flow = _TideFlow


@legal(PLANT, holdout=6)
class PumpsFollowTheTide(Odd):
    """The loads are pumps of polders that run at each low tide: every 12 h 25 min, later from day to day."""

    plant_class = _Tide


class _SandFlow(PvFlow):
    storm = (minute_of(2026, 11, 10, 22), minute_of(2026, 11, 14, 8))
    washed = minute_of(2026, 11, 18, 20)

    def clear(self, minutes: Ints) -> Floats:
        sky = super().clear(minutes)
        if self.site.site_id != "SITE0005":
            return sky
        sand = trapezoid(minutes, *self.storm, 240.0, 1_500.0)
        dust = np.where((minutes >= self.storm[0]) & (minutes < self.washed), 0.84, 1.0)
        hazy: Floats = sky * (1.0 - 0.86 * sand) * dust
        return hazy


class _Sand(Plant):
    pv_flow = _SandFlow

    def ambient(self, site: Site, minutes: Ints) -> Floats:
        air = super().ambient(site, minutes)
        if site.site_id != "SITE0005":
            return air
        cooler: Floats = air - 4.0 * trapezoid(minutes, *_SandFlow.storm, 600.0, 1_500.0)
        return cooler


@legal(PLANT, holdout=6)
class SandstormOverTheDesert(Odd):
    """From 11 to 13 November 2026 sand takes seven eighths of the light; its dust stays until the 18th."""

    plant_class = _Sand


class _VoltageFlow(PvFlow):
    limit, off, every = 0.5, 4, 30

    def tripped(self, minutes: Ints) -> np.ndarray:
        """Return when inverters are off: while the sun is high, the first minutes of each half hour."""
        is_high = super().clear(minutes) > self.limit * self.system.rated_w
        phase = (minutes - self.offset - 3) % self.every
        return is_high & (phase < self.off)

    def clear(self, minutes: Ints) -> Floats:
        left: Floats = super().clear(minutes) * ~self.tripped(minutes)
        return left

    def budgets(self) -> dict[str, Ints]:
        knots = (self.days[:, None] * DAY + self.offset + np.arange(15, DAY, 30)).ravel()
        sky = super().clear(knots)
        sky *= np.where(sky > self.limit * self.system.rated_w, 1.0 - self.off / self.every, 1.0)
        clear = sky.reshape(len(self.days), -1).sum(axis=1) * 30.0
        return {"power": np.rint(clear * self.clearness(self.days) * 0.99).astype(np.int64)}


class _Voltage(Plant):
    pv_flow = _VoltageFlow

    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns = super().pv(resource, minutes)
        flow = self.flow(resource)
        assert isinstance(flow, _VoltageFlow)
        return columns | {"status": np.where(flow.tripped(minutes), "FA", columns["status"])}


@legal(PLANT, holdout=6)
class TrippedByHighVoltage(Odd):
    """Lines are weak: while the sun is high, PV trips for four minutes of each half hour, status FA."""

    plant_class = _Voltage


class _StratusFlow(PvFlow):
    days_of = (minute_of(2026, 10, 27) // DAY, minute_of(2026, 11, 22) // DAY)

    def grey(self, days: Ints) -> np.ndarray:
        """Return on which days no sun comes through."""
        return (self.site.site_id == "SITE0002") & (days >= self.days_of[0]) & (days < self.days_of[1])

    def clearness(self, days: Ints) -> Floats:
        return np.where(self.grey(days), 0.13 + 0.07 * uniform(self.sky + 61, days), super().clearness(days))

    def clouds(self, minutes: Ints) -> Floats:
        open_sky = super().clouds(minutes)
        return np.where(self.grey((minutes - self.offset) // DAY), 0.1 * open_sky, open_sky)


class _Stratus(Plant):
    pv_flow = _StratusFlow


@legal(PLANT, holdout=6)
class FourWeeksOfStratus(Odd):
    """From 27 October to 21 November 2026 Hamburg lies under a grey lid: never a fifth of a clear day."""

    plant_class = _Stratus


class _DieselFlow(LoadFlow):
    begins, ends = 600, 665

    def profile(self, minutes: Ints) -> Floats:
        power = super().profile(minutes)
        day, minute = np.divmod(minutes - self.offset, DAY)
        tests = trapezoid(minute, self.begins, self.ends, 2.0, 2.0) * ((day + 3) % 7 == 2)
        left: Floats = power * (1.0 - tests)
        return left

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.03 * wave(self.seed, 50, minutes) + 0.02 * wave(self.seed + 1, 11, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Diesel(Plant):
    load_flow = _DieselFlow


@legal(PLANT, holdout=6)
class DieselsTestedOnWednesdays(Odd):
    """Each Wednesday from 10:00 to 11:05 local time, unlisted diesel engines take the whole load on trial."""

    plant_class = _Diesel

    def furnish(self) -> Fleet:
        # What a meter of the load itself would show is not changed by an engine: there is none.
        others = tuple(one for one in FLEET.resources if getattr(one, "role", "grid") == "grid")
        return replace(FLEET, resources=others)
