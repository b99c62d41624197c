"""`check --strict` finds nothing on our own mock, in every season, whatever stands there."""

import json
import subprocess

import pytest

from tests.server.mock import command, running
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import PhaseStarted, Progress, RunFinished
from wattos_testkit.harness.options import settings_of


@pytest.fixture(scope="module")
def mock():
    """Run a mock that knows its token, as a deployment does."""
    with running("--token", "right") as one:
        yield one


def strict(mock, folder, *options):
    """Check the mock strictly, without fuzzing; return the exit code, the report, and what was printed."""
    report = folder / "report.json"
    done = subprocess.run(
        [
            *command("check", mock.url, "--token", "right", "--strict", "--no-fuzz", "--seed", "1"),
            *("--report", f"json={report}"),
            *options,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    return done.returncode, json.loads(report.read_text("utf-8")), done.stdout


@pytest.mark.parametrize("until", ["2026-01-10", "2026-04-06", "2026-07-02", "2026-10-12"])
def test_a_strict_check_of_every_site_is_clean(mock, until, tmp_path):
    """Every site of every group over 28 days of a season: no finding, warnings included."""
    groups = [part for number in range(1, 6) for part in ("--group", f"GROUP00{number}")]
    code, report, printed = strict(mock, tmp_path, *groups, "--until", f"{until}T00:00:00Z")
    assert report["findings"] == [], printed
    assert code == 0


def test_every_rule_is_decided_within_two_hundred_requests(mock):
    """As it comes, the standard profile decides its rules about the sample group in at most 200 requests."""
    asked = {"target": mock.url, "token": "right", "until": "2026-05-20T00:00:00Z", "seed": 1, "fuzz": False}
    before: dict[str, int] = {}
    requests = 0
    for event in check(settings_of({**asked, "profile": "standard"})):
        if isinstance(event, Progress):
            requests = event.requests
        elif isinstance(event, PhaseStarted):
            before.setdefault(event.detail, requests)
        elif isinstance(event, RunFinished):
            assert event.findings == ()
            # What comes after the rules about rows has budgets of its own, the dictionary among them.
            assert 100 < before["the same in other ways"] <= 200
            assert event.requests <= 200 + 80 + 100 + 170 + 100
