"""Fourth hold-out: healthy batteries and fleets of other kinds, and two habits of operation."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Load, Meter, Pv, Resource, Site
from tests.faulty.flows import DAY, BatteryFlow, PvFlow, fitted, trapezoid
from tests.faulty.noise import Floats, Ints, seed_of, uniform, wave
from tests.faulty.plant import Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

FAMILY, OPERATION = "plant", "operation"
_PROFILES = ("shop", "office", "home", "works")


def with_more(*more: Resource, loads: dict[str, Load] | None = None) -> Fleet:
    """Return the fleet with more resources, in the order of the ids."""
    resources = sorted((*FLEET.resources, *more), key=lambda one: (one.site_id, one.resource_id))
    return replace(FLEET, resources=tuple(resources), loads=FLEET.loads | (loads or {}))


def with_tenants(count: int) -> Fleet:
    """Return the fleet with tenants in the first building, each with a connection of its own."""
    beside = next(one for one in FLEET.resources if one.resource_id == "ME000001")
    meters, loads = [], {}
    for at in range(1, count + 1):
        controller = f"UC0001{at:02d}"
        loads[controller] = Load(_PROFILES[at % 4], 120 + 90 * at, 2_500 + 700 * (at * 5 % 7))
        meters.append(
            Meter(
                resource_id=f"ME0001{at:02d}",
                site_id=beside.site_id,
                controller=controller,
                name=f"Tenant {at}",
                latitude=beside.latitude,
                longitude=beside.longitude,
            )
        )
    # Nobody has rented the last one: there is but a smoke detector.
    loads[controller] = Load("home", 4, 4)
    return with_more(*meters, loads=loads)


def batteries(**changes: object) -> Fleet:
    """Return the fleet in which all batteries start their day empty and are different in that."""
    fleet = FLEET
    for one in FLEET.resources:
        if isinstance(one, Battery):
            fleet = fleet.changed(one.resource_id, strategy="self", **changes)
    return fleet


def worked(
    one: Battery, start: float, charge: Ints, discharge: Ints, swing: float = 1.02
) -> dict[str, np.ndarray]:
    """Return the columns of a day that a battery begins with that share and works like this."""
    moved = np.cumsum(charge * one.charge_share - discharge / one.discharge_share - one.idle_w)
    heat = np.convolve((charge + discharge) / one.rated_w, np.full(61, 1 / 61.0), mode="same")
    return {
        "charge": charge,
        "discharge": discharge,
        "charge_peak": np.rint(charge * swing).astype(np.int64),
        "discharge_peak": np.rint(discharge * swing).astype(np.int64),
        "soc": 100.0 * (start + moved / (one.capacity_wh * 60.0)),
        "heat": heat,
    }


class _FloatFlow(BatteryFlow):
    full = 0.998

    def float_energy(self) -> int:
        """Return what makes up for the idle draw of a day."""
        return round(self.battery.idle_w * DAY / self.battery.charge_share)

    def budgets(self) -> dict[str, Ints]:
        one = self.battery
        tested = np.where(self.days % 7 == 3, 0.1 * one.capacity_wh * 60.0, 0.0)
        charge = self.float_energy() + np.rint(tested / one.charge_share)
        discharge = np.rint(tested * one.discharge_share)
        return {"charge": charge.astype(np.int64), "discharge": discharge.astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        minute, floating = np.arange(DAY), self.float_energy()
        discharge = fitted(trapezoid(minute, 300, 330, 1.0, 1.0), budget["discharge"])
        charge = fitted((discharge == 0).astype(float), floating)
        charge += fitted(trapezoid(minute, 345, 600, 5.0, 120.0), budget["charge"] - floating)
        return worked(self.battery, self.full, charge, discharge)


class _Float(Plant):
    battery_flow = _FloatFlow


@legal(FAMILY, holdout=4)
class FloatingForEver(Odd):
    """Batteries float at 99.8 %, charged for ever with what idling takes; a weekly test takes a tenth."""

    plant_class = _Float


class _RoofFedFlow(BatteryFlow):
    """What is charged follows the PV system behind the same controller, minute by minute."""

    def __init__(self, site: Site, battery: Battery) -> None:
        systems = (one for one in FLEET.resources if isinstance(one, Pv))
        self.roof = PvFlow(site, next(one for one in systems if one.controller == battery.controller))
        self.yields = self.roof.budgets()["power"]
        super().__init__(site, battery)

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        one = self.battery
        given = self.yields[np.clip(days - self.roof.first, 0, len(self.yields) - 1)]
        share = 0.5 * given * one.charge_share / (one.capacity_wh * 60.0)
        least = 1.3 * one.idle_w * 24.0 / one.capacity_wh
        start = np.full(len(days), 0.12)
        return start, start + np.clip(share, least, 0.78)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one, minute = self.battery, np.arange(DAY)
        discharging = trapezoid(minute, 780, 1100, 6.0, 25.0) * (1.0 + 0.05 * wave(self.seed, 17, minutes))
        roof = self.roof.window(int(minutes[0]), int(minutes[-1]) + 1)["power"]
        charging = np.where(minute < 770, np.minimum(roof, one.rated_w), 0).astype(float)
        charge, discharge = fitted(charging, budget["charge"]), fitted(discharging, budget["discharge"])
        return worked(one, float(self.turning(np.array([day]))[0][0]), charge, discharge)


class _RoofFed(Plant):
    battery_flow = _RoofFedFlow


@legal(FAMILY, holdout=4)
class HalfOfTheRoof(Odd):
    """Batteries take half of what PV gives, cloud by cloud, for the evening: on dark days next to nothing."""

    plant_class = _RoofFed

    def furnish(self) -> Fleet:
        return batteries()


@legal(FAMILY, holdout=4)
class CellarAndPowerStation(Healthy):
    """One battery is a 5 kWh box in a cellar, another stores 1.2 GWh where a coal-fired plant stood."""

    def furnish(self) -> Fleet:
        fleet = FLEET.changed("BE000001", capacity_wh=5_000, rated_w=2_500, idle_w=8.0)
        large = {"capacity_wh": 1_200_000_000, "rated_w": 400_000_000, "idle_w": 900_000.0}
        return fleet.changed("BE000003", **large)


class _BurstFlow(BatteryFlow):
    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        """Return where a day starts, and how much more is charged in it."""
        start, turn = super().turning(days)
        return start + 0.3, turn + 0.3

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        one, minute = self.battery, np.arange(DAY)
        bursts = np.zeros(DAY)
        for at in range(6):
            drawn = uniform(self.seed + 20 + at, np.array([day, day + 100_000]))
            begin = 220 + 190 * at + 60.0 * drawn[0]
            bursts += trapezoid(minute, begin, begin + 20.0 + 12.0 * drawn[1], 2.0, 3.0)
        slow = np.where(bursts > 0, 0.0, 1.0 + 0.05 * wave(self.seed + 3, 60, minutes))
        charge, discharge = fitted(slow, budget["charge"]), fitted(bursts, budget["discharge"])
        return worked(one, float(self.turning(np.array([day]))[0][0]), charge, discharge)


class _Bursts(Plant):
    battery_flow = _BurstFlow


@legal(FAMILY, holdout=4)
class SixBurstsADay(Odd):
    """Batteries cut peaks of the load: six short bursts a day, and slow charging in all hours between."""

    plant_class = _Bursts

    def furnish(self) -> Fleet:
        return batteries()


class _LongFlow(BatteryFlow):
    levels = np.array([0.10, 0.26, 0.42, 0.58, 0.74, 0.90, 0.63, 0.36])
    """At the start of each of eight days."""

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        one, phase = self.battery, (days + self.seed % 8) % 8
        start, then = self.levels[phase], self.levels[(phase + 1) % 8]
        return start, np.where(phase < 5, then + one.idle_w * 24.0 / one.capacity_wh, start)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        steady = 1.0 + np.clip(0.02 * wave(self.seed + 3, 200, minutes), -0.06, 0.06)
        charge, discharge = fitted(steady, budget["charge"]), fitted(steady, budget["discharge"])
        return worked(self.battery, float(self.turning(np.array([day]))[0][0]), charge, discharge)


class _Long(Plant):
    battery_flow = _LongFlow


@legal(FAMILY, holdout=4)
class HundredHourStorage(Odd):
    """Iron-air batteries charge for five days without a pause, discharge for three, and return 56 %."""

    plant_class = _Long

    def furnish(self) -> Fleet:
        fleet = batteries(charge_share=0.78, discharge_share=0.72)
        for one in FLEET.resources:
            if isinstance(one, Battery):
                fleet = fleet.changed(one.resource_id, capacity_wh=100 * one.rated_w)
        return fleet


class _TurnsFlow(BatteryFlow):
    racks = ("BE000001", "BE000011")

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        one, (start, turn) = self.battery, super().turning(days)
        if one.resource_id not in self.racks:
            return start, turn
        start = np.full(len(days), 0.2)
        works = days % 2 == self.racks.index(one.resource_id)
        return start, np.where(works, turn, start + one.idle_w * 24.0 / one.capacity_wh)


class _Turns(Plant):
    battery_flow = _TurnsFlow


@legal(FAMILY, holdout=4)
class RacksTakeTurns(Odd):
    """Behind one unit controller two equal batteries work on alternate days; the other is only topped up."""

    plant_class = _Turns

    def furnish(self) -> Fleet:
        first = next(one for one in FLEET.resources if one.resource_id == "BE000001")
        return with_more(replace(first, resource_id="BE000011", name="Basement battery, second rack"))


@legal(FAMILY, holdout=4)
class TwelveTenants(Healthy):
    """A building has twelve tenants with a connection, meter and unit controller each; one flat is empty."""

    def furnish(self) -> Fleet:
        return with_tenants(12)


@legal(OPERATION, holdout=4)
class EveryRadioHasItsDelay(Healthy):
    """Each resource sends by a radio of its own: the newest rows are between 1 and 55 minutes old."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        known = self.now() - 1 - seed_of("radio", resource.resource_id) % 55
        return start, min(end, known // query.interval * query.interval)


@legal(OPERATION, holdout=4)
class EveryDeviceItsOwnController(Healthy):
    """Each meter, battery and PV system has a unit controller of its own: none says what is behind what."""

    def own(self, resource: Resource) -> dict[str, object]:
        """Return the field with that controller."""
        return {"unit_controller_id": f"UC{resource.kind}{resource.resource_id[-4:]}"}

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | self.own(resource)

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | self.own(resource)
