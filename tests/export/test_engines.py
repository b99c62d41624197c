"""The same files, byte for byte, whoever does the work and whoever dies over it."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.export.running import contents, generate
from wattos_testkit.errors import OutputError
from wattos_testkit.export.asked import Asked, read_order
from wattos_testkit.export.engines import Engine
from wattos_testkit.export.engines.dask import Dask
from wattos_testkit.export.engines.processes import Hand, Processes
from wattos_testkit.export.folder import Folder
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task
from wattos_testkit.export.progress import Progress
from wattos_testkit.export.run import generate as write
from wattos_testkit.export.work import Receipt
from wattos_testkit.fleet.open import open_fleet

WEEK = ("--start", "2024-03-01", "--days", "6", "--interval", "1", "--kind", "meter,pv,sites")


def order(form: str) -> Order:
    """Return the order of the options above."""
    asked = Asked(start="2024-03-01", days=6, interval="1", kinds=("meter,pv,sites",), form=form)
    return read_order(asked, open_fleet)


def run(form: str, out: Path, engine: Callable[[Order], Engine]) -> None:
    """Write the data set with an engine."""
    asked = order(form)
    write(asked, Folder(out), lambda: engine(asked), Progress(0, quiet=True))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, bytes]]:
    """Return the files that one process writes."""
    known: dict[str, dict[str, bytes]] = {}

    def files(form: str) -> dict[str, bytes]:
        if form not in known:
            out = tmp_path_factory.mktemp("alone") / form
            known[form] = contents(generate(out, form, "--workers", "1", window=WEEK))
        return known[form]

    return files


class KillingProcesses(Processes):
    """Kills every worker once, after the first receipt."""

    killed = 0

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for receipt in super().run(tasks, folder):
            if not self.killed:
                for pid in self.pids():
                    os.kill(pid, signal.SIGKILL)
                    self.killed += 1
            yield receipt


class KillingDask(Dask):
    """Kills one worker of the cluster, after the first receipt."""

    killed = 0

    def run(self, tasks: Iterator[Task], folder: Path) -> Iterator[Receipt]:
        """Do tasks whose files go below a folder."""
        for receipt in super().run(tasks, folder):
            if not self.killed:
                os.kill(next(iter(self.client.run(os.getpid).values())), signal.SIGKILL)
                self.killed += 1
            yield receipt


@pytest.mark.parametrize("form", ["csv", "parquet", "api", "sqlite"])
def test_three_processes_write_the_bytes_of_one(
    tmp_path: Path, form: str, alone: Callable[[str], dict[str, bytes]]
) -> None:
    """The number of workers does not show in the files."""
    assert contents(generate(tmp_path / "out", form, "--workers", "3", window=WEEK)) == alone(form)


def test_killed_processes_cost_only_their_tasks(
    tmp_path: Path, alone: Callable[[str], dict[str, bytes]]
) -> None:
    """All worker processes are killed in the middle: the result is complete and identical."""
    engines: list[KillingProcesses] = []

    def killing(asked: Order) -> Engine:
        engines.append(KillingProcesses(asked, 2))
        return engines[0]

    run("csv", tmp_path / "out", killing)
    assert engines[0].killed == 2
    assert contents(tmp_path / "out") == alone("csv")


def test_a_task_that_kills_every_worker_is_given_up(tmp_path: Path) -> None:
    """After three deaths over one task the run ends with one line, and nothing looks finished."""

    class Deadly(Processes):
        def hire(self, folder: Path) -> Hand:
            hand = super().hire(folder)
            hand.process.kill()
            return hand

    with pytest.raises(OutputError, match="3 worker processes died over the same task"):
        run("csv", tmp_path / "out", lambda asked: Deadly(asked, 1))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_dask_cluster_loses_a_worker_and_writes_the_bytes_of_one_process(
    tmp_path: Path, form: str, alone: Callable[[str], dict[str, bytes]]
) -> None:
    """A worker of a real cluster is killed in the middle: the result is complete and identical."""
    engines: list[KillingDask] = []

    def killing(asked: Order) -> Engine:
        engines.append(KillingDask(asked, 2, None))
        return engines[0]

    run(form, tmp_path / "out", killing)
    assert engines[0].killed == 1
    assert contents(tmp_path / "out") == alone(form)
