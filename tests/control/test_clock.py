"""The clock of a running mock: what has not happened is not there."""

import pytest

from tests.control.client import HOUR, ask, powers, send, stamps
from tests.server.mock import BEARER, Mock, running

NOON = "2024-03-20T02:07:00Z"


def test_only_what_is_over_is_served(any_mock: Mock):
    """At 02:07 the last quarter of an hour is that of 01:45, and the last five minutes those of 02:00."""
    assert len(stamps(any_mock)) == 16
    assert ask(any_mock, "PUT", "/clock", {"now": NOON})["now"] == NOON
    for _ in range(4):
        assert stamps(any_mock)[-1] == "01:45"
        assert stamps(any_mock, HOUR.replace("interval=15", "interval=5"))[-1] == "02:00"
        assert stamps(any_mock, HOUR.replace("interval=15", "interval=1"))[-1] == "02:06"
    ask(any_mock, "DELETE", "/clock")
    for _ in range(4):
        assert len(stamps(any_mock)) == 16


def test_a_bucket_appears_on_time(any_mock: Mock):
    """A minute before its end it is not there, at its end it is, and its rows stay as they were."""
    ask(any_mock, "POST", "/clock/freeze", {"at": "2024-03-20T02:14:59Z"})
    before = powers(any_mock)
    assert stamps(any_mock)[-1] == "01:45"
    ask(any_mock, "POST", "/clock/advance", {"by": "1s"})
    assert stamps(any_mock)[-1] == "02:00"
    assert powers(any_mock)[: len(before)] == before
    ask(any_mock, "DELETE", "/clock")
    assert powers(any_mock)[: len(before)] == before


def test_the_tag_changes_when_a_bucket_appears_and_only_then(any_mock: Mock):
    """Until the next bucket is over a client has what there is; then its tag is out of date."""
    ask(any_mock, "POST", "/clock/freeze", {"at": "2024-03-20T02:00:00Z"})
    tag = any_mock.ask(f"/pv/data?{HOUR}").headers["ETag"]
    for step in ("1min", "13min", "59s"):
        ask(any_mock, "POST", "/clock/advance", {"by": step})
        again = any_mock.ask(f"/pv/data?{HOUR}", headers={**BEARER, "If-None-Match": tag})
        assert again.status == 304
    ask(any_mock, "POST", "/clock/advance", {"by": "1s"})
    assert any_mock.ask(f"/pv/data?{HOUR}", headers={**BEARER, "If-None-Match": tag}).status == 200
    whole = any_mock.ask(f"/pv/data?{HOUR}", "HEAD")
    assert whole.headers["ETag"] != tag
    assert int(whole.headers["Content-Length"]) == len(any_mock.ask(f"/pv/data?{HOUR}").body)


def test_all_resources_end_where_the_clock_stands(mock: Mock):
    """Without a resource id every resource ends at the same bucket, and nothing ahead is told."""
    ask(mock, "PUT", "/clock", {"now": NOON})
    rows = mock.ask("/pv/data?" + HOUR.partition("&")[2]).json()["datas"]
    assert {row["timestamp"] for row in rows} == {
        f"2024-03-20T0{hour}:{minute:02}:00Z" for hour in (0, 1) for minute in (0, 15, 30, 45)
    }
    ahead = HOUR.replace("T00:00", "T02:15")
    assert mock.ask(f"/pv/data?{ahead}").json() == {"datas": []}


def test_moving_it(mock: Mock):
    """It is frozen, shifted back, advanced to an instant, and runs on; each answer says where it is."""
    ask(mock, "PUT", "/clock", {"now": "2024-03-20T02:00:00Z@x60"})
    assert ask(mock, "GET", "/clock")["speed"] == 60.0
    frozen = ask(mock, "POST", "/clock/freeze")
    assert frozen["now"] >= "2024-03-20T02:00:00Z"
    assert frozen["speed"] == 0.0
    assert ask(mock, "POST", "/clock/freeze", {"at": NOON})["says"] == f"stands at {NOON}"
    assert ask(mock, "POST", "/clock/shift", {"by": "-1h30min"})["now"] == "2024-03-20T00:37:00Z"
    assert stamps(mock)[-1] == "00:15"
    assert ask(mock, "POST", "/clock/advance", {"to": NOON})["now"] == NOON
    running_on = ask(mock, "POST", "/clock/run", {"speed": 0.5})
    assert running_on["says"] == f"runs from {NOON}, 0.5 times as fast as time"
    assert ask(mock, "POST", "/clock/run")["speed"] == 1.0


def test_it_runs(any_mock: Mock):
    """A day a second: rows come without anybody setting the clock, and all workers agree."""
    ask(any_mock, "PUT", "/clock", {"now": "2024-03-20T00:00:00Z@x7200"})
    counts = [len(stamps(any_mock))]
    while counts[-1] < 16 and len(counts) < 50_000:
        counts.append(len(stamps(any_mock)))
    assert counts[-1] == 16
    assert counts == sorted(counts)
    assert len(set(counts)) > 3


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "complaint"),
    [
        ("PUT", "/clock", {"now": "noon"}, 400, "now: 'noon' is no UTC instant; right are live"),
        ("PUT", "/clock", {}, 400, "now: is missing"),
        ("PUT", "/clock", None, 400, "now: is missing"),
        ("PUT", "/clock", [], 400, "the body: [] is no mapping"),
        ("PUT", "/clock", {"now": 7}, 400, "now: '7' is no UTC instant"),
        ("PUT", "/clock", {"now": "live", "speed": 60}, 400, "speed: is not known"),
        (
            "PUT",
            "/clock",
            {"now": "2024-03-20T12:07:00Z@60"},
            400,
            "'60' is no speed of a clock; right is x60",
        ),
        ("POST", "/clock/freeze", {"at": "2200-01-01"}, 400, "outside the years 1970 to 2099"),
        ("POST", "/clock/run", {"speed": 0}, 400, "one that stands is written without @"),
        ("POST", "/clock/run", {"speed": 1e9}, 400, "is no speed"),
        ("POST", "/clock/run", {"speed": True}, 400, "'True' is no speed"),
        ("POST", "/clock/shift", {"by": "an hour"}, 400, "'an hour' is no duration; right are 90s"),
        ("POST", "/clock/shift", {"by": "999999999d"}, 400, "outside the years 1970 to 2099"),
        ("POST", "/clock/advance", {"by": "-1h"}, 400, "shift sets a clock back"),
        ("POST", "/clock/advance", {}, 400, "give one of by (1h) and to"),
        ("POST", "/clock/advance", {"by": "1h", "to": "2024-03-21"}, 400, "give one of"),
        ("POST", "/clock/advance", {"to": "2024-03-19"}, 409, "it is 2024-03-20T02:07:00Z already"),
    ],
)
def test_what_cannot_be(mock: Mock, method: str, path: str, document: object, status: int, complaint: str):
    """Each is one problem that says what would be right, and the clock stays as it was."""
    ask(mock, "PUT", "/clock", {"now": NOON})
    refused = send(mock, method, path, document)
    assert refused.status == status
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert complaint in refused.json()["detail"]
    assert ask(mock, "GET", "/clock")["says"] == f"stands at {NOON}"


@pytest.mark.parametrize("path", ["/clock/run", "/clock/shift", "/clock/advance"])
def test_without_a_clock_there_is_none_to_move(mock: Mock, path: str):
    """What needs a clock says how to set one."""
    refused = send(mock, "POST", path, {"by": "1h"} if path != "/clock/run" else {})
    assert refused.status == 409
    assert "PUT /_testkit/clock" in refused.json()["detail"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_command_line_sets_it(workers: str):
    """`--now` says so in the greeting, and a reset comes back to it."""
    with running("--now", NOON, "--workers", workers) as mock:
        assert f"clock stands at {NOON}" in mock.greeting
        assert stamps(mock)[-1] == "01:45"
        ask(mock, "DELETE", "/clock")
        assert len(stamps(mock)) == 16
        assert ask(mock, "POST", "/reset")["clock"]["now"] == NOON
        assert stamps(mock)[-1] == "01:45"


def test_live_is_the_clock_of_this_machine():
    """`--now live` shows no row of tomorrow, and the newest minute is one that is over."""
    with running("--now", "live") as mock:
        assert "clock runs from" in mock.greeting[2]
        now = mock.ask("/healthz").headers["Date"]
        assert now
        ahead = HOUR.replace("2024-03-20", "2099-03-20")
        assert mock.ask(f"/pv/data?{ahead}").json() == {"datas": []}
        assert len(stamps(mock)) == 16


@pytest.mark.parametrize("fault", ["late-rows", "backfill"])
def test_late_rows_are_late(any_mock: Mock, fault: str):
    """Rows come when they are due, not before; each that comes changes the tag, and all come in the end."""
    target = f"/pv/data?{HOUR}"
    healthy = any_mock.ask(target).json()
    ask(any_mock, "PUT", "/clock", {"now": "2024-03-20T04:00:00Z"})
    item = {"fault": fault, "on": "PV000001", "from": "2024-03-20T02:00:00Z", "to": "2024-03-20T04:00:00Z"}
    ask(any_mock, "POST", "/faults", {**item, "with": {"delay": 60}})
    seen: dict[str, int] = {}
    for _ in range(10):
        reply = any_mock.ask(target)
        count = len(reply.json()["datas"])
        assert seen.setdefault(reply.headers["ETag"], count) == count
        ask(any_mock, "POST", "/clock/advance", {"by": "15min"})
    assert list(seen.values()) == sorted(set(seen.values()))
    assert next(iter(seen.values())) < 16
    assert any_mock.ask(target).json() == healthy
    ask(any_mock, "DELETE", "/clock")
    assert any_mock.ask(target).json() == healthy


def test_a_long_answer_has_a_new_tag_with_a_new_bucket_only(mock: Mock):
    """What is streamed under a fault changes its tag with its last bucket too."""
    month = f"/pv/data?{HOUR}".replace("03-20T00", "02-20T00").replace("interval=15", "interval=1")
    hourly = month.replace("interval=1", "interval=30")
    ask(mock, "POST", "/faults", {"fault": "inverter-trip", "on": "PV000001", "from": "2024-03-01T18:00:00Z"})
    for target, same in ((month, False), (hourly, True)):
        ask(mock, "PUT", "/clock", {"now": "2024-03-20T02:00:00Z"})
        first = mock.ask(target, "HEAD").headers["ETag"]
        ask(mock, "POST", "/clock/advance", {"by": "29min"})
        assert (mock.ask(target, "HEAD").headers["ETag"] == first) is same
