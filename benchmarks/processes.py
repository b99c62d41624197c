"""Servers in processes of their own, and what they cost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_TICKS = os.sysconf("SC_CLK_TCK")


class Running(NamedTuple):
    """A server that listens."""

    process: subprocess.Popen[str]
    port: int

    def cpu(self) -> float:
        """Return the seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def cpu_ns(self) -> int:
        """Return the same in nanoseconds, of its first thread, which is the one that serves."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0])

    def memory(self) -> float:
        """Return its resident memory in MB."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """Return the most resident memory since the last `reset_peak`, in MB."""
        return self._status("VmHWM")

    def reset_peak(self) -> None:
        """Count the peak from now on."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError(name)


@contextmanager
def mock(*arguments: str) -> Iterator[Running]:
    """Run the mock."""
    with _started("-m", "wattos_testkit", "serve", "--port", "0", *arguments) as one:
        yield one


@contextmanager
def bare(body: bytes, folder: Path, *headers: str) -> Iterator[Running]:
    """Run an application that answers everything with these bytes, and more headers if there are."""
    file = folder / "body"
    file.write_bytes(body)
    with _started("-m", "benchmarks.bare", str(file), *headers) as one:
        yield one


@contextmanager
def _started(*arguments: str) -> Iterator[Running]:
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http"))
        yield Running(process, int(urlsplit(url).port or 0))
    finally:
        process.terminate()
        process.wait()
