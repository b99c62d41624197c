"""`wattos-testkit faults`: what can go wrong, and the scenarios that are at hand."""

import json
from typing import TYPE_CHECKING

import click

from wattos_testkit.errors import UsageError

if TYPE_CHECKING:
    from wattos_testkit.faults.model import Fault

FAMILIES = ("plant", "telemetry", "wire")


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--family", metavar="FAMILY", help="Only those of a family: plant, telemetry or wire.")
@click.option("--scenarios", is_flag=True, help="The ready scenarios instead.")
@click.option("--schema", is_flag=True, help="The JSON Schema of scenario files instead, for editors.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every text.")
def faults(name: str | None, family: str | None, *, scenarios: bool, schema: bool, as_json: bool) -> None:
    """List the faults that the mock and `generate` can make; with a NAME, tell all of one."""
    # Imported here: --help needs none of it.
    from wattos_testkit.faults.catalogue import CATALOGUE, find  # noqa: PLC0415
    from wattos_testkit.faults.telling import fault_form, fault_text  # noqa: PLC0415

    if (name is not None) + (family is not None) + scenarios + schema > 1:
        raise UsageError("NAME, --family, --scenarios and --schema each ask for something else: give one")
    if schema:
        from wattos_testkit.faults.scenario.schema import scenario_schema  # noqa: PLC0415 - as above

        click.echo(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))
        return
    if scenarios:
        _scenarios(as_json=as_json)
        return
    if name is not None:
        fault = find(name)
        click.echo(
            json.dumps(fault_form(fault), indent=2, ensure_ascii=False) if as_json else fault_text(fault)
        )
        return
    if family is not None and family not in FAMILIES:
        raise UsageError(f"--family: there is no {family[:80]!r}; there are {', '.join(FAMILIES)}")
    chosen = [one for one in CATALOGUE.values() if family in {None, one.family.value}]
    if as_json:
        click.echo(json.dumps([fault_form(one) for one in chosen], indent=2, ensure_ascii=False))
        return
    widths = [max(len(text) for text in column) for column in zip(*map(_head, chosen), strict=True)]
    for one in chosen:
        head = "  ".join(f"{text:<{width}}" for text, width in zip(_head(one), widths, strict=True))
        click.echo(f"{head}  {one.story}")


def _head(fault: "Fault") -> tuple[str, str, str]:
    from wattos_testkit.faults.telling import strikes_whom  # noqa: PLC0415 - as above

    return fault.name, fault.family.value, strikes_whom(fault)


def _scenarios(*, as_json: bool) -> None:
    from wattos_testkit.faults.scenario.reading import ready_documents  # noqa: PLC0415 - as above

    documents = ready_documents()
    if as_json:
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
        return
    width = max(map(len, documents))
    for name, document in documents.items():
        click.echo(f"{name:<{width}}  {document['description']}")
