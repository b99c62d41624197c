"""Faults of the wire as a user starts them: `serve --scenario`, one process or two, and the end of it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.server.mock import BEARER, DAY, PV_DAY, Mock, running

SITES = "/sites?group_id=GROUP001"
SCENARIO = """\
scenario: rough-wire
seed: 5
faults:
  - {fault: error-share, on: [get_sites], with: {share: 0.4, code: any}}
  - {fault: latency, on: [get_sites], with: {distribution: log-normal, milliseconds: 2}}
  - {fault: rate-limit, on: [get_resources], with: {requests: 20, seconds: 86400}}
  - {fault: token-expiry, on: [get_meter_data], with: {requests: 7}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    """Return the path of a scenario of the wire."""
    path = tmp_path / "rough.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def request(target: str, preference: str) -> bytes:
    """Return a request as it is sent."""
    lines = ("Host: x", "Authorization: Bearer demo", f"Prefer: {preference}", "Connection: close")
    return "\r\n".join([f"GET {target} HTTP/1.1", *lines, "", ""]).encode()


def story(mock: Mock) -> list[tuple[int, str]]:
    """Return what sixty requests in turn are answered, each on a connection of its own."""
    replies = [mock.ask(SITES) for _ in range(60)]
    return [(one.status, one.headers["Server-Timing"]) for one in replies]


def test_a_seeded_scenario_fails_alike_twice_and_with_two_workers(scenario: str):
    """The sequence of failures and latencies is one of the seed, not of the processes that share it."""
    seen = []
    for arguments in ((), (), ("--workers", "2")):
        with running("--scenario", scenario, *arguments) as mock:
            seen.append(story(mock))
    assert seen[0] == seen[1] == seen[2]
    assert {status for status, _ in seen[0]} == {200, 500, 502, 503}


def test_all_at_once_fail_as_often_as_one_by_one(scenario: str):
    """Eight clients at two workers: each ordinal is drawn once, so as many fail; a limit is one limit."""
    with running("--scenario", scenario) as mock:
        alone = Counter(mock.ask(SITES).status for _ in range(100))
    with running("--scenario", scenario, "--workers", "2") as mock, ThreadPoolExecutor(8) as clients:
        together = Counter(reply.status for reply in clients.map(mock.ask, [SITES] * 100))
        resources = Counter(one.status for one in clients.map(mock.ask, ["/sites/SITE0001/resources"] * 60))
        rows = Counter(
            one.status for one in clients.map(mock.ask, ["/meters/data?" + DAY.format("ME000001")] * 20)
        )
        fresh = mock.ask(
            "/meters/data?" + DAY.format("ME000001"), headers={"Authorization": "Bearer another"}
        )
    assert together == alone
    assert resources == {200: 20, 429: 40}
    assert rows == {200: 7, 401: 13}
    assert fresh.status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize(
    "asked", ["fault=stalled-connection", "fault=slow-bytes; bytes_per_second=1", "delay=600000"]
)
def test_who_is_kept_waiting_does_not_keep_the_server(asked: str):
    """SIGTERM ends a wait that a fault has made, and the server with it: exit code 0, nothing said."""
    with running() as mock, socket.create_connection(mock.address, timeout=60) as peer:
        peer.sendall(request(PV_DAY, asked))
        assert mock.ask(SITES).status == 200
        mock.process.send_signal(signal.SIGTERM)
        _, said = mock.process.communicate(timeout=20)
        assert (mock.process.returncode, said) == (0, "")
        with pytest.raises(ConnectionResetError):
            b"".join(iter(lambda: peer.recv(65536), b""))


def test_nothing_is_said_of_what_was_wanted():
    """Connections dropped, cut and stalled on purpose leave no line on stderr, and the mock serves on."""
    with running() as mock:
        for asked in (
            "fault=dropped-connection",
            "fault=dropped-connection; when=head",
            "fault=dropped-connection; when=body; how=close",
            "fault=dropped-connection; when=after",
            "fault=truncated-body",
            "fault=truncated-body; length=corrected",
            "fault=stalled-connection; seconds=0",
            "fault=stalled-connection; when=body; seconds=0",
        ):
            with suppress(ConnectionResetError):
                assert len(mock.raw(request(PV_DAY, asked))) < 27_000
        assert mock.ask(PV_DAY).status == 200
        mock.process.terminate()
        _, said = mock.process.communicate(timeout=30)
        assert said == ""


def test_the_log_tells_what_became_of_it():
    """`--log` has the status that was sent, null where none was, and no credential."""
    with running("--log") as mock:
        assert mock.ask(SITES, headers={**BEARER, "Prefer": "code=503"}).status == 503
        with pytest.raises(ConnectionResetError):
            mock.raw(request(SITES, "fault=dropped-connection"))
        mock.process.terminate()
        _, said = mock.process.communicate(timeout=30)
    assert re.findall(r'"status": (\w+)', said) == ["503", "null"]
    assert "demo" not in said


def test_the_options_say_what_they_exclude():
    """Asking in the query and no control at all is one line and exit code 2."""
    command = [sys.executable, "-m", "wattos_testkit", "serve", "--control", "off", "--control-query"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--control-query" in done.stderr
