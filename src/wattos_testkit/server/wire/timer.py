"""Real time, as far as faults of the wire need it; a test brings its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timer:
    """How time passes."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    seconds: Callable[[], float] = time.monotonic
    """Seconds that never go back and are the same in all workers: limits are counted by them."""
    unix: Callable[[], float] = time.time
