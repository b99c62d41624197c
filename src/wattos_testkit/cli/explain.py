"""`wattos-testkit explain`: explain one rule of `check`."""

import click


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="RULE...")
def explain(names: tuple[str, ...]) -> None:
    """Explain rules of `check`: what is wrong, why it matters, how it is decided, how it can be wrong."""
    from wattos_testkit.harness.rulebook import rule_named  # noqa: PLC0415 - `--help` needs none of it

    for number, rule in enumerate([rule_named(name) for name in names]):
        click.echo(
            ("\n" if number else "")
            + f"{rule.id} {rule.title}\n\n"
            + f"  {rule.severity}, family {rule.family}\n\n"
            + f"Why it matters\n  {rule.why}\n\n"
            + f"How it is decided\n  {rule.how}\n\n"
            + f"How it can be wrong\n  {rule.false_alarms}"
        )
