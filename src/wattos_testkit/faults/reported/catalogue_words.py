"""The faults of telemetry in which minutes come, and say something that is not so, or nothing."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter
from wattos_testkit.faults.reported.naming import MEASURED, WORDS, by_kind, named
from wattos_testkit.faults.reported.values import SWUNG
from wattos_testkit.fleet.model import Kind

_DAY = 1440
_SWUNG = MappingProxyType(SWUNG)
_WHICH = "All fields, a family of them, or one by its name; a kind without it is not struck"


def _which(default: str) -> Parameter:
    return Parameter(name="field", default=default, meaning=_WHICH, choices=WORDS)


def _share(default: float, meaning: str) -> Parameter:
    return Parameter(name="share", default=default, meaning=meaning, least=0.0, most=1.0)


NOTHING: tuple[Fault, ...] = (
    Fault(
        name="missing-field",
        family=Family.TELEMETRY,
        story="A new version of the gateway does not know a field any more.",
        changes="The named fields are absent from the rows, name and all, unless a row has minutes before "
        "or after: it then speaks of those.",
        parameters=(_which("energy"),),
        fields=MEASURED,
    ),
    Fault(
        name="null-values",
        family=Family.TELEMETRY,
        story="The gateway is up, the device behind it does not answer: a null for every number.",
        changes="The named fields are null in the minutes that are hit, drawn by lot; a row of several "
        "minutes speaks of the others, and is null when there are none.",
        parameters=(_which("power"), _share(1.0, "How many minutes are hit")),
        fields=MEASURED,
    ),
)
WRONG: tuple[Fault, ...] = (
    Fault(
        name="stuck-value",
        family=Family.TELEMETRY,
        story="A register of the inverter is still read, but no longer written.",
        changes="The named fields repeat what they held in the fault's first minute.",
        parameters=(_which("power"),),
        fields=MEASURED,
    ),
    Fault(
        name="frozen-soc",
        family=Family.TELEMETRY,
        story="The battery management hangs: power flows, and the state of charge does not move.",
        changes="soc_end repeats what it was in the fault's first minute; nothing else.",
        kinds=frozenset({Kind.BESS}),
        fields=by_kind("soc"),
        lasts=360,
    ),
    Fault(
        name="stuck-status",
        family=Family.TELEMETRY,
        story="Nobody maps the status word any more after an update of the firmware.",
        changes="status repeats what it was in the fault's first minute; nothing else.",
        kinds=frozenset({Kind.PV, Kind.BESS}),
        fields=by_kind("status"),
        lasts=720,
    ),
    Fault(
        name="spike",
        family=Family.TELEMETRY,
        story="A loose cable or a broken frame on the bus: a single value that cannot be.",
        changes="Mean and maximum of the active power (of discharging) in some minutes, drawn by lot: all "
        "of it in the maximum of their row, its share of minutes in the mean; not the register.",
        parameters=(
            _share(0.02, "How many minutes are hit"),
            Parameter(
                name="height",
                default=5.0,
                meaning="What is added, over the largest power that the ratings allow",
                least=0.1,
                most=1000.0,
            ),
        ),
        fields=_SWUNG,
    ),
    Fault(
        name="noise",
        family=Family.TELEMETRY,
        story="A cable without a shield lies beside that of an inverter.",
        changes="Mean and maximum of the active power (of discharging): each minute is wrong by something "
        "else, nothing on average, so that a night may be negative; not the register.",
        parameters=(
            Parameter(
                name="amplitude",
                default=0.05,
                meaning="The most that is added, over the largest power that the ratings allow",
                least=0.0,
                most=2.0,
            ),
        ),
        fields=_SWUNG,
        lasts=720,
    ),
    Fault(
        name="drift",
        family=Family.TELEMETRY,
        story="A sensor ages in the heat; it is right again when it has been calibrated.",
        changes="All powers by so many percent more each day, or all temperatures by so many kelvin, in "
        "proportion to the time since the fault began; not the register.",
        parameters=(
            Parameter(name="field", default="power", meaning="What drifts", choices=("power", "temp")),
            Parameter(
                name="rate",
                default=3.0,
                meaning="Per day: percent of a power, or kelvin",
                unit="%/d or K/d",
                least=-50.0,
                most=50.0,
            ),
        ),
        fields=MappingProxyType({kind: (*named(kind, "power"), *named(kind, "temp")) for kind in Kind}),
        lasts=7 * _DAY,
    ),
    Fault(
        name="quantised-values",
        family=Family.TELEMETRY,
        story="A current transformer for ten times the current: the power comes in coarse steps.",
        changes="All powers of each minute are rounded to whole steps, means and maxima made of those; "
        "not the register.",
        parameters=(
            Parameter(name="step", default=5.0, meaning="One step", unit="kW", least=0.01, most=10_000.0),
        ),
        fields=by_kind("power"),
        lasts=_DAY,
    ),
    Fault(
        name="zero-fill",
        family=Family.TELEMETRY,
        story="A database fills what it does not have with zeros.",
        changes="The named fields are zero, the status SB.",
        parameters=(_which("all"),),
        fields=MEASURED,
    ),
    Fault(
        name="unplugged-sensor",
        family=Family.TELEMETRY,
        story="A rodent was at the sensor's cable: an open circuit reads as a temperature that never was.",
        changes="The named temperatures (never another field) hold one number.",
        kinds=frozenset({Kind.PV, Kind.BESS}),
        parameters=(
            Parameter(
                name="field",
                default="temp_cell_max",
                meaning="Which temperature",
                choices=("temp", *named(Kind.PV, "temp")),
            ),
            Parameter(
                name="value", default=-99.9, meaning="What is read", unit="°C", least=-999.9, most=9999.9
            ),
        ),
        fields=by_kind("temp"),
        lasts=_DAY,
    ),
)
