"""JSON: one object with everything a program could want; `--replay` and `--baseline` read it."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from wattos_testkit.harness.events import Evidence, Finding, Request, Severity
from wattos_testkit.harness.report.grouping import by_rule, count_of
from wattos_testkit.harness.report.reporter import Run, Settings, WholeReport

FORMAT = "wattos-testkit/report/1"
"""What a reader of the file can rely on; rises when a field changes its meaning."""


class JsonReport(WholeReport):
    """Writes the whole run as one object, findings worst first."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the object."""
        yield json.dumps(report_object(run, self.settings), indent=2, allow_nan=False)
        yield "\n"


def report_object(run: Run, settings: Settings) -> dict[str, Any]:
    """Return the run as JSON."""
    started, finished = run.started, run.finished
    found = [finding for group in by_rule(run.findings) for finding in group.findings]
    report = {
        "format": FORMAT,
        "target": started.target,
        "profile": started.profile,
        "seed": started.seed,
        "version": started.version,
        "command": started.command,
        "groups": list(started.groups),
        "date": run.date or None,
        "strict": settings.strict,
        "exit_code": finished.exit_code,
        "reason": finished.reason,
        "notes": list(finished.notes),
        "requests": finished.requests,
        "seconds": finished.seconds,
        "summary": {
            "errors": count_of(found, Severity.ERROR),
            "warnings": count_of(found, Severity.WARNING),
            "passed": sum(outcome.outcome == "passed" for outcome in finished.outcomes),
            "skipped": sum(outcome.outcome == "skipped" for outcome in finished.outcomes),
        },
        "findings": [finding_object(finding, settings) for finding in found],
        "outcomes": [asdict(outcome) for outcome in finished.outcomes],
        "conventions": [asdict(convention) for convention in finished.conventions],
    }
    return plain(report)  # type: ignore[no-any-return]


def finding_object(finding: Finding, settings: Settings) -> dict[str, Any]:
    """Return a finding as JSON; `request` is the first of `requests`, for those who want one."""
    requests = [_request(request) for request in finding.requests]
    return {
        "rule": finding.rule,
        "title": settings.title(finding.rule),
        "family": finding.family,
        "severity": str(finding.severity),
        "operation": finding.operation,
        "resource": finding.resource,
        "message": finding.message,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "request": requests[0] if requests else None,
        "requests": requests,
        "count": finding.count,
        "seed": finding.seed,
        "series": finding.series,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "where": evidence.where,
        "expected": evidence.expected,
        "seen": evidence.seen,
        "row": evidence.row,
    }


def _request(request: Request) -> dict[str, str]:
    return {"method": request.method, "url": request.url, "curl": request.curl}


def plain(value: Any) -> Any:  # noqa: ANN401 - rows hold whatever the target sent
    """Return the value as JSON can say it: NaN and what is no JSON at all as text, never an exception."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    listed = value.tolist() if hasattr(value, "tolist") else value  # a number or an array of NumPy
    return str(value) if type(listed) is type(value) else plain(listed)
