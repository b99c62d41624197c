"""What docs/reports.md and docs/ci.md say is so."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.report.runs import OFF_GRID, events, play, with_findings
from wattos_testkit.harness.report import FORMATS, close_reporters, open_reporters

DOCS = Path(__file__).parents[3] / "docs"
REPORTS = (DOCS / "reports.md").read_text("utf-8")
CI = (DOCS / "ci.md").read_text("utf-8")
GITHUB, GITLAB = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", CI, re.DOTALL))
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", REPORTS + CI, re.DOTALL))


def scripts() -> list[str]:
    """Return every command of the pages that runs the testkit."""
    workflow = [step.get("run", "") for step in GITHUB["jobs"]["contract"]["steps"]]
    lines = [*workflow, *GITLAB["contract"]["script"], *SHELL.splitlines()]
    return [line for line in lines if "wattos-testkit " in line]


def test_every_format_has_its_row() -> None:
    """The table lists all formats and no other, with or without a file as each wants it."""
    table = REPORTS.split("| --- | --- | --- |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)(=FILE)?` \|", table, re.MULTILINE)
    assert {name: bool(file) for name, file in rows} == {name: kind.to_file for name, kind in FORMATS.items()}


def test_every_field_of_the_json_report_is_listed(tmp_path: Path) -> None:
    """The two tables of fields are those of a report and of a finding."""
    play([f"json={tmp_path}/a.json"], events(), quiet=True)
    report = json.loads((tmp_path / "a.json").read_text())
    whole, finding = REPORTS.split("| field | |")[1].split("| field of a finding | |")
    for named, fields in ((whole, report), (finding.split("```")[0], report["findings"][0])):
        rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", named, re.MULTILINE)
        assert {name for row in rows for name in re.findall(r"\w+", row)} == set(fields)


def test_the_terminal_looks_as_shown(capsys) -> None:
    """The example of the page is what a run prints."""
    play([], events(with_findings([OFF_GRID])))
    example = re.search(r"```text\n(.*?)```", REPORTS, re.DOTALL)
    assert example
    assert example[1] in capsys.readouterr().out


def test_every_report_on_the_pages_opens(tmp_path: Path, monkeypatch) -> None:
    """Whatever the pages ask `--report` for is understood."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    asked = [re.findall(r"--report (\S+)", script) for script in scripts()]
    assert sum(map(len, asked)) > 6
    for specs in asked:
        close_reporters(open_reporters(specs, quiet=True, strict=False))


def test_every_option_on_the_pages_exists() -> None:
    """Each command and option of the pages is one of the command line."""
    cli = pytest.importorskip("wattos_testkit.cli.check")
    from wattos_testkit.cli.serve import serve  # noqa: PLC0415 - with the other

    known = {
        command.name: {option for parameter in command.params for option in parameter.opts}
        for command in (cli.check, serve)
    }
    seen = 0
    for script in scripts():
        for command, rest in re.findall(r"wattos-testkit (check|serve)([^|&;]*)", script):
            options = set(re.findall(r"(?<=\s)--[a-z-]+", rest))
            assert options <= known[command], options - known[command]
            seen += len(options)
    assert seen > 10


def test_the_workflow_keeps_what_it_writes() -> None:
    """GitHub's job uploads the SARIF file and the folder that its command writes, with the right it needs."""
    steps: list[dict[str, Any]] = GITHUB["jobs"]["contract"]["steps"]
    script = next(step["run"] for step in steps if "wattos-testkit check" in step.get("run", ""))
    uploads = {step["uses"].split("@")[0]: step["with"] for step in steps if "upload" in step.get("uses", "")}
    assert f"sarif={uploads['github/codeql-action/upload-sarif']['sarif_file']}" in script
    folder = uploads["actions/upload-artifact"]["path"]
    assert all(file.startswith(f"{folder}/") for file in re.findall(r"=(\S+?\.\w+)", script))
    assert GITHUB["permissions"]["security-events"] == "write"
    assert "secrets.WATTOS_TOKEN" in str(steps)
    assert "--token" not in script


def test_the_pipeline_keeps_what_it_writes() -> None:
    """GitLab's job declares the reports that its command writes, and keeps them when it fails."""
    job = GITLAB["contract"]
    (script,) = job["script"]
    assert f"junit={job['artifacts']['reports']['junit']}" in script
    assert f"gitlab={job['artifacts']['reports']['codequality']}" in script
    assert job["artifacts"]["when"] == "always"


def test_links_lead_somewhere() -> None:
    """Links between the pages name files and headings that exist."""
    for page in (REPORTS, CI):
        titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
        headings = {f"#{re.sub(r'[^a-z0-9 -]', '', title.lower()).replace(' ', '-')}" for title in titles}
        links = re.findall(r"\]\(([^)]+)\)", page)
        assert {link for link in links if link not in headings and not (DOCS / link).exists()} == set()
