"""Minutes of power in whole watts, one solar day at a time, whose energy is fixed before their shape.

A day's energy follows from the calendar and a few hashed numbers, so the register at its start is a sum over
days; its minutes are then fitted to it exactly. Any minute of any year costs one day's work.
"""

from datetime import UTC, datetime
from typing import ClassVar

import numpy as np

from tests.faulty.fleet import BEGIN, Battery, Load, Pv, Site
from tests.faulty.noise import Floats, Ints, normal, seed_of, uniform, wave
from tests.faulty.sun import plane_irradiance

DAY = 1440
KEPT_DAYS = 400
Days = dict[int, dict[str, np.ndarray]]


stopped: int | None = None
"""The minute at which the clock of all servers stands, if it does."""


def now_minute() -> int:
    """Return the last whole minute of the clock."""
    if stopped is not None:
        return stopped
    return int(datetime.now(UTC).timestamp()) // 60


def now_time() -> datetime:
    """Return the clock's time; where it stands, the beginning of that minute."""
    return datetime.now(UTC) if stopped is None else datetime.fromtimestamp(stopped * 60, UTC)


def fitted(shape: Floats, energy: int) -> Ints:
    """Return whole watts of that shape whose sum is exactly that energy (in watt-minutes)."""
    total = shape.sum()
    if energy <= 0 or total <= 0:
        return np.zeros(len(shape), dtype=np.int64)
    return np.diff(np.rint(np.cumsum(shape) * (energy / total)), prepend=0).astype(np.int64)


def trapezoid(minute: Ints, start: float, end: float, ramp: float = 4.0, taper: float = 4.0) -> Floats:
    """Return 1 between start and end, with a ramp up and a taper down inside."""
    return np.clip(np.minimum((minute - start) / ramp, (end - minute) / taper), 0.0, 1.0)


class Flow:
    """Something that flows: solar days of minutes, and the energy before each of them."""

    anchor_hour = 0.0
    names: tuple[str, ...] = ()
    """Those of its columns that have a register."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.seed = seed
        self.offset = round((self.anchor_hour * 60.0) - site.longitude * 4.0)
        self.first = (BEGIN - self.offset) // DAY
        self.days = np.arange(self.first, (now_minute() - self.offset) // DAY + 40)
        self._kept: Days = {}
        self._before: dict[str, Ints] = {}

    def budgets(self) -> dict[str, Ints]:
        """Return the energy of each day in watt-minutes."""
        raise NotImplementedError

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        """Return the columns of one day; those with a register sum to their budget."""
        raise NotImplementedError

    def before(self, name: str, day: int) -> int:
        """Return the register at the start of a day."""
        if not self._before:
            self._before = {
                key: np.concatenate(([0], np.cumsum(value))) for key, value in self.budgets().items()
            }
        return int(self._before[name][day - self.first])

    def day(self, day: int) -> dict[str, np.ndarray]:
        """Return the columns of one solar day, registers included."""
        kept = self._kept.get(day)
        if kept is None:
            minutes = np.arange(DAY) + day * DAY + self.offset
            starts = {name: self.before(name, day) for name in self.names}
            budget = {name: self.before(name, day + 1) - start for name, start in starts.items()}
            kept = self.shape(day, minutes, budget)
            for name, start in starts.items():
                kept[name + "_register"] = start + np.cumsum(kept[name])
            if len(self._kept) >= KEPT_DAYS:
                self._kept.clear()
            self._kept[day] = kept
        return kept

    def window(self, start: int, end: int) -> dict[str, np.ndarray]:
        """Return the columns of a stretch of UTC minutes."""
        first, last = (start - self.offset) // DAY, (end - 1 - self.offset) // DAY
        begins = first * DAY + self.offset
        days = [self.day(day) for day in range(first, last + 1)]
        return {
            name: np.concatenate([day[name] for day in days])[start - begins : end - begins]
            for name in days[0]
        }


class PvFlow(Flow):
    """What a PV system gives: a clear sky dimmed by clouds, fitted to the day's clearness."""

    names = ("power",)

    def __init__(self, site: Site, system: Pv) -> None:
        self.system = system
        super().__init__(site, seed_of("pv", system.resource_id))
        self.sky = seed_of("sky", site.site_id)

    def clear(self, minutes: Ints) -> Floats:
        """Return the power under a clear sky in W, inverter limit included."""
        one = self.system
        plane = plane_irradiance(one.latitude, one.longitude, one.tilt, one.azimuth, minutes)
        return np.minimum(plane * (one.rated_w * 0.00088), one.cap_w - 1)

    def clearness(self, days: Ints) -> Floats:
        """Return the share of the clear-sky energy that arrives on each day."""
        drift = 0.85 * normal(self.sky, days) + 0.45 * normal(self.sky, days - 1)
        mean = self.site.clearness
        return np.clip(mean + 0.22 * drift * (1.15 - mean), 0.12, 0.97)

    def budgets(self) -> dict[str, Ints]:
        """Return the energy of each day: of half-hourly clear-sky power and the day's clearness."""
        knots = (self.days[:, None] * DAY + self.offset + np.arange(15, DAY, 30)).ravel()
        clear = self.clear(knots).reshape(len(self.days), -1).sum(axis=1) * 30.0
        return {"power": np.rint(clear * self.clearness(self.days) * 0.995).astype(np.int64)}

    def clouds(self, minutes: Ints) -> Floats:
        """Return how open the sky is; the more, the clearer."""
        waves = ((360, 0.8), (110, 0.7), (35, 0.55), (9, 0.35), (2, 0.12))
        return np.sum([size * wave(self.sky + scale, scale, minutes) for scale, size in waves], axis=0)

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        """Dim the clear sky by clouds until the energy is that of the day."""
        clear, energy = self.clear(minutes), budget["power"]
        latent = self.clouds(minutes)
        share = float(self.clearness(np.array([day]))[0])
        open_sky = np.log(1.0 / (1.0 + np.exp(np.clip(-4.0 * (latent + 2.4 * (share - 0.5)), -30, 30))))
        low, high = 0.0, 12.0
        for _ in range(24):
            middle = (low + high) / 2.0
            power = clear * (0.06 + 0.94 * np.exp(middle * open_sky))
            low, high = (middle, high) if power.sum() > energy else (low, middle)
        watts = fitted(power, energy)
        peak = np.minimum(watts * (1.0 + 0.025 * uniform(self.seed, minutes)), self.system.cap_w)
        heat = np.convolve(watts / self.system.rated_w, np.full(9, 1 / 9.0), mode="same")
        return {"power": watts, "peak": np.maximum(np.rint(peak), watts).astype(np.int64), "heat": heat}


class BatteryFlow(Flow):
    """One cycle a day from anchor to anchor, the second half closing the balance of the state of charge."""

    anchor_hour = 5.0
    names = ("charge", "discharge")

    def __init__(self, site: Site, battery: Battery) -> None:
        self.battery = battery
        super().__init__(site, seed_of("battery", battery.resource_id))

    def turning(self, days: Ints) -> tuple[Floats, Floats]:
        """Return the share of the capacity stored at the start of each day, and where it turns."""
        start, turn = uniform(self.seed, days), uniform(self.seed + 1, days)
        if self.battery.strategy == "self":
            return 0.14 + 0.10 * start, 0.62 + 0.30 * turn
        return 0.80 + 0.12 * start, 0.18 + 0.25 * turn

    def budgets(self) -> dict[str, Ints]:
        """Return what is charged and discharged on each day in watt-minutes."""
        one = self.battery
        capacity = one.capacity_wh * 60.0
        (start, turn), (next_start, _) = self.turning(self.days), self.turning(self.days + 1)
        if one.strategy == "self":
            charge = np.rint((turn - start) * capacity / one.charge_share)
            stored = start * capacity + charge * one.charge_share - one.idle_w * DAY - next_start * capacity
            discharge = np.rint(stored * one.discharge_share)
        else:
            discharge = np.rint((start - turn) * capacity * one.discharge_share)
            stored = (
                next_start * capacity + one.idle_w * DAY + discharge / one.discharge_share - start * capacity
            )
            charge = np.rint(stored / one.charge_share)
        return {"charge": charge.astype(np.int64), "discharge": discharge.astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        """Charge over the day and discharge in the evening, or the other way round."""
        one, minute = self.battery, np.arange(DAY)
        shift = 50.0 * uniform(self.seed + 2, np.array([day, day + 100_000])) - 25.0
        ripple = 1.0 + 0.10 * wave(self.seed + 3, 17, minutes) + 0.04 * wave(self.seed + 4, 2, minutes)
        ripple = np.maximum(ripple, 0.4)
        if one.strategy == "self":
            charging = trapezoid(minute, 235 + shift[0], 560 + shift[0], 30.0, 70.0)
            discharging = trapezoid(minute, 770 + shift[1], 1090 + shift[1], 6.0, 25.0)
        else:
            discharging = trapezoid(minute, 700 + shift[0], 940 + shift[0], 5.0, 15.0)
            charging = trapezoid(minute, 1060 + shift[1], 1330 + shift[1], 5.0, 60.0)
        charge = fitted(charging * ripple, budget["charge"])
        discharge = fitted(discharging * ripple, budget["discharge"])
        capacity = one.capacity_wh * 60.0
        moved = charge * one.charge_share - discharge / one.discharge_share - one.idle_w
        soc = 100.0 * (self.turning(np.array([day]))[0][0] + np.cumsum(moved) / capacity)
        jitter = 1.0 + 0.03 * uniform(self.seed + 5, minutes)
        heat = np.convolve((charge + discharge) / one.rated_w, np.full(61, 1 / 61.0), mode="same")
        return {
            "charge": charge,
            "discharge": discharge,
            "charge_peak": np.rint(charge * jitter).astype(np.int64),
            "discharge_peak": np.rint(discharge * jitter).astype(np.int64),
            "soc": soc,
            "heat": heat,
        }


class LoadFlow(Flow):
    """What is consumed behind a unit controller: hours of work, weather and noise."""

    names = ("power",)
    WORK: ClassVar[dict[str, tuple[int, int, float]]] = {
        "office": (7, 19, 0.25),
        "cold": (5, 22, 0.9),
        "shop": (9, 21, 1.1),
        "works": (6, 22, 0.3),
    }

    def __init__(self, site: Site, controller: str, load: Load) -> None:
        self.load = load
        super().__init__(site, seed_of("load", controller))

    def profile(self, minutes: Ints) -> Floats:
        """Return the load without noise in W."""
        local = minutes - self.offset
        days, minute = np.divmod(local, DAY)
        opens, closes, weekend = self.WORK.get(self.load.profile, (0, 24, 1.0))
        busy = trapezoid(minute, opens * 60, closes * 60, 90.0, 120.0) if closes - opens < 24 else 0.7
        busy = busy * np.where((days + 3) % 7 >= 5, weekend, 1.0)
        lunch = 1.0 - 0.08 * trapezoid(minute, 710, 790, 20.0, 20.0)
        return self.load.base_w + (self.load.peak_w - self.load.base_w) * busy * lunch * 0.85

    def budgets(self) -> dict[str, Ints]:
        """Return the energy of each day in watt-minutes."""
        knots = (self.days[:, None] * DAY + self.offset + np.arange(15, DAY, 30)).ravel()
        energy = self.profile(knots).reshape(len(self.days), -1).sum(axis=1) * 30.0
        return {"power": np.rint(energy * (1.0 + 0.02 * normal(self.seed, self.days))).astype(np.int64)}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        """Add noise, and what is missing to the day's energy in a bump that vanishes at its ends."""
        waves = ((240, 0.03), (50, 0.025), (11, 0.02), (2, 0.012))
        power = self.profile(minutes) * (1.0 + sum(s * wave(self.seed + k, k, minutes) for k, s in waves))
        bump = np.sin(np.linspace(0.0, np.pi, DAY)) ** 2
        power = np.maximum(power + bump * ((budget["power"] - power.sum()) / bump.sum()), 0.0)
        return {"power": fitted(power, budget["power"])}
