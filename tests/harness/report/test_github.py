"""Annotations and step summary, as the runner of GitHub Actions reads them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import CLEAN, FINISHED, OFF_GRID, events, play, with_findings
from wattos_testkit.errors import OutputError
from wattos_testkit.harness.events import RunFinished
from wattos_testkit.harness.report import open_reporters
from wattos_testkit.harness.report.places import Places


@pytest.fixture(autouse=True)
def summary(tmp_path: Path, monkeypatch) -> Path:
    """Return the file for the step summary."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path / "summary.md"


def commands(capsys, finished: RunFinished = FINISHED, **options) -> list[tuple[str, dict[str, str], str]]:
    """Return the workflow commands in a log, as the runner would: command, properties, message."""
    play(["github"], events(finished), **options)
    found = []
    for line in capsys.readouterr().out.splitlines():
        assert "##[" not in line
        # The runner trims a line and looks for `::` where it begins.
        match = re.match(r"::(\w+) ([^:]*)::(.*)", line.strip())
        assert bool(match) == line.strip().startswith("::")
        if match:
            fields = dict(field.split("=", 1) for field in match[2].split(","))
            found.append((match[1], {k: plain(v) for k, v in fields.items()}, plain(match[3])))
    return found


def plain(text: str) -> str:
    """Undo the runner's escapes."""
    return text.replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


def test_a_finding_is_an_annotation_at_its_operation(capsys) -> None:
    """Each finding is an error or a warning at the operation's line, worst first."""
    found = commands(capsys)
    assert [(name, fields["line"]) for name, fields, _ in found] == [
        ("error", "120"),
        ("error", "90"),
        ("warning", "120"),
    ]
    _, fields, message = found[0]
    assert fields == {
        "file": "api/openapi.yaml",
        "line": "120",
        "title": "WT301 Timestamps are off the grid of the interval",
    }
    assert "expected a multiple of 15 minutes\nseen 00:07 at 2024-03-20T00:07:00Z\ncurl" in message


def test_a_title_ends_where_it_should(capsys) -> None:
    """Commas, colons and percent signs in a title are part of it."""
    odd = replace(OFF_GRID, family="a,file=b: 100%,c::d")
    ((_, fields, _),) = commands(capsys, with_findings([odd]), rules={})
    assert fields == {"file": "api/openapi.yaml", "line": "120", "title": "WT301 a,file=b: 100%,c::d"}


def test_there_are_at_most_ten_and_every_rule_comes_first(capsys) -> None:
    """Of a flood ten are shown: each rule once before any rule twice, and the last says how many more."""
    many = [replace(OFF_GRID, rule=f"WT30{n % 4}", resource=f"PV{n:06}") for n in range(1000)]
    found = commands(capsys, with_findings(many))
    assert len(found) == 10
    assert [fields["title"][:5] for _, fields, _ in found[:4]] == ["WT300", "WT301", "WT302", "WT303"]
    assert found[-1][0] == "notice"
    assert found[-1][2] == "991 more findings: see the step summary"


def test_the_target_cannot_forge_an_annotation(capsys) -> None:
    """Line breaks, colons, commas and percent signs of the target end neither a command nor a property."""
    found = commands(capsys, hostile_run())
    assert len(found) == 7
    assert {name for name, _, _ in found} == {"error"}
    assert not any(message.startswith("forged") for _, _, message in found)
    assert any("%0A%25" in message.replace("%2525", "%25") for _, _, message in found)


def test_a_target_that_could_not_be_tested_is_an_error(capsys) -> None:
    """The reason why there are no findings is an annotation of its own."""
    found = commands(capsys, replace(CLEAN, exit_code=3, reason="connection refused"))
    assert found == [("error", {"title": "wattos-testkit: could not test"}, "connection refused")]


def test_the_summary_is_appended(capsys, summary: Path) -> None:
    """What an earlier step wrote stays, and a summary follows also a clean run."""
    summary.write_text("earlier\n")
    commands(capsys, CLEAN)
    commands(capsys)
    text = summary.read_text()
    assert text.startswith("earlier\n# wattos-testkit: PASSED, no findings\n")
    assert "# wattos-testkit: FAILED, 2 errors and 1 warning\n" in text


def test_a_summary_is_never_too_long(capsys, summary: Path) -> None:
    """GitHub refuses a summary above 1 MiB: ours ends before, and says so."""
    many = [
        replace(OFF_GRID, rule=f"WT{n}", message="é" * 400, requests=(OFF_GRID.requests * 2))
        for n in range(2000)
    ]
    commands(capsys, with_findings(many))
    assert 900_000 < summary.stat().st_size < 1024 * 1024
    assert "too long for a step summary" in summary.read_text()


def test_a_summary_that_cannot_be_written_is_refused_before_the_run(monkeypatch, tmp_path: Path) -> None:
    """The file is tried when the reporter is opened; without one there are annotations only."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    with pytest.raises(OutputError, match="GITHUB_STEP_SUMMARY cannot be written"):
        open_reporters(["github"], quiet=True, strict=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    play(["github"], events(), quiet=True)


def test_places_are_found_in_a_document(tmp_path: Path, monkeypatch) -> None:
    """The line of each operation is found in YAML and in JSON, whatever stands around it."""
    monkeypatch.chdir(tmp_path)
    text = (
        'openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: get_pv_data # x\n  "operationId": "b",\n'
    )
    places = Places.of("./docs/openapi.yaml", text)
    assert places.path == "docs/openapi.yaml"
    assert Places.of(str(tmp_path / "docs" / "openapi.yaml"), text) == places
    (tmp_path / "here.yaml").write_text(text)
    assert Places.in_file("here.yaml").lines == places.lines
    assert Places.in_file("absent.yaml") == Places.in_file(None) == Places()
    assert (places.line("get_pv_data"), places.line("b"), places.line("c"), places.line(None)) == (5, 6, 1, 1)
