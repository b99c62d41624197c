"""A real check of a real server, its reports read by what reads them."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from junitparser import JUnitXml

from tests.harness.report.test_gitlab import SCHEMA as GITLAB
from tests.harness.report.test_page import Page
from tests.harness.report.test_sarif import SCHEMA as SARIF
from wattos_testkit.cli import run
from wattos_testkit.harness.report import FORMATS


def test_every_report_of_a_real_run_is_read(mock: str, tmp_path: Path, monkeypatch, capsys) -> None:
    """The mock that accepts any token is found out in every report, each in its own shape."""
    monkeypatch.setenv("WATTOS_TOKEN", "a-token-that-nobody-may-see")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.chdir(tmp_path)
    reports = [f"{name}={name}" for name, kind in FORMATS.items() if kind.to_file]
    command = ["check", mock, "--profile", "smoke", "--no-fuzz", "--report", ",".join([*reports, "github"])]
    assert run(command) == 1
    texts = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert set(texts) == {name for name, kind in FORMATS.items() if kind.to_file} | {"summary"}
    assert [name for name, text in texts.items() if "nobody-may-see" in text] == []
    rules = {finding["rule"] for finding in json.loads(texts["json"])["findings"]}
    assert "WT006" in rules
    assert {one["check_name"] for one in json.loads(texts["gitlab"])} == rules
    assert {one["ruleId"] for one in json.loads(texts["sarif"])["runs"][0]["results"]} == rules
    assert Draft202012Validator(SARIF).is_valid(json.loads(texts["sarif"]))
    assert Draft202012Validator(GITLAB).is_valid(json.loads(texts["gitlab"]))
    assert JUnitXml.fromstring(texts["junit"].encode()).failures >= 1
    assert any(text.startswith("WT006") for text in Page(texts["html"]).inside("h3"))
    last = json.loads(texts["ndjson"].splitlines()[-1])
    assert len(json.loads(texts["har"])["log"]["entries"]) == last["requests"]
    out = capsys.readouterr().out
    assert "error WT006" in out
    assert "\n::error title=WT006" in out
