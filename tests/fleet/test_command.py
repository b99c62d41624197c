"""`wattos-testkit fleet` prints who exists, in the form that `--fleet` reads."""

import json

import pytest
import yaml

from wattos_testkit.cli import run
from wattos_testkit.fleet.open import open_fleet


def output(capsys, *arguments):
    """Run the command and return what it prints."""
    assert run(["fleet", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("source", [[], ["--sites", "60", "--seed", "9"]])
def test_what_is_printed_is_read_again(tmp_path, capsys, form, source):
    """A fleet survives being printed and read: same groups, same sites, same seed, same text again."""
    text = output(capsys, "--format", form, *source)
    path = tmp_path / f"fleet.{form}"
    path.write_text(text, "utf-8")
    again = open_fleet(str(path))
    given = open_fleet() if not source else open_fleet(sites=60, seed=9)
    assert list(again.groups()) == list(given.groups())
    assert list(again.sites()) == list(given.sites())
    assert again.seed == given.seed
    assert output(capsys, "--format", form, "--fleet", str(path)) == text


def test_the_forms_say_the_same(capsys):
    """JSON is JSON, YAML is YAML, and both hold the same."""
    form = json.loads(output(capsys, "--format", "json"))
    assert form["sites"][0]["site_id"] == "SITE0001"
    # A plain YAML reader has its own idea of dates; text is what is compared.
    read = yaml.safe_load(output(capsys, "--format", "yaml"))
    assert json.loads(json.dumps(read, default=str)) == form


def test_without_a_terminal_it_prints_yaml(capsys):
    """A pipe gets what a program can read."""
    assert output(capsys).startswith("seed: 1\ngroups:\n- group_id: GROUP001\n")


def test_an_empty_fleet_is_one_too(tmp_path, capsys):
    """A file without groups and sites prints and reads again."""
    path = tmp_path / "empty.json"
    path.write_text("{}", "utf-8")
    text = output(capsys, "--fleet", str(path), "--format", "yaml")
    assert text == "seed: 1\ngroups: []\nsites: []\n"
    path.write_text(text, "utf-8")
    assert output(capsys, "--fleet", str(path), "--format", "json")


def test_a_table_shows_every_resource(capsys):
    """The table names every group, site and resource of the demo fleet."""
    text = output(capsys, "--format", "table")
    fleet = open_fleet()
    assert all(group.group_id in text for group in fleet.groups())
    for site in fleet.sites():
        assert site.site_id in text
        assert all(resource.resource_id in text for _, _, resource in site.resources())
    assert "no sites" in text


def test_a_table_of_one_group(capsys):
    """--group shows that group alone."""
    text = output(capsys, "--format", "table", "--group", "GROUP002")
    assert "SITE0005" in text
    assert "SITE0001" not in text


def test_a_table_of_a_large_fleet_ends(capsys):
    """A table shows two hundred sites and says how to see others."""
    text = output(capsys, "--format", "table", "--sites", "100000")
    assert text.count("ST000") == 200
    assert "--group shows another group" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fleet", "nowhere.yaml"], "fleet nowhere.yaml: cannot be read: No such file or directory"),
        (["--fleet", "a.yaml", "--sites", "3"], "give one of them"),
        (["--sites", "0"], "'--sites': 0 is not in the range 1<=x<=100000."),
        (["--sites", "100001"], "is not in the range"),
        (["--sites", "many"], "is not a valid integer range"),
        (["--seed", "-1"], "'--seed': -1 is not in the range"),
        (["--format", "xml"], "'xml' is not one of 'table', 'yaml', 'json'"),
        (["--format", "table", "--group", "GROUP020"], "there is no group 'GROUP020'; there are GROUP00"),
        (["--format", "json", "--group", "GROUP001"], "--group goes with --format table"),
    ],
)
def test_bad_input_is_one_line(capsys, arguments, said):
    """What is wrong is said in one line, and the exit code is 2."""
    assert run(["fleet", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1


def test_mistakes_of_a_file_are_said_together(tmp_path, capsys):
    """Each mistake has a line of its own, with its path, and nothing is printed."""
    path = tmp_path / "mine.yaml"
    path.write_text("sites:\n  - {site_id: x, latitude: 100, longitude: 0, group_id: GROUP001}\n", "utf-8")
    assert run(["fleet", "--fleet", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[1:] == [
        "  sites[0].site_id: 'x' is no id: eight of A-Z and 0-9",
        "  sites[0].group_id: there is no group GROUP001",
        "  sites[0].latitude: '100' is out of bounds: -90 to 90 degrees",
    ]
