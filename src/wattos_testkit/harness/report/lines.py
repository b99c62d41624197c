"""What the terminal says when a run is over, as lines of styled text: the same with and without colours."""

from collections.abc import Iterable, Iterator, Sequence

from wattos_testkit.harness.events import Finding, RuleOutcome, RunStarted, Severity
from wattos_testkit.harness.report.grouping import (
    FamilyLine,
    RuleGroup,
    by_family,
    by_reason,
    by_rule,
)
from wattos_testkit.harness.report.reporter import Run, Settings
from wattos_testkit.harness.report.text import plural, shortened, visible
from wattos_testkit.harness.report.wording import cost, subject, tally, times, verdict

Line = Sequence[tuple[str, str]]
"""Pieces of one line: (text, style); a style is a name of rich, or nothing."""

PER_RULE = 3
"""Findings of one rule that are shown in full; a thousand would hide the next rule."""
IN_FULL = 40
"""Findings of a run that are shown in full."""
_MESSAGE = 240
_VALUE = 160
_REASONS = 12
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def headline(started: RunStarted) -> Line:
    """Say what is about to be tested."""
    return [
        (f"wattos-testkit {visible(started.version)}", "bold"),
        (f" · {visible(started.target)} · profile {visible(started.profile)} · seed {started.seed}", ""),
    ]


def finding_lines(finding: Finding) -> Iterator[Line]:
    """Say one finding in at most five lines: what, expected, seen, and one or two requests to paste."""
    message = shortened(finding.message, _MESSAGE)
    yield [("  ", ""), (subject(finding), "bold"), (f": {message}{times(finding)}", "")]
    if finding.evidence:
        proof = finding.evidence[0]
        more = f", and {len(finding.evidence) - 1} more" if len(finding.evidence) > 1 else ""
        at = f"  (at {shortened(proof.where, 80)}{more})" if proof.where else ""
        yield [("    expected  ", "dim"), (shortened(proof.expected, _VALUE), "")]
        yield [("    seen      ", "dim"), (shortened(proof.seen, _VALUE), ""), (at, "dim")]
    for request in finding.requests[:2]:
        # Never shortened: half a command cannot be pasted.
        yield [("    $ ", "dim"), (visible(request.curl), "cyan")]


def result_lines(run: Run, settings: Settings) -> Iterator[Line]:
    """Say everything that a run has shown."""
    yield from _findings(by_rule(run.findings), settings)
    if not settings.quiet:
        yield from _families(by_family(run.finished.outcomes, run.findings))
        yield from _skipped(run.finished.outcomes)
        yield from _conventions(run)
    if run.findings or run.ended_early or not settings.quiet:
        yield from verdict_lines(run, settings)


def verdict_lines(run: Run, settings: Settings) -> Iterator[Line]:
    """Say how it went, and the command to do it again."""
    strictly = ", and warnings fail under --strict" if settings.strict else ""
    word = verdict(run)
    reason = f": {shortened(run.finished.reason, 300)}" if run.finished.reason else ""
    style = {"PASSED": "bold green", "FAILED": "bold red"}.get(word, "bold yellow")
    yield [(word, style), (f"{reason} · {tally(run)}{strictly} · {cost(run)}", "")]
    yield [("seed      ", "dim"), (str(run.started.seed), "")]
    yield [("repeat    ", "dim"), (visible(run.started.command), "")]
    groups = by_rule(run.findings)
    if groups:
        yield [("explain   ", "dim"), (f"wattos-testkit explain {visible(groups[0].rule)}", "")]


def _findings(groups: Sequence[RuleGroup], settings: Settings) -> Iterator[Line]:
    room = IN_FULL
    for group in groups:
        title = settings.title(group.rule) or group.findings[0].family
        style = _STYLES[group.severity]
        many = f"  {plural(len(group.findings), 'finding')}" if len(group.findings) > 1 else ""
        head = [(f"{group.severity} ", style), (f"{visible(group.rule)} ", "bold")]
        yield [*head, (visible(title), "bold"), (many, "dim")]
        shown = group.findings[: max(1, min(PER_RULE, room))]
        room -= len(shown)
        for finding in shown:
            yield from finding_lines(finding)
        rest = group.findings[len(shown) :]
        if rest:
            yield [(f"  … and {len(rest):,} more: {_whom(rest)}", "dim")]
        yield []


def _whom(findings: Sequence[Finding]) -> str:
    """Name whom the findings concern that are not shown."""
    names = sorted({visible(f.resource or f.operation or "deployment") for f in findings})
    few = ", ".join(names[:4])
    return few if len(names) <= 4 else f"{few} and {len(names) - 4:,} others"  # noqa: PLR2004 - as above


def _families(lines: Sequence[FamilyLine]) -> Iterator[Line]:
    if not lines:
        return
    rows = [
        (
            visible(line.family),
            *(
                f"{n:,}"
                for n in (line.rules, line.asked, line.passed, line.errors, line.warnings, line.skipped)
            ),
        )
        for line in lines
    ]
    head = ("family", "rules", "looked at", "passed", "errors", "warnings", "skipped")
    yield from _table(head, rows)
    yield []


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """Lay out columns: the first to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for number, row in enumerate((head, *rows)):
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        yield [("  ".join(cells), "dim" if number == 0 else "")]


def _skipped(outcomes: Iterable[RuleOutcome]) -> Iterator[Line]:
    reasons = by_reason(outcomes)
    if not reasons:
        return
    yield [("skipped", "dim")]
    for reason, rules in reasons[:_REASONS]:
        yield [(f"  {', '.join(visible(rule) for rule in rules)}: {shortened(reason, _VALUE)}", "")]
    if len(reasons) > _REASONS:
        yield [(f"  … and {len(reasons) - _REASONS:,} more reasons", "dim")]
    yield []


def _conventions(run: Run) -> Iterator[Line]:
    conventions = run.finished.conventions
    if not conventions:
        return
    width = max(len(visible(convention.name)) for convention in conventions)
    yield [("conventions of this deployment", "dim")]
    for convention in conventions:
        detail = f"  ({shortened(convention.detail, _VALUE)})" if convention.detail else ""
        pinned = "  pinned" if convention.pinned else ""
        name = visible(convention.name).ljust(width)
        yield [(f"  {name}  {shortened(convention.value, _VALUE)}", ""), (detail + pinned, "dim")]
    yield []
