"""The faults of telemetry in which fields are mixed up, and those of registers."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter
from wattos_testkit.faults.reported.naming import by_kind, named
from wattos_testkit.faults.reported.values import SWUNG
from wattos_testkit.fleet.model import Kind

_DAY = 1440
_SWUNG = MappingProxyType(SWUNG)

MIXED_UP: tuple[Fault, ...] = (
    Fault(
        name="wrong-unit",
        family=Family.TELEMETRY,
        story="A firmware update sends watts, the mapping still says kilowatts.",
        changes="All powers are a thousand times too large (W), or all registers (Wh), or all "
        "temperatures are in degrees Fahrenheit (F); the other two are as they were.",
        parameters=(
            Parameter(name="unit", default="W", meaning="The unit that is sent", choices=("W", "Wh", "F")),
        ),
        fields=MappingProxyType(
            {
                kind: tuple(name for word in ("power", "energy", "temp") for name in named(kind, word))
                for kind in Kind
            }
        ),
        lasts=_DAY,
    ),
    Fault(
        name="sign-flip",
        family=Family.TELEMETRY,
        story="A current transformer was put on the wrong way round.",
        changes="The mean of the active power (of discharging) has the other sign, its maximum is as far "
        "above it as before; neither the register nor reactive power.",
        fields=_SWUNG,
        lasts=_DAY,
    ),
    Fault(
        name="swapped-charge-discharge",
        family=Family.TELEMETRY,
        story="Whether plus means charging, two vendors do not agree.",
        changes="Powers of charging and discharging change places, and, with `all`, their registers too; "
        "status and state of charge do not.",
        kinds=frozenset({Kind.BESS}),
        parameters=(
            Parameter(
                name="what",
                default="all",
                meaning="Powers and registers, or powers only",
                choices=("all", "power"),
            ),
        ),
        fields=MappingProxyType(
            {Kind.BESS: (*named(Kind.BESS, "power"), *named(Kind.BESS, "energy"))},
        ),
        lasts=_DAY,
    ),
)
REGISTERS: tuple[Fault, ...] = (
    Fault(
        name="register-rollover",
        family=Family.TELEMETRY,
        story="A register has so many digits before its point, and begins again when they are used up.",
        changes="Registers are reported without their higher digits, for good; nothing else.",
        parameters=(
            Parameter(name="digits", default=4, meaning="Digits before the point [kWh]", least=1, most=9),
        ),
        fields=by_kind("energy"),
        forever=True,
    ),
    Fault(
        name="register-reset",
        family=Family.TELEMETRY,
        story="The logger loses its memory in a power cut and counts from zero again.",
        changes="Registers are less by what they were when the fault began, for good; nothing else.",
        fields=by_kind("energy"),
        forever=True,
    ),
    Fault(
        name="daily-register",
        family=Family.TELEMETRY,
        story="The mapping reads the yield of the day, one line above the register of all years.",
        changes="Registers count from zero at each midnight of the site's clock; nothing else.",
        fields=by_kind("energy"),
        lasts=3 * _DAY,
    ),
    Fault(
        name="whole-register",
        family=Family.TELEMETRY,
        story="A protocol without decimals: the register comes in whole kilowatt-hours.",
        changes="Registers are cut after some decimals; nothing else.",
        parameters=(
            Parameter(name="decimals", default=0, meaning="Decimals that are left", least=0, most=2),
        ),
        fields=by_kind("energy"),
        lasts=_DAY,
    ),
)
