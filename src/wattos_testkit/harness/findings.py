"""Collects what was found: one finding a cause, with a count; what was selected, at which severity."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from wattos_testkit.harness.baseline import Key, read_baseline
from wattos_testkit.harness.events import (
    Event,
    Evidence,
    Finding,
    FindingSeen,
    Request,
    RuleOutcome,
    Severity,
)
from wattos_testkit.invariants.registry import Rule

_EVIDENCE = 5
"""So many pieces of evidence prove a finding; more are only counted."""
_ORDER = (Severity.ERROR, Severity.WARNING)
_MARKS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


@dataclass(frozen=True)
class Selection:
    """Which rules count, on which resources, and how much; spelled as in ruff."""

    select: tuple[str, ...] = ()
    """Rules or beginnings of rules (WT3); all when empty."""
    ignore: tuple[str, ...] = ()
    """Rules, beginnings of rules, or RULE@RESOURCE."""
    severity: Mapping[str, Severity] = field(default_factory=dict)

    def counts(self, rule: str, resource: str | None = None) -> bool:
        """Return whether a rule counts, on a resource."""
        if self.select and not any(rule.startswith(one) for one in self.select):
            return False
        for one in self.ignore:
            name, at, where = one.partition("@")
            if rule.startswith(name) and (not at or where == resource):
                return False
        return True

    def severity_of(self, rule: str, default: Severity) -> Severity:
        """Return a rule's severity; the most exact entry decides."""
        fitting = [name for name in self.severity if rule.startswith(name)]
        return self.severity[max(fitting, key=len)] if fitting else default


class Findings:
    """Findings and outcomes of one run."""

    def __init__(self, rules: Mapping[str, Rule], selection: Selection, seed: int) -> None:
        self.rules, self.selection, self.seed = rules, selection, seed
        self.known: frozenset[Key] = frozenset()
        """Findings of a baseline: seen, but not reported."""
        self.hidden: set[Key] = set()
        """Those of them that were seen."""
        self.remarks: list[str] = []
        """What else is to be said at the end."""
        self.pending: deque[Event] = deque()
        """Events that the engine has not passed on yet."""
        self._found: dict[Key, Finding] = {}
        self._asked: dict[tuple[str, str | None], int] = {}
        self._skipped: dict[tuple[str, str | None], str] = {}
        self._judged: list[RuleOutcome] = []

    @property
    def all(self) -> tuple[Finding, ...]:
        """What was found, worst first, then by rule."""
        return tuple(
            sorted(
                self._found.values(),
                key=lambda one: (
                    _ORDER.index(one.severity),
                    one.rule,
                    one.operation or "",
                    one.resource or "",
                ),
            )
        )

    def load_baseline(self, path: str | None) -> None:
        """Take the known findings of a file, if one is given.

        Raises
        ------
        UsageError
            If it cannot be read.
        """
        self.known = read_baseline(path) if path else frozenset()

    def notes(self, *, whole: bool) -> tuple[str, ...]:
        """Return what is to be said, also of the baseline; of stale entries only after a whole run."""
        notes = list(self.remarks)
        if self.hidden:
            notes.append(f"{len(self.hidden)} known findings are hidden by the baseline")
        for rule, operation, resource in sorted(self.known - self.hidden, key=str) if whole else ():
            where = " ".join(part for part in (operation, resource) if part)
            notes.append(f"the baseline's {rule} {where} is no longer found; --update-baseline removes it")
        return tuple(notes)

    def has(self, rule: str, operation: str | None) -> bool:
        """Return whether a breach of a rule was found at an operation, also a known one."""
        return any(key[:2] == (rule, operation) for key in (*self._found, *self.hidden))

    def count(self, rule: str, operation: str | None) -> int:
        """Return how often a rule was seen to be broken at an operation."""
        return sum(one.count for key, one in self._found.items() if key[:2] == (rule, operation))

    def asked(self, rule: str, operation: str | None = None, count: int = 1) -> None:
        """Note that a rule looked at something."""
        if self.selection.counts(rule):
            self._asked[rule, operation] = self._asked.get((rule, operation), 0) + count

    def skipped(self, rule: str, operation: str | None, reason: str) -> None:
        """Note that a rule could not look."""
        if self.selection.counts(rule):
            self._skipped.setdefault((rule, operation), reason)

    def report(  # noqa: PLR0913 - a keyword for each part of a finding
        self,
        rule: str,
        operation: str | None,
        message: str,
        *,
        resource: str | None = None,
        evidence: Iterable[Evidence] = (),
        requests: Iterable[Request] = (),
        severity: Severity | None = None,
    ) -> None:
        """Note a breach of one of the wire's rules, at the rule's severity unless it is said."""
        known = self.rules[rule]
        self.add(
            Finding(
                rule, known.family, severity or known.severity, operation, resource, message,
                tuple(evidence), tuple(requests), seed=self.seed,
            )
        )  # fmt: skip

    def add(self, finding: Finding) -> None:
        """Note a finding; one that has the cause of another is counted there."""
        if not self.selection.counts(finding.rule, finding.resource):
            return
        if finding.key in self.known:
            self.hidden.add(finding.key)
            return
        before = self._found.get(finding.key)
        if before is None:
            severity = self.selection.severity_of(finding.rule, finding.severity)
            self._found[finding.key] = replace(
                finding, severity=severity, evidence=finding.evidence[:_EVIDENCE]
            )
            self.pending.append(FindingSeen(self._found[finding.key]))
            return
        news = tuple(one for one in finding.evidence if one not in before.evidence)
        worst = min((before, finding), key=lambda one: _ORDER.index(one.severity))
        self._found[finding.key] = replace(
            worst, count=before.count + finding.count, evidence=(before.evidence + news)[:_EVIDENCE]
        )

    def judged(self, outcomes: Iterable[RuleOutcome]) -> None:
        """Take the outcomes of the judge."""
        self._judged += [one for one in outcomes if self.selection.counts(one.rule)]

    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """Return what became of each rule, by operation."""
        table = {(one.rule, one.operation): one for one in self._judged}
        for (rule, operation), reason in self._skipped.items():
            family = self.rules[rule].family
            table.setdefault((rule, operation), RuleOutcome(rule, family, operation, 0, "skipped", reason))
        for (rule, operation), count in self._asked.items():
            table[rule, operation] = RuleOutcome(rule, self.rules[rule].family, operation, count, "passed")
        for finding in self.all[::-1]:
            key = (finding.rule, finding.operation)
            asked = max(table[key].asked if key in table else 0, finding.count)
            table[key] = RuleOutcome(*key[:1], finding.family, key[1], asked, _MARKS[finding.severity])
        return tuple(table[key] for key in sorted(table, key=lambda one: (one[0], one[1] or "")))
