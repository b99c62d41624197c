"""The story of `generate`: an order becomes a folder."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wattos_testkit.errors import MissingExtraError, OutputError
from wattos_testkit.export.engines import Engine
from wattos_testkit.export.engines.single import Single
from wattos_testkit.export.folder import Folder
from wattos_testkit.export.formats import FORMATS, about, open_format
from wattos_testkit.export.formats.database import DatabaseFormat
from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.gather import Gatherer, Join, Merge, Parts
from wattos_testkit.export.journal import Journal
from wattos_testkit.export.manifest import fingerprint, manifest
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import count_rows, tasks
from wattos_testkit.export.progress import Progress, readable_bytes
from wattos_testkit.export.work import Written

_FEW_ROWS = 400_000
"""Below this many rows processes take longer to start than the work takes."""
_FEW_MINUTES = 6_000_000
_RESERVE = 1.05


@dataclass(frozen=True)
class Estimate:
    """What an order will come to."""

    rows: dict[str, int]
    bytes: float

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


@dataclass(frozen=True)
class Result:
    """What a run has written."""

    files: int
    rows: int
    bytes: int
    seconds: float
    resumed: int
    """Tasks that an earlier run had done."""


def estimate(order: Order) -> Estimate:
    """Return how many rows an order has, and about how many bytes they take."""
    rows = {table.value: count_rows(order, table) for table in order.tables}
    size = FORMATS[order.format].row_bytes
    return Estimate(rows, sum(count * size[table] for table, count in rows.items()) + 10_000)


def default_workers(order: Order, rows: int) -> int:
    """Return all cores, or one process where starting others would take longer than the work."""
    if rows < _FEW_ROWS and rows * order.window.interval < _FEW_MINUTES:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_engine(order: Order, engine: str, workers: int, scheduler: str | None) -> Engine:
    """Return who does the work.

    Raises
    ------
    MissingExtraError
        If Dask is asked for and not installed.
    UsageError
        If the scheduler does not answer.
    """
    if engine == "dask":
        try:
            # Imported here: an optional part, and a heavy one.
            from wattos_testkit.export.engines.dask import Dask  # noqa: PLC0415
        except ModuleNotFoundError:
            raise MissingExtraError("--engine dask", "dask") from None
        return Dask(order, workers, scheduler)
    if workers == 1:
        return Single(order)
    # Imported here: one process needs no multiprocessing.
    from wattos_testkit.export.engines.processes import Processes  # noqa: PLC0415

    return Processes(order, workers)


def check_space(folder: Folder, needed: float) -> None:
    """Refuse to begin what the disk has no room for.

    Raises
    ------
    OutputError
        If there is too little room.
    """
    place = folder.out.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if needed * _RESERVE > free:
        raise OutputError(
            f"--out {folder.out}: about {readable_bytes(needed)} are needed, "
            f"and {readable_bytes(free)} are free"
        )


def generate(  # noqa: PLR0913 - the two flags are those of the command line
    order: Order,
    folder: Folder,
    start_engine: Callable[[], Engine],
    progress: Progress,
    *,
    force: bool = False,
    resume: bool = False,
) -> Result:
    """Write a data set.

    Raises
    ------
    WattosError
        If the folder, the disk or the engine does not allow it; nothing looks finished then.
    """
    mark = fingerprint(order)
    folder.check(force=force, resume=resume)
    if resume and folder.finished(mark):
        return Result(0, 0, 0, progress.seconds(), 0)
    known = about(order.format)
    engine = start_engine()
    journal = gatherer = None
    try:
        folder.begin(force=force)
        journal = Journal(folder.staging / "journal.ndjson", mark)
        gatherer = _gatherer(order, folder.staging, journal)
        resumed = len(gatherer.done)
        missing = (task for task in tasks(order, known.cut) if task.number not in gatherer.done)
        for receipt in engine.run(missing, folder.staging):
            progress.add(gatherer.take(receipt).rows)
        written = gatherer.finish()
        content, more = manifest(order, written, extra_files(order, written))
        folder.add(more)
        folder.commit(content)
    except OSError as error:
        raise OutputError(
            f"{error.filename or folder.out}: {error.strerror or error}; "
            "nothing is finished, --resume goes on"
        ) from None
    finally:
        engine.close()
        if gatherer is not None:
            gatherer.close()
        if journal is not None:
            journal.close()
            if not journal.entries:
                folder.drop()
    files = len({one.path for one in written})
    rows = sum(one.rows.rows for one in written)
    size = sum({one.path: one.bytes for one in written}.values())
    return Result(files, rows, size, progress.seconds(), resumed)


def _gatherer(order: Order, staging: Path, journal: Journal) -> Gatherer:
    name = order.format
    if about(name).assembly == "parts":
        # What writes the parts is the workers' affair, and may be heavy.
        return Parts(staging, journal)
    form = open_format(name)
    if isinstance(form, TextFormat):
        return Join(form, staging, journal)
    if isinstance(form, DatabaseFormat):
        return Merge(form, staging, journal, loose=order.loose)
    raise TypeError(f"{name} is written in parts")


def extra_files(order: Order, written: list[Written]) -> dict[str, bytes]:
    """Return further files of a format and of a scenario, by path."""
    found: dict[str, bytes] = {}
    if order.format == "api":
        # Imported here: one format has it.
        from wattos_testkit.export.har import requests_har  # noqa: PLC0415

        found["requests.har"] = requests_har(order, written)
    if order.scenario is not None:
        # Imported here: healthy data need no ground truth.
        from wattos_testkit.export.labels import truth  # noqa: PLC0415

        found |= truth(order)
    return found
