"""The faults of meters, loads and the grid."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter
from wattos_testkit.faults.plant.naming import BATTERY, METER, PV_POWER, RESTART, on_site, share
from wattos_testkit.fleet.model import Kind

_EVERYTHING = MappingProxyType(
    {Kind.METER: METER, Kind.BESS: BATTERY, Kind.PV: (*PV_POWER, "temp_cell_max", "status")}
)

FAULTS = (
    Fault(
        name="meter-exchange",
        family=Family.PLANT,
        story="The meter's calibration has run out: a fitter takes it out and puts in another.",
        changes="No rows of the meter while it is exchanged; from then on, for good, the register counts "
        "from the new one's reading. What is measured is the same as before.",
        kinds=frozenset({Kind.METER}),
        parameters=(
            Parameter(
                name="reading",
                default=0.0,
                meaning="what the new register shows at first",
                unit="kWh",
                least=0.0,
                most=1000.0,
            ),
        ),
        fields=MappingProxyType({Kind.METER: ("energy_active_cum",)}),
        lasts=25,
        forever=True,
    ),
    on_site(
        "grid-outage",
        "A digger cuts the feeder's cable; sites with a battery that can form a grid go on by themselves.",
        "Dead: no power anywhere, and status OF. Islanded: the essential part of the load is served, the "
        "battery gives what PV lacks and takes what is too much, PV is limited to both (CU), and the "
        "grid meter shows zero; when the battery is empty, or asked for more than it can, the site goes "
        "dark until the grid is back. A site without a battery is dead at once. Then inverters that were "
        "off wait and ramp up, and the battery finds back into its schedule. The registers lack what was "
        "not moved, for good.",
        Parameter(
            name="mode",
            default="dead",
            meaning="what the site does without a grid",
            choices=("dead", "islanded"),
        ),
        share("essential", 0.5, "share of the load that an island serves"),
        Parameter(
            name="reserve",
            default=5.0,
            meaning="state of charge at which the battery of an island gives up",
            unit="%",
            least=2.0,
            most=100.0,
        ),
        *RESTART,
        fields=_EVERYTHING,
        lasts=180,
    ),
    on_site(
        "load-spike",
        "A furnace, a chiller or a fast charger is switched on beside everything else.",
        "Active and reactive power of the load and the grid meter, and their registers for good; never more "
        "than twelve times the mean of the load. PV and batteries go on as they were.",
        Parameter(
            name="height", default=2.0, meaning="active power over the mean of the load", least=0.0, most=6.0
        ),
        Parameter(name="tangent", default=0.5, meaning="reactive over active power", least=-2.0, most=2.0),
        lasts=45,
    ),
    on_site(
        "reverse-power",
        "The production line stops at noon, and a site that must not export does.",
        "The load falls to a part of itself, the registers of load and grid meter lack it for good; where PV "
        "and battery give more than what is left, the grid meter shows negative power and its register "
        "falls. PV and batteries go on as they were.",
        share("share", 0.9, "share of the load that drops away"),
        lasts=60,
    ),
)
