"""`check --strict` finds nothing on our own mock, in every season, whatever stands there."""

import json
import subprocess

import pytest

from tests.server.mock import command, running


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


def test_every_rule_is_decided_within_two_hundred_requests(mock, tmp_path):
    """As it comes, the standard profile decides its rules about the sample group in at most 200 requests."""
    code, report, printed = strict(mock, tmp_path, "--until", "2026-05-20T00:00:00Z")
    assert (code, report["findings"]) == (0, []), printed
    assert report["requests"] <= 200
