"""Faults come and go while the mock runs, for all workers at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.control.client import EARLY, HOUR, TRIP, ask, powers, send, stamps
from tests.server.mock import BEARER, Mock, running
from wattos_testkit.faults.catalogue import CATALOGUE

SCENARIO = {
    "scenario": "mine",
    "description": "An inverter trips in the morning.",
    "day": "2024-03-20",
    "faults": [{**TRIP, "name": "the trip"}],
}
YAML = """scenario: mine
day: 2024-03-20
faults:
  - fault: inverter-trip
    on: PV000001
    from: 2024-03-20T00:30:00Z
    for: 30min
"""


def _tripped(mock: Mock) -> list[bool]:
    return [one == 0.0 for one in powers(mock, EARLY)]


TRUE = [False, False, True, True, False, False]


def test_a_fault_comes_and_goes(any_mock: Mock):
    """From its answer on every worker shows it, and after its removal the very bytes of before."""
    target = f"/pv/data?{HOUR}"
    healthy = [any_mock.ask(target).body for _ in range(4)]
    assert not any(any(_tripped(any_mock)) for _ in range(4))
    reply = send(any_mock, "POST", "/faults", TRIP)
    assert reply.status == 201
    placed = reply.json()
    assert reply.headers["Location"] == "/_testkit/faults/inverter-trip-1"
    assert placed["strikes"] == [
        {
            "name": "inverter-trip-1",
            "on": ["PV000001"],
            "targets": 1,
            "from": "2024-03-20T00:30:00Z",
            "to": "2024-03-20T01:00:00Z",
            "with": {},
        }
    ]
    for _ in range(4):
        assert _tripped(any_mock) == TRUE
    assert ask(any_mock, "GET", "/faults")["faults"] == [placed]
    assert ask(any_mock, "GET", "/faults/inverter-trip-1") == placed
    ask(any_mock, "DELETE", "/faults/inverter-trip-1")
    assert [any_mock.ask(target).body for _ in range(4)] == healthy
    assert ask(any_mock, "POST", "/faults", TRIP)["id"] == "inverter-trip-2"


def test_tags_and_lengths_are_true_under_a_fault(any_mock: Mock):
    """Another body has another tag, HEAD tells its length, and who is not struck keeps his tag."""
    target, other = f"/pv/data?{HOUR}", f"/pv/data?{HOUR}".replace("PV000001", "PV000004")
    before, spared = any_mock.ask(target).headers["ETag"], any_mock.ask(other).headers["ETag"]
    ask(any_mock, "POST", "/faults", TRIP)
    for _ in range(3):
        struck = any_mock.ask(target)
        assert struck.headers["ETag"] != before
        assert int(any_mock.ask(target, "HEAD").headers["Content-Length"]) == len(struck.body)
        assert any_mock.ask(other).headers["ETag"] == spared
    fresh = any_mock.ask(target, headers={**BEARER, "If-None-Match": struck.headers["ETag"]})
    assert fresh.status == 304
    everything = any_mock.ask("/pv/data?" + HOUR.partition("&")[2]).json()["datas"]
    assert [row for row in everything if row["resource_id"] == "PV000001"] == struck.json()["datas"]


def test_a_long_answer_under_a_fault_streams(mock: Mock):
    """A month at one minute is chunked, and its day is the one that is asked for alone."""
    ask(mock, "POST", "/faults", TRIP)
    month = HOUR.replace("03-20T04", "04-20T00").replace("interval=15", "interval=1")
    reply = mock.ask(f"/pv/data?{month}")
    assert reply.headers["Content-Length"] is None
    rows = reply.json()["datas"]
    assert len(rows) == 31 * 1440
    # An inverter takes some minutes to come back.
    stands = [row["power_active_avg"] == 0.0 for row in rows[:90]]
    assert stands[:60] == [one >= 30 for one in range(60)]
    assert not any(stands[70:])


def test_with_a_clock_a_fault_begins_now(mock: Mock):
    """What says nothing of its beginning begins at the instant of the clock."""
    ask(mock, "PUT", "/clock", {"now": "2024-03-20T02:07:00Z"})
    placed = ask(mock, "POST", "/faults", {"fault": "inverter-trip", "on": "PV000001"})
    assert placed["strikes"][0]["from"] == "2024-03-20T02:07:00Z"
    assert placed["strikes_now"]
    assert ask(mock, "POST", "/faults", TRIP | {"on": "PV000004"}).get("strikes_now") is not None


@pytest.mark.parametrize(
    ("document", "mistakes"),
    [
        (
            {**TRIP, "fault": "inverter-trp"},
            ["fault: there is no 'inverter-trp'; did you mean 'inverter-trip'?"],
        ),
        ({**TRIP, "on": "PV00001"}, ["on: 'PV00001' is"]),
        ({"fault": "inverter-trip", "on": "PV000001"}, ["from: is missing"]),
        (
            {**TRIP, "from": "noon", "for": "long", "wiht": {}},
            ["from: 'noon' is no time", "for: 'long' is no span"],
        ),
        ("{", ["The body cannot be read: line 1: not JSON"]),
        ("fault: [", ["The body cannot be read"]),
        ([], ["[] is no mapping"]),
        ({**TRIP, "name": "inverter-trip-1"}, ["name: 'inverter-trip-1' is the name of a fault"]),
        ({**TRIP, "name": "inverter-trip-1", "on": 7}, ["name: 'inverter-trip-1' is", "on"]),
    ],
)
def test_what_cannot_be_placed(mock: Mock, document: object, mistakes: list[str]):
    """Each is a problem with all mistakes, and nothing is placed."""
    ask(mock, "POST", "/faults", TRIP)
    refused = send(mock, "POST", "/faults", document)
    assert refused.status == 400
    body = refused.json()
    told = "\n".join(body.get("mistakes", [body["detail"]]))
    assert all(one in told for one in mistakes), told
    assert len(ask(mock, "GET", "/faults")["faults"]) == 1


def test_many_at_once(any_mock: Mock):
    """Faults that are placed at the same time by many each get an id, and none is lost."""
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: send(any_mock, "POST", "/faults", TRIP), range(24)))
    ids = {one.json()["id"] for one in replies}
    assert {one.status for one in replies} == {201}
    assert len(ids) == 24
    assert set(ask(any_mock, "GET", "/")["faults"]) == ids


def test_faults_that_are_not_there(mock: Mock):
    """They are a 404 that names what looks like it."""
    ask(mock, "POST", "/faults", TRIP)
    for method in ("GET", "DELETE"):
        refused = send(mock, method, "/faults/inverter-trip-7")
        assert refused.status == 404
        assert "did you mean 'inverter-trip-1'?" in refused.json()["detail"]
    assert send(mock, "GET", "/catalogue/inverter-trp").status == 404


def test_the_catalogue(mock: Mock):
    """Every fault is described, alone and in the list."""
    listed = ask(mock, "GET", "/catalogue")["faults"]
    assert [one["name"] for one in listed] == list(CATALOGUE)
    for one in listed:
        assert ask(mock, "GET", f"/catalogue/{one['name']}") == one
        assert one["story"]


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_scenario_is_loaded_and_goes(any_mock: Mock, kind: str):
    """It is there as a whole, beside faults that were added; another one takes its place."""
    ask(any_mock, "POST", "/faults", TRIP | {"on": "PV000004"})
    for _ in range(2):
        if kind == "json":
            loaded = ask(any_mock, "PUT", "/scenario", SCENARIO)
        else:
            reply = send(any_mock, "PUT", "/scenario", YAML, {"Content-Type": "application/yaml"})
            loaded = reply.json()
        assert loaded["strikes"] == 1
        assert loaded["scenario"]["name"] == "mine"
        assert len(ask(any_mock, "GET", "/faults")["faults"]) == 2
    for _ in range(4):
        assert _tripped(any_mock) == TRUE
    assert ask(any_mock, "GET", "/scenario")["scenario"] == loaded["scenario"]
    assert ask(any_mock, "GET", "/")["scenario"] == "mine"
    ask(any_mock, "DELETE", "/scenario")
    assert ask(any_mock, "GET", "/scenario") == {"scenario": None}
    assert not any(_tripped(any_mock))
    assert [one["id"] for one in ask(any_mock, "GET", "/faults")["faults"]] == ["inverter-trip-1"]


def test_an_item_of_a_scenario_goes_alone(mock: Mock):
    """It is found by the name that the scenario gives it, blanks and all."""
    ask(mock, "PUT", "/scenario", SCENARIO)
    assert ask(mock, "GET", f"/faults/{quote('the trip')}")["origin"] == "scenario"
    ask(mock, "DELETE", f"/faults/{quote('the trip')}")
    assert not any(_tripped(mock))


@pytest.mark.parametrize(
    ("document", "mistakes"),
    [
        (
            {"scenario": "x", "day": "2024-03-20", "faults": [{}, {"fault": "nothing"}]},
            ["faults[0]", "faults[1]"],
        ),
        ({"faults": []}, ["faults: is missing or empty"]),
        ({"load": "no-such"}, ["load: 'no-such' is no ready scenario"]),
        ({"load": "../../etc/passwd"}, ["is no ready scenario"]),
        ({"load": "/etc/passwd", "day": "monday"}, ["is no ready scenario", "day: 'monday'"]),
    ],
)
def test_scenarios_that_cannot_be(mock: Mock, document: object, mistakes: list[str]):
    """All mistakes are told by their paths, no file is read, and what was loaded stays."""
    ask(mock, "PUT", "/scenario", SCENARIO)
    refused = send(mock, "PUT", "/scenario", document)
    assert refused.status == 400
    told = "\n".join(refused.json()["mistakes"])
    assert all(one in told for one in mistakes), told
    assert ask(mock, "GET", "/")["scenario"] == "mine"


def test_clearing_takes_all(mock: Mock):
    """`DELETE /faults` leaves nothing, the scenario's faults included."""
    ask(mock, "PUT", "/scenario", SCENARIO)
    ask(mock, "POST", "/faults", TRIP)
    ask(mock, "DELETE", "/faults")
    overview = ask(mock, "GET", "/")
    assert (overview["faults"], overview["scenario"]) == ([], None)


def test_savepoints_bring_back_what_was(any_mock: Mock):
    """Clock and faults come back as they were, however often; what is forgotten cannot come back."""
    ask(any_mock, "POST", "/faults", TRIP)
    ask(any_mock, "PUT", "/clock", {"now": "2024-03-20T03:00:00Z"})
    number = ask(any_mock, "POST", "/savepoints")["savepoint"]
    for _ in range(2):
        ask(any_mock, "DELETE", "/faults")
        ask(any_mock, "DELETE", "/clock")
        overview = ask(any_mock, "POST", f"/savepoints/{number}/restore")
        assert overview["faults"] == ["inverter-trip-1"]
        assert len(stamps(any_mock)) == 12
        assert _tripped(any_mock) == TRUE
    ask(any_mock, "DELETE", f"/savepoints/{number}")
    for wrong in (number, 999, "x"):
        assert send(any_mock, "POST", f"/savepoints/{wrong}/restore").status == 404


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_command_line_loads_a_scenario(tmp_path, workers: str):
    """`--scenario FILE` says so in the greeting, a reset comes back to it, and the bytes are the same."""
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps(SCENARIO))
    with running("--scenario", str(file), "--workers", workers) as mock:
        assert "scenario mine (An inverter trips in the morning.): 1 strike" in mock.greeting
        bodies = {mock.ask(f"/pv/data?{HOUR}").body for _ in range(4)}
        assert len(bodies) == 1
        assert _tripped(mock) == TRUE
        ask(mock, "DELETE", "/faults")
        assert not any(_tripped(mock))
        assert ask(mock, "POST", "/reset")["scenario"] == "mine"
        assert mock.ask(f"/pv/data?{HOUR}").body in bodies


def test_a_ready_scenario_by_its_name(any_mock: Mock):
    """It is loaded on the day that is asked for, or that of the clock, and its items are listed."""
    names = ask(any_mock, "GET", "/scenarios")["scenarios"]
    assert "bad-day" in names
    loaded = ask(any_mock, "PUT", "/scenario", {"load": "bad-day", "day": "2024-06-21"})
    assert loaded["scenario"]["day"] == "2024-06-21"
    assert loaded["strikes"] >= 1
    faults = ask(any_mock, "GET", "/faults")["faults"]
    assert sum(one["count"] for one in faults) == loaded["strikes"]
    assert {one["origin"] for one in faults} == {"scenario"}
    assert (
        send(any_mock, "PUT", "/scenario", {"load": "bad-dya"})
        .json()["detail"]
        .endswith("did you mean 'bad-day'?")
    )
    for name in names:
        ask(any_mock, "PUT", "/clock", {"now": "2024-03-20T12:00:00Z"})
        assert ask(any_mock, "PUT", "/scenario", {"load": name})["scenario"]["name"] == name
