"""Starts the mock as a user would, in a process of its own, and talks to it as plainly as can be."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlsplit

DAY = "resource_id={}&start=2024-03-20T00:00:00Z&end=2024-03-21T00:00:00Z&agg_interval=15"
PV_DAY = "/pv/data?" + DAY.format("PV000001")
BEARER = {"Authorization": "Bearer demo"}


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Return the body, parsed."""
        return json.loads(self.body)


@dataclass
class Mock:
    """A running mock."""

    process: subprocess.Popen[str]
    url: str
    greeting: list[str] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def ask(self, target: str, method: str = "GET", headers: dict[str, str] | None = None) -> Reply:
        """Send one request, with a bearer token unless headers are given."""
        connection = HTTPConnection(*self.address, timeout=30)
        try:
            connection.request(method, target, headers=BEARER if headers is None else headers)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, text: bytes) -> bytes:
        """Send bytes and return all that comes until the server closes."""
        with socket.create_connection(self.address, timeout=30) as peer:
            peer.sendall(text)
            pieces = []
            while piece := peer.recv(65536):
                pieces.append(piece)
            return b"".join(pieces)


def command(*arguments: str) -> list[str]:
    """Return the command line of the testkit."""
    return [sys.executable, "-m", "wattos_testkit", *arguments]


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Mock]:
    """Run `serve` on a free port until the block ends."""
    process = subprocess.Popen(
        command("serve", "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip("\n")]
        while lines[-1] and not lines[-1].startswith("curl "):
            lines.append(process.stdout.readline().rstrip("\n"))
        assert lines[-1], process.stderr.read() if process.stderr else ""
        yield Mock(process, next(word for word in lines[0].split() if word.startswith("http")), lines)
    finally:
        process.terminate()
        process.communicate(timeout=60)
