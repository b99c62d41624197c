"""HTML: one page for people that needs no network, no script and no other file."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files

from wattos_testkit.harness.events import Finding, Severity
from wattos_testkit.harness.report.finding_html import finding_html
from wattos_testkit.harness.report.grouping import RuleGroup, by_family, by_reason, by_rule, count_of
from wattos_testkit.harness.report.reporter import Run, Settings, WholeReport
from wattos_testkit.harness.report.text import plural, shortened, visible
from wattos_testkit.harness.report.wording import cost, subject, tally, times, verdict

IN_FULL = 8
"""Findings of one rule that are shown in full."""
IN_TABLE = 200
"""Further ones that are named in a table."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for this page: nothing, whatever a target has managed to put into it."""


class HtmlReport(WholeReport):
    """Writes the page in pieces, a rule at a time."""

    def render(self, run: Run) -> Iterable[str]:
        """Return the page."""
        groups = by_rule(run.findings)
        yield from _head(run)
        yield from _summary(run)
        yield from _contents(run, groups, self.settings)
        for number, group in enumerate(groups):
            yield from _rule(number, group, self.settings)
        yield "</section>"
        yield from _families(run)
        yield from _conventions(run)
        yield from _skipped(run)
        yield from _repeat(run)
        yield "</main>\n</body>\n</html>\n"


def _head(run: Run) -> Iterator[str]:
    style = files("wattos_testkit.harness.report").joinpath("page.css").read_text("utf-8")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{_text(verdict(run).capitalize())}: {_text(run.started.target)}, wattos-testkit</title>\n"
    yield f"<style>\n{style}</style>\n</head>\n<body>\n"
    yield '<a class="skip" href="#findings">Skip to the findings</a>\n'


def _summary(run: Run) -> Iterator[str]:
    word = verdict(run)
    look = {"PASSED": "good", "FAILED": "error"}.get(word, "warning")
    started = run.started
    yield f'<header>\n<h1><span class="badge {look}">{word}</span> {_text(started.target)}</h1>\n'
    if run.finished.reason:
        yield f"<p><strong>{_text(shortened(run.finished.reason, 600))}</strong></p>\n"
    facts = [
        f"wattos-testkit {started.version}",
        f"profile {started.profile}",
        f"seed {started.seed}",
        cost(run),
    ]
    yield f'<p class="soft">{_text(" · ".join([*facts, run.date] if run.date else facts))}</p>\n'
    for note in run.finished.notes:
        yield f"<p>{_text(shortened(note, 600))}</p>\n"
    outcomes = [outcome.outcome for outcome in run.finished.outcomes]
    errors, warnings = (count_of(run.findings, severity) for severity in Severity)
    yield '<dl class="cards">\n'
    yield _card("errors", errors, "bad" if errors else "")
    yield _card("warnings", warnings, "odd" if warnings else "")
    yield _card("checks passed", outcomes.count("passed"))
    yield _card("checks skipped", outcomes.count("skipped"))
    yield _card("requests", run.finished.requests)
    yield "</dl>\n</header>\n<main>\n"
    yield f'<section aria-labelledby="findings">\n<h2 id="findings">Findings: {tally(run)}</h2>\n'


def _card(name: str, count: int, look: str = "") -> str:
    return f'<div class="{look}"><dt>{name}</dt><dd>{count:,}</dd></div>\n'


def _contents(run: Run, groups: Sequence[RuleGroup], settings: Settings) -> Iterator[str]:
    if not groups:
        silence = "Nothing was found."
        if run.ended_early:
            silence += " The run did not get to its end, so that proves nothing."
        yield f"<p>{silence}</p>\n"
        return
    if len(groups) == 1:
        return
    yield '<nav aria-label="Rules with findings"><ul class="contents">\n'
    for number, group in enumerate(groups):
        title = settings.title(group.rule) or group.findings[0].family
        yield (
            f'<li><span class="badge {group.severity}">{group.severity}</span> '
            f'<a href="#rule-{number}">{_text(group.rule)} {_text(title)}</a> '
            f'<span class="soft">{plural(len(group.findings), "finding")}</span></li>\n'
        )
    yield "</ul></nav>\n"


def _rule(number: int, group: RuleGroup, settings: Settings) -> Iterator[str]:
    title = settings.title(group.rule) or group.findings[0].family
    many = plural(len(group.findings), "finding")
    yield (
        f'<article class="rule is-{group.severity}" aria-labelledby="rule-{number}">\n'
        f'<h3 id="rule-{number}"><span class="badge {group.severity}">{group.severity}</span> '
        f'{_text(group.rule)} {_text(title)} <span class="soft">{many}</span></h3>\n'
    )
    known = settings.rules.get(group.rule)
    if known is not None:
        yield f"<p>{_text(known.why)}</p>\n"
        yield "<details><summary>How it is decided, and how it can be wrong</summary>\n"
        yield f"<p>{_text(known.how)}</p>\n<p>{_text(known.false_alarms)}</p></details>\n"
    for place, finding in enumerate(group.findings[:IN_FULL]):
        yield from finding_html(finding, f"rule-{number}-{place}")
    yield from _rest(group.findings[IN_FULL:])
    yield "</article>\n"


def _rest(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield f"<details><summary>{len(findings):,} more of this rule</summary>\n"
    rows = [
        (_text(subject(f)), _text(shortened(f.message, 300)) + _text(times(f))) for f in findings[:IN_TABLE]
    ]
    yield from _table("", ("where", "what"), rows)
    if len(findings) > IN_TABLE:
        yield f'<p class="soft">and {len(findings) - IN_TABLE:,} more, which a JSON report has.</p>\n'
    yield "</details>\n"


def _families(run: Run) -> Iterator[str]:
    lines = by_family(run.finished.outcomes, run.findings)
    if not lines:
        return
    yield '<section aria-labelledby="families">\n<h2 id="families">What was looked at</h2>\n'
    head = ("family", "rules", "looked at", "passed", "errors", "warnings", "skipped")
    rows = [
        (
            _text(line.family),
            *(
                f"{count:,}"
                for count in (line.rules, line.asked, line.passed, line.errors, line.warnings, line.skipped)
            ),
        )
        for line in lines
    ]
    yield from _table(
        "Rows, answers or pairs that each family of rules has looked at", head, rows, numbers=True
    )
    yield "</section>\n"


def _conventions(run: Run) -> Iterator[str]:
    if not run.finished.conventions:
        return
    yield '<section aria-labelledby="conventions">\n'
    yield '<h2 id="conventions">Conventions of this deployment</h2>\n'
    rows = [
        (
            _text(convention.name),
            _text(shortened(convention.value, 300)) + (" (pinned)" if convention.pinned else ""),
            _text(shortened(convention.detail, 300)),
        )
        for convention in run.finished.conventions
    ]
    yield from _table("What the document leaves open, as it was found", ("what", "how", "seen in"), rows)
    yield "</section>\n"


def _skipped(run: Run) -> Iterator[str]:
    reasons = by_reason(run.finished.outcomes)
    if not reasons:
        return
    yield '<section aria-labelledby="skipped">\n<h2 id="skipped">Skipped</h2>\n'
    rows = [(_text(shortened(reason, 300)), _text(", ".join(rules))) for reason, rules in reasons]
    yield from _table("Why rules could not be decided", ("reason", "rules"), rows)
    yield "</section>\n"


def _repeat(run: Run) -> Iterator[str]:
    yield '<section aria-labelledby="repeat">\n<h2 id="repeat">Repeat this run</h2>\n'
    yield f"<pre>{_text(run.started.command)}</pre>\n</section>\n"


def _table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False
) -> Iterator[str]:
    look = ' class="number"' if numbers else ""
    yield '<div class="scroll"><table>\n'
    if caption:
        yield f"<caption>{caption}</caption>\n"
    cells = "".join(f'<th scope="col"{look if place else ""}>{name}</th>' for place, name in enumerate(head))
    yield f"<thead><tr>{cells}</tr></thead>\n<tbody>\n"
    for row in rows:
        cells = "".join(f"<td{look}>{cell}</td>" for cell in row[1:])
        yield f'<tr><th scope="row">{row[0]}</th>{cells}</tr>\n'
    yield "</tbody></table></div>\n"


def _text(text: str) -> str:
    return escape(visible(text))
