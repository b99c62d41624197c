"""Schemathesis as it comes, by its own command, against a server of the catalogue."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faulty import flows
from tests.faulty.catalogue import listening, server_class
from tests.faulty.fleet import TOKEN
from tests.faulty.trial import MOMENT

DOCUMENT = Path(__file__).parents[1] / "openapi.yaml"
WAYS = {"default": (), "all": ("--checks", "all", "--max-examples", "200")}
"""How it is run, beyond the token and a seed: as it comes, and with every check and twice the examples."""
SEED = 1
LONGEST = 900
"""A run that takes longer is given up, and what it would have found does not count [s]."""


@dataclass(frozen=True)
class Plain:
    """What one run has reported."""

    failures: tuple[str, ...]
    """Kind and operation of each, errors of the network included."""
    requests: int
    """As the server has counted them."""
    seconds: float
    ended: str = ""
    """Why there is no report, if there is none."""


def run(name: str, way: str) -> Plain:
    """Run Schemathesis against one server, whose clock stands as in our own trials."""
    flows.stopped = MOMENT
    with _counted(name) as (url, count), tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        began = time.perf_counter()
        ended = ""
        try:
            command = _command(url, way, report)
            subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            ended = f"given up after {LONGEST} s"
        seconds = round(time.perf_counter() - began, 1)
        try:
            failures = _failures(json.loads(report.read_text("utf-8")))
        except (OSError, ValueError):
            # It was given up, or ended before its report was whole.
            return Plain((), count(), seconds, ended or "it left no report")
        return Plain(failures, count(), seconds, ended)


def _command(url: str, way: str, report: Path) -> list[str]:
    # No machine has found anything yet, and none remembers it for the next server.
    options = ["--seed", str(SEED), "--generation-database", "none", "--no-color"]
    told = ["--report", "json", "--report-json-path", str(report)]
    token = ["--header", f"Authorization: Bearer {TOKEN}"]
    program = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", url]
    return [*program, *token, *options, *told, *WAYS[way]]


def _failures(report: dict[str, Any]) -> tuple[str, ...]:
    """Return what a report complains of, kind by operation: its own figures would never be the same twice."""
    found = {f"{one['title']}: {where}" for one in report["failures"] for where in one["operations"] or [""]}
    found |= {f"error: {one.get('title') or one.get('type')}" for one in report["errors"]}
    return tuple(sorted(found))


@contextmanager
def _counted(name: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """Run a server of the catalogue; yield its address and how many requests it has had."""
    server = listening(name)
    answer, requests = server.app, [0]

    def counting(environ: Any, start: Any) -> Any:  # noqa: ANN401 - WSGI
        requests[0] += 1
        return answer(environ, start)

    server.app = counting
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{server_class(name).prefix}", lambda: requests[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
