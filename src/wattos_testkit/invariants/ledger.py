"""What was looked at, found and skipped, kept per rule and operation; findings of one cause become one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wattos_testkit.harness.events import Evidence, Finding, Request, RuleOutcome, Severity
from wattos_testkit.invariants.registry import RULES

_EVIDENCE = 3
"""Proofs kept per finding: it must be readable in five lines."""
_SERIES = 60
"""Rows kept for the plot of a report."""
_MANY = 3
"""From so many resources on, a fault that all of them have is one finding."""

Key = tuple[str, str | None]


@dataclass(slots=True)
class _Cause:
    message: str
    severity: Severity
    evidence: list[Evidence]
    requests: tuple[Request, ...]
    count: int
    series: dict[str, list[Any]] | None
    size: int


@dataclass(slots=True)
class _Sheet:
    asked: int = 0
    resources: set[str] = field(default_factory=set)
    causes: dict[str | None, _Cause] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)


class Ledger:
    """Rules write here; the verdict is read from it."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sheets: dict[Key, _Sheet] = {}

    def looked(self, rule: str, operation: str | None, count: int, resource: str | None = None) -> None:
        """Note that a rule looked at rows, answers or pairs."""
        sheet = self._sheet(rule, operation)
        sheet.asked += int(count)
        if resource is not None and count:
            sheet.resources.add(resource)

    def skipped(self, rule: str, operation: str | None, reason: str) -> None:
        """Note why a rule could not look; counts only if it never looked."""
        self._sheet(rule, operation).reasons[reason] = None

    def found(
        self,
        rule: str,
        operation: str | None,
        resource: str | None,
        message: str,
        *,
        evidence: Iterable[Evidence] = (),
        requests: Sequence[Request] = (),
        count: int = 1,
        severity: Severity | None = None,
        series: Mapping[str, Sequence[Any]] | None = None,
        size: int = 0,
    ) -> None:
        """Note a finding; of several with one cause the one with the smallest answer is shown."""
        sheet = self._sheet(rule, operation)
        weight = severity or RULES[rule].severity
        plot = None if series is None else {name: list(column)[:_SERIES] for name, column in series.items()}
        proof = list(evidence)[:_EVIDENCE]
        fresh = _Cause(message, weight, proof, tuple(requests), int(count), plot, size)
        old = sheet.causes.get(resource)
        if old is None:
            sheet.causes[resource] = fresh
            return
        better = (fresh.severity, fresh.size) if old.severity != fresh.severity else (None, fresh.size)
        if better[0] is Severity.ERROR or (better[0] is None and fresh.size < old.size):
            fresh.count += old.count
            sheet.causes[resource] = fresh
        else:
            old.count += fresh.count

    def has(self, rule: str, operation: str | None, resource: str | None = None) -> bool:
        """Tell whether a rule has found something (on a resource, if one is given)."""
        sheet = self._sheets.get((rule, operation))
        return sheet is not None and bool(sheet.causes if resource is None else resource in sheet.causes)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings: errors first, then by rule."""
        found = [
            finding
            for key, sheet in sorted(self._sheets.items(), key=_by_key)
            for finding in self._told(key, sheet)
        ]
        return tuple(sorted(found, key=lambda one: (one.severity is not Severity.ERROR, one.rule)))

    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """Return what became of each rule on each operation."""
        told = []
        for (rule, operation), sheet in sorted(self._sheets.items(), key=_by_key):
            weights = {cause.severity for cause in sheet.causes.values()}
            outcome, reason = "passed", ""
            if weights:
                outcome = str(max(weights, key=lambda one: one is Severity.ERROR))
            elif not sheet.asked:
                outcome, reason = "skipped", "; ".join(sheet.reasons) or "nothing to look at"
            told.append(RuleOutcome(rule, RULES[rule].family, operation, sheet.asked, outcome, reason))
        return tuple(told)

    def _sheet(self, rule: str, operation: str | None) -> _Sheet:
        return self._sheets.setdefault((rule, operation), _Sheet())

    def _told(self, key: Key, sheet: _Sheet) -> list[Finding]:
        rule, operation = key
        causes = sheet.causes
        everyone = len(causes) >= _MANY and None not in causes and set(causes) >= sheet.resources
        if everyone:
            worst = min(causes.values(), key=lambda one: (one.severity is not Severity.ERROR, one.size))
            message = f"{worst.message} (all {len(causes)} resources)"
            causes = {None: replace(worst, message=message, count=sum(one.count for one in causes.values()))}
        return [
            Finding(
                rule=rule,
                family=RULES[rule].family,
                severity=cause.severity,
                operation=operation,
                resource=resource,
                message=cause.message,
                evidence=tuple(cause.evidence),
                requests=cause.requests,
                count=cause.count,
                seed=self._seed,
                series=cause.series,
            )
            for resource, cause in causes.items()
        ]


def _by_key(item: tuple[Key, _Sheet]) -> tuple[str, str]:
    (rule, operation), _ = item
    return rule, operation or ""
