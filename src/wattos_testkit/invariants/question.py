"""What the judge wants to know, and what it was told."""

from dataclasses import dataclass
from typing import Any

from wattos_testkit.harness.events import Request

KIND_OF = {"get_meter_data": "ME", "get_bess_data": "BE", "get_pv_data": "PV"}
"""The resource type that each series operation serves."""
OPERATION_OF = {kind: operation for operation, kind in KIND_OF.items()}
AHEAD = "ahead"
"""The purpose of questions about buckets that have not been yet; their answers are kept apart."""
ONWARD = "onward"
"""The purpose of windows that begin in the past and end in the future; their answers are kept apart too."""
ECHO = "echo"
"""The purpose of windows whose rows other answers have already: they are only held against these."""
NEWEST = "newest"
"""The purpose of the newest hours, asked for again and again: what has been there must not be gone."""
ROLL = "roll"
"""The purpose of questions for each resource by its id."""
SETTLE = "settle"
"""The purpose of questions asked again because their answers contradicted each other."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request for a series; whoever asks turns it into a URL."""

    operation: str
    """The testkit's name, such as "get_pv_data"."""
    kind: str | None
    """The resource type of the operation."""
    resource: str | None
    """None asks without a filter."""
    start: int
    """UTC minutes since 1970; the window is half-open."""
    end: int
    interval: int
    purpose: str
    """For people, and to tell the relations apart."""
    reordered: bool = False
    """The parameters are to be sent in reverse order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    """0 if nothing came."""
    body: Any
    """The parsed JSON, or None."""
    request: Request | None = None
