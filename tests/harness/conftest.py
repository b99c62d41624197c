"""Real servers for the harness's tests: the mock by its command, and small ones of Flask."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from tests.harness.plant import plant
from wattos_testkit.harness.events import Event, RunFinished
from wattos_testkit.harness.settings import Settings


@pytest.fixture(scope="session")
def mock() -> Iterator[str]:
    """Start the real mock by its command; yield its address."""
    command = [sys.executable, "-m", "wattos_testkit", "serve", "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if name != "WATTOS_TOKEN"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            for line in process.stdout or ():
                if match := re.search(r"http://[0-9.]+:[0-9]+", line):
                    yield match.group()
                    break
            else:
                raise AssertionError("the mock has not said where it listens")
        finally:
            process.terminate()


@contextmanager
def serving(app: object, **options: object) -> Iterator[str]:
    """Serve a WSGI application on a free port; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, **options)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    scheme = "https" if options.get("ssl_context") else "http"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def healthy() -> Iterator[str]:
    """Start a small healthy plant of Flask; yield its address."""
    with serving(plant()) as url:
        yield url


def finished(events: Iterator[Event]) -> RunFinished:
    """Run to the end, and return the last event."""
    last = None
    for last in events:  # noqa: B007 - only the last one matters
        pass
    assert isinstance(last, RunFinished)
    return last


def smoke(url: str, **more: object) -> Settings:
    """Return the settings of a small run that knows its token."""
    given: dict[str, object] = {"profile": "smoke", "token": "a-token-of-the-tests", **more}
    return Settings(url, **given)  # type: ignore[arg-type]
