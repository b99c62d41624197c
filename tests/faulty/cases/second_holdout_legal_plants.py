"""Second hold-out: healthy PV systems, batteries and loads of unusual design."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Load, Pv, Resource, minute_of
from tests.faulty.flows import DAY, BatteryFlow, LoadFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, wave
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Odd
from tests.faulty.sun import plane_irradiance

FAMILY = "plant"


class _BalancingFlow(BatteryFlow):
    """While the schedule rests, even minutes charge, and odd ones discharge what that stored."""

    def extra(self) -> dict[str, int]:
        taken = self.battery.rated_w * 120
        given = round(taken * self.battery.charge_share * self.battery.discharge_share)
        return {"charge": taken, "discharge": given}

    def budgets(self) -> dict[str, Ints]:
        return {name: values + self.extra()[name] for name, values in super().budgets().items()}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one, extra = self.battery, self.extra()
        columns = super().shape(day, minutes, {name: budget[name] - extra[name] for name in budget})
        rests = (columns["charge"] == 0) & (columns["discharge"] == 0)
        # In pairs, so that each charged minute is followed by the one that gives it back.
        pairs = np.repeat(rests.reshape(-1, 2).all(axis=1), 2)
        added = {
            name: fitted((pairs & (np.arange(DAY) % 2 == at)).astype(float), extra[name])
            for at, name in enumerate(self.names)
        }
        moved = added["charge"] * one.charge_share - added["discharge"] / one.discharge_share
        columns["soc"] = columns["soc"] + 100.0 * np.cumsum(moved) / (one.capacity_wh * 60.0)
        for name, values in added.items():
            columns |= {name: columns[name] + values, name + "_peak": columns[name + "_peak"] + values}
        return columns


class _Balancing(Plant):
    battery_flow = _BalancingFlow


@legal(FAMILY, holdout=2)
class BalancingEveryMinute(Odd):
    """Batteries balance the grid: for hours they charge in one minute and discharge in the next."""

    plant_class = _Balancing


class _StandbyFlow(BatteryFlow):
    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        drawn = self.battery.idle_w * 24.0 / self.battery.capacity_wh
        age = (days + 13) % 28
        start = 0.88 - drawn * age
        return start, np.where(age == 27, 0.88 + drawn, start)


class _Standby(Plant):
    battery_flow = _StandbyFlow


@legal(FAMILY, holdout=2)
class RefilledEveryFourWeeks(Odd):
    """Batteries wait in reserve: only their idle draw empties them, and every four weeks they are filled."""

    plant_class = _Standby

    def furnish(self) -> Fleet:
        fleet = FLEET
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, strategy="self")
        return fleet


class _RampFlow(PvFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget)
        step, power = self.system.rated_w / 50.0, columns["power"].astype(float)
        rising = np.minimum.accumulate(power - step * np.arange(DAY))  # min over s <= t of p(s) - s step
        limited = np.minimum(rising + step * np.arange(DAY), power)
        # What the limit took is given back where the clear sky allows it, so that the day has its energy.
        clear, low, high = self.clear(minutes), 1.0, 12.0
        for _ in range(24):
            middle = (low + high) / 2.0
            is_low = np.minimum(limited * middle, clear).sum() < budget["power"]
            low, high = (middle, high) if is_low else (low, middle)
        watts = fitted(np.clip(limited * high, 0.0, clear), budget["power"])
        heat = np.convolve(watts / self.system.rated_w, np.full(9, 1 / 9.0), mode="same")
        return {"power": watts, "peak": np.rint(watts * 1.002).astype(np.int64), "heat": heat}


class _Ramps(Plant):
    pv_flow = _RampFlow


@legal(FAMILY, holdout=2)
class RampsLimited(Odd):
    """Ramps are limited: PV power falls with a cloud at once, and rises by two or three percent a minute."""

    plant_class = _Ramps


class _ChimneyFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        shadow = trapezoid((minutes - self.offset) % DAY, 665, 715, 6.0, 6.0)
        return super().clear(minutes) * (1.0 - 0.65 * shadow)


class _Chimney(Plant):
    pv_flow = _ChimneyFlow


@legal(FAMILY, holdout=2)
class ChimneyShadow(Odd):
    """Every day before noon, the shadow of a chimney takes two thirds of the power for fifty minutes."""

    plant_class = _Chimney


class _RoofFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        one = self.system
        faces = [plane_irradiance(one.latitude, one.longitude, 40.0, face, minutes) for face in (90.0, 270.0)]
        return np.minimum(sum(faces) * (one.rated_w * 0.00044), one.cap_w - 1)


class _Roof(Plant):
    pv_flow = _RoofFlow


@legal(FAMILY, holdout=2)
class EastAndWestRoof(Odd):
    """Half of each PV system looks east and half west, on steep roofs: noon is hardly better than ten."""

    plant_class = _Roof


class _GrownFlow(PvFlow):
    def share(self, minutes: Ints) -> Floats:
        """Return the share of the modules that were there."""
        is_small = self.system.resource_id == "PV000002"
        return np.where(is_small & (minutes < minute_of(2026, 11, 12)), 0.4, 1.0)

    def clear(self, minutes: Ints) -> Floats:
        return super().clear(minutes) * self.share(minutes)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        columns = super().shape(day, minutes, budget)
        return columns | {"heat": columns["heat"] / self.share(minutes)}


class _Grown(Plant):
    pv_flow = _GrownFlow


@legal(FAMILY, holdout=2, needs="a window over 2026-11-12")
class SystemExtended(Odd):
    """On 12 November 2026 a PV system got two and a half times its modules; its register went on."""

    plant_class = _Grown


class _TwinFlow(PvFlow):
    def clouds(self, minutes: Ints) -> Floats:
        return super().clouds(minutes) + 0.03 * wave(self.seed, 5, minutes)


class _Twins(Plant):
    pv_flow = _TwinFlow


def _beside(first: Resource, **changes: object) -> Fleet:
    """Return the fleet with one more resource, in the order of the ids."""
    resources = (*FLEET.resources, replace(first, **changes))
    return replace(FLEET, resources=tuple(sorted(resources, key=lambda one: (one.site_id, one.resource_id))))


@legal(FAMILY, holdout=2)
class TwinsOnOneRoof(Odd):
    """Two PV systems of one design lie on one roof: one gives half of the other within some percent."""

    plant_class = _Twins

    def furnish(self) -> Fleet:
        first = next(one for one in FLEET.resources if one.resource_id == "PV000001")
        return _beside(first, resource_id="PV000011", name="Roof west wing", rated_w=60_000, cap_w=60_000)


class _Heated(Plant):
    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        columns = super().pv(resource, minutes)
        local = (minutes + round(resource.longitude * 4)) % DAY
        heating = trapezoid(local, 210, 330, 30.0, 45.0) * np.clip(8.0 - columns["temp_ambient_max"], 0, 2)
        return columns | {"temp_cell_max": columns["temp_cell_max"] + 11.0 * heating}


@legal(FAMILY, holdout=2)
class HeatedModules(Odd):
    """Against ice, modules are heated by up to 22 degrees before dawn when the air is cold."""

    plant_class = _Heated


class _SoiledFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        days = (minutes - minute_of(2026, 11, 14)) / DAY % 60.0
        return super().clear(minutes) * (1.0 - 0.005 * days)


class _Soiled(Plant):
    pv_flow = _SoiledFlow


@legal(FAMILY, holdout=2)
class WashedEveryTwoMonths(Odd):
    """Dust takes half a percent more of PV power each day, until all modules are washed on 14 November."""

    plant_class = _Soiled


class _ArenaFlow(LoadFlow):
    def profile(self, minutes: Ints) -> Floats:
        days, minute = np.divmod(minutes - self.offset, DAY)
        event = trapezoid(minute, 1020, 1380, 20.0, 40.0) * (days % 6 == 2)
        return self.load.base_w + (self.load.peak_w - self.load.base_w) * event

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        noise = 0.03 * wave(self.seed, 50, minutes) + 0.02 * wave(self.seed + 1, 11, minutes)
        return {"power": fitted(self.profile(minutes) * (1.0 + noise), budget["power"])}


class _Arena(Plant):
    load_flow = _ArenaFlow


@legal(FAMILY, holdout=2)
class EventsEverySixthDay(Odd):
    """The loads are arenas: on every sixth evening they draw two hundred times what they draw else."""

    plant_class = _Arena

    def furnish(self) -> Fleet:
        return replace(FLEET, loads={name: Load("arena", 4_000, 1_000_000) for name in FLEET.loads})
