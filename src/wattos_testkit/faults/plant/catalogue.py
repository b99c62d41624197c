"""The faults of the plant."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter, Strikes
from wattos_testkit.fleet.model import Kind

_METER = (
    "power_active_avg",
    "power_active_max",
    "power_apparent_avg",
    "power_reactive_avg",
    "energy_active_cum",
)
_PV_POWER = ("power_active_avg", "power_active_max", "energy_active_cum", "status")

PLANT: tuple[Fault, ...] = (
    Fault(
        name="inverter-trip",
        family=Family.PLANT,
        story="The grid voltage rises at noon, the inverter trips, and somebody resets it two hours later.",
        changes="No PV power, status FA; the register stands, and stays behind; the meter draws the rest.",
        kinds=frozenset({Kind.PV}),
        fields=MappingProxyType({Kind.PV: _PV_POWER}),
        consequences=MappingProxyType({Kind.METER: _METER}),
    ),
    Fault(
        name="battery-offline",
        family=Family.PLANT,
        story="A cell voltage is out of range: the battery management opens the contactors.",
        changes="No power, status OF, the state of charge stands; then it finds back into its schedule.",
        kinds=frozenset({Kind.BESS}),
        consequences=MappingProxyType({Kind.METER: _METER}),
        lasts=360,
    ),
    Fault(
        name="load-spike",
        family=Family.PLANT,
        story="A furnace, a chiller or a fast charger is switched on beside everything else.",
        changes="Active and reactive power of the load and the grid meter, and their registers.",
        strikes=Strikes.CONTROLLER,
        parameters=(
            Parameter(
                name="height", default=2.0, meaning="Power over the mean of a year", least=0.0, most=6.0
            ),
            Parameter(
                name="tangent", default=0.5, meaning="Reactive over active power", least=-2.0, most=2.0
            ),
        ),
        consequences=MappingProxyType({Kind.METER: _METER}),
    ),
)
