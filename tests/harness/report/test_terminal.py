"""What a person reads on the terminal."""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.harness.report.runs import (
    AT_NIGHT,
    CLEAN,
    FINISHED,
    OFF_GRID,
    REGISTER,
    STARTED,
    TOKEN,
    Screen,
    events,
    exchange,
    play,
    with_findings,
)
from wattos_testkit.harness.events import Event, Evidence, Finding, PhaseStarted, Progress, Request, Severity


def shown(capsys, *args, **options) -> str:
    """Return what a pipe gets of a run."""
    play([], *args, **options)
    return capsys.readouterr().out


def test_findings_stand_worst_first_and_by_rule(capsys) -> None:
    """Errors before warnings, whatever order they were found in; each rule has its title once."""
    text = shown(capsys, events())
    heads = [line for line in text.splitlines() if line.startswith(("error ", "warning "))]
    assert heads == [
        "error WT301 Timestamps are off the grid of the interval",
        "error WT701 The register does not follow the power",
        "warning WT801 PV power at night",
    ]


@pytest.mark.parametrize("finding", [OFF_GRID, REGISTER, AT_NIGHT])
def test_a_finding_is_read_in_five_lines(finding: Finding, capsys) -> None:
    """What, expected, seen and the requests to paste: five lines, whatever the finding."""
    text = shown(capsys, events(with_findings([finding])))
    block = text.split(f"{finding.rule} ", 1)[1].split("\n\n")[0].splitlines()[1:]
    assert len(block) <= 5
    assert finding.message in block[0]
    assert finding.evidence[0].expected in block[1]
    assert finding.evidence[0].seen in block[2]
    assert [line.removeprefix("    $ ") for line in block[3:]] == [r.curl for r in finding.requests]


def test_the_tables_say_what_was_asked_seen_and_found(capsys) -> None:
    """Families with their counts, why rules were skipped, conventions, seed and the command to repeat."""
    text = shown(capsys, events())
    assert re.search(r"^time grid +1 +1,920 +1 +1 +0 +0$", text, re.MULTILINE)
    assert re.search(r"^physics +2 +483 +0 +1 +0 +1$", text, re.MULTILINE)
    assert "WT702: fewer than ten informative rows" in text
    assert re.search(r"bucket label +start +\(12 of 12 answers\)", text)
    assert re.search(r"registers +lifetime +pinned", text)
    assert re.search(r"^seed +42$", text, re.MULTILINE)
    assert re.search(rf"^repeat +{re.escape(STARTED.command)}$", text, re.MULTILINE)
    assert "FAILED · 2 errors and 1 warning · 131 requests in 1.0 s" in text


def test_a_pipe_gets_plain_lines(capsys) -> None:
    """No escape sequence, no carriage return, one line per phase, no progress."""
    text = shown(capsys, events())
    assert "\x1b" not in text
    assert "\r" not in text
    assert "GET /pv/data" not in text
    assert [line for line in text.splitlines() if line.startswith(("reach", "mean"))] == [
        "reach",
        "mean  with 4 resources",
    ]


def test_quiet_says_findings_and_nothing_else(capsys) -> None:
    """With --quiet a clean run is silent, and one with findings shows them and the verdict."""
    assert shown(capsys, events(CLEAN), quiet=True) == ""
    text = shown(capsys, events(), quiet=True)
    assert text.startswith("error WT301")
    assert "family" not in text
    assert "FAILED" in text


def test_a_screen_sees_progress_and_colours(monkeypatch) -> None:
    """On a terminal the line moves while the run goes on, and errors are coloured; in CI they are not."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for ci, coloured in (("", True), ("true", False)):
        monkeypatch.setenv("CI", ci)
        screen = Screen()
        monkeypatch.setattr(sys, "stdout", screen)
        play([], events())
        assert ("\x1b[" in screen.getvalue()) is coloured
        assert "WT301" in screen.getvalue()


def test_what_the_target_sent_cannot_steer_the_terminal(capsys) -> None:
    """Escape sequences, carriage returns, line breaks and bidirectional marks arrive as their escapes."""
    evil = "\x1b]0;owned\x07\x1b[2J\r::error::forged\n##[error]x\u202e\u2028\x00\x9b31m\ud800 "
    finding = replace(OFF_GRID, message=evil, evidence=(Evidence(evil, evil, evil),), resource=evil)
    text = shown(capsys, events(with_findings([finding])))
    assert not set(text) & set("\x1b\x07\r\u202e\u2028\x00\x9b\ud800")
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert "##[" not in text
    assert r"\x1b]0;owned\x07" in text


def test_a_screen_is_not_steered_either(monkeypatch) -> None:
    """The same through rich: neither control sequences nor its own markup of the target get through."""
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    play([], events(with_findings([replace(OFF_GRID, message="[bold]x[/bold] \x1b[2J \x07 :smile:")])))
    assert r"[bold]x[/bold] \x1b[2J \x07 :smile:" in screen.getvalue()


def test_a_thousand_findings_stay_readable(capsys) -> None:
    """A flood is a screenful per rule: a few in full, the rest counted, every rule named."""
    many = [
        replace(OFF_GRID, rule=f"WT{300 + n % 40}", resource=f"PV{n:06}", message="x" * 5000)
        for n in range(1000)
    ]
    lines = shown(capsys, events(with_findings(many))).splitlines()
    assert len(lines) < 450
    assert max(len(line) for line in lines) < 400
    assert all(any(f"WT{300 + n}" in line for line in lines) for n in range(40))
    assert "… and 22 more: PV000120, PV000160, PV000200, PV000240 and 18 others" in "\n".join(lines)


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        (0, "", "PASSED · no findings"),
        (3, "http://127.0.0.1:8080 refuses connections", "COULD NOT TEST: http://127.0.0.1:8080 refuses"),
        (130, "interrupted", "INTERRUPTED: interrupted · no findings"),
        (0, "--max-time reached", "PASSED, BUT ENDED EARLY: --max-time reached"),
    ],
)
def test_the_verdict_says_how_the_run_ended(code: int, reason: str, said: str, capsys) -> None:
    """Passed, could not test and interrupted are told apart in one line with the reason."""
    assert said in shown(capsys, events(replace(CLEAN, exit_code=code, reason=reason)))


def test_a_run_that_breaks_off_tells_what_was_found(capsys) -> None:
    """Without a last event what was seen so far is still reported."""
    text = shown(capsys, events(None))
    assert "BROKE OFF" in text
    assert "WT301" in text
    assert "31 requests" in text


def test_strict_says_that_warnings_count(capsys) -> None:
    """Under --strict the verdict says why a warning failed the run."""
    text = shown(capsys, events(replace(FINISHED, findings=(AT_NIGHT,))), strict=True)
    assert "FAILED · 1 warning, and warnings fail under --strict" in text


def test_an_unknown_rule_is_shown_under_its_family(capsys) -> None:
    """A rule without explanation is still reported."""
    assert "error WT301 time grid\n" in shown(capsys, events(), rules={})


def test_a_secret_is_taken_out_wherever_it_stands(capsys) -> None:
    """A token that the target echoes does not reach the screen; the curl line keeps its variable."""
    leaky = replace(
        OFF_GRID,
        message=f"bad token {TOKEN}",
        evidence=(
            Evidence(
                "x", f"Authorization: Bearer abc{TOKEN}", "https://user:pw@host/ Authorization: Basic cHc="
            ),
        ),
    )
    finding = replace(leaky, severity=Severity.WARNING)
    text = shown(capsys, events(with_findings([finding])), secrets=[TOKEN])
    assert TOKEN not in text
    assert "pw" not in text
    assert "cHc" not in text
    assert "Bearer $WATTOS_TOKEN" in text


def test_a_wrong_token_that_was_tried_can_be_pasted(capsys) -> None:
    """A curl line keeps the credentials that are no secret, for they are what shows the finding."""
    wrong = replace(
        OFF_GRID, requests=(Request("GET", "/", 'curl -H "Authorization: Bearer nobody" http://h/'),)
    )
    assert "Bearer nobody" in shown(capsys, events(with_findings([wrong])), secrets=[TOKEN])


def test_a_poor_encoding_breaks_nothing(monkeypatch) -> None:
    """A stream that can only write ASCII gets question marks for what it cannot write."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    play([], events())
    sys.stdout.flush()
    assert b"FAILED ? 2 errors" in raw.getvalue()


def test_a_pipe_hears_of_a_long_phase_once_a_minute(capsys) -> None:
    """Three minutes of one phase are three lines that say where it stands, not one a request."""

    def long() -> Iterator[Event]:
        yield STARTED
        yield PhaseStarted("conform", "Schemathesis")
        for second in range(0, 181, 5):
            yield replace(exchange(), started=1_710_892_800.0 + second)
            yield Progress("conform", second, "round 2: fuzzing")

    lines = shown(capsys, long()).splitlines()
    said = [line for line in lines if "round 2" in line]
    assert said == [f"conform · {count} requests · round 2: fuzzing" for count in (60, 120, 180)]
