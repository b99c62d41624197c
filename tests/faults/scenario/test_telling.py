"""The command line tells the catalogue and what a scenario does, and its schema agrees with the reader."""

import json
import re
import shlex

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.faults.scenario.private import DEMO, read
from wattos_testkit.cli import run
from wattos_testkit.errors import ScenarioError
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Strikes
from wattos_testkit.faults.reported.presence import BELATED
from wattos_testkit.faults.scenario.reading import (
    open_scenario,
    placements_of,
    read_scenario,
    ready_names,
    ready_text,
)
from wattos_testkit.faults.scenario.schema import scenario_schema
from wattos_testkit.faults.telling import NOW, curl, duration, fault_form, fault_text, scenario_line
from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.plain import data_of
from wattos_testkit.testkit.live import LiveServer

SCHEMA = scenario_schema()


def wattos(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """Return the exit code of a command, and what it says."""
    code = run([*args])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_catalogue_is_listed(capsys):
    """Every fault has a line with its story; a family is a part of them."""
    code, out, _ = wattos(capsys, "faults")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(CATALOGUE)
    assert all(fault.story in out for fault in CATALOGUE.values())
    _, part, _ = wattos(capsys, "faults", "--family", "wire")
    assert set(part.splitlines()) < set(out.splitlines()) or "wire" in part
    assert len(part.splitlines()) == sum(one.family is Family.WIRE for one in CATALOGUE.values())


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_fault_is_told_whole(capsys, name):
    """One fault is told with story, changes and every parameter, and its example of a scenario is right."""
    fault = CATALOGUE[name]
    code, out, _ = wattos(capsys, "faults", name)
    words = " ".join(out.split())
    assert code == 0
    for text in (
        fault.story,
        fault.changes,
        *(one.name for one in fault.parameters),
        scenario_line(fault),
        curl(fault),
    ):
        assert " ".join(text.split()) in words
    text = f"scenario: example\nday: 2024-03-20\nfaults:\n{scenario_line(fault)}\n"
    scenario = read_scenario(data_of(text), "example", DEMO)
    assert scenario.placements
    Draft202012Validator(SCHEMA).validate(_as_editors_read(text))


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_the_header_of_the_example_places_the_fault(name):
    """What the example of a header tells is a right parameter of the fault."""
    fault = CATALOGUE[name]
    header = next(word for word in shlex.split(curl(fault)) if word.startswith("Prefer: "))
    parts = [part.split("=") for part in header.removeprefix("Prefer: ").split("; ")]
    item = {"fault": parts[0][1], "with": dict(parts[1:])}
    if fault.strikes is not Strikes.OPERATION:
        item |= {"on": "all", "from": "2024-03-20T12:00:00Z"}
    assert placements_of(item, DEMO, name="prefer")


def test_json(capsys):
    """As JSON, all of it is there for a program."""
    _, out, _ = wattos(capsys, "faults", "--json")
    assert [one["name"] for one in json.loads(out)] == list(CATALOGUE)
    _, out, _ = wattos(capsys, "faults", "inverter-trip", "--json")
    found = json.loads(out)
    assert found == json.loads(json.dumps(fault_form(CATALOGUE["inverter-trip"])))
    assert (found["kinds"], found["family"]) == (["pv"], "plant")


def test_ready_scenarios_are_listed(capsys):
    """The ready scenarios have a line each; a program gets their documents."""
    _, out, _ = wattos(capsys, "faults", "--scenarios")
    assert [line.split()[0] for line in out.splitlines()] == list(ready_names())
    _, out, _ = wattos(capsys, "faults", "--scenarios", "--json")
    assert list(json.loads(out)) == list(ready_names())


def test_a_scenario_is_told(capsys):
    """A scenario is told line by line, in order of time, in UTC and on the site's clock."""
    code, out, _ = wattos(capsys, "scenario", "bad-day@2024-06-21")
    lines = out.splitlines()
    assert code == 0
    assert lines[1].startswith("day 2024-06-21, seed 7; on demo fleet")
    assert any(
        "T19:04:00Z for 1h35min (Fri 12:04 America/Los_Angeles)  inverter-trip" in line for line in lines
    )
    times = [line.split()[0] for line in lines[2:] if line.startswith("  2024")]
    assert times == sorted(times)
    _, out, _ = wattos(capsys, "scenario", "bad-day", "--json")
    found = json.loads(out)
    opened = open_scenario("bad-day", DEMO)
    assert [one["name"] for one in found["strikes"]] == [one.name for one in opened.placements]
    code, out, _ = wattos(capsys, "scenario", "bad-day", "--now", "2024-05-05T12:00:00Z")
    assert "2024-05-05T19:04:00Z" in out


def test_exit_codes(tmp_path, capsys):
    """Nobody struck is a finding, a mistake is the user's, each in clear lines."""
    path = tmp_path / "mine.yaml"
    path.write_text("day: 2024-03-20\nfaults:\n- {fault: inverter-trip, on: {kind: pv}, from: 2001-01-01}\n")
    code, out, _ = wattos(capsys, "scenario", str(path))
    assert (code, "nobody is struck" in out) == (1, True)
    path.write_text("day: 2024-03-20\nfaults:\n- {fault: inverter-trip}\n")
    code, _, err = wattos(capsys, "scenario", str(path))
    assert (code, "faults[0].on: is missing" in err) == (2, True)
    for args in (
        ("faults", "inverter-tripp"),
        ("faults", "--family", "plants"),
        ("faults", "latency", "--family", "wire"),
        ("scenario", "nothing"),
        ("scenario", "bad-day", "--now", "noon"),
        ("scenario", "bad-day", "--yaml", "--json"),
    ):
        code, out, err = wattos(capsys, *args)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_the_file_of_a_ready_one_can_be_had(capsys):
    """`--yaml` prints what a scenario of one's own can begin with."""
    _, out, _ = wattos(capsys, "scenario", "bad-day", "--yaml")
    assert out == ready_text("bad-day")


def _as_editors_read(text: str) -> object:
    """Return a text as an editor's YAML 1.2 has it: dates, times and `on` are text, numbers are numbers."""

    class Loader(yaml.SafeLoader):
        """Knows neither dates nor numbers in sixties."""

    kept = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool")
    Loader.yaml_implicit_resolvers = {
        first: [one for one in several if one[0] not in kept]
        for first, several in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", _WHOLE, list("-0123456789"))
    return yaml.load(text, Loader)  # noqa: S506 - derived from the safe one


_WHOLE = re.compile(r"^-?[0-9]+$")


def test_the_schema_is_one(capsys):
    """What `--schema` prints is a schema, and every ready scenario keeps to it."""
    _, out, _ = wattos(capsys, "faults", "--schema")
    assert json.loads(out) == json.loads(json.dumps(SCHEMA))
    Draft202012Validator.check_schema(SCHEMA)
    for name in ready_names():
        Draft202012Validator(SCHEMA).validate(_as_editors_read(ready_text(name)))


@pytest.mark.parametrize(
    "item",
    [
        "{fault: clody, on: all, from: 12:00}",
        "{fault: inverter-trip, from: 12:00}",
        "{fault: inverter-trip, on: PV1, from: 12:00}",
        "{fault: inverter-trip, on: {kind: sun}, from: 12:00}",
        "{fault: inverter-trip, on: all, from: noon}",
        "{fault: inverter-trip, on: all, from: 12:00, for: long}",
        "{fault: inverter-trip, on: all, from: 12:00, onn: 3}",
        "{fault: error-share, with: {share: 7}}",
        "{fault: error-share, with: {shares: 0.5}}",
        "{fault: error-share, with: {code: 418}}",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(item):
    """An editor marks what the reader would refuse."""
    text = f"scenario: x\nday: 2024-03-20\nfaults:\n- {item}\n"
    assert not Draft202012Validator(SCHEMA).is_valid(_as_editors_read(text))
    with pytest.raises(ScenarioError):
        read_scenario(data_of(text), "x", DEMO)


def test_durations():
    """Minutes are written as a scenario reads them."""
    assert [duration(one) for one in (45, 60, 95, 1440, 1530)] == [
        "45min",
        "1h",
        "1h35min",
        "1d",
        "1d1h30min",
    ]
    for minutes in (1, 59, 61, 1441, 100_000):
        (one,) = read(f"- {{fault: silent, on: PV000001, from: 12:00, for: {duration(minutes)}}}").placements
        assert one.end - one.start == minutes


def test_every_kind_has_an_example():
    """The examples of the catalogue ask for resources of a kind that the fault strikes."""
    for fault in CATALOGUE.values():
        name = curl(fault).split("resource_id=")[1][:8]
        kind = DEMO.resource(name).kind
        assert kind in fault.kinds or fault.strikes is Strikes.CONTROLLER
        assert kind in Kind
        assert fault_text(fault)


def test_examples_show_the_fault():
    """The example of every fault of a plant or of telemetry shows it: the mock answers with other rows."""
    with LiveServer() as timeless, LiveServer(["--now", NOW]) as clocked:
        for fault in CATALOGUE.values():
            if fault.family is Family.WIRE:
                continue
            server = clocked if fault.name in BELATED else timeless
            words = shlex.split(curl(fault, server.url))
            name, _, value = next(word for word in words if word.startswith("Prefer: ")).partition(": ")
            healthy = server.client.get(words[-1])
            struck = server.client.get(words[-1], headers={name: value})
            assert (healthy.status_code, struck.status_code) == (200, 200), (fault.name, struck.text)
            assert struck.content != healthy.content, fault.name
