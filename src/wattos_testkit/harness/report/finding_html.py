"""One finding of the HTML page: what is wrong, its proof, its plot, its rows, its requests."""

from collections.abc import Iterator
from html import escape
from typing import Any

from wattos_testkit.harness.events import Finding
from wattos_testkit.harness.report.document import plain
from wattos_testkit.harness.report.plot import plot
from wattos_testkit.harness.report.text import shortened, visible
from wattos_testkit.harness.report.wording import subject, times

_PROOFS = 5
_ROWS = 100
_COLUMNS = 16


def finding_html(finding: Finding, name: str) -> Iterator[str]:
    """Yield the finding; `name` is unique on the page."""
    yield '<section class="finding">\n'
    yield f"<h4>{_text(subject(finding))}</h4>\n"
    yield f'<p>{_text(shortened(finding.message, 1200))}<span class="soft">{times(finding)}</span></p>\n'
    yield from _proofs(finding)
    yield from _figure(finding, name)
    for request in finding.requests[:4]:
        yield f"<pre>{_text(request.curl)}</pre>\n"
    yield "</section>\n"


def _proofs(finding: Finding) -> Iterator[str]:
    if not finding.evidence:
        return
    yield '<div class="scroll"><table class="proofs">\n'
    head = "".join(f'<th scope="col">{name}</th>' for name in ("where", "expected", "seen"))
    yield f"<thead><tr>{head}</tr></thead>\n"
    for proof in finding.evidence[:_PROOFS]:
        where, expected, seen = (_text(shortened(t, 300)) for t in (proof.where, proof.expected, proof.seen))
        yield f'<tr><th scope="row">{where or "(the answer)"}</th><td>{expected}</td><td>{seen}</td></tr>\n'
    yield "</table></div>\n"
    if len(finding.evidence) > _PROOFS:
        yield f'<p class="soft">and {len(finding.evidence) - _PROOFS:,} more</p>\n'


def _figure(finding: Finding, name: str) -> Iterator[str]:
    """Yield the plot, and the same as a table for those who cannot see it."""
    series = {field: list(values) for field, values in (finding.series or {}).items() if len(values)}
    rows = max((len(values) for values in series.values()), default=0)
    if not rows:
        return
    yield "<figure>\n"
    drawn = plot(finding, name)
    if drawn:
        yield f'<div class="scroll">{drawn}</div>\n'
        yield "<figcaption>Rows that the rule looked at; circled: the proof.</figcaption>\n"
    fields = list(series)[:_COLUMNS]
    yield f"<details><summary>These rows as a table ({min(rows, _ROWS):,})</summary>\n"
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col">{_text(shortened(field, 60))}</th>' for field in fields)
    yield "</tr></thead>\n<tbody>\n"
    for row in range(min(rows, _ROWS)):
        yield f"<tr>{''.join(f'<td>{_cell(series[field], row)}</td>' for field in fields)}</tr>\n"
    yield "</tbody></table></div></details>\n</figure>\n"


def _cell(values: list[Any], row: int) -> str:
    value = plain(values[row]) if row < len(values) else None
    return "" if value is None else _text(shortened(str(value), 60))


def _text(text: str) -> str:
    return escape(visible(text))
