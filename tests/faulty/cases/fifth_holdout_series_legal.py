"""Fifth hold-out: legal operation (releases, contracts, upgrades, storms) and plants by sun and timer."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Load, Resource, Site, minute_of
from tests.faulty.flows import DAY, LoadFlow, fitted
from tests.faulty.noise import Floats, Ints, seed_of, uniform, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.sun import position
from tests.faulty.wire import Query, Refusal, Row

OPERATION, PLANT = "operation", "plant"


class _WithLosses(Healthy):
    def lost(self, resource: Resource, starts: Ints, ends: Ints) -> np.ndarray:
        """Return for each bucket whether it touches a loss."""
        raise NotImplementedError

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if not rows:
            return rows
        starts = np.arange(*self.span(resource, query), query.interval)
        gone = self.lost(resource, starts, starts + query.interval)
        return [row for row, is_gone in zip(rows, gone, strict=True) if not is_gone]


@legal(OPERATION, holdout=5, needs="minutes over 14 November 2026")
class MinutesSinceTheUpgrade(Healthy):
    """Until 14 November 2026 09:00 UTC all loggers recorded quarter hours: finer rows begin there."""

    upgraded = minute_of(2026, 11, 14, 9)

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        return max(start, self.upgraded) if query.interval < 15 else start, end


@legal(OPERATION, holdout=5, needs="a window over 9 to 17 November 2026")
class MeterAtTheLaboratory(_WithLosses):
    """From 9 to 17 November 2026 a grid meter was away for calibration: no rows, its register stood still."""

    removed, back = minute_of(2026, 11, 9, 8, 12), minute_of(2026, 11, 17, 14, 36)

    def lost(self, resource: Resource, starts: Ints, ends: Ints) -> np.ndarray:
        is_that = resource.resource_id == "ME000003"
        return (starts < self.back) & (ends > self.removed) & is_that

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.resource_id != "ME000003" or end <= self.back:
            return columns
        name = "energy_active_cum"
        away = self.plant.minutes(resource, self.removed - 1, self.back)[name]
        missed = np.where(np.arange(start, end) >= self.back, away[-1] - away[0], 0)
        return columns | {name: columns[name] - missed}


@legal(OPERATION, holdout=5, needs="windows of more than 30 days ago")
class OlderIsNotInTheContract(Healthy):
    """The contract covers the last 30 days: a window that begins before them is refused with 403."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.start < (self.now() // DAY - 30) * DAY:
            raise Refusal(403, "The contract covers the last 30 days")


@legal(OPERATION, holdout=5)
class StormsCutTheLine(_WithLosses):
    """On two afternoons of three a thunderstorm cuts a site's line for 20 to 140 minutes: no rows."""

    def lost(self, resource: Resource, starts: Ints, ends: Ints) -> np.ndarray:
        # 06:00 to 10:00 UTC is the afternoon of Singapore; no storm reaches another day.
        days, seed = starts // DAY, seed_of("storm", resource.site_id)
        begins = days * DAY + 360 + np.floor(240.0 * uniform(seed, days)).astype(np.int64)
        lasts = 20 + np.floor(121.0 * uniform(seed + 1, days)).astype(np.int64)
        is_stormy = (uniform(seed + 2, days) < 2 / 3) & (resource.site_id == "SITE0003")
        return is_stormy & (starts < begins + lasts) & (ends > begins)


@legal(OPERATION, holdout=5, needs="the current week")
class ReleasedOnMondays(Healthy):
    """Rows are checked by hand and released each Monday, 00:00 UTC, for the week before: none are newer."""

    def now(self) -> int:
        # 1 January 1970 was a Thursday.
        days = super().now() // DAY
        return (days - (days + 3) % 7) * DAY


class _HeatedRoom(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        if resource.site_id != "SITE0004":
            return columns
        above = columns["temp_cell_max"] - columns["temp_ambient_max"]
        room = 17.0 + 0.6 * wave(seed_of("room", resource.resource_id), 45, minutes)
        return columns | {"temp_cell_max": room + above, "temp_ambient_max": room}


@legal(PLANT, holdout=5)
class AntarcticStation(Odd):
    """A site lies at 77.8 degrees south: in November the sun never sets, and PV works at midnight too."""

    plant_class = _HeatedRoom

    def furnish(self) -> Fleet:
        place = {"latitude": -77.8463, "longitude": 166.6682}
        station = Site(
            "SITE0004",
            "GROUP002",
            "Sound Station",
            temperature=-17.0,
            season=11.0,
            daily=1.5,
            clearness=0.7,
            **place,
        )
        sites = tuple(station if one.site_id == station.site_id else one for one in FLEET.sites)
        fleet = replace(FLEET, sites=sites)
        for one in FLEET.resources:
            if one.site_id == station.site_id:
                fleet = fleet.changed(one.resource_id, **place)
        return fleet.changed("PV000004", tilt=45.0, azimuth=0.0)


class _MachineFlow(LoadFlow):
    """Machines that are on or off: there is some noise, and nothing else is added to make up a day."""

    every = 1
    """How many minutes apart the profile is read for the energy of a day."""

    def budgets(self) -> dict[str, Ints]:
        knots = (self.days[:, None] * DAY + self.offset + np.arange(self.every // 2, DAY, self.every)).ravel()
        energy = self.profile(knots).reshape(len(self.days), -1).sum(axis=1) * self.every
        return {"power": np.rint(energy).astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.006 * wave(self.seed, 40, minutes) + 0.004 * wave(self.seed + 1, 3, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _LampFlow(_MachineFlow):
    every = 5

    def profile(self, minutes: Ints) -> Floats:
        up = position(self.site.latitude, self.site.longitude, minutes)[2]
        lit = np.clip(0.5 - up / 0.01, 0.0, 1.0)
        return self.load.base_w + (self.load.peak_w - self.load.base_w) * lit


class _Lamps(Plant):
    load_flow = _LampFlow


@legal(PLANT, holdout=5)
class StreetLights(Odd):
    """The loads are street lights: full power from sunset to sunrise there, next to nothing by day."""

    plant_class = _Lamps

    def furnish(self) -> Fleet:
        loads = {name: Load("lights", 800, load.peak_w) for name, load in FLEET.loads.items()}
        return replace(FLEET, loads=loads)


class _CompressorFlow(_MachineFlow):
    def profile(self, minutes: Ints) -> Floats:
        runs = (minutes + self.seed % 30) % 30 < 11
        return np.where(runs, self.load.peak_w, 0.15 * self.load.base_w)


class _Compressors(Plant):
    load_flow = _CompressorFlow


@legal(PLANT, holdout=5)
class CompressorsOnTimers(Odd):
    """The loads are compressors on timers: 11 minutes on, 19 off, day and night: half hours are all alike."""

    plant_class = _Compressors
