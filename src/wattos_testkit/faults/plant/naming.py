"""What entries of the catalogue are made of."""

from collections.abc import Mapping
from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter, Strikes
from wattos_testkit.fleet.model import Kind

METER_ACTIVE = ("power_active_avg", "power_active_max", "power_apparent_avg", "energy_active_cum")
METER = (*METER_ACTIVE, "power_reactive_avg")
PV_POWER = ("power_active_avg", "power_active_max", "energy_active_cum")
BATTERY = (
    "power_charge_active_avg",
    "power_charge_active_max",
    "power_discharge_active_avg",
    "power_discharge_active_max",
    "energy_charge_active_cum",
    "energy_discharge_active_cum",
    "soc_end",
    "temp_cell_max",
    "status",
)
BALANCED: Mapping[Kind, tuple[str, ...]] = MappingProxyType({Kind.METER: METER})
"""The grid meter shows whatever a part does otherwise."""
RESTART = (
    Parameter(
        name="delay",
        default=5.0,
        meaning="how long the grid must be well before an inverter feeds in again (IEEE 1547-2018: 5 min)",
        unit="min",
        least=0.0,
        most=60.0,
    ),
    Parameter(
        name="ramp",
        default=10.0,
        meaning="how fast it may then rise (VDE-AR-N 4105:2018: 10 % of the rating a minute)",
        unit="%/min",
        least=1.0,
        most=100.0,
    ),
)


def share(name: str, default: float, meaning: str, most: float = 1.0) -> Parameter:
    """Return a parameter between nothing and all."""
    return Parameter(name=name, default=default, meaning=meaning, least=0.0, most=most)


def on_pv(
    name: str,
    story: str,
    changes: str,
    *parameters: Parameter,
    more: tuple[str, ...] = (),
    lasts: int = 120,
) -> Fault:
    """Return a fault of a PV system."""
    return Fault(
        name=name,
        family=Family.PLANT,
        story=story,
        changes=changes,
        kinds=frozenset({Kind.PV}),
        parameters=parameters,
        fields=MappingProxyType({Kind.PV: (*PV_POWER, *more)}),
        consequences=BALANCED,
        lasts=lasts,
    )


def on_battery(
    name: str,
    story: str,
    changes: str,
    *parameters: Parameter,
    lasts: int,
    fields: tuple[str, ...] = BATTERY,
) -> Fault:
    """Return a fault of a battery."""
    return Fault(
        name=name,
        family=Family.PLANT,
        story=story,
        changes=changes,
        kinds=frozenset({Kind.BESS}),
        parameters=parameters,
        fields=MappingProxyType({Kind.BESS: fields}),
        consequences=MappingProxyType({Kind.METER: METER_ACTIVE}),
        lasts=lasts,
    )


def on_site(
    name: str,
    story: str,
    changes: str,
    *parameters: Parameter,
    fields: Mapping[Kind, tuple[str, ...]] = BALANCED,
    lasts: int = 120,
) -> Fault:
    """Return a fault of all that stands behind a unit controller; its resources are all struck."""
    return Fault(
        name=name,
        family=Family.PLANT,
        story=story,
        changes=changes,
        strikes=Strikes.CONTROLLER,
        parameters=parameters,
        fields=MappingProxyType(dict(fields)),
        lasts=lasts,
    )
