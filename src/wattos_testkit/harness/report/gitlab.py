"""Code Quality of GitLab: what a merge request shows as new and as resolved.

The format is described at https://docs.gitlab.com/ci/testing/code_quality/ ("Code Quality report format").
"""

import json
from collections.abc import Iterable
from typing import Any

from wattos_testkit.harness.events import Finding, Severity
from wattos_testkit.harness.report.reporter import Run, Settings, WholeReport
from wattos_testkit.harness.report.text import shortened
from wattos_testkit.harness.report.wording import fingerprinted, headline

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor"}


class GitlabReport(WholeReport):
    """Writes a list; each finding points at its operation in the OpenAPI document."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the list."""
        found = [_violation(finding, mark, self.settings) for finding, mark in fingerprinted(run.findings)]
        yield json.dumps(found, indent=2, allow_nan=False)
        yield "\n"


def _violation(finding: Finding, mark: str, settings: Settings) -> dict[str, Any]:
    proof = finding.evidence[0] if finding.evidence else None
    shown = (
        f" (expected {shortened(proof.expected, 160)}, seen {shortened(proof.seen, 160)})" if proof else ""
    )
    return {
        "description": f"{finding.rule} {shortened(headline(finding), 400)}{shown}",
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": settings.places.path,
            "lines": {"begin": settings.places.line(finding.operation)},
        },
    }
