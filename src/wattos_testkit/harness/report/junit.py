"""JUnit: a suite per family, a test case per rule and operation, for CI servers.

There is no standard; this is the common part that Jenkins, GitLab and GitHub actions read.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from wattos_testkit.harness.events import Finding
from wattos_testkit.harness.report.grouping import by_rule
from wattos_testkit.harness.report.reporter import Run, Settings, WholeReport
from wattos_testkit.harness.report.text import shortened, visible
from wattos_testkit.harness.report.wording import detail, fails, headline, tally, verdict

_SHOWN = 20
"""Findings of one test case that are spelled out."""


@dataclass
class _Case:
    family: str
    asked: int = 0
    reasons: list[str] = field(default_factory=list)
    decided: bool = False
    findings: list[Finding] = field(default_factory=list)


class JunitReport(WholeReport):
    """Writes a case as failed for what fails the run, and a mere warning into its output."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the document."""
        root = ET.Element("testsuites", name="wattos-testkit check", time=f"{run.finished.seconds:.3f}")
        families: dict[str, list[ET.Element]] = defaultdict(list)
        families["run"].append(_run_case(run))
        for (rule, operation), case in sorted(_cases(run).items(), key=lambda item: (item[0][0], item[0][1])):
            families[case.family].append(_case_element(rule, operation, case, self.settings))
        for family, elements in families.items():
            root.append(_suite(family, elements, run))
        _count(root, list(root.iter("testcase")))
        ET.indent(root)
        yield '<?xml version="1.0" encoding="utf-8"?>\n'
        yield ET.tostring(root, encoding="unicode")
        yield "\n"


def _cases(run: Run) -> dict[tuple[str, str], _Case]:
    """Return the cases by rule and operation; a finding of which no outcome tells has its own."""
    cases: dict[tuple[str, str], _Case] = {}
    for outcome in run.finished.outcomes:
        case = cases.setdefault((outcome.rule, outcome.operation or ""), _Case(outcome.family))
        case.asked += outcome.asked
        if outcome.outcome == "skipped":
            case.reasons.append(outcome.reason or "no reason given")
        else:
            case.decided = True
    for group in by_rule(run.findings):
        for finding in group.findings:
            key = (finding.rule, finding.operation or "")
            cases.setdefault(key, _Case(finding.family)).findings.append(finding)
    return cases


def _run_case(run: Run) -> ET.Element:
    """Return the case that fails when the target could not be tested: silence is not success."""
    element = ET.Element("testcase", classname="wattos.run", name="the target was tested to the end")
    reason = visible(run.finished.reason) or verdict(run).lower()
    if run.finished.exit_code not in {0, 1}:
        ET.SubElement(element, "error", message=reason, type=verdict(run))
    elif run.finished.reason:
        ET.SubElement(element, "skipped", message=reason)
    else:
        lines = [f"{verdict(run)}: {tally(run)}", *(visible(note) for note in run.finished.notes)]
        ET.SubElement(element, "system-out").text = "\n".join(lines)
    return element


def _case_element(rule: str, operation: str, case: _Case, settings: Settings) -> ET.Element:
    title = settings.title(rule)
    element = ET.Element(
        "testcase",
        classname=f"wattos.{visible(case.family).replace(' ', '_')}.{visible(operation) or 'deployment'}",
        name=f"{visible(rule)} {visible(title)}".strip(),
    )
    failing = [finding for finding in case.findings if fails(finding, settings)]
    notes = [finding for finding in case.findings if not fails(finding, settings)]
    if failing:
        more = f" and {len(failing) - 1:,} more" if len(failing) > 1 else ""
        failure = ET.SubElement(element, "failure", type=visible(rule))
        failure.set("message", shortened(headline(failing[0]), 400) + more)
        failure.text = _text(failing, settings)
    elif not case.decided and not notes and case.reasons:
        ET.SubElement(element, "skipped", message=visible("; ".join(dict.fromkeys(case.reasons))))
    said = f"looked at {case.asked:,}" if case.asked else ""
    output = "\n".join(part for part in (said, _text(notes, settings)) if part)
    if output:
        ET.SubElement(element, "system-out").text = output
    return element


def _text(findings: list[Finding], settings: Settings) -> str:
    lines = []
    for finding in findings[:_SHOWN]:
        lines += [f"{finding.severity}: {headline(finding)}", *(f"  {line}" for line in detail(finding))]
    if len(findings) > _SHOWN:
        lines.append(f"and {len(findings) - _SHOWN:,} more")
    if findings and findings[0].rule in settings.rules:
        lines.append(f"why it matters: {visible(settings.rules[findings[0].rule].why)}")
    return "\n".join(lines)


def _suite(family: str, elements: list[ET.Element], run: Run) -> ET.Element:
    suite = ET.Element("testsuite", name=visible(family))
    if run.date:
        suite.set("timestamp", run.date.removesuffix("Z"))  # the parsers of Jenkins want no zone
    properties = ET.SubElement(suite, "properties")
    facts = {
        "target": run.started.target,
        "profile": run.started.profile,
        "seed": str(run.started.seed),
        "command": run.started.command,
    }
    for name, value in facts.items():
        ET.SubElement(properties, "property", name=name, value=visible(value))
    suite.extend(elements)
    _count(suite, elements)
    return suite


def _count(element: ET.Element, cases: list[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))
