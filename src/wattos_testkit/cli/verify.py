"""`wattos-testkit verify`: a folder of fixture data against its manifest."""

from pathlib import Path

import click

FINDINGS = 1


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--regenerate", is_flag=True, help="Also compute all rows again, and compare.")
@click.option("--fleet", "fleet_file", metavar="FILE", help="The fleet's file, where it has moved since.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes; all cores unless given."
)
@click.option("--quiet", is_flag=True, help="Say nothing but what is wrong.")
def verify(*, folder: str, regenerate: bool, fleet_file: str | None, workers: int | None, quiet: bool) -> int:
    """Check a folder of fixture data against its manifest; exit code 1 when something is not as it says."""
    # Imported here: --help needs none of it.
    from wattos_testkit.export.progress import Progress  # noqa: PLC0415
    from wattos_testkit.export.run import default_workers, estimate, open_engine  # noqa: PLC0415
    from wattos_testkit.export.verify import check_rows, order_of  # noqa: PLC0415
    from wattos_testkit.export.verify import verify as check  # noqa: PLC0415
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415

    manifest, wrong = check(Path(folder))
    for line in wrong:
        click.echo(f"{folder}: {line}")
    if regenerate:
        order = order_of(
            manifest,
            lambda file, sites, seed: open_fleet(fleet_file or file, None if fleet_file else sites, seed),
        )
        expected = estimate(order).total
        count = workers or default_workers(order, expected)
        progress = Progress(expected, quiet=quiet)
        try:
            for line in check_rows(
                manifest, order, lambda one: open_engine(one, "processes", count, None), progress
            ):
                click.echo(f"{folder}: {line}")
                wrong.append(line)
        finally:
            progress.close()
    if not wrong and not quiet:
        about = manifest.get("wattos", {})
        files = len({entry["path"] for entry in manifest["resources"]})
        again = ", and the same when computed again" if regenerate else ""
        click.echo(f"{folder}: {files} files, {about.get('rows', 0):,} rows: as the manifest says{again}")
    return FINDINGS if wrong else 0
