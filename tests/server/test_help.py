"""`--help` is instant, because it imports nothing heavy."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "connexion", "starlette", "uvicorn", "flask", "werkzeug", "jinja2", "numpy", "yaml", "httpx", "faker",
    "holidays", "schemathesis", "hypothesis", "rich", "brotli", "zstandard", "tzfpy", "jsonschema", "asyncio",
    "pandas", "polars", "pyarrow", "distributed", "multiprocessing",
}  # fmt: skip
SCRIPT = """
import json, sys
from wattos_testkit.cli import run
code = run(json.loads(sys.argv[1]))
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["serve", "--help"], ["nonsense"]])
def test_help_imports_nothing_heavy(arguments: list[str]):
    """Help, version and a wrong command load click and the standard library."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == (2 if arguments == ["nonsense"] else 0)
    assert HEAVY.isdisjoint(modules)
