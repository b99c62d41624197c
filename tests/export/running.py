"""Runs the command line in this process, and in one of its own."""

import os
import subprocess
import sys
from pathlib import Path

from wattos_testkit.cli import run

LEAP_DAY = ("--start", "2024-02-29", "--days", "1")


def wattos(*args: str) -> int:
    """Return the exit code of a command."""
    return run([*args])


def generate(out: Path, form: str, *more: str, window: tuple[str, ...] = LEAP_DAY) -> Path:
    """Write a data set of one day, and return its folder."""
    assert wattos("generate", *window, "--format", form, "--out", str(out), "--quiet", *more) == 0
    return out


def process(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Return what a command of its own process says."""
    return subprocess.run(
        [sys.executable, "-m", "wattos_testkit", *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ,
        timeout=120,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
