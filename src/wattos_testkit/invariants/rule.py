"""What a rule is: the text that `explain` shows, and the weight of its findings."""

from dataclasses import dataclass

from wattos_testkit.harness.events import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold; the reference page is made of these."""

    id: str
    """WTnnn; stable, never used again for something else."""
    family: str
    severity: Severity
    """The default; a rule whose text says so reports its mild cases as warnings."""
    title: str
    """What is wrong, in one line."""
    why: str
    """Why it matters, in one line."""
    how: str
    """How it is decided."""
    false_alarms: str
    """How it can be a false alarm, and what keeps it from being one."""
