"""Markdown, as a Markdown parser reads it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import CLEAN, FINISHED, OFF_GRID, events, play, with_findings
from wattos_testkit.harness.events import RunFinished
from wattos_testkit.harness.report.markdown import code, escaped, fenced


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in GitHub's dialect, the inner ones too."""
    for token in MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(text):
        yield token
        yield from token.children or ()


def read(tmp_path: Path, finished: RunFinished = FINISHED) -> str:
    """Return the report of a run."""
    play([f"markdown={tmp_path}/a.md"], events(finished), quiet=True)
    return (tmp_path / "a.md").read_text()


def test_the_page_tells_the_run(tmp_path: Path) -> None:
    """Verdict, rules worst first with the reason why they matter, proof, tables and the command."""
    text = read(tmp_path)
    headings = [after.content for before, after in pairs(text) if before.type == "heading_open"]
    assert headings == [
        "wattos-testkit: FAILED, 2 errors and 1 warning",
        r"WT301: Timestamps are off the grid of the interval (error)",
        r"WT701: The register does not follow the power (error)",
        r"WT801: PV power at night (warning)",
        "What was looked at",
        "Conventions of this deployment",
        "Skipped",
        "Repeat",
    ]
    blocks = [token.content.strip() for token in tokens(text) if token.type == "fence"]
    assert OFF_GRID.requests[0].curl in blocks
    assert blocks[-1] == "wattos-testkit check http://127.0.0.1:8080 --seed 42"
    assert sum(token.type == "table_open" for token in tokens(text)) == 2


def pairs(text: str) -> list[tuple[Token, Token]]:
    """Return each token with the next."""
    listed = list(MarkdownIt("commonmark").parse(text))
    return list(pairwise(listed))


@pytest.mark.parametrize(
    "finished", [CLEAN, replace(CLEAN, exit_code=3, reason="*refused*"), with_findings([])]
)
def test_a_page_without_findings_says_why(finished: RunFinished, tmp_path: Path) -> None:
    """A run without findings is a page too, and a reason is not taken for markup."""
    text = read(tmp_path, finished)
    assert not any(token.type == "em_open" for token in tokens(text))
    assert "no findings" in text


def test_the_target_cannot_write_markup(tmp_path: Path) -> None:
    """Neither links, images, HTML, headings nor mentions of the target survive."""
    text = read(tmp_path, hostile_run())
    kinds = {token.type for token in tokens(text)}
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "em_open", "s_open"}
    assert "@everyone" not in text.replace("`", "")[: text.index("```")]
    headings = [after.content for before, after in pairs(text) if before.type == "heading_open"]
    assert "h" not in headings


@given(st.text(max_size=40))
@example("`````")
@settings(max_examples=300, derandomize=True, deadline=None)
def test_escaped_text_means_itself(text: str) -> None:
    """For all texts: prose, code spans and blocks are read back as what was visible."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    shown = shown.replace("##[", "# #[")
    inline = [token for token in tokens(f"x{escaped(text)}x") if token.type == "inline"]
    read_back = "".join(child.content for child in inline[0].children or ())
    assert read_back.replace("\u200b", "") == f"x{shown}x".replace("\u200b", "")
    if shown.strip():
        spans = [token.content for token in tokens(code(text)) if token.type == "code_inline"]
        assert spans == [shown]
    assert [token.content for token in tokens("\n".join(fenced(text))) if token.type == "fence"] == [
        f"{shown}\n"
    ]
