"""`wattos-testkit scenario`: what a scenario would do."""

import json

import click

from wattos_testkit.cli.options import fleet_options

FINDINGS = 1


@click.command()
@click.argument("spec", metavar="FILE|NAME[@DATE]")
@fleet_options
@click.option(
    "--now", metavar="TIME", help="The day of this instant is that of the scenario, as with a clock."
)
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the file itself, to begin one of your own.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def scenario(  # noqa: PLR0913 - one per option
    *,
    spec: str,
    fleet_file: str | None,
    sites: int | None,
    seed: int | None,
    now: str | None,
    as_yaml: bool,
    as_json: bool,
) -> int:
    """Check a scenario, and say what it does on a fleet: who is struck, when, and how.

    Exit code 0 when somebody is struck, 1 when nobody is, 2 when the scenario has mistakes.
    """
    # Imported here: --help needs none of it.
    from wattos_testkit.errors import UsageError  # noqa: PLC0415
    from wattos_testkit.faults.scenario.moments import instant_of  # noqa: PLC0415
    from wattos_testkit.faults.scenario.reading import open_scenario, source_text  # noqa: PLC0415
    from wattos_testkit.faults.scenario.telling import scenario_form, scenario_lines  # noqa: PLC0415
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415

    if as_yaml and as_json:
        raise UsageError("--yaml prints the file and --json what it does: give one of them")
    if as_yaml:
        click.echo(source_text(spec), nl=False)
        return 0
    fleet = open_fleet(fleet_file, sites, seed)
    opened = open_scenario(spec, fleet, instant_of("--now", now) if now is not None else None)
    if as_json:
        click.echo(json.dumps(scenario_form(opened), indent=2, ensure_ascii=False))
    else:
        for line in scenario_lines(opened, fleet):
            click.echo(line)
    return 0 if opened.placements else FINDINGS
