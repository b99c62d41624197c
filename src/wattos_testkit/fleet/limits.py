"""What cannot be, although each number by itself could."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from wattos_testkit.fleet.model import UnitController
from wattos_testkit.physics.load import least_load

LEAST_C_RATE, MOST_C_RATE = 0.2, 4.0
"""Rated power over capacity [1/h]: below, a night is too short to charge; above, no such system is sold."""
_LEAST_PV_SHARE = 0.05
"""Held back further than to this share of its rating, a PV system would show no sun."""
_LEAST_BATTERY_SHARE = 0.06
"""A battery that may discharge less [kW per kWh] could not give back what it must take."""


class Mistake(NamedTuple):
    """Something that is wrong with a unit controller as a whole."""

    name: str
    """The part at which it shows."""
    reason: str
    parts: frozenset[str]
    """The parts that must be sound themselves for this to mean anything."""


def controller_mistakes(controller: UnitController) -> Iterator[Mistake]:
    """Yield what is wrong with a unit controller as a whole."""
    parts = frozenset({"meters", "load"})
    roles = Counter(meter.role for meter in controller.meters)
    for role, count in roles.items():
        if count > 1:
            reason = f"{count} meters of role {role!r}; a point of common coupling has one"
            yield Mistake("meters", reason, parts)
    if roles["load"] and controller.load is None:
        yield Mistake("meters", "a meter of role 'load' needs a load", parts)
    for index, battery in enumerate(controller.batteries):
        rate = battery.rated_kw / battery.capacity_kwh
        if not LEAST_C_RATE <= rate <= MOST_C_RATE:
            fit = f"{LEAST_C_RATE * battery.capacity_kwh:g} to {MOST_C_RATE * battery.capacity_kwh:g}"
            reason = f"{battery.rated_kw:g} kW do not fit {battery.capacity_kwh:g} kWh: {fit} kW do"
            yield Mistake(f"batteries[{index}].rated_kw", reason, frozenset({"batteries"}))
    if not controller.may_export and (controller.pv or controller.batteries):
        every = frozenset({"load", "pv", "batteries"})
        for name, reason in _held_back(controller):
            yield Mistake(name, reason, every)


def _held_back(controller: UnitController) -> Iterator[tuple[str, str]]:
    """Yield what could hardly run below the least load of a point that may not export."""
    load = controller.load
    if load is None:
        yield "may_export", "without leave to export and without a load nothing could be generated"
        return
    least = least_load(load.profile, load.mean_kw) / 1000.0
    room = least / 2.0 if controller.pv and controller.batteries else least
    pv = sum(system.rated_ac_kw for system in controller.pv)
    falls = f"may not export, and the load falls to {least:.3g} kW"
    if pv and room < _LEAST_PV_SHARE * pv:
        yield "pv", f"{pv:g} kW of PV {falls}: at most {room / _LEAST_PV_SHARE:.3g} kW can be used"
    rated = sum(battery.rated_kw for battery in controller.batteries)
    for index, battery in enumerate(controller.batteries):
        leave = room * battery.rated_kw / rated
        if leave < _LEAST_BATTERY_SHARE * battery.capacity_kwh:
            most = f"{leave / _LEAST_BATTERY_SHARE:.3g} kWh can be used"
            yield f"batteries[{index}].capacity_kwh", f"{battery.capacity_kwh:g} kWh {falls}: at most {most}"
