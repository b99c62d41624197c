"""Since when, and until when, a resource has rows."""

from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.calendar import HORIZON, MINUTES_PER_DAY, day_number, standard_offset
from wattos_testkit.telemetry.columns import Window


def first_minute(placed: Placed) -> int:
    """Return the UTC minute at which a resource begins to have rows: local midnight of its first day."""
    return day_number(placed.resource.commissioned) * MINUTES_PER_DAY - standard_offset(placed.site.timezone)


def existing(placed: Placed, window: Window) -> tuple[int, int]:
    """Return the UTC minutes from and to which a resource has whole buckets inside a window."""
    start = max(window.first_bucket, first_minute(placed))
    end = min(window.end, HORIZON) // window.interval * window.interval
    return start, max(start, end)


def row_count(placed: Placed, window: Window) -> int:
    """Return how many rows a resource has inside a window."""
    start, end = existing(placed, window)
    return (end - start) // window.interval
