"""The plant behind a server: minutes of every resource in the fields of the wire.

Powers are whole watts, registers whole watt-minutes at the end of the minute; so every identity holds exactly
until a row is rounded.
"""

from functools import cache

import numpy as np

from tests.faulty.fleet import FLEET, Battery, Fleet, Meter, Pv, Resource, Site, minute_of
from tests.faulty.flows import DAY, BatteryFlow, Flow, LoadFlow, PvFlow
from tests.faulty.noise import Floats, Ints, seed_of, uniform, wave

KEPT_DAYS = 700
Columns = dict[str, np.ndarray]


class Plant:
    """All resources of a fleet; what is odd about an odd plant is overridden here."""

    pv_flow: type[PvFlow] = PvFlow
    battery_flow: type[BatteryFlow] = BatteryFlow
    load_flow: type[LoadFlow] = LoadFlow

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        # A plant that changes no flow works on those of the healthy one.
        is_plain = fleet is FLEET and type(self) is not Plant and self._uses() == Plant._uses()
        self.flows: dict[str, Flow] = shared_plant().flows if is_plain else {}
        self._days: dict[tuple[str, int], Columns] = {}

    @classmethod
    def _uses(cls) -> tuple[type[Flow], ...]:
        return cls.pv_flow, cls.battery_flow, cls.load_flow

    def flow(self, resource: Resource) -> Flow:
        """Return the flow of a PV system or battery."""
        kept = self.flows.get(resource.resource_id)
        if kept is None:
            site = self.fleet.site(resource.site_id)
            if isinstance(resource, Pv):
                kept = self.pv_flow(site, resource)
            elif isinstance(resource, Battery):
                kept = self.battery_flow(site, resource)
            self.flows[resource.resource_id] = kept
        return kept

    def load(self, resource: Resource) -> Flow:
        """Return the flow of the consumption behind a meter's unit controller."""
        kept = self.flows.get(resource.controller)
        if kept is None:
            site, load = self.fleet.site(resource.site_id), self.fleet.loads[resource.controller]
            kept = self.flows[resource.controller] = self.load_flow(site, resource.controller, load)
        return kept

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Return the columns of a stretch of UTC minutes."""
        days = [self._day(resource, day) for day in range(start // DAY, (end - 1) // DAY + 1)]
        base = start // DAY * DAY
        return {
            name: np.concatenate([day[name] for day in days])[start - base : end - base] for name in days[0]
        }

    def _day(self, resource: Resource, day: int) -> Columns:
        kept = self._days.get((resource.resource_id, day))
        if kept is None:
            minutes = np.arange(day * DAY, (day + 1) * DAY)
            kept = self.columns(resource, minutes)
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            self._days[resource.resource_id, day] = kept
        return kept

    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        """Return the minutes of one UTC day."""
        make = {"ME": self.meter, "BE": self.battery, "PV": self.pv}[resource.kind]
        return make(resource, minutes)

    def ambient(self, site: Site, minutes: Ints) -> Floats:
        """Return the temperature of the air in °C."""
        local = minutes + site.longitude * 4.0
        year = np.cos(2.0 * np.pi * (minutes / DAY - (200.0 if site.latitude >= 0 else 17.0)) / 365.2425)
        day = np.cos(2.0 * np.pi * (local - 14.2 * 60.0) / DAY)
        seed = seed_of("air", site.site_id)
        slow = (
            1.6 * wave(seed, 4000, minutes)
            + 0.5 * wave(seed + 1, 190, minutes)
            + 0.08 * wave(seed + 2, 7, minutes)
        )
        return site.temperature + site.season * year + site.daily * day * 0.8 + slow

    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        """Return a meter: the gross load, less what is generated, and the battery, if it is the grid's."""
        start, end = int(minutes[0]), int(minutes[-1]) + 1
        load = self.load(resource).window(start, end)
        power, register = load["power"].copy(), load["power_register"].copy()
        if resource.role == "grid":
            self._behind(resource, start, end, power, register)
        seed = seed_of("meter", resource.resource_id)
        base = self.fleet.loads[resource.controller].base_w
        swing = 1.0 + 0.10 * wave(seed, 45, minutes) + 0.05 * wave(seed + 1, 6, minutes)
        reactive = np.rint((0.16 * base + 0.14 * load["power"]) * swing).astype(np.int64)
        peak = power + np.rint(load["power"] * (0.004 + 0.03 * uniform(seed + 2, minutes))).astype(np.int64)
        return {
            "power_active_avg": power,
            "power_active_max": peak,
            "power_apparent_avg": np.hypot(power, reactive),
            "power_reactive_avg": reactive,
            "energy_active_cum": register,
        }

    def _behind(self, meter: Resource, start: int, end: int, power: Ints, register: Ints) -> None:
        signs = {"PV": {"power": -1}, "BE": {"charge": 1, "discharge": -1}}
        for one in self.fleet.resources:
            if one.controller == meter.controller and one.kind in signs:
                columns = self.flow(one).window(start, end)
                for name, sign in signs[one.kind].items():
                    power += sign * columns[name]
                    register += sign * columns[name + "_register"]

    def battery(self, resource: Battery, minutes: Ints) -> Columns:
        """Return a battery."""
        flow = self.flow(resource).window(int(minutes[0]), int(minutes[-1]) + 1)
        air = self.ambient(self.fleet.site(resource.site_id), minutes)
        status = np.where(flow["charge"] > 0, "CH", np.where(flow["discharge"] > 0, "DI", "SB"))
        return {
            "power_charge_active_avg": flow["charge"],
            "power_charge_active_max": flow["charge_peak"],
            "power_discharge_active_avg": flow["discharge"],
            "power_discharge_active_max": flow["discharge_peak"],
            "energy_charge_active_cum": flow["charge_register"],
            "energy_discharge_active_cum": flow["discharge_register"],
            "soc_end": flow["soc"],
            "temp_cell_max": air + 1.5 + 11.0 * flow["heat"],
            "temp_ambient_max": air,
            "status": status,
        }

    def pv(self, resource: Pv, minutes: Ints) -> Columns:
        """Return a PV system."""
        flow = self.flow(resource).window(int(minutes[0]), int(minutes[-1]) + 1)
        air = self.ambient(self.fleet.site(resource.site_id), minutes)
        return {
            "power_active_avg": flow["power"],
            "power_active_max": flow["peak"],
            "energy_active_cum": flow["power_register"],
            "temp_cell_max": air - 1.5 + 31.0 * flow["heat"],
            "temp_ambient_max": air,
            "status": np.where(flow["power"] > 0, "ON", "SB"),
        }


REGISTERS = {
    "energy_active_cum": "power_active_avg",
    "energy_charge_active_cum": "power_charge_active_avg",
    "energy_discharge_active_cum": "power_discharge_active_avg",
}
"""Each register, and the power that moves it."""


class Recounted(Plant):
    """A plant whose minutes are changed after they were made: the registers are counted anew, day by day."""

    begin = minute_of(2026, 10, 1)

    def __init__(self, fleet: Fleet) -> None:
        super().__init__(fleet)
        self._totals: dict[str, list[dict[str, int]]] = {}

    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        """Return the minutes of a UTC day as the odd plant has them; registers are overwritten."""
        return columns

    def counted(self, name: str, columns: Columns) -> Ints:
        """Return what a register counts in each minute, in watt-minutes."""
        return columns[REGISTERS[name]]

    def columns(self, resource: Resource, minutes: Ints) -> Columns:
        """Return the minutes of one UTC day with registers that follow their power."""
        made = self.changed(resource, super().columns(resource, minutes), minutes)
        start = self._before(resource, int(minutes[0]) // DAY)
        names = [name for name in made if name in REGISTERS]
        return made | {name: start.get(name, 0) + np.cumsum(self.counted(name, made)) for name in names}

    def _before(self, resource: Resource, day: int) -> dict[str, int]:
        totals = self._totals.setdefault(resource.resource_id, [{}])
        first = self.begin // DAY
        while len(totals) <= day - first:
            minutes = np.arange(DAY) + (first + len(totals) - 1) * DAY
            made = self.changed(resource, super().columns(resource, minutes), minutes)
            last = totals[-1]
            totals.append(
                {n: last.get(n, 0) + int(self.counted(n, made).sum()) for n in made if n in REGISTERS}
            )
        return totals[max(day - first, 0)]


@cache
def shared_plant() -> Plant:
    """Return the plant of the healthy server; servers that do not change it share its cache."""
    return Plant(FLEET)
