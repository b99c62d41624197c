"""What becomes of the folder: refused, interrupted, resumed, replaced."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.export.running import contents, generate, process, wattos
from wattos_testkit.errors import WattosError
from wattos_testkit.export.asked import Asked, read_order
from wattos_testkit.export.engines import Engine
from wattos_testkit.export.engines.processes import Processes
from wattos_testkit.export.engines.single import Single
from wattos_testkit.export.folder import Folder
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.progress import Progress
from wattos_testkit.export.run import generate as write
from wattos_testkit.export.work import Receipt
from wattos_testkit.fleet.open import open_fleet


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Hear Ctrl-C even where the tests run in the background, which a shell starts deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


DAYS = ("--start", "2024-03-01", "--days", "6", "--interval", "1", "--kind", "meter,pv,sites")


class Counting(Single):
    """Counts the tasks that it is given."""

    tasks = 0

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for receipt in super().run(tasks, folder):
            type(self).tasks += 1
            yield receipt


class Interrupted(Single):
    """Gets a real Ctrl-C after two tasks."""

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for place, receipt in enumerate(super().run(tasks, folder)):
            if place == 2:
                os.kill(os.getpid(), signal.SIGINT)
            yield receipt


class InterruptedProcesses(Processes):
    """Gets a real Ctrl-C after the first receipt, with two workers at work."""

    seen: list[int]

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for receipt in super().run(tasks, folder):
            yield receipt
            type(self).seen = self.pids()
            os.kill(os.getpid(), signal.SIGINT)


def order(form: str) -> Order:
    """Return the order of the options above."""
    asked = Asked(start="2024-03-01", days=6, interval="1", kinds=("meter,pv,sites",), form=form)
    return read_order(asked, open_fleet)


def run(form: str, out: Path, engine: Callable[[Order], Engine], *, resume: bool = False) -> int:
    """Write the data set with an engine; return how many tasks were there already."""
    asked = order(form)
    progress = Progress(0, quiet=True)
    return write(asked, Folder(out), lambda: engine(asked), progress, resume=resume).resumed


@pytest.mark.parametrize("form", ["csv", "parquet", "sqlite"])
def test_an_interrupted_run_is_resumed_and_does_only_what_is_missing(tmp_path: Path, form: str) -> None:
    """After Ctrl-C nothing looks finished; a second run does the rest, and the files are the same."""
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(form, out, Interrupted)
    assert [path.name for path in out.iterdir()] == [".partial"]
    assert wattos("verify", str(out)) == 2
    Counting.tasks = 0
    assert run(form, out, Counting, resume=True) == 2
    whole = generate(tmp_path / "whole", form, "--workers", "1", window=DAYS)
    assert contents(out) == contents(whole)
    done = Counting.tasks
    Counting.tasks = 0
    run(form, tmp_path / "again", Counting)
    assert Counting.tasks == done + 2


def test_ctrl_c_stops_the_workers(tmp_path: Path) -> None:
    """After Ctrl-C no worker process is left, and nothing looks finished."""
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run("csv", out, lambda asked: InterruptedProcesses(asked, 2))
    assert [path.name for path in out.iterdir()] == [".partial"]
    for pid in InterruptedProcesses.seen:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_an_interrupted_folder_is_refused_without_resume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with an interrupted run asks for --resume or --force; another order cannot resume it."""
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run("csv", out, Interrupted)
    same = ["generate", *DAYS, "--format", "csv", "--out", str(out)]
    assert wattos(*same) == 2
    assert "--resume finishes it" in capsys.readouterr().err
    assert wattos(*same, "--seed", "5", "--resume") == 2
    assert "of another order" in capsys.readouterr().err
    assert wattos(*same, "--force", "--quiet") == 0
    assert wattos("verify", str(out)) == 0


def test_resume_of_a_finished_folder_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is missing: nothing is written."""
    out = generate(tmp_path / "out", "csv")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    same = ["generate", "--start", "2024-02-29", "--days", "1", "--format", "csv", "--out", str(out)]
    assert wattos(*same, "--resume") == 0
    assert "nothing is missing" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert wattos(*same, "--seed", "9", "--resume") == 2


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --force an existing folder stays as it is; with it, foreign files stay beside the new ones."""
    out = generate(tmp_path / "out", "csv")
    (out / "notes.txt").write_text("mine")
    before = contents(out)
    again = [
        "generate",
        "--start",
        "2024-03-01",
        "--days",
        "1",
        "--format",
        "ndjson",
        "--out",
        str(out),
        "--quiet",
    ]
    assert wattos(*again) == 2
    assert "exists and is not empty; --force" in capsys.readouterr().err
    assert contents(out) == before
    assert wattos(*again, "--force") == 0
    names = sorted(contents(out))
    assert names == sorted(
        [
            "datapackage.json",
            "notes.txt",
            *(f"{name}.ndjson" for name in ("sites", "resources", "meter", "bess", "pv")),
        ]
    )


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """A folder that exists and is empty needs no --force."""
    (tmp_path / "out").mkdir()
    generate(tmp_path / "out", "csv")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
from wattos_testkit.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_disk_that_fills_up_is_one_line_and_can_be_resumed(tmp_path: Path, workers: str) -> None:
    """When no more can be written the run says so, nothing looks finished, and --resume goes on."""
    out = tmp_path / "out"
    args = ["generate", *DAYS, "--format", "csv", "--out", str(out), "--workers", workers]
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, *args], capture_output=True, text=True, check=False, env=os.environ
    )
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 1
    assert "File too large" in said.stderr
    assert [path.name for path in out.iterdir()] in ([".partial"], [])
    assert wattos(*args, "--resume", "--quiet") == 0
    assert wattos("verify", str(out), "--regenerate") == 0


def test_too_little_room_is_said_before_the_first_byte(tmp_path: Path) -> None:
    """What cannot fit on the disk is refused with both figures, and nothing is written."""
    out = tmp_path / "out"
    said = process(
        "generate",
        "--start",
        "2000-01-01",
        "--end",
        "2099-12-31",
        "--interval",
        "1",
        "--format",
        "ndjson",
        "--out",
        str(out),
    )
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
    assert "TB are needed" in said.stderr or "GB are needed" in said.stderr
    assert not out.exists()


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows that --dry-run promises are those that are written; the bytes come close."""
    out = tmp_path / "out"
    args = ["generate", "--start", "2024-02-29", "--days", "1", "--format", "csv", "--out", str(out)]
    assert wattos(*args, "--dry-run") == 0
    said = capsys.readouterr().out.splitlines()
    assert not out.exists()
    assert wattos(*args, "--quiet") == 0
    manifest = json.loads((out / "datapackage.json").read_text("utf-8"))
    for resource_ in manifest["resources"]:
        assert any(
            line.split() == [resource_["name"], f"{resource_['wattos']['rows']:,}", "rows"] for line in said
        )
    assert said[-1].split()[:3] == ["together", f"{manifest['wattos']['rows']:,}", "rows,"]


MEASURED = """
import re, sys
from wattos_testkit.cli import run
code = run(sys.argv[1:])
print(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1])
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the peak of memory on Linux only")
@pytest.mark.parametrize("form", ["parquet", "ndjson"])
def test_memory_stays_flat(tmp_path: Path, form: str) -> None:
    """Twice the rows take the same memory, below 400 MB."""
    peaks = []
    for days in ("45", "90"):
        args = ["generate", "--start", "2024-01-01", "--days", days, "--interval", "1", "--kind", "pv"]
        args += ["--group", "GROUP001", "--format", form, "--out", str(tmp_path / days), "--workers", "1"]
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *args, "--quiet"], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout) / 1000)
    assert max(peaks) < 400
    assert peaks[1] < peaks[0] * 1.25


def test_errors_of_the_folder_are_of_our_family() -> None:
    """What is raised on purpose can be told from a defect."""
    with pytest.raises(WattosError):
        Folder(Path(__file__)).check(force=False, resume=False)
