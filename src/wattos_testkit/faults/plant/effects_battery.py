"""What each fault does to a battery."""

from collections.abc import Callable, Mapping

import numpy as np

from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plant.battery import BatteryMinutes
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.fields import STATUSES

OFF = STATUSES[Kind.BESS].index("OF")
_LEAST_BAND = 0.5


def battery_offline(placement: Placement, minutes: BatteryMinutes) -> None:
    """Move nothing while the contactors are open."""
    del placement
    minutes.charge[:] = 0
    minutes.discharge[:] = 0
    minutes.stored[:] = 0.0
    minutes.peaks[:] = 0
    minutes.held[:] = True
    minutes.status[:] = OFF


def cell_overtemperature(placement: Placement, minutes: BatteryMinutes) -> None:
    """Let the cells keep the heat of their losses, and lower the power of warm ones."""
    minutes.warming[:] = placement.number("rise")
    begin = placement.number("derate_from")
    minutes.derating[0] = begin
    minutes.derating[1] = max(placement.number("stop_at"), begin + _LEAST_BAND)


def capacity_fade(placement: Placement, minutes: BatteryMinutes) -> None:
    """Hold less, and move accordingly less, between the same states of charge."""
    lost = np.full(len(minutes), placement.number("share"))
    days = placement.number("days")
    if days:
        since = (minutes.clock - placement.start + 1) / (days * MINUTES_PER_DAY)
        lost *= np.minimum(since, 1.0)
    minutes.room *= 1.0 - lost
    minutes.stored *= 1.0 - lost
    for power in (minutes.charge, minutes.discharge):
        np.copyto(power, np.floor(power * (1.0 - lost)).astype(np.int64))


BATTERY: Mapping[str, Callable[[Placement, BatteryMinutes], None]] = {
    "battery-offline": battery_offline,
    "cell-overtemperature": cell_overtemperature,
    "capacity-fade": capacity_fade,
}
