"""What docs/fleet.md says is so."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from wattos_testkit.cli import run
from wattos_testkit.errors import FleetError
from wattos_testkit.fleet import model
from wattos_testkit.fleet.archetypes import ARCHETYPES
from wattos_testkit.fleet.open import DEFAULT_SEED, open_fleet
from wattos_testkit.fleet.places import PLACES
from wattos_testkit.fleet.reader import parse

PAGE = (Path(__file__).parents[2] / "docs" / "fleet.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ wattos-testkit (.*)$", PAGE, re.MULTILINE)
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(command, capsys):
    """Each command of the page ends well and prints something."""
    assert run(command.split()) == 0
    assert capsys.readouterr().out


def test_the_example_is_a_fleet(tmp_path):
    """The example reads without a mistake and has the resources it names."""
    path = tmp_path / "mine.yaml"
    path.write_text(EXAMPLE, "utf-8")
    fleet = open_fleet(str(path))
    assert {one.resource.name for kind in model.Kind for one in fleet.resources(kind)} == {
        "Grid Meter",
        "Bakery Load",
        "Roof",
        "Cellar Battery",
    }
    assert parse("mine.yaml", EXAMPLE).sites[0].timezone == "Europe/Berlin"


def test_every_name_of_the_form_is_described():
    """No field of the model and no word of its vocabularies is missing from the page."""
    nouns = (model.Group, model.Site, model.UnitController, model.Load)
    nouns += (model.Meter, model.Photovoltaic, model.Battery)
    names = {field.name for noun in nouns for field in fields(noun)}
    words = {
        word
        for vocabulary in (model.ClimateName, model.LoadProfileName, model.Strategy, model.MeterRole)
        for word in get_args(vocabulary)
    }
    assert {one for one in names | words | {"seed", "groups", "sites"} if f"`{one}`" not in PAGE} == set()


def test_the_counts_are_right():
    """The page counts the demo fleet and the towns, and names the default seed, as they are."""
    fleet = open_fleet()
    resources = sum(fleet.count(kind) for kind in model.Kind)
    sites = len(list(fleet.sites()))
    assert f"{len(list(fleet.groups()))} groups, {sites} sites, {resources} resources" in PAGE
    assert f"around {len(PLACES)} towns" in PAGE
    assert f"unless `--seed` is given; {DEFAULT_SEED} where neither is" in PAGE
    assert {one.kind for one in ARCHETYPES} >= {"house", "school", "solar plant"}


def test_the_messages_are_the_real_ones():
    """The mistakes that the page shows are said in these words."""
    shown = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()[1:]
    broken = (
        EXAMPLE.replace("longitude:", "climate: dessert\n    longitude:")
        .replace("rated_ac_kw: 15", "rated_ac_kw: -4")
        .replace(", role: load", "")
    )
    with pytest.raises(FleetError) as raised:
        parse("mine.yaml", broken)
    assert raised.value.mistakes == tuple(line.strip() for line in shown)
