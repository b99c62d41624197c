"""The sentences that all reports share, so that they never disagree."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from wattos_testkit.harness.events import Finding, RuleOutcome, Severity
from wattos_testkit.harness.report.grouping import by_rule, count_of
from wattos_testkit.harness.report.reporter import Run, Settings
from wattos_testkit.harness.report.text import plural, visible

_VERDICTS = {0: "PASSED", 1: "FAILED", 3: "COULD NOT TEST", 130: "INTERRUPTED"}


def verdict(run: Run) -> str:
    """Return the word for how a run ended."""
    word = _VERDICTS.get(run.finished.exit_code, "BROKE OFF")
    return "PASSED, BUT ENDED EARLY" if word == "PASSED" and run.finished.reason else word


def tally(run: Run) -> str:
    """Return "2 errors and 1 warning", or "no findings"."""
    counts = (
        plural(count, str(severity))
        for severity in (Severity.ERROR, Severity.WARNING)
        if (count := count_of(run.findings, severity))
    )
    return " and ".join(counts) or "no findings"


def cost(run: Run) -> str:
    """Return "131 requests in 1.0 s"."""
    return f"{plural(run.finished.requests, 'request')} in {run.finished.seconds:,.1f} s"


def subject(finding: Finding | RuleOutcome) -> str:
    """Return whom it concerns: the operation and the resource, or the deployment."""
    parts = (finding.operation, getattr(finding, "resource", None))
    return " ".join(visible(part) for part in parts if part) or "deployment"


def times(finding: Finding) -> str:
    """Return " (96 times)", or nothing for what was seen once."""
    return f" ({finding.count:,} times)" if finding.count > 1 else ""


def headline(finding: Finding) -> str:
    """Return whom it concerns and what is wrong, on one line."""
    return f"{subject(finding)}: {visible(finding.message)}{times(finding)}"


def detail(finding: Finding, evidence: int = 3) -> Iterator[str]:
    """Yield the proof and the requests, a line each, for formats that hold plain text."""
    for proof in finding.evidence[:evidence]:
        yield f"at {visible(proof.where)}: expected {visible(proof.expected)}, seen {visible(proof.seen)}"
    if len(finding.evidence) > evidence:
        yield f"and {len(finding.evidence) - evidence:,} more"
    for request in finding.requests:
        yield visible(request.curl)


def fails(finding: Finding, settings: Settings) -> bool:
    """Tell whether the finding fails the run."""
    return settings.strict or finding.severity is Severity.ERROR


def fingerprinted(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield findings, worst first, each with what stays the same from run to run.

    The message is no part of it: its figures change with the data. Findings that share all the rest are
    told apart by their order.
    """
    seen: dict[tuple[str, str | None, str | None], int] = {}
    for group in by_rule(findings):
        for finding in group.findings:
            number = seen[finding.key] = seen.get(finding.key, -1) + 1
            text = json.dumps([*finding.key, number])
            yield finding, hashlib.sha256(text.encode()).hexdigest()
