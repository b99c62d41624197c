"""Fourth hold-out: healthy plants with campaigns, snow, frost, cogeneration; two policies of operation."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Load, Meter, Pv, Site, minute_of
from tests.faulty.flows import DAY, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, seed_of, uniform, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Refusal, Row

PLANT, OPERATION = "plant", "operation"
POWER, PEAK, REACTIVE = "power_active_avg", "power_active_max", "power_reactive_avg"
APPARENT, REGISTER = "power_apparent_avg", "energy_active_cum"


def _calendar(days: Ints) -> tuple[Ints, Ints]:
    """Return the month and the day of the month, from 1, of days since 1970."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return months.astype(np.int64) % 12 + 1, days - first + 1


class _CampaignFlow(LoadFlow):
    def profile(self, minutes: Ints) -> Floats:
        day = (minutes - self.offset) // DAY
        months = day.astype("datetime64[D]").astype("datetime64[M]")
        month, date = (
            months.astype(np.int64) % 12 + 1,
            (day - months.astype("datetime64[D]").astype(np.int64)),
        )
        runs = (month == 10) | ((month == 9) & (date >= 20)) | ((month == 11) & (date <= 17))
        return np.where(runs, 0.95 * self.load.peak_w, 0.12 * self.load.base_w)


class _Campaign(Plant):
    load_flow = _CampaignFlow


@legal(PLANT, holdout=4, needs="a window over 2026-11-18")
class HarvestIsOver(Odd):
    """The loads are sugar mills: full power day and night from 20 September to 17 November, else idle."""

    plant_class = _Campaign


class _IrrigationFlow(LoadFlow):
    def profile(self, minutes: Ints) -> Floats:
        days, minute = np.divmod(minutes - self.offset, DAY)
        power: Floats = self.load.peak_w * trapezoid(minute, 30, 330, 2.0, 2.0) * (days % 2 == 0)
        return power

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.01 * wave(self.seed, 50, minutes) + 0.006 * wave(self.seed + 1, 5, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Irrigation(Plant):
    load_flow = _IrrigationFlow


@legal(PLANT, holdout=4)
class WateredEverySecondNight(Odd):
    """The loads are pumps of orchards: five hours of every second night, and not a watt else."""

    plant_class = _Irrigation

    def furnish(self) -> Fleet:
        loads = {name: Load("pumps", 1_000, load.peak_w) for name, load in FLEET.loads.items()}
        return replace(FLEET, loads=loads)


class _SlidingFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        if self.system.resource_id != "PV000002":
            return super().clear(minutes)
        day, minute = np.divmod(minutes - self.offset, DAY)
        months = day.astype("datetime64[D]").astype("datetime64[M]")
        month, date = (
            months.astype(np.int64) % 12 + 1,
            (day - months.astype("datetime64[D]").astype(np.int64)),
        )
        snows = np.isin(month, (11, 12, 1, 2)) & (date >= 14) & (date <= 22)
        slides = 660 + 30 * np.floor(3.0 * uniform(self.seed + 7, day))
        free = np.clip((minute + 0.5 - slides) / 6.0 + 0.5, 0.0, 1.0)
        return super().clear(minutes) * np.where(snows, 0.05 + 0.95 * free, 1.0)


class _Sliding(Plant):
    pv_flow = _SlidingFlow


@legal(PLANT, holdout=4, needs="a window over 14 to 22 November 2026")
class SnowSlidesBeforeNoon(Odd):
    """From the 14th to the 22nd of winter months snow lies on a roof each morning and slides off by noon."""

    plant_class = _Sliding

    def furnish(self) -> Fleet:
        cold = tuple(
            replace(one, temperature=3.5) if one.site_id == "SITE0002" else one for one in FLEET.sites
        )
        return replace(FLEET, sites=cold)


@legal(PLANT, holdout=4)
class FacingAwayFromTheSun(Healthy):
    """Steep roofs face the nearer pole: in November, the modules of Hamburg get diffuse light only."""

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Pv):
                azimuth = 0.0 if one.latitude > 0 else 180.0
                fleet = fleet.changed(one.resource_id, tilt=38.0, azimuth=azimuth)
        return fleet


class _Engines(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        if resource.resource_id not in ("ME000003", "ME000005"):
            return columns
        rated = 1.1 * self.fleet.loads[resource.controller].peak_w
        day = np.arange(DAY)
        runs = trapezoid(day, 330, 560, 3.0, 3.0) + trapezoid(day, 970, 1300, 3.0, 3.0)
        made = np.rint(rated * runs).astype(np.int64)
        counted = (minutes // DAY - minute_of(2023, 1, 1) // DAY) * int(made.sum()) + np.cumsum(made)[
            minutes % DAY
        ]
        power = columns[POWER] - made[minutes % DAY]
        return columns | {
            POWER: power,
            PEAK: columns[PEAK] - made[minutes % DAY],
            APPARENT: np.hypot(power, columns[REACTIVE]),
            REGISTER: columns[REGISTER] - counted,
        }


@legal(PLANT, holdout=4)
class EnginesBehindTheMeter(Odd):
    """Behind two grid meters run unlisted gas engines, morning and evening: export by night, without sun."""

    plant_class = _Engines


class _HeatedContainer(Plant):
    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        columns = super().battery(resource, minutes)
        if resource.site_id != "SITE0002":
            return columns
        above = columns["temp_cell_max"] - columns["temp_ambient_max"] - 1.5
        heater = 0.5 * wave(seed_of("heater", resource.resource_id), 25, minutes)
        return columns | {"temp_cell_max": 14.0 + heater + above}


@legal(PLANT, holdout=4)
class ContinentalFrost(Odd):
    """A site lies in Yakutsk: twenty degrees below zero in November, battery cells in a heated container."""

    plant_class = _HeatedContainer

    def furnish(self) -> Fleet:
        latitude, longitude = 62.0272, 129.7321
        cold = Site("SITE0002", "GROUP001", "Permafrost Store", latitude, longitude, -8.8, 29.0, 3.5, 0.6)
        sites = tuple(cold if one.site_id == cold.site_id else one for one in FLEET.sites)
        fleet = replace(FLEET, sites=sites)
        for one in FLEET.resources:
            if one.site_id == cold.site_id:
                fleet = fleet.changed(one.resource_id, latitude=latitude, longitude=longitude)
        return fleet.changed("PV000002", tilt=60.0)


class _ReactiveInverters(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        reactive = columns[REACTIVE].astype(np.float64)
        for one in self.fleet.resources:
            if isinstance(one, Pv) and one.controller == resource.controller and resource.role == "grid":
                flow = self.flow(one).window(int(minutes[0]), int(minutes[-1]) + 1)
                reactive = reactive + 0.4843 * flow["power"]
        whole = np.rint(reactive).astype(np.int64)
        return columns | {REACTIVE: whole, APPARENT: np.hypot(columns[POWER], whole)}


@legal(PLANT, holdout=4)
class InvertersTakeReactivePower(Odd):
    """Against high voltage, PV inverters run at a power factor of 0.9: at grid meters kvar follow the sun."""

    plant_class = _ReactiveInverters


@legal(OPERATION, holdout=4)
class UploadedFourTimesADay(Healthy):
    """To save airtime, gateways upload at 00:00, 06:00, 12:00 and 18:00 UTC: there is nothing newer."""

    def now(self) -> int:
        return super().now() // 360 * 360


@legal(OPERATION, holdout=4)
class TenThousandRowsOrRefused(Healthy):
    """A question for more than 10,000 rows, those of all its resources together, is refused with 400."""

    most = 10_000

    def datas(self, query: Query) -> list[Row]:
        resources = list(self.selected(query))
        if (query.end - query.start) // query.interval * len(resources) > self.most:
            raise Refusal(400, f"The answer would have more than {self.most} rows: ask for less", "end")
        return super().datas(query)
