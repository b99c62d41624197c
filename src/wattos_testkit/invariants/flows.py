"""What a register counts, told by where it falls and what it moves by; a flow is a power and its register."""

from dataclasses import dataclass

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.tracks import Track

FLOWS = {
    "ME": (("energy_active_cum", "power_active_avg"),),
    "BE": (
        ("energy_charge_active_cum", "power_charge_active_avg"),
        ("energy_discharge_active_cum", "power_discharge_active_avg"),
    ),
    "PV": (("energy_active_cum", "power_active_avg"),),
}
"""By resource type: registers, each with its power."""
PEAKS = {
    "ME": (("power_active_max", "power_active_avg"),),
    "BE": (
        ("power_charge_active_max", "power_charge_active_avg"),
        ("power_discharge_active_max", "power_discharge_active_avg"),
    ),
    "PV": (("power_active_max", "power_active_avg"),),
}
"""By resource type: maxima, each with its average."""
_DAY = 1440
_FEWEST = 10


@dataclass(slots=True)
class Flow:
    """A register and its power on one track."""

    track: Track
    register: str
    power: str
    count: Floats
    """The register [kWh]."""
    energy: Floats
    """Power times duration [kWh]."""
    moved: Floats
    """By how much the register moved over each bucket; NaN where that is not known."""
    step: float
    """Resolution of the register."""
    blur: float
    """What rounding of the power does to the energy of one row."""
    falls: Ints
    """Rows over which the register falls by more than what flows out."""


def flow_of(track: Track, register: str, power: str) -> Flow:
    """Return a register beside its power."""
    count, hours = track.column(register), track.interval / 60
    energy = track.column(power) * hours
    moved = np.full(len(track), np.nan)
    moved[1:] = np.diff(count)
    moved[~track.adjoining()] = np.nan
    step = track.step(register)
    blur = track.step(power) * hours / 2
    out = np.minimum(np.nan_to_num(energy), 0.0)
    limit = 1.25 * out - 2.001 * step - 2 * blur - 0.02 * _usual(energy)
    if track.kind != "ME":
        limit = np.full(len(track), -2.001 * step)
    falls = np.flatnonzero(np.nan_to_num(moved) < limit)
    flowing = np.abs(np.nan_to_num(energy)) > 2 * step + 2 * blur
    fell = np.abs(moved + energy) <= 0.1 * np.abs(energy) + 2 * step + 2 * blur
    known = flowing & np.isfinite(moved)
    turned = bool(known.any()) and float(fell[known].mean()) > 0.8
    if turned or falls.size > 0.2 * max(_FEWEST, int(flowing.sum())):
        # A register that falls again and again is no exchange and no reset: it follows something else.
        falls = falls[:0]
    return Flow(track, register, power, count, energy, moved, step, blur, falls)


def _usual(energy: Floats) -> float:
    """Return how much flows in a busy row."""
    sizes = np.abs(energy[np.isfinite(energy)])
    return float(np.percentile(sizes, 95)) if sizes.size else 0.0


def to_zero(flow: Flow) -> Flags:
    """Tell which falls end at about zero."""
    after = np.abs(flow.count[flow.falls])
    room = 3 * np.abs(np.nan_to_num(flow.energy[flow.falls])) + 2 * flow.step + 2 * flow.blur
    near: Flags = after <= room + 0.005 * np.abs(flow.count[np.maximum(flow.falls - 1, 0)])
    return near


def rolled_over(flow: Flow) -> Flags:
    """Tell which falls are a rollover at a power of ten."""
    before, after = flow.count[np.maximum(flow.falls - 1, 0)], flow.count[flow.falls]
    modulus = _modulus(before)
    ends = (before >= 0.99 * modulus) & (after <= 0.01 * modulus)
    over: Flags = (ends | _goes_on(flow, flow.falls, modulus)) & (after >= -flow.step)
    return over


def rolled_back(flow: Flow) -> Ints:
    """Return the rows over which a register that counts both ways leaps from its begin to its end."""
    leaps = np.flatnonzero(np.nan_to_num(flow.moved) > 0.5 * float(np.nanmax(flow.count, initial=0.0)))
    if leaps.size == 0:
        return leaps
    found: Ints = leaps[_goes_on(flow, leaps, -_modulus(flow.count[leaps]))]
    return found


def _modulus(highest: Floats) -> Floats:
    """Return the power of ten at which registers that show so much begin anew."""
    found: Floats = 10.0 ** np.ceil(np.log10(np.maximum(np.nan_to_num(highest), 1e-9)))
    return found


def _goes_on(flow: Flow, rows: Ints, modulus: Floats) -> Flags:
    """Tell whether a register moves by what flows, once the digits that it lacks are added."""
    energy, moved = flow.energy[rows], flow.moved[rows] + modulus
    near: Flags = np.abs(moved - energy) <= 0.15 * np.abs(energy) + 2 * flow.step + 2 * flow.blur
    return near & (np.abs(flow.moved[rows]) > 0.5 * np.abs(modulus))


def is_interval(flow: Flow) -> bool:
    """Tell whether the register counts each bucket by itself."""
    telling = np.abs(flow.energy) > 4 * flow.step + 4 * flow.blur
    telling &= np.isfinite(flow.count)
    if telling.sum() < _FEWEST:
        return False
    size = np.abs(flow.energy[telling])
    fits = np.abs(np.abs(flow.count[telling]) - size) <= 0.15 * size + 2 * flow.step + 2 * flow.blur
    # A lifetime register that happens to be as small as one bucket's energy does not stay there.
    return bool(fits.mean() > 0.9)


def is_daily(flow: Flow) -> bool:
    """Tell whether the register starts anew each day."""
    if flow.falls.size == 0 or to_zero(flow).mean() < 0.8:
        return False
    times = flow.track.start[flow.falls]
    if times.size == 1:
        return int(flow.track.start[-1] - flow.track.start[0]) <= 2 * _DAY
    distances = np.diff(times)
    days = np.maximum(np.round(distances / _DAY), 1)
    return bool((np.abs(distances - days * _DAY) <= 90).mean() > 0.8)


def detect_registers(book: Book) -> dict[str, str]:
    """Return for each resource "lifetime", "daily", "interval", or "unknown" if nothing flows."""
    found = {}
    for resource in {name for name, _ in book.pairs()}:
        kind = book.kind(resource)
        votes = [
            vote
            for interval in sorted(book.intervals(resource), reverse=True)
            for register, power in FLOWS.get(kind, ())
            if (track := book.longest(resource, interval)) is not None and len(track) >= _FEWEST
            if (vote := _vote(flow_of(track, register, power))) is not None
        ]
        found[resource] = _decide(votes)
    return found


def _vote(flow: Flow) -> str | None:
    if is_interval(flow):
        return "interval"
    if flow.falls.size and is_daily(flow):
        return "daily"
    if not np.nansum(np.abs(flow.energy)) > 2 * flow.step:
        return None
    span = int(flow.track.start[-1] - flow.track.start[0])
    # A single day may well lie between two resets.
    return "lifetime" if span > 2 * _DAY or flow.falls.size else "short"


def _decide(votes: list[str]) -> str:
    if not votes:
        return "unknown"
    if votes.count("interval") * 2 > len(votes):
        return "interval"
    if "daily" in votes and "lifetime" not in votes:
        return "daily"
    return "lifetime"
