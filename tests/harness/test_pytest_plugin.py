"""The check inside pytest: items that pass, fail and are skipped as the rules do."""

import subprocess
import sys

import pytest

from tests.harness.conftest import serving
from tests.harness.plant import TOKEN, plant

MODULE = """
from wattos_testkit.harness.pytest_plugin import Contract, contract

OPTIONS = {{"profile": "smoke", "token": "{token}", "select": ["WT1", "WT2"]}}


class TestPlant(Contract):
    target = "{url}"
    options = OPTIONS


@contract("{url}", **OPTIONS)
def test_plant(rule):
    rule.check()
"""


def run(folder, url):
    """Run pytest on a module that checks a target."""
    (folder / "test_plant.py").write_text(MODULE.format(url=url, token=TOKEN))
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_a_healthy_plant_passes(tmp_path, healthy):
    """Class and function pass on a healthy server; what was not asked is skipped."""
    done = run(tmp_path, healthy)
    assert done.returncode == 0, done.stdout
    assert "skipped" in done.stdout


def test_a_fault_fails_its_own_items(tmp_path):
    """A fault fails the items of its rule and operations, with the proof, and no others."""
    with serving(plant(accepts=lambda name, text: name == "agg_interval" and text)) as url:
        done = run(tmp_path, url)
    failed = {
        line.split("[")[1].split("]")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")
    }
    assert failed == {f"WT202-get_{kind}_data" for kind in ("meter", "bess", "pv")}
    assert "6 failed" in done.stdout
    assert "curl" in done.stdout


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense"])
def test_a_target_that_cannot_be_tested_fails_once(tmp_path, url):
    """Silence is never taken for success: one item fails with the reason, the others are skipped."""
    done = run(tmp_path, url)
    assert done.returncode == 1
    assert "2 failed" in done.stdout
