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


@pytest.mark.parametrize("until", ["2026-01-10", "2026-04-06", "2026-07-02", "2026-10-12"])
def test_a_strict_check_of_every_site_is_clean(mock, until, tmp_path):
    """Every group over 28 days of a season: no finding, warnings included, in at most 200 requests."""
    groups = [part for number in range(1, 6) for part in ("--group", f"GROUP00{number}")]
    done = subprocess.run(
        [
            *command("check", mock.url, "--token", "right", "--strict", "--no-fuzz", "--seed", "1"),
            *groups,
            *("--until", f"{until}T00:00:00Z", "--report", f"json={tmp_path / 'report.json'}"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["findings"] == [], done.stdout
    assert done.returncode == 0
    assert report["requests"] <= 200
