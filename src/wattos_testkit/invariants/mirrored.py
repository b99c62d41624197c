"""WT819: PV days whose afternoon is their morning backwards; and the power by which days are compared."""

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats
from wattos_testkit.invariants.sun import solar_time
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_NEAR = 90
"""Minutes from noon within which the axis is looked for."""
_ROWS = 120
_SAME = 0.9
_FINE = 200
"""The highest power over the resolution: coarser mornings and afternoons agree by chance."""


def names_of(track: Track) -> list[str]:
    """Return the fields that are the power of a resource: one, or both directions of a battery."""
    return [name for name in track.values if name.startswith("power_") and name.endswith("_active_avg")]


def power_of(track: Track) -> Floats:
    """Return the power of a resource; what a battery discharges is negative."""
    found: Floats = np.sum(
        [track.column(name) * (-1.0 if "_discharge_" in name else 1.0) for name in names_of(track)], axis=0
    )
    return found


def step_of(track: Track) -> float:
    """Return the resolution of that power."""
    return max(track.step(name) for name in names_of(track))


def judge_mirrored(book: Book, ledger: Ledger, track: Track) -> None:
    """Find a day that is the same backwards, to the last digit."""
    place, power = book.place(track.resource), power_of(track)
    if place.longitude is None or float(np.nanmax(power, initial=0.0)) < _FINE * step_of(track):
        return
    noon = int(np.argmin(np.abs(solar_time(track.start + 0.5, place.longitude) - 12)))
    ledger.looked("WT819", track.operation, len(track), track.resource)
    for twice in range(2 * (noon - _NEAR), 2 * (noon + _NEAR)):
        last = (twice - 1) // 2
        reach = min(last + 1, len(track) - (twice - last))
        if reach < _ROWS:
            continue
        morning = power[last - reach + 1 : last + 1][::-1]
        evening = power[twice - last : twice - last + reach]
        bright = (morning > 0) & (evening > 0) & (np.diff(morning, prepend=np.nan) != 0)
        same = bright & (morning == evening)
        if bright.sum() >= _ROWS and same.sum() >= _SAME * bright.sum():
            rows = np.flatnonzero(same) + twice - last
            words = f"{names_of(track)[0]} of the afternoon is that of the morning, backwards (at 1 min)"
            tell_rows(
                ledger, track, "WT819", rows, words,
                lambda index: ("other clouds", f"{power[index]:.6g}, as before noon"), names_of(track),
            )  # fmt: skip
            return
