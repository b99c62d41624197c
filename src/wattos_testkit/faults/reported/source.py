"""Minutes that are reported from elsewhere: another time, or another resource."""

import numpy as np

from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.reported.stages import NEVER, Sources
from wattos_testkit.faults.reported.walls import walls
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

_FARTHEST = 16 * 60
"""More than any zone is away from UTC [min]."""


def clock_skew(placement: Placement, sources: Sources, partner: int) -> None:
    """Stamp minutes with a clock that is wrong while the fault lasts, and is set right at once."""
    del partner
    when = sources.clock - round(placement.number("minutes"))
    # What was stamped out of the fault's time, where rows of the right clock stand, is lost.
    outside = (when < placement.start) | (when >= placement.end)
    sources.when[:] = np.where(outside, NEVER, when)


def local_time_as_utc(placement: Placement, sources: Sources, partner: int) -> None:
    """Take each minute for the one at which the clock on the site's wall showed it."""
    del placement, partner
    sources.when[:] = shown(sources.placed.site.timezone, sources.start, len(sources.when))


def shown(timezone: str, start: int, count: int) -> Integers:
    """Return when a site's wall clock showed what UTC shows in some minutes.

    NEVER for those that the clock left out in spring; of two in autumn the later one.
    """
    instants = np.arange(start - _FARTHEST, start + count + _FARTHEST)
    place = walls(timezone, start - _FARTHEST, start + count + _FARTHEST) - start
    inside = (place >= 0) & (place < count)
    when = np.full(count, NEVER, dtype=np.int64)
    # Where an index stands twice, numpy keeps the last: the later rows overwrite the earlier ones.
    when[place[inside]] = instants[inside]
    return when


def replayed_day(placement: Placement, sources: Sources, partner: int) -> None:
    """Report again what was a day before."""
    del placement, partner
    sources.when[:] = sources.clock - MINUTES_PER_DAY


def swapped_resources(placement: Placement, sources: Sources, partner: int) -> None:
    """Report the minutes of the other one of a pair."""
    del placement
    sources.whose[:] = partner
