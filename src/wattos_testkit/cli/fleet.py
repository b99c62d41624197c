"""`wattos-testkit fleet`: who exists."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from wattos_testkit.cli.options import fleet_options

if TYPE_CHECKING:
    from rich.table import Table

    from wattos_testkit.fleet.model import Fleet, Site, UnitController

_MOST_LINES = 200
"""Sites that a table shows; the whole of a large fleet is for a program to read."""

_WIDTH = 180
"""Columns of a table that goes to a file."""


@click.command()
@fleet_options
@click.option("--group", metavar="ID", help="Only the sites of this group (table only).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "yaml", "json"]),
    help="A table on a terminal, YAML elsewhere; --fleet reads both YAML and JSON.",
)
def fleet(
    fleet_file: str | None, sites: int | None, seed: int | None, group: str | None, form: str | None
) -> None:
    """Print the fleet: who exists.

    What it prints as YAML or JSON is what --fleet reads: the quickest way to a fleet of your own.
    """
    # Imported here: --help of another command must not wait for a YAML parser.
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415
    from wattos_testkit.fleet.writer import json_pieces, yaml_pieces  # noqa: PLC0415

    shown = open_fleet(fleet_file, sites, seed)
    form = form or ("table" if sys.stdout.isatty() else "yaml")
    if form == "table":
        _print_table(shown, group)
        return
    if group is not None:
        raise click.UsageError(f"--group goes with --format table; a {form} file holds a whole fleet")
    for piece in json_pieces(shown) if form == "json" else yaml_pieces(shown):
        click.echo(piece, nl=False)


def _print_table(fleet: "Fleet", group: str | None) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a table needs it
    from rich.markup import escape  # noqa: PLC0415 - the same

    from wattos_testkit.errors import UnknownIdError  # noqa: PLC0415 - with the above

    groups = [one for one in fleet.groups() if group in {None, one.group_id}]
    if not groups and group is not None:
        near = ", ".join(fleet.nearest_ids(group))
        raise UnknownIdError(f"there is no group {group!r}" + (f"; there are {near}" if near else ""))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    console.print(f"{escape(fleet.summary())}; seed {fleet.seed}")
    left = _MOST_LINES
    for one in groups:
        several = list(fleet.sites(one.group_id))
        console.print(f"\n[bold]{one.group_id}[/bold]  {escape(one.name)}")
        if several[:left]:
            console.print(_table(several[:left]))
        else:
            console.print("  no sites" if not several else "  …")
        left -= len(several[:left])
        if not left:
            console.print(f"\nThese are {_MOST_LINES} sites; --group shows another group, --format json all.")
            return


def _table(sites: list["Site"]) -> "Table":
    from rich.markup import escape  # noqa: PLC0415 - only a table needs it
    from rich.table import Table  # noqa: PLC0415 - the same

    table = Table(box=None, pad_edge=True, header_style="dim")
    for title in ("site", "name", "place", "time zone", "climate", "controller", "load", "resources"):
        table.add_column(title, no_wrap=title in {"site", "controller", "load", "resources"})
    for site in sites:
        place = f"{site.latitude:.2f} {site.longitude:.2f}"
        head = [site.site_id, escape(site.name), place, site.timezone, site.climate]
        for controller in site.controllers:
            resources = "\n".join(_resources(controller))
            table.add_row(*head, controller.unit_controller_id, _load(controller), resources)
            head = [""] * len(head)
        if not site.controllers:
            table.add_row(*head, "-", "-", "-")
    return table


def _load(controller: "UnitController") -> str:
    load = controller.load
    text = f"{load.profile} {load.mean_kw:g} kW" if load else "-"
    return text if controller.may_export else f"{text}, no export"


def _resources(controller: "UnitController") -> Iterator[str]:
    for meter in controller.meters:
        yield f"{meter.resource_id} {meter.role} meter"
    for battery in controller.batteries:
        size = f"{battery.rated_kw:g} kW/{battery.capacity_kwh:g} kWh"
        yield f"{battery.resource_id} {size} {battery.strategy}"
    for pv in controller.pv:
        yield f"{pv.resource_id} PV {pv.rated_ac_kw:g} kW"
