"""Limits that hold: how many requests may pass in a window, by a note that all workers share.

A note is some figures. The first is how long the request that wrote it has to wait: 0 if it passes.
"""

from math import ceil


def sliding(note: str, now: float, requests: int, window: float) -> str:
    """Return the next note: any window of that length holds so many passed requests at most."""
    passed = [one for one in _figures(note) if one > now - window]
    if len(passed) < requests:
        return _written(0.0, *passed, now)
    # The one that makes room is the oldest; with no room for any there is nothing but the window to wait for.
    return _written(passed[0] + window - now if passed else window, *passed)


def bucket(note: str, now: float, requests: int, window: float) -> str:
    """Return the next note: a bucket of so many, full at first, that refills evenly in a window."""
    if requests == 0:
        return _written(window)
    level, since = _figures(note) or (float(requests), now)
    level = min(float(requests), level + (now - since) * requests / window)
    if level >= 1.0:
        return _written(0.0, level - 1.0, now)
    return _written((1.0 - level) * window / requests, level, now)


def wait_of(note: str) -> float:
    """Return how long the last request has to wait."""
    return float(note.partition(" ")[0])


def whole_seconds(wait: float) -> int:
    """Return a `Retry-After` after which a request passes."""
    return max(1, ceil(wait))


def _figures(note: str) -> list[float]:
    return [float(one) for one in note.split()[1:]]


def _written(*figures: float) -> str:
    return " ".join(map(repr, figures))
