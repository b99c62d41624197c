"""SARIF 2.1.0, for code scanning and editors.

The format is OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from wattos_testkit.harness.events import Finding
from wattos_testkit.harness.report.document import finding_object, plain
from wattos_testkit.harness.report.reporter import RuleText, Run, Settings, WholeReport
from wattos_testkit.harness.report.text import visible
from wattos_testkit.harness.report.wording import detail, fingerprinted, headline, verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class SarifReport(WholeReport):
    """Writes one run; each finding points at its operation in the OpenAPI document."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the log."""
        yield json.dumps(plain(sarif_log(run, self.settings)), indent=2, allow_nan=False)
        yield "\n"


def sarif_log(run: Run, settings: Settings) -> dict[str, Any]:
    """Return the run as a SARIF log."""
    found = list(fingerprinted(run.findings))
    first = {finding.rule: finding for finding, _ in reversed(found)}
    rules = sorted(first)
    tool = {
        "name": "wattos-testkit",
        "version": run.started.version,
        "rules": [_rule(rule, first[rule], settings.rules.get(rule)) for rule in rules],
    }
    results = [_result(finding, mark, rules.index(finding.rule), settings) for finding, mark in found]
    one = {
        "tool": {"driver": tool},
        "invocations": [_invocation(run)],
        # Uploads of one category replace each other; two targets or profiles must not.
        "automationDetails": {"id": f"wattos-testkit/{run.started.profile}/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"target": run.started.target, "seed": run.started.seed},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [one]}


def _invocation(run: Run) -> dict[str, Any]:
    code = run.finished.exit_code
    notes = []
    if run.ended_early:
        level = "warning" if code in {0, 1} else "error"
        notes.append({"level": level, "message": {"text": visible(run.finished.reason) or verdict(run)}})
    return {
        **({"startTimeUtc": run.date} if run.date else {}),
        "commandLine": run.started.command,
        "exitCode": code,
        "exitCodeDescription": verdict(run),
        "executionSuccessful": code in {0, 1},
        "toolExecutionNotifications": notes,
    }


def _rule(rule: str, finding: Finding, known: RuleText | None) -> dict[str, Any]:
    """Return what is known of a rule; GitHub refuses one without descriptions and help.

    The help is all of `explain`, in place of an address: rules are documented by the program that has them.
    """
    title = known.title if known else f"{visible(rule)}, a rule of the family {visible(finding.family)}"
    parts = {"How to read more": f"wattos-testkit explain {visible(rule)}"}
    if known:
        parts = {
            "Why it matters": known.why,
            "How it is decided": known.how,
            "How it can be a false alarm": known.false_alarms,
        }
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}. {known.why}" if known else title},
        "help": {
            "text": "\n\n".join(f"{name}: {text}" for name, text in parts.items()),
            "markdown": "\n\n".join(f"**{name}:** {text}" for name, text in parts.items()),
        },
        "defaultConfiguration": {"level": str(finding.severity)},
        "properties": {"tags": [finding.family]},
    }


def _result(finding: Finding, mark: str, index: int, settings: Settings) -> dict[str, Any]:
    whole = finding_object(finding, settings)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": _literal("\n".join([headline(finding), *detail(finding)]))},
        "locations": [_location(finding, settings)],
        "partialFingerprints": {"wattosFinding/v1": mark},
        "occurrenceCount": max(1, finding.count),
        "properties": {name: whole[name] for name in ("resource", "evidence", "requests", "seed")},
    }
    if finding.requests:
        request = finding.requests[0]
        result["webRequest"] = {"method": request.method, "target": visible(request.url)}
    return result


def _location(finding: Finding, settings: Settings) -> dict[str, Any]:
    names = [name for name in (finding.operation, finding.resource) if name]
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(settings.places.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": settings.places.line(finding.operation)},
        }
    }
    if names:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(visible(name) for name in names)}]
    return location


def _literal(text: str) -> str:
    """Return a message whose brackets and braces mean themselves (sections 3.11.5 and 3.11.6)."""
    return (
        text.replace("\\", "\\\\")
        .replace("[", "\\[")
        .replace("]", "\\]")
        .replace("{", "{{")
        .replace("}", "}}")
    )
