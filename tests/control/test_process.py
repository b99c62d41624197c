"""The mock as a process: what it leaves behind, what its workers agree on, and what comes back."""

import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.control.client import EARLY, HOUR, TRIP, ask, send
from tests.server.mock import PV_DAY, Mock, command, running

LIMIT = {
    "fault": "rate-limit",
    "name": "limit",
    "on": "get_pv_data",
    "with": {"requests": 3, "seconds": 3600},
}


def _folder(mock: Mock) -> Path:
    maps = Path(f"/proc/{mock.process.pid}/maps")
    if not maps.exists():
        pytest.skip("this system has no /proc")
    found = re.search(r"\S*/wattos-testkit-[^/]*(?=/cells)", maps.read_text())
    assert found
    return Path(found[0])


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_behind(number: signal.Signals, workers: str):
    """Clock, faults and journal lie in a folder that is nobody else's, and is gone when the mock is."""
    with running("--workers", workers, "--now", "live@x60") as mock:
        folder = _folder(mock)
        assert folder.stat().st_mode & 0o077 == 0
        ask(mock, "POST", "/faults", TRIP)
        for _ in range(4):
            mock.ask(PV_DAY)
        assert folder.is_dir()
        mock.process.send_signal(number)
        assert mock.process.wait(timeout=60) == 0
        assert not folder.exists()
        assert mock.process.stderr is not None
        assert mock.process.stderr.read() == ""


def test_a_scenario_gives_the_same_bytes_again():
    """A seeded scenario, started twice and with two workers, answers the same; so it does loaded later."""
    spec = "bad-day@2024-03-20"
    day = HOUR.replace("04:00:00Z", "23:00:00Z").partition("&")[2]
    bodies = set()
    for workers in ("1", "1", "2"):
        with running("--scenario", spec, "--workers", workers) as mock:
            assert any(line.startswith("scenario bad-day") for line in mock.greeting)
            bodies |= {
                mock.ask(f"/{kind}/data?{day}").body for kind in ("pv", "bess", "meters") for _ in range(3)
            }
    assert len(bodies) == 3
    with running("--workers", "2") as mock:
        healthy = {mock.ask(f"/{kind}/data?{day}").body for kind in ("pv", "bess", "meters")}
        assert healthy != bodies
        ask(mock, "PUT", "/scenario", {"load": spec})
        assert bodies == {mock.ask(f"/{kind}/data?{day}").body for kind in ("pv", "bess", "meters")}


def test_workers_count_together_and_a_fault_that_comes_again_begins_anew(any_mock: Mock):
    """A limit holds over all workers; taken away and placed again it lets as many pass as at first."""
    for _ in range(2):
        ask(any_mock, "POST", "/faults", LIMIT)
        assert [any_mock.ask(f"/pv/data?{EARLY}").status for _ in range(6)] == [200] * 3 + [429] * 3
        ask(any_mock, "DELETE", "/faults/limit")
    assert any_mock.ask(f"/pv/data?{EARLY}").status == 200
    number = ask(any_mock, "POST", "/savepoints")["savepoint"]
    for _ in range(2):
        ask(any_mock, "POST", "/faults", LIMIT)
        assert [any_mock.ask(f"/pv/data?{EARLY}").status for _ in range(4)] == [200] * 3 + [429]
        ask(any_mock, "POST", f"/savepoints/{number}/restore")


def test_what_the_wire_does_is_in_the_journal(any_mock: Mock):
    """An error that was put in the way counts with its status, and a dropped connection as none."""
    ask(any_mock, "POST", "/faults", {"fault": "error-share", "with": {"share": 1.0, "code": "502"}})
    assert any_mock.ask(PV_DAY).status == 502
    assert ask(any_mock, "GET", "/requests/count?operation=get_pv_data&status=502&expect=1")["count"] == 1
    ask(any_mock, "DELETE", "/faults")
    ask(any_mock, "POST", "/faults", {"fault": "dropped-connection", "with": {"share": 1.0}})
    with pytest.raises(OSError, match=r"reset|closed|Remote end"):
        any_mock.ask(PV_DAY)
    assert send(any_mock, "GET", "/requests/count?status=none&expect=1").status == 200
    ask(any_mock, "DELETE", "/faults")
    assert any_mock.ask(PV_DAY).status == 200


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("--now", "noon"),
            "--now: 'noon' is no UTC instant; right are live, 2024-03-20T12:07:00Z, live@x60",
        ),
        (("--now", "live@x0"), "--now: 'x0': a clock runs up to x86400"),
        (("--now", "2150-01-01"), "--now: '2150-01-01' lies outside the years 1970 to 2099"),
        (("--scenario", "bad-dya"), "did you mean 'bad-day'?"),
        (("--scenario", "/no/such/file.yaml"), "cannot be read"),
        (("--control", "everybody"), "--control"),
    ],
)
def test_options_that_cannot_be(arguments: tuple[str, ...], complaint: str):
    """Each is one line, and nothing was started."""
    done = subprocess.run(
        command("serve", "--port", "0", *arguments), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
