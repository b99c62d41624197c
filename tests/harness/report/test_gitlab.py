"""Code Quality, as GitLab reads it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import CLEAN, FINISHED, OFF_GRID, events, play, with_findings
from wattos_testkit.harness.events import RunFinished

# GitLab publishes no schema; this is the table of https://docs.gitlab.com/ci/testing/code_quality/,
# section "Code Quality report format", whose every property is required.
TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "array",
    "uniqueItems": True,
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": TEXT,
            "check_name": TEXT,
            "fingerprint": TEXT,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\.?/).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def read(tmp_path: Path, finished: RunFinished | None = FINISHED) -> list[dict[str, Any]]:
    """Return the report of a run, which is as GitLab's page says."""
    play([f"gitlab={tmp_path}/a.json"], events(finished), quiet=True)
    report = json.loads((tmp_path / "a.json").read_text())
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(report)] == []
    return report


@pytest.mark.parametrize("finished", [FINISHED, CLEAN, hostile_run(), None])
def test_every_run_is_what_gitlab_reads(finished: RunFinished | None, tmp_path: Path) -> None:
    """With findings, without, hostile or broken off, the list has what GitLab asks for."""
    read(tmp_path, finished)


def test_a_violation_points_at_its_operation(tmp_path: Path) -> None:
    """Errors are critical, warnings minor; each has the file and line of its operation."""
    report = read(tmp_path)
    assert [(v["check_name"], v["severity"]) for v in report] == [
        ("WT301", "critical"),
        ("WT701", "critical"),
        ("WT801", "minor"),
    ]
    assert report[0]["location"] == {"path": "api/openapi.yaml", "lines": {"begin": 120}}
    assert report[0]["description"] == (
        "WT301 get_pv_data PV000001: 96 of 96 timestamps lie 7 minutes after the quarter of an hour"
        " (96 times) (expected a multiple of 15 minutes, seen 00:07)"
    )


def test_fingerprints_are_unique(tmp_path: Path) -> None:
    """GitLab drops a violation whose fingerprint it has seen: a thousand findings have a thousand."""
    many = [replace(OFF_GRID, resource=f"PV{n % 500:06}", message=f"{n}") for n in range(1000)]
    assert len({v["fingerprint"] for v in read(tmp_path, with_findings(many))}) == 1000
