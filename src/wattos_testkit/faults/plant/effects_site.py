"""What each fault does to a load, and to the meters."""

from collections.abc import Callable, Mapping

import numpy as np

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plant.load import LoadMinutes
from wattos_testkit.fleet.model import MeterRole
from wattos_testkit.telemetry.fields import LOAD_CREST

_REGISTER = "energy_active_cum"
_REACTIVE_CREST = 0.85 * LOAD_CREST
"""Reactive power of a load over its mean, at most: with the active power inside what a meter can show."""
Truth = Callable[[int, int], Minutes]
"""The true minutes of any other window."""


def load_spike(placement: Placement, minutes: LoadMinutes) -> None:
    """Add a large machine: active and reactive power are higher by some times the mean, up to the crest."""
    before = minutes.power.copy()
    most = np.maximum(before, int(LOAD_CREST * minutes.mean))
    np.minimum(before + round(minutes.mean * placement.number("height")), most, out=minutes.power)
    more = (minutes.power - before) * placement.number("tangent")
    bound = np.maximum(np.abs(minutes.reactive), int(_REACTIVE_CREST * minutes.mean))
    np.clip(minutes.reactive + np.rint(more).astype(np.int64), -bound, bound, out=minutes.reactive)


def reverse_power(placement: Placement, minutes: LoadMinutes) -> None:
    """Lose a share of the load."""
    kept = 1.0 - placement.number("share")
    for values in (minutes.power, minutes.reactive, minutes.lift):
        np.copyto(values, np.floor(values * kept).astype(np.int64))


def meter_exchange(placement: Placement, minutes: Minutes, true: Truth, role: MeterRole) -> None:
    """Take the meter out, then begin another's register, for good."""
    del role
    out = slice(max(0, placement.start - minutes.start), max(0, placement.end - minutes.start))
    minutes.received[out] = False
    if out.stop < len(minutes):
        # Until the end of the minute before it, the old one would have counted.
        before = int(true(placement.end - 1, placement.end).numbers[_REGISTER][0])
        minutes.numbers[_REGISTER][out.stop :] += round(placement.number("reading") * 1000.0) - before


def grid_outage(placement: Placement, minutes: Minutes, true: Truth, role: MeterRole) -> None:
    """Measure nothing where the grid was, whatever runs behind it."""
    del true
    if role == "grid":
        gone = minutes.between(placement.start, placement.end)
        for name, values in gone.numbers.items():
            if name != _REGISTER:
                values[:] = 0


LOAD: Mapping[str, Callable[[Placement, LoadMinutes], None]] = {
    "load-spike": load_spike,
    "reverse-power": reverse_power,
}
METER: Mapping[str, Callable[[Placement, Minutes, Truth, MeterRole], None]] = {
    "grid-outage": grid_outage,
    "meter-exchange": meter_exchange,
}
