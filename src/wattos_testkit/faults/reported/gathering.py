"""Minutes put together from where they come from."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.reported.stages import Sources
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.calendar import HORIZON
from wattos_testkit.telemetry.existence import first_minute

Truth = Callable[[Placed, int, int], Minutes]
"""The minutes of the plant of any resource, in a window in which it exists."""


def gathered(sources: Sources, whose: Sequence[Placed], true: Truth) -> Minutes:
    """Return reported minutes, read in runs of consecutive minutes of one resource.

    Those that come from nowhere, from before a resource was installed, or from after time ends, do not come.
    """
    spans = [(first_minute(placed), HORIZON) for placed in whose]
    first, last = (np.array(ends)[sources.whose] for ends in zip(*spans, strict=True))
    known = (sources.when >= first) & (sources.when < last)
    # What does not come has numbers too, which nobody reads.
    when = np.where(known, sources.when, first)
    step, other = np.diff(when), np.diff(sources.whose) != 0
    unknown = ~known[1:] & ~known[:-1]
    edges = [0, *(np.flatnonzero(((step != 1) & ~unknown) | other) + 1).tolist(), len(when)]
    parts = []
    for begin, stop in pairwise(edges):
        start, end = int(when[begin]), int(when[stop - 1]) + 1
        found = true(whose[sources.whose[begin]], start, end)
        parts.append(found.taken(when[begin:stop] - start))
    head = parts[0]
    statuses = [one.status for one in parts if one.status is not None]
    return Minutes(
        head.kind,
        sources.start,
        {name: np.concatenate([one.numbers[name] for one in parts]) for name in head.numbers},
        np.concatenate(statuses) if statuses else None,
        known,
        # Not before it has happened, and not before its time has come.
        np.maximum(sources.clock, when) + 1,
    )
