"""Minutes that come, and say something that is not so."""

import numpy as np

from wattos_testkit.faults.minutes import ABSENT, NULL, STATUS, Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.reported.naming import named
from wattos_testkit.faults.reported.stages import Context
from wattos_testkit.faults.reported.walls import wall_days
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.fields import largest_power

_KILO = 1000
_TENTHS = 10
_WATTS_PER_KILOWATT = 1000
SWUNG = {
    Kind.METER: ("power_active_avg", "power_active_max"),
    Kind.PV: ("power_active_avg", "power_active_max"),
    Kind.BESS: ("power_discharge_active_avg", "power_discharge_active_max"),
}
"""Mean and maximum of the power that a sensor of one current measures."""
_SWAPPED = (
    ("power_charge_active_avg", "power_discharge_active_avg"),
    ("power_charge_active_max", "power_discharge_active_max"),
    ("energy_charge_active_cum", "energy_discharge_active_cum"),
)


def _numbers(placement: Placement, minutes: Minutes) -> list[str]:
    """Return the numeric fields that a placement was told to strike."""
    return [name for name in named(minutes.kind, placement.word("field")) if name != STATUS]


def _holes(placement: Placement, minutes: Minutes) -> tuple[str, ...]:
    return named(minutes.kind, placement.word("field"))


def stuck(minutes: Minutes, names: tuple[str, ...], placement: Placement, context: Context) -> None:
    """Repeat what was said in the first minute of the fault."""
    first = context.true(placement.start, placement.start + 1)
    for name in names:
        if name != STATUS:
            minutes.numbers[name][:] = first.numbers[name][0]
        elif minutes.status is not None and first.status is not None:
            minutes.status[:] = first.status[0]


def stuck_value(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Repeat the same number for some fields."""
    stuck(minutes, named(minutes.kind, placement.word("field")), placement, context)


def frozen_soc(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Repeat the same state of charge."""
    stuck(minutes, named(minutes.kind, "soc"), placement, context)


def stuck_status(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Repeat the same status."""
    stuck(minutes, named(minutes.kind, STATUS), placement, context)


def spike(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Add a power that cannot be, in some minutes."""
    hit = context.draws(placement, minutes.clock) < placement.number("share")
    height = round(placement.number("height") * largest_power(context.placed))
    for name in SWUNG[minutes.kind]:
        minutes.numbers[name][hit] += height


def noise(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Add a power that is different each minute, and nothing on average."""
    reach = placement.number("amplitude") * largest_power(context.placed)
    added = np.rint((2.0 * context.draws(placement, minutes.clock) - 1.0) * reach).astype(np.int64)
    for name in SWUNG[minutes.kind]:
        minutes.numbers[name] += added


def drift(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Be wrong by more from minute to minute."""
    del context
    days = (minutes.clock - placement.start) / MINUTES_PER_DAY
    word, rate = placement.word("field"), placement.number("rate")
    for name in named(minutes.kind, word):
        values = minutes.numbers[name]
        error = values * (rate / 100.0) if word == "power" else rate * _TENTHS
        values += np.rint(error * days).astype(np.int64)


def missing_field(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Leave fields out of the rows."""
    del context
    for name in _holes(placement, minutes):
        minutes.holes[name][:] = ABSENT


def null_values(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Say null, in all minutes or in some."""
    hit = context.draws(placement, minutes.clock) < placement.number("share")
    for name in _holes(placement, minutes):
        minutes.holes[name][hit] = NULL


def wrong_unit(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Give numbers in a unit a thousand times smaller, or temperatures in Fahrenheit."""
    del context
    unit = placement.word("unit")
    if unit == "F":
        for name in named(minutes.kind, "temp"):
            # Tenths of a degree: 32 °F are 320.
            minutes.numbers[name][:] = (minutes.numbers[name] * 18 + 3205) // 10
        return
    for name in named(minutes.kind, "power" if unit == "W" else "energy"):
        minutes.numbers[name] *= _KILO


def swapped_charge_discharge(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Report what is charged as discharged, and the other way round."""
    del context
    pairs = _SWAPPED if placement.word("what") == "all" else _SWAPPED[:2]
    for one, other in pairs:
        kept = minutes.numbers[one].copy()
        minutes.numbers[one][:] = minutes.numbers[other]
        minutes.numbers[other][:] = kept


def sign_flip(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Turn the sign of a power: the maximum stays as far above the mean as it was."""
    del placement, context
    mean, most = SWUNG[minutes.kind]
    minutes.numbers[most] -= 2 * minutes.numbers[mean]
    minutes.numbers[mean] *= -1


def register_rollover(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Keep the last digits of registers only."""
    del context
    turn = 10 ** round(placement.number("digits")) * _KILO
    for name in named(minutes.kind, "energy"):
        values = minutes.numbers[name]
        # A register that runs backwards through zero has a sign before the same digits.
        values[:] = np.fmod(values, turn)


def register_reset(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Count from zero again, for good."""
    before = context.true(placement.start - 1, placement.start)
    if before.start >= placement.start:
        return
    for name in named(minutes.kind, "energy"):
        minutes.numbers[name] -= before.numbers[name][0]


def daily_register(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Count from zero each midnight of the site's clock."""
    del placement
    zone, end = context.placed.site.timezone, minutes.start + len(minutes)
    for midnight, start, stop in wall_days(zone, minutes.start, end):
        before = context.true(midnight - 1, midnight)
        if before.start < midnight:
            for name in named(minutes.kind, "energy"):
                minutes.numbers[name][start - minutes.start : stop - minutes.start] -= before.numbers[name][0]


def whole_register(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Cut registers to some decimals."""
    del context
    step = 10 ** (3 - round(placement.number("decimals")))
    for name in named(minutes.kind, "energy"):
        values = minutes.numbers[name]
        values -= np.fmod(values, step)


def quantised_values(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Round powers to whole steps."""
    del context
    step = max(1, round(placement.number("step") * _WATTS_PER_KILOWATT))
    for name in named(minutes.kind, "power"):
        values = minutes.numbers[name]
        values[:] = (2 * values + step) // (2 * step) * step


def zero_fill(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Say zero where nothing is known."""
    del context
    for name in _numbers(placement, minutes):
        minutes.numbers[name][:] = 0
    if STATUS in _holes(placement, minutes) and minutes.status is not None:
        minutes.status[:] = 0


def unplugged_sensor(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Give the number that stands for a cable that is not there."""
    del context
    for name in _numbers(placement, minutes):
        minutes.numbers[name][:] = round(placement.number("value") * _TENTHS)
