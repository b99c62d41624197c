"""Rows that come twice, or in another order."""

import numpy as np

from wattos_testkit.faults.minutes import Bools
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.reported.stages import draws
from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY


def struck(placement: Placement, starts: Integers, interval: int) -> Bools:
    """Return which rows have a minute in common with a fault."""
    over = (starts >= placement.end) & (not placement.fault.forever)
    return np.asarray(~over & (starts + interval > placement.start))


def duplicate_rows(placement: Placement, starts: Integers, interval: int, resource_id: str) -> Integers:
    """Send some rows twice, one right behind the other."""
    drawn = draws(placement, resource_id, starts) < placement.number("share")
    twice = struck(placement, starts, interval) & drawn
    return np.repeat(np.arange(len(starts)), 1 + twice)


def rows_out_of_order(placement: Placement, starts: Integers, interval: int, resource_id: str) -> Integers:
    """Shuffle the rows of each stretch of a UTC day."""
    day, minute = np.divmod(starts, MINUTES_PER_DAY)
    stretch = day * MINUTES_PER_DAY + minute // round(placement.number("within"))
    lot = draws(placement, resource_id, starts)
    places = np.arange(len(starts))
    hit = struck(placement, starts, interval)
    # Stable, and among those that are struck only: twins stay together, and neighbours where they were.
    places[hit] = places[hit][np.lexsort((starts[hit], lot[hit], stretch[hit]))]
    return places
