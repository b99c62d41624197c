"""Markdown: for a comment, a ticket, a wiki, or the step summary of GitHub Actions."""

import re
from collections.abc import Iterable, Iterator, Sequence

from wattos_testkit.harness.events import Finding
from wattos_testkit.harness.report.grouping import RuleGroup, by_family, by_reason, by_rule
from wattos_testkit.harness.report.reporter import Run, Settings, WholeReport
from wattos_testkit.harness.report.text import shortened, visible
from wattos_testkit.harness.report.wording import cost, subject, tally, times, verdict

PER_RULE = 5
"""Findings of one rule that are shown in full."""
IN_TABLE = 50
"""Further ones that are named in a table."""
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BACKTICKS = re.compile(r"`+")


class MarkdownReport(WholeReport):
    """Writes headings, lists and tables of GitHub's dialect; text of the target means itself."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the page."""
        for line in markdown_lines(run, self.settings):
            yield f"{line}\n"


def markdown_lines(run: Run, settings: Settings) -> Iterator[str]:
    """Yield the page line by line."""
    reason = f": {escaped(shortened(run.finished.reason, 300))}" if run.finished.reason else ""
    yield f"# wattos-testkit: {verdict(run)}, {tally(run)}{reason}"
    yield ""
    profile = escaped(run.started.profile)
    dated = f", {run.date}" if run.date else ""
    yield f"{code(run.started.target)}, profile {profile}, seed {run.started.seed}, {cost(run)}{dated}."
    for note in run.finished.notes:
        yield ""
        yield escaped(shortened(note, 400))
    for group in by_rule(run.findings):
        yield from _group(group, settings)
    yield from _families(run)
    yield from _conventions(run)
    yield from _skipped(run)
    yield ""
    yield "## Repeat"
    yield ""
    yield from fenced(run.started.command)


def escaped(text: str) -> str:
    """Return visible text that Markdown takes literally; a mention notifies nobody."""
    return _PUNCTUATION.sub(r"\\\1", visible(text)).replace("\\@", "\\@\N{ZERO WIDTH SPACE}")


def code(text: str, *, in_table: bool = False) -> str:
    """Return visible text as a code span, whatever backticks it holds."""
    shown = visible(text)
    if not shown.strip():
        return "(empty)" if not shown else "(blank)"
    if in_table:
        # A table ends its cell at a bar even inside a code span.
        shown = shown.replace("|", "\\|")
    marks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{marks}{pad}{shown}{pad}{marks}"


def fenced(text: str, indent: str = "") -> Iterator[str]:
    """Yield visible text as a block of code that can be pasted."""
    shown = visible(text)
    marks = "`" * max(3, _longest_run(shown) + 1)
    yield f"{indent}{marks}sh"
    yield f"{indent}{shown}"
    yield f"{indent}{marks}"


def _group(group: RuleGroup, settings: Settings) -> Iterator[str]:
    title = settings.title(group.rule) or group.findings[0].family
    yield ""
    yield f"## {escaped(group.rule)}: {escaped(title)} ({group.severity})"
    yield ""
    if group.rule in settings.rules:
        yield escaped(settings.rules[group.rule].why)
        yield ""
    for finding in group.findings[:PER_RULE]:
        yield from _finding(finding)
    rest = group.findings[PER_RULE:]
    if rest:
        yield from _rest(rest)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- **{escaped(subject(finding))}**: {escaped(shortened(finding.message, 400))}{times(finding)}"
    for proof in finding.evidence[:1]:
        expected, seen, where = (code(shortened(t, 200)) for t in (proof.expected, proof.seen, proof.where))
        yield f"  - expected {expected}"
        yield f"  - seen {seen} at {where}"
    for request in finding.requests[:2]:
        yield ""
        yield from fenced(request.curl, "  ")
    yield ""


def _rest(findings: Sequence[Finding]) -> Iterator[str]:
    yield f"And {len(findings):,} more:"
    yield ""
    rows = [(escaped(subject(f)), escaped(shortened(f.message, 160)) + times(f)) for f in findings[:IN_TABLE]]
    yield from _table(("where", "what"), rows)
    if len(findings) > IN_TABLE:
        yield ""
        yield f"… and {len(findings) - IN_TABLE:,} that a JSON report has."


def _families(run: Run) -> Iterator[str]:
    lines = by_family(run.finished.outcomes, run.findings)
    if not lines:
        return
    yield from ("", "## What was looked at", "")
    head = ("family", "rules", "looked at", "passed", "errors", "warnings", "skipped")
    rows = [
        (
            escaped(line.family),
            *(
                f"{count:,}"
                for count in (line.rules, line.asked, line.passed, line.errors, line.warnings, line.skipped)
            ),
        )
        for line in lines
    ]
    yield from _table(head, rows, numbers=True)


def _conventions(run: Run) -> Iterator[str]:
    if not run.finished.conventions:
        return
    yield from ("", "## Conventions of this deployment", "")
    rows = [
        (
            escaped(convention.name),
            code(shortened(convention.value, 160), in_table=True)
            + (" (pinned)" if convention.pinned else ""),
            escaped(shortened(convention.detail, 160)),
        )
        for convention in run.finished.conventions
    ]
    yield from _table(("what", "how", "seen in"), rows)


def _skipped(run: Run) -> Iterator[str]:
    reasons = by_reason(run.finished.outcomes)
    if not reasons:
        return
    yield from ("", "## Skipped", "")
    for reason, rules in reasons:
        yield f"- {escaped(', '.join(rules))}: {escaped(shortened(reason, 200))}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    rule = "--:" if numbers else "---"
    yield f"| --- | {' | '.join([rule] * (len(head) - 1))} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
