"""The process: how it starts, what it says, and how it ends."""

import json
import os
import shlex
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.server.mock import BEARER, PV_DAY, Mock, command, running
from wattos_testkit.server.delivery import SLICE

YEAR = PV_DAY.replace("2024-03-21", "2025-03-20").replace("agg_interval=15", "agg_interval=1")
MONTH = PV_DAY.replace("2024-03-21", "2024-04-20").replace("agg_interval=15", "agg_interval=1")


def _open(mock: Mock, target: str) -> tuple[socket.socket, bytes, int]:
    """Ask, and read no more than the head; return the socket, what came of the body, and its length."""
    peer = socket.create_connection(mock.address, timeout=60)
    # A small window, so that the server cannot have sent all of it already.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    peer.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n".encode())
    text = b""
    while b"\r\n\r\n" not in text:
        text += peer.recv(1024)
    head, _, body = text.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    length = next(
        int(line[16:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")
    )
    return peer, body, length


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_with_0(number: signal.Signals, workers: str):
    """The answer under way is completed, then the process ends with 0, and says nothing."""
    with running("--workers", workers) as mock:
        expected = mock.ask(MONTH, "HEAD").headers["Content-Length"]
        peer, body, length = _open(mock, MONTH)
        mock.process.send_signal(number)
        count = len(body)
        while piece := peer.recv(1 << 20):
            count += len(piece)
        peer.close()
        assert count == length == int(expected)
        assert mock.process.wait(timeout=60) == 0
        assert mock.process.stderr is not None
        assert mock.process.stderr.read() == ""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(mock.address, timeout=5)


def test_a_client_that_goes_away_frees_its_work():
    """Of a year's answer only what had been sent is generated once the client is gone."""
    with running("--log") as mock:
        peer, _, length = _open(mock, YEAR)
        peer.close()
        assert mock.process.stderr is not None
        line = json.loads(mock.process.stderr.readline())
        assert line["target"] == YEAR
        assert line["bytes"] < length / 4


def test_a_slow_reader_costs_no_memory():
    """A client that does not read holds a bounded piece of a year's answer, not the year."""
    with running() as mock:
        status = Path(f"/proc/{mock.process.pid}/status")
        if not status.exists():
            pytest.skip("this system has no /proc")
        mock.ask(PV_DAY)
        before = _resident(status)
        peer, body, length = _open(mock, YEAR)
        for _ in range(20):
            assert mock.ask("/healthz").status == 200
        count = len(body)
        while count < length:
            count += len(peer.recv(1 << 20))
        peer.close()
        assert length > 100_000_000
        assert _resident(status) - before < 40_000_000


def _resident(status: Path) -> int:
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def test_the_greeting(mock: Mock):
    """It says where, which seed, which fleet, and a command."""
    where, fleet, control, curl = mock.greeting
    assert mock.url in where
    assert "/docs" in where
    assert fleet.startswith("seed 1, demo fleet: 6 groups, 22 sites")
    assert control == f"control on {mock.url}/_testkit (this machine only)"
    words = shlex.split(curl)
    assert words == ["curl", "-s", "-H", "Authorization: Bearer demo", mock.url + PV_DAY]


@pytest.mark.parametrize(
    "arguments",
    [(), ("--token", "it's-secret"), ("--token", "x=GROUP002"), ("--no-auth",), ("--host", "localhost")],
)
def test_the_printed_command_works_when_pasted(arguments: tuple[str, ...]):
    """Whatever the options: the command answers with a day of rows."""
    with running(*arguments) as mock:
        done = subprocess.run(["sh", "-c", mock.greeting[-1]], capture_output=True, check=True, timeout=60)
        assert len(json.loads(done.stdout)["datas"]) == 96


def test_the_access_log():
    """With --log each request is one line of JSON on stderr; stdout stays as it is."""
    with running("--log") as mock:
        mock.ask(PV_DAY, headers={**BEARER, "X-Request-Id": "one"})
        mock.ask(PV_DAY, "HEAD")
        mock.ask("/nothing")
        assert mock.process.stderr is not None
        first, second, third = (json.loads(mock.process.stderr.readline()) for _ in range(3))
        assert first["method"] == "GET"
        assert first["target"] == PV_DAY
        assert (first["status"], first["request_id"], first["client"]) == (200, "one", "127.0.0.1")
        assert first["bytes"] == len(mock.ask(PV_DAY).body)
        assert first["ms"] > 0
        assert first["time"].endswith("Z")
        assert (second["method"], second["status"], second["bytes"]) == ("HEAD", 200, 0)
        assert third["status"] == 404


def test_no_log_unless_asked_for():
    """Without --log nothing is written while requests are served, bad ones included."""
    with running() as mock:
        for target in (PV_DAY, "/nothing", "/sites"):
            mock.ask(target)
        mock.raw(b"nonsense\r\n\r\n")
        mock.process.terminate()
        out, err = mock.process.communicate(timeout=60)
        assert (out, err) == ("", "")


def _refused(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        command("serve", *arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_port_that_is_taken(mock: Mock):
    """It is one line that says which, and how to get another."""
    port = str(mock.address[1])
    assert f"--port {port}: taken by another program" in _refused("--port", port)
    assert f"--port {port}: taken" in _refused("--port", port, "--workers", "2")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--host", "no.such.host.invalid"), "no such host"),
        (("--host", "203.0.113.7"), "not an address of this machine"),
        (("--host", "a" * 70), "no such host"),
        (("--port", "70000"), "--port"),
        (("--port", "http"), "--port"),
        (("--workers", "0"), "--workers"),
        (("--max-rows", "0"), "--max-rows"),
        (("--fleet", "no-such-file.yaml"), "no-such-file.yaml"),
        (("--token", "a b"), "a token is one or more printable"),
        (("--token", "t=group1"), "'group1' is no group"),
        (("--token", "t=GROUP999"), "the fleet has no group GROUP999"),
        (("--no-auth", "--token", "t"), "give one of them"),
        (("--spec-map", "x.yaml"), "give --spec too"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_options_that_cannot_be_followed(arguments: tuple[str, ...], complaint: str):
    """Each is one line that names the option, and exit code 2."""
    assert complaint in _refused("--port", "0", *arguments)


def test_max_rows():
    """The bound is the user's, exact, and the refusal says how many rows it would have been."""
    with running("--max-rows", "96") as mock:
        assert mock.ask(PV_DAY).status == 200
        refused = mock.ask(PV_DAY.replace("end=2024-03-21T00:00", "end=2024-03-21T00:15"))
        assert refused.status == 400
        assert "asks for 97 rows, more than the 96" in refused.json()["detail"]


def test_long_answers_leave_in_slices(mock: Mock):
    """A month is sent in more than one slice, so that others have their turn."""
    assert int(mock.ask(MONTH, "HEAD").headers["Content-Length"]) > 10 * SLICE
