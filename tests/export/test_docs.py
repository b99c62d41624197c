"""The commands and the code of the pages about data sets, run as they stand but for the size."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from wattos_testkit.cli.generate import generate
from wattos_testkit.cli.verify import verify
from wattos_testkit.export.formats import FORMATS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SMALLER = {
    "--end 2025-01-01": "--end 2024-02-03",
    "--sites 1000": "--sites 3",
    "--days 7 --sites": "--days 1 --sites",
}


@pytest.mark.parametrize("page", ["generate.md", "howto-database.md", "howto-pipeline.md"])
def test_what_the_page_shows_works(tmp_path: Path, page: str) -> None:
    """Each command ends well and each piece of code runs, one after the other in one folder."""
    scripts = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    blocks = BLOCK.findall((DOCS / page).read_text("utf-8"))
    assert blocks
    for kind, text in blocks:
        for large, small in SMALLER.items():
            text = text.replace(large, small)  # noqa: PLW2901 - the text, made small
        command = ["bash", "-euc", text] if kind == "console" else [sys.executable, "-c", text]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (text, done.stderr)


def test_every_option_and_format_is_described() -> None:
    """What the command line knows, the page tells; and it tells of nothing else."""
    text = (DOCS / "generate.md").read_text("utf-8")
    options = {
        name
        for command in (generate, verify)
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    assert options == set(re.findall(r"--[a-z][a-z-]+", text))
    for name in FORMATS:
        assert f"| `{name}` |" in text
