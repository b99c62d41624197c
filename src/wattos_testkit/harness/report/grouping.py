"""Findings and outcomes in the order in which people read them: worst first, by rule, then by family."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wattos_testkit.harness.events import Finding, RuleOutcome, Severity


@dataclass(frozen=True)
class RuleGroup:
    """All findings of one rule and severity."""

    rule: str
    severity: Severity
    findings: tuple[Finding, ...]


@dataclass
class FamilyLine:
    """What became of one family of rules."""

    family: str
    rules: int = 0
    asked: int = 0
    passed: int = 0
    skipped: int = 0
    errors: int = 0
    warnings: int = 0


def by_rule(findings: Iterable[Finding]) -> list[RuleGroup]:
    """Group findings by rule, errors first, then by number: a broken contract explains what follows."""
    groups: dict[tuple[bool, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.severity is not Severity.ERROR, finding.rule].append(finding)
    return [
        RuleGroup(rule, found[0].severity, tuple(sorted(found, key=_within_rule)))
        for (_, rule), found in sorted(groups.items(), key=lambda item: item[0])
    ]


def by_family(outcomes: Iterable[RuleOutcome], findings: Iterable[Finding]) -> list[FamilyLine]:
    """Count per family, in the order of their first rules."""
    lines: dict[str, FamilyLine] = {}
    rules: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        line = lines.setdefault(outcome.family, FamilyLine(outcome.family))
        rules[outcome.family].add(outcome.rule)
        line.asked += outcome.asked
        line.passed += outcome.outcome == "passed"
        line.skipped += outcome.outcome == "skipped"
    for finding in findings:
        line = lines.setdefault(finding.family, FamilyLine(finding.family))
        rules[finding.family].add(finding.rule)
        line.errors += finding.severity is Severity.ERROR
        line.warnings += finding.severity is Severity.WARNING
    for family, line in lines.items():
        line.rules = len(rules[family])
    return sorted(lines.values(), key=lambda line: min(rules[line.family]))


def by_reason(outcomes: Iterable[RuleOutcome]) -> list[tuple[str, list[str]]]:
    """Return each reason why something was skipped with the rules it stopped, the commonest first."""
    reasons: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        if outcome.outcome == "skipped":
            reasons[outcome.reason or "no reason given"].add(outcome.rule)
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(reason, sorted(rules)) for reason, rules in ordered]


def count_of(findings: Iterable[Finding], severity: Severity) -> int:
    """Return how many findings weigh that much."""
    return sum(finding.severity is severity for finding in findings)


def _within_rule(finding: Finding) -> tuple[str, str, str]:
    return (finding.operation or "", finding.resource or "", finding.message)
