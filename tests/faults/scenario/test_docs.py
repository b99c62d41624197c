"""What docs/scenarios.md says is so."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.faults.scenario.private import DEMO
from wattos_testkit.faults.scenario.placing import KEYS
from wattos_testkit.faults.scenario.reading import open_scenario, ready_names

PAGE = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text("utf-8")


def test_commands_work(tmp_path):
    """Each command of the page ends well, with the file that the page shows."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "two-things.yaml").write_text(text)
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        done = subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (block, done.stderr)
    opened = open_scenario(str(tmp_path / "two-things.yaml"), DEMO)
    assert (opened.name, opened.seed, opened.notes) == ("two-things", 7, ())
    assert {one.fault.name for one in opened.placements} == {"inverter-trip", "gap"}


def test_nothing_is_left_out():
    """The page names every ready scenario and every key of an item, and no other."""
    rows = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert set(ready_names()) <= set(rows)
    assert set(rows) - set(ready_names()) <= set(KEYS) | {"all"}
    assert all(f"`{key}`" in PAGE for key in KEYS)
