"""The session of docs/control.md is true."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.server.mock import running

PAGE = Path(__file__).parents[2] / "docs" / "control.md"
_SERVE = "wattos-testkit serve "


def _commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the page and what it says."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def test_the_session_is_true():
    """Every command, pasted in its order, says what the page says."""
    (serve, _), *others = _commands()
    assert serve.startswith(_SERVE)
    assert len(others) > 8
    with running(*shlex.split(serve.removeprefix(_SERVE))) as mock:
        for command, output in others:
            pasted = command.replace("http://127.0.0.1:8080", mock.url)
            done = subprocess.run(
                ["sh", "-c", pasted], capture_output=True, text=True, check=False, timeout=60
            )
            assert done.stdout == output, command
