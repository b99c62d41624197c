"""What a rule is, and the rules of the judge by id."""

from dataclasses import dataclass

from wattos_testkit.harness.events import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of `check`, with all that its page says."""

    id: str
    """WTnnn; never used again for something else."""
    family: str
    severity: Severity
    title: str
    """What is wrong, in one line."""
    why: str
    """Why it matters."""
    how: str
    """How it is decided."""
    false_alarms: str
    """How it can be wrong."""


RULES: dict[str, Rule] = {}
