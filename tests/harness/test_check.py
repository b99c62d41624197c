"""The whole check: what a user sees of it."""

import subprocess
import sys

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import plant
from wattos_testkit.harness.engine import check


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    command = [sys.executable, "-m", "wattos_testkit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_our_own_mock_is_clean(mock):
    """`check URL` against `serve` finds nothing, without any option."""
    done = run("check", mock, "--no-fuzz", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no findings" in done.stdout


def test_smoke_is_about_a_hundred_requests(mock):
    """The smoke profile keeps to about a hundred requests."""
    assert finished(check(smoke(mock))).requests <= 110


def test_a_fault_of_the_wire_fails_the_run():
    """A server that accepts any interval is reported by the rule of intervals, with exit code 1."""
    with serving(plant(accepts=lambda name, text: name == "agg_interval" and text)) as url:
        end = finished(check(smoke(url, token="a-token-of-the-tests")))
    assert end.exit_code == 1
    assert {one.rule for one in end.findings if one.rule.startswith("WT2")} == {"WT202"}
