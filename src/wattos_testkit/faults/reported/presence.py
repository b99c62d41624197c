"""Minutes that do not come, or come late."""

import numpy as np

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.reported.stages import Context

BELATED = frozenset({"late-rows", "backfill"})
"""Faults under which time alone brings rows of windows that are over: those that move `Minutes.due`."""


def gap(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Lose all minutes, or some, each stretch of them as a whole."""
    stretch = minutes.clock // round(placement.number("run"))
    minutes.received[context.draws(placement, stretch) < placement.number("share")] = False


def late_rows(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Let each minute come late, some later than others."""
    jitter = placement.number("jitter") + 1.0
    later = np.floor(context.draws(placement, minutes.clock) * jitter).astype(np.int64)
    minutes.due += round(placement.number("delay")) + later


def backfill(placement: Placement, minutes: Minutes, context: Context) -> None:
    """Hold all minutes back until the fault is over, then let them come at once."""
    del context
    np.maximum(minutes.due, placement.end + round(placement.number("delay")), out=minutes.due)
