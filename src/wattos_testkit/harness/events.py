"""The values that a run yields: one stream, many listeners.

The engine yields these; the terminal, JUnit, SARIF and all other reporters only listen. Nothing secret
(token, header value) ever enters an event.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs: an error fails the run, a warning only with `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen, beside what should have been."""

    where: str
    """Row timestamp, field or header: what the eye should go to."""
    expected: str
    seen: str
    row: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that shows a finding, safe to print."""

    method: str
    url: str
    curl: str
    """Pastes into a shell; the token stands as $WATTOS_TOKEN."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of complaint. Equal (rule, operation, resource, cause) are one finding with a count."""

    rule: str
    """WTnnn."""
    family: str
    severity: Severity
    operation: str | None
    """The operationId, or None when it concerns the deployment."""
    resource: str | None
    message: str
    evidence: tuple[Evidence, ...] = ()
    requests: tuple[Request, ...] = ()
    """The smallest set that shows it; one, or two for a relation."""
    count: int = 1
    seed: int = 0
    series: dict[str, list[Any]] | None = field(default=None, compare=False)
    """A few offending rows as columns, for the plot of a report: "timestamp" and the fields concerned."""

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What two findings of one cause share; the fingerprint of baselines."""
        return (self.rule, self.operation, self.resource)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The first event."""

    target: str
    """Scheme, host, port and base path; credentials removed."""
    profile: str
    seed: int
    version: str
    command: str
    """The command line that repeats the run, token redacted."""
    groups: tuple[str, ...] = ()
    """The groups that were given."""


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase begins: reach, discover, conform, mean."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Something was done; for the live line of a terminal."""

    phase: str
    requests: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """A finding, as soon as it is known."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one rule on one operation: for tables and for JUnit."""

    rule: str
    family: str
    operation: str | None
    asked: int
    """How many rows, answers or pairs it looked at."""
    outcome: str
    """"passed", "error", "warning" or "skipped"."""
    reason: str = ""
    """Why it was skipped."""


@dataclass(frozen=True, slots=True)
class Convention:
    """Something the document leaves open, as this deployment does it."""

    name: str
    value: str
    detail: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, cut and redacted; for HAR."""

    method: str
    url: str
    status: int
    started: float
    seconds: float
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    body: bytes
    body_bytes: int


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last event, also after an interruption."""

    findings: tuple[Finding, ...]
    outcomes: tuple[RuleOutcome, ...]
    conventions: tuple[Convention, ...]
    requests: int
    seconds: float
    exit_code: int
    reason: str = ""
    """Why it ended early, or could not test, in one line."""
    notes: tuple[str, ...] = ()
    """What else is to be said: known findings that a baseline hides, stale ones, sites left out."""


Event = RunStarted | PhaseStarted | Progress | FindingSeen | RuleOutcome | Convention | Exchange | RunFinished
