"""A stranger's judgement: Schemathesis' own command with all its checks."""

import subprocess
import sys
from pathlib import Path

from tests.server.mock import running


def test_schemathesis_finds_nothing(tmp_path: Path):
    """`st run` with all checks passes: examples, coverage, fuzzing and stateful walks along the links."""
    # Short answers, so that the time goes into many requests; one token, so that a wrong one can fail.
    with running("--token", "demo", "--max-rows", "2000") as mock:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("st"),
                "--no-color",
                f"--config-file={Path(__file__).with_name('schemathesis.toml')}",
                "run",
                f"{mock.url}/openapi.json",
                "--header=Authorization: Bearer demo",
                "--checks=all",
                "--max-examples=15",
                "--seed=1",
                "--generation-database=none",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout
        assert "5 selected / 5 total" in done.stdout
        assert "4 covered / 4 selected / 4 total" in done.stdout
        assert mock.process.poll() is None
