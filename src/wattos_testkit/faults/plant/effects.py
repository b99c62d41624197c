"""What each fault of the plant does to each part of it, by the fault's name."""

from collections.abc import Callable, Mapping

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plant.battery import BatteryMinutes
from wattos_testkit.faults.plant.load import LoadMinutes
from wattos_testkit.faults.plant.photovoltaic import PhotovoltaicMinutes
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.fields import STATUSES

_REGISTER = "energy_active_cum"
Truth = Callable[[int, int], Minutes]
"""The true minutes of any other window."""

_PV_FAILED = STATUSES[Kind.PV].index("FA")
_BATTERY_OFF = STATUSES[Kind.BESS].index("OF")


def inverter_trip(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Give no power until somebody resets it."""
    del placement
    minutes.power[:] = 0
    minutes.peak[:] = 0
    minutes.status[:] = _PV_FAILED


def battery_offline(placement: Placement, minutes: BatteryMinutes) -> None:
    """Move nothing while the contactors are open."""
    del placement
    minutes.charge[:] = 0
    minutes.discharge[:] = 0
    minutes.peaks[:] = 0
    minutes.held[:] = True
    minutes.status[:] = _BATTERY_OFF


def load_spike(placement: Placement, minutes: LoadMinutes) -> None:
    """Add a large machine: active and reactive power are higher by some times the mean."""
    more = round(minutes.mean * placement.number("height"))
    minutes.power += more
    minutes.reactive += round(more * placement.number("tangent"))


def meter_exchange(placement: Placement, minutes: Minutes, true: Truth) -> None:
    """Begin the register at zero again, for good."""
    since = max(0, placement.start - minutes.start)
    if since < len(minutes):
        # Until the end of the minute before it, the old one counted.
        before = true(placement.start - 1, placement.start).numbers[_REGISTER][0]
        minutes.numbers[_REGISTER][since:] -= before


PHOTOVOLTAIC: Mapping[str, Callable[[Placement, PhotovoltaicMinutes], None]] = {
    "inverter-trip": inverter_trip
}
BATTERY: Mapping[str, Callable[[Placement, BatteryMinutes], None]] = {"battery-offline": battery_offline}
LOAD: Mapping[str, Callable[[Placement, LoadMinutes], None]] = {"load-spike": load_spike}
METER: Mapping[str, Callable[[Placement, Minutes, Truth], None]] = {"meter-exchange": meter_exchange}
