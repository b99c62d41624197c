"""A data set with faults is what the mock answers, the same every time, with the truth beside it."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.export.running import contents, generate, process, wattos
from wattos_testkit.export import labels
from wattos_testkit.export.asked import Asked, read_order
from wattos_testkit.export.manifest import fingerprint
from wattos_testkit.export.tables import KEYS, KINDS, Table, optional
from wattos_testkit.export.times import instant, parse_minute
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.scenario.reading import open_scenario, ready_text
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.testkit.live import LiveServer

FLEET = open_fleet()
DAY = ("--start", "2024-03-20", "--days", "2")
WINDOW = Window(parse_minute("", "2024-03-20"), parse_minute("", "2024-03-22"), 15)
SITE = ("--site", "SITE0001")
TEXT = """\
scenario: mine
day: 2024-03-20
seed: 3
faults:
- {fault: inverter-trip, on: PV000001, from: 10:12, for: 95min}
- {fault: battery-offline, on: {kind: bess, share: 0.3}, from: 06:00}
- {fault: load-spike, on: SITE0001, from: 08:00, to: 20:00, times: 2, for: 20min..60min}
- {fault: latency}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the file of a scenario."""
    path = tmp_path_factory.mktemp("scenario") / "mine.yaml"
    path.write_text(TEXT)
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, scenario: str) -> Path:
    """Return a data set of one site with faults."""
    out = tmp_path_factory.mktemp("data") / "set"
    return generate(out, "ndjson", *SITE, "--scenario", scenario, window=DAY)


def rows(folder: Path) -> list[dict]:
    """Return all rows of series of a data set."""
    files = (folder / f"{table}.ndjson" for table in KINDS)
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_body_is_what_the_mock_answers(tmp_path, scenario):
    """Each file of answers is, byte for byte, the body of the fleet with these faults."""
    out = generate(tmp_path / "out", "api", *SITE, "--scenario", scenario, window=DAY)
    telemetry = FaultyTelemetry(FLEET, open_scenario(scenario, FLEET).plan())
    healthy = Telemetry(FLEET)
    for name in ("PV000001", "ME000001", "ME000002", "BE000001"):
        placed = FLEET.resource(name)
        (path,) = out.glob(f"*/data/{name}/*.json")
        assert path.read_bytes() == b"".join(datas_pieces(telemetry, [placed], WINDOW))
    pv = FLEET.resource("PV000001")
    (path,) = out.glob("pv/data/PV000001/*.json")
    assert path.read_bytes() != b"".join(datas_pieces(healthy, [pv], WINDOW))


@pytest.mark.parametrize("form", ["csv", "parquet", "sqlite"])
def test_the_same_bytes_twice_and_with_two_workers(tmp_path, scenario, form):
    """A seeded scenario gives the same files every time, whoever does the work."""
    more = ("--scenario", scenario)
    once = generate(tmp_path / "once", form, *more, window=DAY)
    two = generate(tmp_path / "two", form, *more, "--workers", "2", window=DAY)
    assert contents(once) == contents(two)
    assert {"labels.json", "windows.json"} < set(contents(once))


def test_everything_that_differs_is_labelled(folder, tmp_path):
    """Every row that is not the healthy one lies within a label of its resource, registers apart."""
    healthy = rows(generate(tmp_path / "healthy", "ndjson", *SITE, window=DAY))
    told = json.loads((folder / "labels.json").read_bytes())["labels"]
    spans = defaultdict(list)
    for label in told:
        spans[label["resource_id"]].append((label["from"], label["to"]))
    seen = set()
    for was, row in zip(healthy, rows(folder), strict=True):
        if "energy_charge_active_cum" in row:
            continue  # a battery that was off finds back into its schedule after its label has ended
        if any(row[name] != was[name] for name in row if not name.startswith("energy")):
            end = instant(parse_minute("", row["timestamp"]) + 15)
            inside = [one for one in spans[row["resource_id"]] if one[0] < end and row["timestamp"] < one[1]]
            assert inside, row
            seen.add(row["resource_id"])
    assert seen == {"PV000001", "ME000001", "ME000002"}


def test_labels_say_who_what_when_and_how_much(folder):
    """A label names the fault, whom it strikes, from when to when, in which fields, and what came of it."""
    truth = json.loads((folder / "labels.json").read_bytes())
    assert (truth["scenario"], truth["seed"], truth["interval"]) == ("mine", 3, 15)
    found = {(one["fault"], one["resource_id"]): one for one in truth["labels"]}
    trip, behind = found["inverter-trip", "PV000001"], found["inverter-trip", "ME000001"]
    assert ("inverter-trip", "ME000002") not in found  # the meter of the load sees nothing of it
    assert (trip["from"], trip["to"]) == ("2024-03-20T17:12:00Z", "2024-03-20T18:47:00Z")
    assert trip["settled"] == "2024-03-20T19:02:00Z"  # five minutes of waiting, ten of ramp
    assert (trip["role"], behind["role"]) == ("cause", "consequence")
    assert (trip["site_id"], trip["group_id"], trip["table"]) == ("SITE0001", "GROUP001", "pv")
    assert "power_active_avg" in trip["fields"]
    assert (trip["rows"], trip["changed_rows"], trip["severity"]) == (9, 9, 1.0)
    assert trip["largest_change"]["power_active_avg"] > 10
    assert trip["story"]
    spikes = [one for one in truth["labels"] if one["fault"] == "load-spike"]
    assert {one["resource_id"] for one in spikes} == {"ME000001", "ME000002"}
    assert spikes[0]["parameters"] == {"height": 2.0, "tangent": 0.5}


def test_labels_are_of_what_was_exported(tmp_path, scenario):
    """Labels and windows speak of the exported resources and the exported window only."""
    out = generate(
        tmp_path / "out", "csv", "--resource", "PV000001", "--kind", "pv", "--scenario", scenario, window=DAY
    )
    truth = json.loads((out / "labels.json").read_bytes())
    assert {one["resource_id"] for one in truth["labels"]} == {"PV000001"}
    assert set(json.loads((out / "windows.json").read_bytes())) == {"pv/PV000001"}
    before = ("--start", "2024-03-18", "--days", "1")
    healthy = generate(tmp_path / "before", "csv", *SITE, "--scenario", scenario, window=before)
    assert json.loads((healthy / "labels.json").read_bytes())["labels"] == []
    assert set(map(tuple, json.loads((healthy / "windows.json").read_bytes()).values())) == {()}


def test_very_many_labels_are_not_measured(tmp_path, scenario, monkeypatch):
    """Where labels are too many to be compared with the healthy plant, they say all but what came of them."""
    monkeypatch.setattr(labels, "MOST_MEASURED", 2)
    out = generate(tmp_path / "out", "csv", *SITE, "--scenario", scenario, window=DAY)
    found = json.loads((out / "labels.json").read_bytes())["labels"]
    assert len(found) > 2
    assert all("severity" not in one and one["fields"] for one in found)


def test_windows_are_whole_buckets(folder):
    """A window is the first and the last bucket that a label touches; those that meet are one."""
    windows = json.loads((folder / "windows.json").read_bytes())
    assert windows["pv/PV000001"] == [["2024-03-20 17:00:00.000000", "2024-03-20 19:00:00.000000"]]
    for pairs in windows.values():
        for first, last in pairs:
            assert _moment(first) <= _moment(last)
        assert all(one[1] < other[0] for one, other in pairwise(pairs))


def test_a_detector_is_scored(folder):
    """A trivial alarm, scored against the windows as the Numenta Anomaly Benchmark does, finds the trip."""
    windows = json.loads((folder / "windows.json").read_bytes())["pv/PV000001"]
    stretches = [tuple(_moment(one) for one in pair) for pair in windows]
    day = [row for row in rows(folder) if row["resource_id"] == "PV000001"]
    alarms = [_moment(row["timestamp"]) for row in day if row["status"] == "FA"]
    hits = [one for one in alarms if any(first <= one <= last for first, last in stretches)]
    found = [pair for pair in stretches if any(pair[0] <= one <= pair[1] for one in alarms)]
    assert len(hits) / len(alarms) == 1.0
    assert len(found) / len(stretches) == 1.0
    calm = [_moment(row["timestamp"]) for row in day if row["power_active_avg"] == 0]
    false = [one for one in calm if not any(first <= one <= last for first, last in stretches)]
    assert len(false) > 20  # the nights: an alarm on every zero is a bad one, and the windows say so


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_verify_covers_the_truth(tmp_path, scenario, capsys):
    """`verify` finds a changed label; `--regenerate` finds rows that the scenario does not give."""
    out = generate(tmp_path / "out", "csv", *SITE, "--scenario", scenario, window=DAY)
    assert wattos("verify", str(out), "--regenerate") == 0
    manifest = json.loads((out / "datapackage.json").read_bytes())
    assert "--scenario mine.yaml" in manifest["wattos"]["command"]
    manifest["wattos"]["order"]["scenario"]["document"]["seed"] = 4
    (out / "datapackage.json").write_text(json.dumps(manifest))
    assert wattos("verify", str(out), "--regenerate", "--quiet") == 1
    assert "its rows are not those that the generator gives" in capsys.readouterr().out
    (out / "labels.json").write_text("{}")
    assert wattos("verify", str(out)) == 1
    assert "labels.json: has 2 bytes" in capsys.readouterr().out


def test_a_healthy_data_set_has_no_truth(tmp_path):
    """Without a scenario there are no labels, and the manifest speaks of none."""
    found = contents(generate(tmp_path / "out", "csv", *SITE))
    assert not {"labels.json", "windows.json"} & set(found)
    assert "scenario" not in json.loads(found["datapackage.json"])["wattos"]["order"]


def test_now(tmp_path, capsys):
    """With a now, rows end with the last bucket that is over; files keep the names of what was asked."""
    more = ("--kind", "pv", "--now", "2024-03-20T12:07:00Z")
    out = generate(tmp_path / "out", "csv", *SITE, *more, window=DAY)
    lines = (out / "pv.csv").read_text().splitlines()
    assert lines[-1].split(",")[1] == "2024-03-20T11:45:00Z"
    assert wattos("verify", str(out), "--regenerate") == 0
    answers = generate(tmp_path / "api", "api", *SITE, *more, window=DAY)
    placed = FLEET.resource("PV000001")
    until = Window(WINDOW.start, parse_minute("", "2024-03-20T12:07:00Z"), 15)
    (path,) = answers.glob("pv/data/PV000001/20240320T0000Z-20240322T0000Z-15.json")
    assert path.read_bytes() == b"".join(datas_pieces(Telemetry(FLEET), [placed], until))
    capsys.readouterr()
    assert wattos("generate", *DAY, *more, "--format", "csv", "--out", str(tmp_path / "no"), "--dry-run") == 0
    assert f"{FLEET.count(KINDS[Table.PV]) * 48:>16,} rows" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--scenario", "no-such"), "scenario no-such: is neither a file nor one of"),
        (("--scenario", "bad-day@soon"), "scenario bad-day: the day behind @: 'soon' is no day"),
        (("--now", "yesterday"), "--now: 'yesterday' is no time"),
    ],
)
def test_mistakes_are_one_line(tmp_path, capsys, options, reason):
    """A scenario or a now that is none is one line, and nothing is written."""
    code = wattos("generate", *DAY, "--format", "csv", "--out", str(tmp_path / "out"), *options)
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert reason in said
    assert not (tmp_path / "out").exists()


def test_mistakes_of_a_file_are_told_at_once(tmp_path):
    """A scenario with two mistakes names both, in a process of its own, without a traceback."""
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "day: 2024-03-20\nfaults:\n- {fault: inverter-tripp, on: PV000001, from: 10:00}\n- {fault: gap}\n"
    )
    done = process(
        "generate", *DAY, "--format", "csv", "--out", str(tmp_path / "out"), "--scenario", str(path)
    )
    assert done.returncode == 2
    assert "faults[0].fault: there is no 'inverter-tripp'; did you mean 'inverter-trip'?" in done.stderr
    assert "faults[1]." in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_not_in_the_files_is_said(tmp_path, scenario, capsys):
    """A fault of the wire, and a scenario that strikes outside the window, are told."""
    out = tmp_path / "out"
    code = wattos(
        "generate", "--start", "2024-05-01", "--days", "1", *SITE, "--format", "csv", "--out", str(out),
        "--scenario", scenario,
    )  # fmt: skip
    said = capsys.readouterr().out
    assert code == 0
    assert (
        "mine: nothing strikes inside this window; its day is 2024-03-20, and NAME@DAY sets another" in said
    )
    assert "mine: latency: of the wire, which is not in files" in said


@pytest.mark.parametrize("now", [None, "2024-03-20T21:07:00Z"])
@pytest.mark.parametrize("name", ["dirty-data", "grid-outage"])
def test_files_are_what_a_server_answers(tmp_path, name, now):
    """Every recorded answer is, byte for byte, what a mock answers with the same scenario and clock."""
    text = ready_text(name).splitlines()
    path = tmp_path / "mine.yaml"
    # Faults of the wire are the server's own affair.
    path.write_text("\n".join(line for line in text if not line.startswith("  - {fault: error-share")))
    spec = f"{path}@2024-03-20"
    more = ("--scenario", spec, *(("--now", now) if now else ()))
    out = generate(tmp_path / "out", "api", "--group", "GROUP001", *more, window=DAY)
    entries = json.loads((out / "requests.har").read_bytes())["log"]["entries"]
    assert len(entries) > 20
    with LiveServer(more) as server:
        for entry in entries:
            query = {one["name"]: one["value"] for one in entry["request"]["queryString"]}
            answer = server.client.get(urlsplit(entry["request"]["url"]).path, params=query)
            assert answer.content == (out / entry["response"]["content"]["_file"]).read_bytes(), entry


def _schema(folder: Path, table: str) -> dict:
    manifest = json.loads((folder / "datapackage.json").read_bytes())
    return next(one["schema"] for one in manifest["resources"] if one["name"] == table)


def test_the_schema_promises_what_is_so(tmp_path, folder):
    """A schema promises no more than faults leave standing: all of it, unless telemetry is faulty."""
    strict = _schema(folder, "pv")
    assert strict["primaryKey"] == ["resource_id", "timestamp"]
    assert all(field["constraints"]["required"] for field in strict["fields"])
    loose = generate(
        tmp_path / "out", "ndjson", "--group", "GROUP001", "--scenario", "dirty-data", window=DAY
    )
    twice = 0
    for table in KINDS:
        loosely = optional(table, loose=True)
        schema = _schema(loose, table)
        lines = (loose / f"{table}.ndjson").read_text().splitlines()
        assert "primaryKey" not in schema
        keys = {tuple(json.loads(line)[name] for name in KEYS[table]) for line in lines}
        twice += len(lines) - len(keys)
        for field in schema["fields"]:
            said = field.get("constraints", {})
            values = [json.loads(line).get(field["name"]) for line in lines]
            assert not said.get("required") or None not in values
            assert said == {} or field["name"] not in loosely
    assert twice


def test_another_scenario_is_another_order(scenario):
    """An interrupted run is not finished with another scenario, day or now."""
    told = {"start": "2024-03-20", "days": 1, "form": "csv"}
    orders = [
        read_order(Asked(**told, **more), open_fleet)
        for more in (
            {},
            {"scenario": scenario},
            {"scenario": f"{scenario}@2024-03-21"},
            {"scenario": "bad-day"},
            {"scenario": scenario, "now": "2024-03-20T12:00:00Z"},
            {"now": "2024-03-20T12:00:00Z"},
        )
    ]
    assert len({fingerprint(order) for order in orders}) == len(orders)
    again = read_order(Asked(**told, scenario=scenario), open_fleet)
    assert fingerprint(again) == fingerprint(orders[1])
