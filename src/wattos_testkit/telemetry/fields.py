"""The measured fields of a row, in the order of the API, and how large their numbers can become.

The bounds give every row of one resource and interval the same number of bytes, which is what lets a
server say the length of an answer before it has computed it.
"""

from typing import NamedTuple

from wattos_testkit.fleet.model import Battery, Kind, Meter, Photovoltaic, Placed

LOAD_CREST = 12
"""The gross load never exceeds this many times its mean."""
_LAST_YEAR = 2100
_HOURS_PER_YEAR = 8784


class Field(NamedTuple):
    """One numeric field."""

    name: str
    decimals: int
    quantity: str
    """"power", "register", "share" or "temperature"."""


_POWER, _REGISTER, _SHARE, _TEMPERATURE = "power", "register", "share", "temperature"

NUMERIC_FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.METER: (
        Field("power_active_avg", 3, _POWER),
        Field("power_active_max", 3, _POWER),
        Field("power_apparent_avg", 3, _POWER),
        Field("power_reactive_avg", 3, _POWER),
        Field("energy_active_cum", 3, _REGISTER),
    ),
    Kind.BESS: (
        Field("power_charge_active_avg", 3, _POWER),
        Field("power_charge_active_max", 3, _POWER),
        Field("power_discharge_active_avg", 3, _POWER),
        Field("power_discharge_active_max", 3, _POWER),
        Field("energy_charge_active_cum", 3, _REGISTER),
        Field("energy_discharge_active_cum", 3, _REGISTER),
        Field("soc_end", 2, _SHARE),
        Field("temp_cell_max", 1, _TEMPERATURE),
        Field("temp_ambient_max", 1, _TEMPERATURE),
    ),
    Kind.PV: (
        Field("power_active_avg", 3, _POWER),
        Field("power_active_max", 3, _POWER),
        Field("energy_active_cum", 3, _REGISTER),
        Field("temp_cell_max", 1, _TEMPERATURE),
        Field("temp_ambient_max", 1, _TEMPERATURE),
    ),
}
STATUSES: dict[Kind, tuple[str, ...]] = {
    Kind.METER: (),
    Kind.BESS: ("SB", "CH", "DI", "FA", "OF"),
    Kind.PV: ("SB", "ON", "CU", "FA", "OF"),
}
"""The vocabulary of `status`, the last field of a row; a meter has none."""


def largest_power(placed: Placed) -> int:
    """Return a bound of every power of a resource [W, var, VA]."""
    match placed.resource:
        case Photovoltaic(rated_ac_kw=rated):
            return round(rated * 1000)
        case Battery(rated_kw=rated):
            return round(rated * 1000)
        case Meter():
            controller = placed.controller
            load = controller.load.mean_kw * LOAD_CREST if controller.load else 0.0
            pv = sum(system.rated_ac_kw for system in controller.pv)
            batteries = sum(battery.rated_kw for battery in controller.batteries)
            # Reactive power adds at most as much again, at a right angle.
            return round((load + pv + batteries) * 1500) + 1
        case _:
            raise TypeError(f"{type(placed.resource).__name__} has no power")


def largest(placed: Placed, field: Field) -> int:
    """Return a bound of the magnitude of a field, in units of its last decimal."""
    if field.quantity == _POWER:
        return largest_power(placed)
    if field.quantity == _REGISTER:
        years = _LAST_YEAR - placed.resource.commissioned.year
        return largest_power(placed) * years * _HOURS_PER_YEAR
    return 10_000 if field.quantity == _SHARE else 999


def signed(kind: Kind, field: Field) -> bool:
    """Return whether a field can be negative."""
    return kind is Kind.METER or field.quantity == _TEMPERATURE
