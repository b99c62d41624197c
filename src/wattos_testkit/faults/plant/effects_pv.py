"""What each fault does to a PV system.

A module that gives no power turns all its light into heat: a thermographer finds modules at open circuit 2 to
7 K warmer than their neighbours in full sun (IEC TS 62446-3:2017, annex C).
"""

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np

from wattos_testkit.faults.minutes import Bools
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plant.photovoltaic import PhotovoltaicMinutes
from wattos_testkit.fleet.model import Kind
from wattos_testkit.physics.hashing import Floats, stream_key, uniforms
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY
from wattos_testkit.telemetry.fields import STATUSES

_ON, CURTAILED, _FAILED, OFF = (STATUSES[Kind.PV].index(word) for word in ("ON", "CU", "FA", "OF"))
_OPEN_CIRCUIT = 0.19
"""By how much modules at open circuit are warmer, over their rise above the air [1]: at an efficiency of
0.17 and an absorption of 0.9 so much more heat is left in them."""
_HOTTEST = 94.5
_PERCENT = 0.01


def _lower(minutes: PhotovoltaicMinutes, most: Floats) -> None:
    """Lower the power to what is left of it [W]; shape (n,)."""
    before = minutes.power.copy()
    np.minimum(minutes.power, np.floor(most).astype(np.int64), out=minutes.power)
    lower = minutes.power < before
    minutes.peak[lower] = minutes.peak[lower] * minutes.power[lower] // before[lower]


def cap(minutes: PhotovoltaicMinutes, most: Floats) -> Bools:
    """Hold power and peaks below a level; return where the power meets it."""
    capped = minutes.power > most
    whole = np.floor(most).astype(np.int64)
    _unload(minutes, 1.0 - np.where(capped, whole, 1) / np.where(capped, np.maximum(minutes.power, 1), 1))
    np.minimum(minutes.power, whole, out=minutes.power)
    np.minimum(minutes.peak, np.maximum(whole, minutes.power), out=minutes.peak)
    return np.asarray(capped)


def _rise(minutes: PhotovoltaicMinutes) -> Floats:
    return np.asarray(np.maximum(minutes.temps[0] - minutes.temps[1], 0.0), dtype=np.float64)


def _unload(minutes: PhotovoltaicMinutes, share: Floats | float) -> None:
    """Warm modules from which a share of their power is not drawn."""
    warmer = minutes.temps[0] + _OPEN_CIRCUIT * _rise(minutes) * share
    np.copyto(minutes.temps[0], np.minimum(warmer, np.maximum(minutes.temps[0], _HOTTEST)))


def _dim(minutes: PhotovoltaicMinutes, kept: Floats | float) -> None:
    """Leave a share of what the modules could give; what the inverter cut off anyway is lost first."""
    minutes.modules *= kept
    _lower(minutes, minutes.modules)


def _shade(minutes: PhotovoltaicMinutes, lost: Floats) -> None:
    """Take a share of the light away from all modules alike, and with it their warmth."""
    minutes.temps[0] -= (_rise(minutes) * lost).astype(np.float32)
    _dim(minutes, 1.0 - lost)


def restart_minutes(placement: Placement) -> int:
    """Return how long an inverter needs after a trip until nothing holds it back."""
    return ceil(placement.number("delay")) + ceil(100.0 / placement.number("ramp"))


def restart(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Let an inverter wait for a stable grid, then rise to its rating no faster than it may."""
    since = minutes.clock - placement.end - ceil(placement.number("delay")) + 1
    share = np.clip(since * placement.number("ramp") * _PERCENT, 0.0, 1.0)
    cap(minutes, share * minutes.rated)


def switch_off(placement: Placement, minutes: PhotovoltaicMinutes, status: int) -> None:
    """Give nothing while it lasts, then start again as grid codes ask."""
    down = minutes.between(
        minutes.start, max(minutes.start, min(placement.end, minutes.start + len(minutes)))
    )
    _unload(down, (down.power > 0).astype(np.float64))
    down.power[:] = 0
    down.peak[:] = 0
    down.status[:] = status
    if minutes.start + len(minutes) > placement.end:
        restart(placement, minutes.between(max(minutes.start, placement.end), minutes.start + len(minutes)))


def inverter_trip(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Give no power until somebody resets it."""
    switch_off(placement, minutes, _FAILED)


def curtailment(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Give no more than a share of the rating, or an absolute power."""
    absolute = placement.number("kw") * 1000.0
    most = absolute or placement.number("share") * minutes.rated
    minutes.status[cap(minutes, np.full(len(minutes), most))] = CURTAILED


def string_outage(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Lose a share of the strings; the warmest cells are now theirs."""
    share = placement.number("share")
    _dim(minutes, 1.0 - share)
    _unload(minutes, float(share > 0.0))


def soiling(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Lose a little more light each day, until rain washes the modules."""
    days = (minutes.clock - placement.start) / MINUTES_PER_DAY
    lost = np.minimum(days * placement.number("daily") * _PERCENT, placement.number("most") * _PERCENT)
    _shade(minutes, lost)


def snow_cover(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Lie under snow, which slides off, little by little, in the last part of the time."""
    whole = placement.end - placement.start
    melting = max(placement.number("melting") * whole, 1.0)
    left = np.clip((placement.end - minutes.clock) / melting, 0.0, 1.0)
    _shade(minutes, placement.number("share") * left)


def shading(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Lose the direct light of a part of the modules between two hours of the sun's day."""
    begin, last = placement.number("from_hour"), placement.number("to_hour")
    edge = 0.25
    hour = minutes.hour
    inside = np.clip(np.minimum(hour - begin, last - hour) / edge, 0.0, 1.0)
    _dim(minutes, 1.0 - placement.number("share") * inside * minutes.direct)


def ground_fault(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Refuse to start on wet mornings, until the sun has dried the modules."""
    day = (minutes.clock + minutes.solar) // MINUTES_PER_DAY
    key = stream_key(placement.seed, "ground-fault", placement.name)
    wet = uniforms(key, day) < placement.number("mornings")
    isolated = wet & (minutes.hour < placement.number("dry_at")) & (minutes.power > 0)
    _unload(minutes, isolated.astype(np.float64))
    minutes.power[isolated] = 0
    minutes.peak[isolated] = 0
    minutes.status[isolated] = _FAILED


def inverter_overheating(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Give the less the warmer the air, because the fan stands."""
    above = np.maximum(minutes.temps[1].astype(np.float64) - placement.number("above"), 0.0)
    share = np.clip(1.0 - above * placement.number("slope") * _PERCENT, 0.0, 1.0)
    minutes.status[cap(minutes, share * minutes.rated)] = CURTAILED


def export_limit_lost(placement: Placement, minutes: PhotovoltaicMinutes) -> None:
    """Give all that the modules can, whatever the site draws."""
    del placement
    most = np.minimum(np.floor(minutes.modules), np.floor(minutes.rated)).astype(np.int64)
    held_back = most > minutes.power
    np.copyto(minutes.power, most, where=held_back)
    np.maximum(minutes.peak, minutes.power, out=minutes.peak)
    minutes.status[minutes.power > 0] = _ON


PHOTOVOLTAIC: Mapping[str, Callable[[Placement, PhotovoltaicMinutes], None]] = {
    "inverter-trip": inverter_trip,
    "curtailment": curtailment,
    "string-outage": string_outage,
    "soiling": soiling,
    "snow-cover": snow_cover,
    "shading": shading,
    "ground-fault": ground_fault,
    "inverter-overheating": inverter_overheating,
    "export-limit-lost": export_limit_lost,
}
TAILS: Mapping[str, Callable[[Placement], int]] = {"inverter-trip": restart_minutes}
"""How long an effect goes on after the fault has ended [min]."""
