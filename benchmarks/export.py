"""Data sets: rows per second and bytes per row of each format, one process and all cores.

`python -m benchmarks.export` measures all rows of this topic.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from benchmarks.registry import Measured, Row
from wattos_testkit.export.asked import Asked, read_order
from wattos_testkit.export.engines.single import Single
from wattos_testkit.export.folder import Folder
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import Task, tasks
from wattos_testkit.export.progress import Progress
from wattos_testkit.export.run import default_workers, generate, open_engine
from wattos_testkit.export.tables import KINDS
from wattos_testkit.export.work import HashedTelemetry, Source, Worker
from wattos_testkit.fleet.model import Fleet, Placed
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.columns import Columns, Window
from wattos_testkit.telemetry.existence import row_count

ROUNDS = 3
SERIES = ("meter,bess,pv",)
RAW_ROWS = 400_000


class Run(NamedTuple):
    """One data set, written."""

    rows: int
    bytes: int
    seconds: float
    cpu: float
    """Of this process; workers are not in it."""


@lru_cache(maxsize=1)
def demo() -> Fleet:
    """Return the demo fleet, read once."""
    return open_fleet()


def order(form: str, days: int = 31) -> Order:
    """Return the series of the demo fleet at one minute; a month of it has 3.5 million rows."""
    asked = Asked(start="2024-05-01", days=days, interval="1", kinds=SERIES, form=form)
    return read_order(asked, lambda *_: demo())


def write(asked: Order, workers: int) -> Run:
    """Write a data set to the disk of temporary files, manifest included, and forget it."""
    with tempfile.TemporaryDirectory() as folder:
        begun, cpu = perf_counter(), process_time()
        done = generate(
            asked,
            Folder(Path(folder) / "out"),
            lambda: open_engine(asked, "processes", workers, None),
            Progress(0, quiet=True),
        )
        return Run(done.rows, done.bytes, perf_counter() - begun, process_time() - cpu)


def best(asked: Order, workers: int = 1, rounds: int = ROUNDS) -> Run:
    """Return the fastest of some runs."""
    return min((write(asked, workers) for _ in range(rounds)), key=lambda run: run.seconds)


@lru_cache(maxsize=1)
def generator_alone() -> float:
    """Return the seconds per row of computing and hashing without writing."""
    asked = order("none")
    engine = Single(Order(**{**vars_of(asked), "rehearsal": True}))
    found = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        rows = sum(
            receipt.written[0].rows.rows
            for receipt in engine.run(tasks(asked, _cut("parquet")), Path(tempfile.gettempdir()))
        )
        found.append((perf_counter() - begun) / rows)
    return min(found)


def vars_of(asked: Order) -> dict[str, object]:
    """Return the fields of an order."""
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


def _cut(form: str):  # noqa: ANN202 - a detail of the plan
    from wattos_testkit.export.formats import about  # noqa: PLC0415 - this row alone

    return about(form).cut


class Ready(Source):
    """Rows that were computed before."""

    def __init__(self, asked: Order, task: Task, pieces: list[tuple[Placed, Columns]]) -> None:
        super().__init__(asked, HashedTelemetry(asked.fleet), task)
        self.pieces = pieces

    def series(self) -> Iterator[tuple[Placed, Columns]]:
        """Yield the rows."""
        return iter(self.pieces)


def raw_writer(form: str) -> float:
    """Return the seconds per row of writing rows that are there already; weighted as the fleet has them."""
    asked = order(form)
    worker = Worker(asked)
    rows, seconds = 0, 0.0
    firsts = {task.table: task for task in tasks(asked, _cut(form)) if task.part == 0}
    for table, task in firsts.items():
        pieces, held = [], 0
        for piece in worker.source(task).series():
            pieces.append(piece)
            held += len(piece[1])
            if held > RAW_ROWS:
                break
        share = asked.fleet.count(KINDS[table])
        found = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                begun = perf_counter()
                worker.format.write(Ready(asked, task, pieces), Path(folder))
                found.append((perf_counter() - begun) / held)
        rows, seconds = rows + share, seconds + share * min(found)
    return seconds / rows


def one_process(form: str, least: float = 0.0, most_bytes: float = 0.0, days: int = 31) -> Measured:
    """Measure a format in this process."""
    asked = order(form, days)
    write(order(form, 1), 1)
    run = best(asked)
    rate, size = run.rows / run.seconds, run.bytes / run.rows
    ratio = run.seconds / run.rows
    detail = (
        f"{run.rows / run.cpu / 1e6:.1f} Mrows per second of CPU; "
        f"takes {ratio / generator_alone():.1f} x the generator alone"
    )
    if form not in {"api", "sqlite", "duckdb"}:
        detail += f", {ratio / raw_writer(form):.1f} x the raw writer"
    reached = rate >= least * 1e6 and (not most_bytes or size <= most_bytes)
    return Measured(f"{rate / 1e6:.2f} Mrows/s, {size:.1f} B a row", reached, detail)


def all_cores(form: str, days: int = 62, least: float = 0.0) -> Measured:
    """Measure a format with as many processes as there are cores."""
    asked = order(form, days)
    cores = default_workers(asked, 10**9)
    one, many = best(asked), best(asked, cores)
    ratio = one.seconds / many.seconds
    value = f"{many.rows / many.seconds / 1e6:.2f} Mrows/s, {ratio:.2f} x one process"
    return Measured(value, ratio >= least, f"{cores} cores, load {os.getloadavg()[0]:.1f} from all that runs")


def thousand_months() -> Measured:
    """Write a thousand resource-months at one minute to Parquet, in this process."""
    fleet = open_fleet(None, 600, 1)
    asked = Asked(start="2024-04-01", days=30, interval="1", kinds=SERIES, form="parquet")
    window = Window(28_400_000, 28_400_000 + 43_200, 1)
    every = (
        placed.resource.resource_id
        for kind in KINDS.values()
        for placed in islice(
            (one for one in fleet.resources(kind) if row_count(one, window) == window.buckets), 400
        )
    )
    chosen = tuple(islice(every, 1000))
    wanted = read_order(Asked(**{**_fields(asked), "resources": chosen}), lambda *_: fleet)
    run = write(wanted, 1)
    rate, size = run.rows / run.seconds, run.bytes / run.rows
    value = f"{rate / 1e6:.2f} Mrows/s, {size:.2f} B a row"
    return Measured(
        value,
        rate >= 2.5e6 and size <= 6,
        f"{run.rows / 1e6:.1f} M rows in {run.seconds:.1f} s, {run.rows / run.cpu / 1e6:.1f} of CPU",
    )


def _fields(asked: Asked) -> dict[str, object]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


def one_day() -> Measured:
    """Measure the whole command for one day of one resource, from the shell's side."""
    found = []
    for name in range(2 * ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            args = ["--start", "2024-05-01", "--days", "1", "--resource", "ME000001", "--format", "parquet"]
            begun = perf_counter()
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "wattos_testkit",
                    "generate",
                    *args,
                    "--quiet",
                    "--out",
                    f"{folder}/{name}",
                ],
                check=True,
            )
            found.append(perf_counter() - begun)
    return Measured(f"{min(found):.2f} s", min(found) <= 1.5, f"slowest {max(found):.2f} s")


def _format(form: str, least: float = 0.0, most_bytes: float = 0.0, days: int = 31) -> Row:
    must = f"≥ {least:g} Mrows/s" if least else "-"
    must += f", ≤ {most_bytes:g} B a row" if most_bytes else ""
    measure: Callable[[], Measured] = partial(one_process, form, least, most_bytes, days)
    return Row(f"{form} at 1 minute, one core, generation included", must, measure)


ROWS = {
    "parquet": _format("parquet", 2.5, 6),
    "csv": _format("csv", 1),
    "ndjson": _format("ndjson", 1),
    "arrow": _format("arrow"),
    "influx": _format("influx"),
    "sql": _format("sql"),
    "api": _format("api"),
    "sqlite": _format("sqlite", days=7),
    "duckdb": _format("duckdb", days=7),
    "parquet-cores": Row(
        "a year in parquet, all cores against one", "≥ 1.6 x", partial(all_cores, "parquet", 365, 1.6)
    ),
    "csv-cores": Row(
        "half a year in csv, all cores against one", "≥ 1.6 x", partial(all_cores, "csv", 180, 1.6)
    ),
    "ndjson-cores": Row("ndjson, all cores against one", "-", partial(all_cores, "ndjson", 31)),
    "parquet-full": Row(
        "1,000 resource-months at 1 minute to parquet, one core",
        "≥ 2.5 Mrows/s, ≤ 6 B a row",
        thousand_months,
    ),
    "one-day": Row("one day of one resource, whole command", "≤ 1.5 s", one_day),
}

if __name__ == "__main__":
    from benchmarks.__main__ import main

    sys.exit(main(sys.argv[1:] or ["export"]))
