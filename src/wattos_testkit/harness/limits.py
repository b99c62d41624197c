"""What a run may cost the target and this machine, and the budget that holds it to that."""

from dataclasses import dataclass

from wattos_testkit.harness.clock import Clock

MIB = 1024 * 1024


class RunOverError(Exception):
    """The run may not send another request; the message says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a run."""

    requests: int = 2_000
    seconds: float = 300.0
    """Of the whole run."""
    answer_bytes: int = 8 * MIB
    """Of one answer, decompressed; parsed rows take about ten times as much memory."""
    total_bytes: int = 2_048 * MIB
    timeout: float = 10.0
    """Longest silence while connecting or reading [s]."""
    answer_seconds: float = 30.0
    """Longest time from the first byte of an answer to its last."""
    rate: float | None = None
    """Requests a second."""
    attempts: int = 5
    """How often a request is sent that meets 429, 503 or a broken connection."""
    longest_wait: float = 60.0
    """A Retry-After beyond this is not waited for [s]."""


class Budget:
    """What has been spent of the limits."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self.clock = clock
        self.started = clock.monotonic()
        self.requests = 0
        self.bytes = 0
        self._next = self.started

    @property
    def seconds(self) -> float:
        """How long the run has lasted."""
        return self.clock.monotonic() - self.started

    @property
    def seconds_left(self) -> float:
        """How long it may last."""
        return self.limits.seconds - self.seconds

    @property
    def requests_left(self) -> int:
        """How many requests may still be sent."""
        return self.limits.requests - self.requests

    @property
    def spent(self) -> str:
        """Which limit is reached, in words; nothing while none is."""
        limits = self.limits
        if self.requests_left <= 0:
            return f"the limit of {limits.requests:,} requests is reached (--max-requests)"
        if self.seconds_left <= 0:
            return f"the limit of {limits.seconds:g} seconds is reached (--max-time)"
        if self.bytes >= limits.total_bytes:
            return f"{limits.total_bytes // MIB:,} MiB of answers were read, the most of a run"
        return ""

    def take(self) -> None:
        """Count one request, waiting for its turn.

        Raises
        ------
        RunOverError
            If a limit is reached.
        """
        if self.spent:
            raise RunOverError(self.spent)
        self.requests += 1
        if self.limits.rate is not None:
            now = self.clock.monotonic()
            if self._next > now:
                self.clock.sleep(self._next - now)
            self._next = max(now, self._next) + 1 / self.limits.rate
