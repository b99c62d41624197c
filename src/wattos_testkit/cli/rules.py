"""`wattos-testkit rules`: list the rules of `check`."""

import json

import click


@click.command()
@click.argument("beginnings", nargs=-1, metavar="[RULE]...")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every text.")
def rules(beginnings: tuple[str, ...], *, as_json: bool) -> None:
    """List the rules of `check`; only some, by the beginning of their ids: WT3."""
    from wattos_testkit.harness.rulebook import all_rules  # noqa: PLC0415 - `--help` needs none of it
    from wattos_testkit.harness.words import rules as read  # noqa: PLC0415 - as above

    wanted = read([one.upper() for one in beginnings], "rules")
    chosen = [one for one in all_rules().values() if not wanted or one.id.startswith(wanted)]
    if as_json:
        names = ("id", "family", "severity", "title", "why", "how", "false_alarms")
        click.echo(json.dumps([{name: getattr(one, name) for name in names} for one in chosen], indent=2))
        return
    width = max(len(one.family) for one in chosen)
    for one in chosen:
        click.echo(f"{one.id}  {one.severity:<7}  {one.family:<{width}}  {one.title}")
