"""`wattos-testkit generate`: parse, make an order, write it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wattos_testkit.cli.options import fleet_options
from wattos_testkit.errors import UsageError

if TYPE_CHECKING:
    from wattos_testkit.export.order import Order
    from wattos_testkit.export.run import Estimate, Result

ENGINES = ("processes", "dask")


@click.command()
@click.option(
    "--start", required=True, metavar="TIME", help="First instant: 2024-03-01 or 2024-03-01T00:00:00Z."
)
@click.option("--end", metavar="TIME", help="The instant after the last; in the same forms.")
@click.option("--days", type=click.IntRange(1, 50_000), metavar="N", help="Instead of --end: so many days.")
@click.option("--duration", metavar="SPAN", help="Instead of --end: 90min, 36h, 7d, 2w or P7D.")
@click.option("--interval", default="15", show_default=True, metavar="MIN", help="1, 5, 15 or 30 minutes.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND,…",
    help="meter, bess, pv, sites or resources; all unless some are named.",
)
@click.option("--group", "groups", multiple=True, metavar="ID,…", help="Only what belongs to these groups.")
@click.option("--site", "site_ids", multiple=True, metavar="ID,…", help="Only what stands at these sites.")
@click.option("--resource", "resources", multiple=True, metavar="ID,…", help="Only these resources.")
@fleet_options
@click.option(
    "--format",
    "form",
    required=True,
    metavar="FORMAT",
    help="api, ndjson, csv, parquet, arrow, sqlite, duckdb, sql or influx.",
)
@click.option(
    "--out", required=True, metavar="DIR", help="The folder to write; it must not exist, or be empty."
)
@click.option(
    "--partition",
    default="none",
    show_default=True,
    metavar="SPAN",
    help="Cut files at every month or day: month, day, none (parquet, arrow, api).",
)
@click.option(
    "--base-url",
    default="http://127.0.0.1:8080",
    show_default=True,
    metavar="URL",
    help="Where the requests that requests.har names would be sent (api).",
)
@click.option(
    "--scenario",
    metavar="FILE|NAME",
    help="What goes wrong, a file or ready: bad-day, bad-day@2024-06-21; labels.json beside it tells.",
)
@click.option("--now", metavar="TIME", help="Rows end here, as if it were now; late ones are still to come.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes; all cores unless given."
)
@click.option("--engine", default="processes", show_default=True, metavar="NAME", help="processes or dask.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="A Dask scheduler; a cluster of this machine unless given."
)
@click.option("--force", is_flag=True, help="Write into a folder that exists; replaces the data set in it.")
@click.option("--resume", is_flag=True, help="Finish an interrupted run: do only what is missing.")
@click.option("--dry-run", is_flag=True, help="Say how many rows and about how many bytes; write nothing.")
@click.option("--quiet", is_flag=True, help="Say nothing but mistakes.")
def generate(  # noqa: PLR0913 - one per option
    *,
    out: str,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    force: bool,
    resume: bool,
    dry_run: bool,
    quiet: bool,
    **asked: Any,  # noqa: ANN401 - the options that `Asked` names
) -> None:
    """Write fixture data of any window of a fleet, in the form the consumer reads.

    Every row equals what the mock answers; the same command gives the same bytes, and `datapackage.json`
    beside the data proves it (`wattos-testkit verify DIR`).
    """
    # Imported here: --help needs none of it.
    from wattos_testkit.export import run  # noqa: PLC0415
    from wattos_testkit.export.asked import Asked, read_order  # noqa: PLC0415
    from wattos_testkit.export.folder import Folder  # noqa: PLC0415
    from wattos_testkit.export.progress import Progress  # noqa: PLC0415
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415

    if engine not in ENGINES:
        raise UsageError(f"--engine: there is no {engine[:80]!r}; there are {', '.join(ENGINES)}")
    if scheduler is not None and engine != "dask":
        raise UsageError("--scheduler goes with --engine dask")
    order = read_order(Asked(**asked), open_fleet)
    folder = Folder(Path(out))
    folder.check(force=force, resume=resume)
    expected = run.estimate(order)
    if dry_run:
        _tell_plan(order, expected)
        return
    run.check_space(folder, expected.bytes)
    count = workers or run.default_workers(order, expected.total)
    progress = Progress(expected.total, quiet=quiet)
    try:
        result = run.generate(
            order,
            folder,
            lambda: run.open_engine(order, engine, count, scheduler),
            progress,
            force=force,
            resume=resume,
        )
    finally:
        progress.close()
    if not quiet:
        _tell_result(out, result)
        _tell_faults(order)


def _tell_plan(order: "Order", expected: "Estimate") -> None:
    from wattos_testkit.export.progress import readable_bytes  # noqa: PLC0415 - as above

    click.echo(order.fleet.summary())
    for table, rows in expected.rows.items():
        click.echo(f"{table:<10}{rows:>16,} rows")
    click.echo(
        f"{'together':<10}{expected.total:>16,} rows, "
        f"about {readable_bytes(expected.bytes)} of {order.format}"
    )


def _tell_faults(order: "Order") -> None:
    scenario = order.scenario
    if scenario is None:
        return
    from wattos_testkit.faults.model import Family  # noqa: PLC0415 - as above

    window = order.seen(order.window)
    for note in scenario.notes:
        click.echo(f"{scenario.name}: {note}")
    inside = [one for one in order.plan.placements if one.start < window.end and one.end > window.start]
    wire = {one.fault.name for one in scenario.placements if one.fault.family is Family.WIRE}
    if not inside and order.plan:
        day = f"; its day is {scenario.day}, and NAME@DAY sets another" if scenario.day else ""
        click.echo(f"{scenario.name}: nothing strikes inside this window{day}")
    if wire:
        click.echo(f"{scenario.name}: {', '.join(sorted(wire))}: of the wire, which is not in files")


def _tell_result(out: str, result: "Result") -> None:
    from wattos_testkit.export.progress import readable, readable_bytes  # noqa: PLC0415 - as above

    if not result.files:
        click.echo(f"{out}: nothing is missing")
        return
    rate = readable(result.rows / max(result.seconds, 1e-9))
    click.echo(
        f"{out}: {result.rows:,} rows in {result.files} files, {readable_bytes(result.bytes)}, "
        f"{result.seconds:.1f} s ({rate} rows/s)"
    )
    if result.resumed:
        click.echo(f"{result.resumed} tasks were there already")
