"""SARIF, held against its schema."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import CLEAN, FINISHED, OFF_GRID, events, play, with_findings
from wattos_testkit.harness.events import RunFinished

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())


def read(tmp_path: Path, finished: RunFinished | None = FINISHED, **options) -> dict[str, Any]:
    """Return the only run of the log, which fits the schema."""
    play([f"sarif={tmp_path}/a.sarif"], events(finished), quiet=True, **options)
    log = json.loads((tmp_path / "a.sarif").read_text())
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(log)] == []
    return log["runs"][0]


def test_the_schema_can_say_no() -> None:
    """The schema that the reports are held against is a working one."""
    assert not Draft202012Validator(SCHEMA).is_valid({"version": "2.1.0", "runs": [{"tool": {}}]})


@pytest.mark.parametrize("finished", [FINISHED, CLEAN, hostile_run(), None, with_findings([])])
@pytest.mark.parametrize("options", [{}, {"rules": {}}, {"strict": True}])
def test_every_run_fits_the_schema(finished: RunFinished | None, options, tmp_path: Path) -> None:
    """With findings, without, hostile, broken off, with rules unknown: schema and GitHub are satisfied."""
    for rule in read(tmp_path, finished, **options)["tool"]["driver"]["rules"]:
        # Code scanning of GitHub refuses a rule without them.
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]


def test_the_help_is_in_the_log_itself(tmp_path: Path) -> None:
    """Each rule brings its whole explanation, and the log names no address where nobody has put a page."""
    driver = read(tmp_path)["tool"]["driver"]
    for rule in driver["rules"]:
        for part in ("Why it matters", "How it is decided", "How it can be a false alarm"):
            assert f"**{part}:** " in rule["help"]["markdown"]
    assert "http" not in json.dumps({**driver, "rules": [one | {"help": ""} for one in driver["rules"]]})


def test_a_result_points_at_its_operation(tmp_path: Path) -> None:
    """A finding is a result at the operation's line in the document, with its rule and its proof."""
    run = read(tmp_path)
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "WT301"
    assert result["level"] == "error"
    assert result["occurrenceCount"] == 96
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "api/openapi.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 120},
    }
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "get_pv_data/PV000001"}]
    assert OFF_GRID.requests[0].curl in result["message"]["text"]
    assert run["tool"]["driver"]["rules"][0]["help"]["text"].startswith("Why it matters: Consumers join")


def test_a_fingerprint_outlives_the_figures(tmp_path: Path) -> None:
    """The same fault in tomorrow's data has the same fingerprint; two of one kind have two."""
    first = read(tmp_path, with_findings([OFF_GRID]))["results"]
    later = read(tmp_path, with_findings([replace(OFF_GRID, message="95 of 96", count=95)]))["results"]
    assert first[0]["partialFingerprints"] == later[0]["partialFingerprints"]
    two = read(tmp_path, with_findings([OFF_GRID, replace(OFF_GRID, message="another")]))["results"]
    assert two[0]["partialFingerprints"] != two[1]["partialFingerprints"]


def test_a_run_that_broke_off_says_so(tmp_path: Path) -> None:
    """An interrupted run is no successful execution, and says why."""
    invocation = read(tmp_path, replace(CLEAN, exit_code=130, reason="interrupted"))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"] == [
        {"level": "error", "message": {"text": "interrupted"}}
    ]


def test_brackets_in_a_message_are_no_links(tmp_path: Path) -> None:
    """What SARIF would take for a link or a placeholder is escaped."""
    run = read(tmp_path, with_findings([replace(OFF_GRID, message="[0, {1}] \\n")]))
    assert run["results"][0]["message"]["text"].startswith(
        "get_pv_data PV000001: \\[0, {{1}}\\] \\\\n (96 times)"
    )
