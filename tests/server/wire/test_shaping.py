"""Answers that come late, in part, or not at all."""

import json
from dataclasses import replace
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected

import httpx
import pytest

from tests.server.mock import BEARER, PV_DAY, Reply
from tests.server.wire.same import same
from tests.server.wire.served import Served, placed
from wattos_testkit.server.wire.draw import LONGEST

MONTH = PV_DAY.replace("2024-03-21", "2024-04-20").replace("agg_interval=15", "agg_interval=1")


def durations(served: Served, count: int) -> list[float]:
    """Return what so many answers tell of their latency."""
    said = [served.ask("/sites?group_id=GROUP001").headers["Server-Timing"] for _ in range(count)]
    return [float(one.split("dur=")[1]) for one in said]


def read(served: Served, target: str = PV_DAY, method: str = "GET") -> tuple[bytes, bytes, str]:
    """Return the head, what came of the body, and how it ended: whole, closed or reset."""
    with served.asked(target, method, "Connection: close") as peer:
        got, how = b"", "closed"
        try:
            while piece := peer.recv(65536):
                got += piece
        except ConnectionResetError:
            how = "reset"
    head, _, body = got.partition(b"\r\n\r\n")
    return head, body, how


def test_latency_is_waited_for_and_told(served: Served, healthy: Reply):
    """The answer is the healthy one, after the time that it tells: by httpx, as any client sees it."""
    served.place(placed("latency", milliseconds=1500.0))
    reply = served.ask(PV_DAY)
    assert same(reply, healthy)
    assert reply.headers["Server-Timing"] == 'fault;desc="latency";dur=1500.000'
    assert served.hours.waited == [1.5]
    url = "http://{}:{}".format(*served.address)
    assert httpx.get(url + PV_DAY, headers=BEARER, trust_env=False).content == healthy.body


def test_latencies_are_spread_as_they_are_told_to_be(served: Served):
    """Uniform times lie evenly within their bounds; half of the log-normal ones lie below the median."""
    served.place(placed("latency", distribution="uniform", milliseconds=1000.0, spread=0.2))
    times = durations(served, 200)
    assert 800.0 <= min(times) < 840.0
    assert 1160.0 < max(times) <= 1200.0
    assert 980.0 < sum(times) / len(times) < 1020.0
    served.place(placed("latency", distribution="log-normal", milliseconds=1000.0, spread=1.0))
    times = durations(served, 200)
    assert 80 <= sum(time < 1000.0 for time in times) <= 120
    assert max(times) > 4000.0
    served.place(placed("latency", distribution="log-normal", milliseconds=LONGEST, spread=3.0))
    assert max(durations(served, 20)) == LONGEST


def test_a_seed_is_a_sequence(served: Served):
    """The same placement gives the same times and the same failures again; another seed gives others."""
    spread = placed("latency", distribution="log-normal")
    failing = placed("error-share", name="two", share=0.4)
    seen = []
    for seed in (1, 1, 2):
        served.place(spread, placed("error-share", share=0.4, seed=seed))
        seen.append([served.ask("/sites?group_id=GROUP001").status for _ in range(40)])
    assert seen[0] == seen[1] != seen[2]
    assert {200, 500, 502, 503} == set(seen[0])
    served.place(failing)
    assert [served.ask("/sites?group_id=GROUP001").status for _ in range(40)] != seen[0]


def test_a_cut_body_is_the_beginning_of_the_whole(served: Served, healthy: Reply):
    """Content-Length says all, the share that is kept comes, then the connection ends, and clients say so."""
    for keep in (0.0, 0.25, 0.999999):
        served.place(placed("truncated-body", keep=keep))
        head, body, how = read(served)
        assert body == healthy.body[: int(keep * len(healthy.body))]
        assert f"content-length: {len(healthy.body)}".encode() in head
        assert how == "closed"
    connection = HTTPConnection(*served.address, timeout=30)
    connection.request("GET", PV_DAY, headers=BEARER)
    with pytest.raises(IncompleteRead):
        connection.getresponse().read()
    connection.close()
    url = "http://{}:{}".format(*served.address)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        httpx.get(url + PV_DAY, headers=BEARER, trust_env=False)


def test_a_cut_body_can_be_whole_to_http(served: Served, healthy: Reply):
    """With a corrected length HTTP is content, and keeps the connection; JSON is not."""
    served.place(placed("truncated-body", length="corrected"))
    connection = HTTPConnection(*served.address, timeout=30)
    for _ in range(2):
        connection.request("GET", PV_DAY, headers=BEARER)
        body = connection.getresponse().read()
        assert body == healthy.body[: len(healthy.body) // 2]
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
    connection.close()


def test_long_and_coded_bodies_are_cut_too(served: Served):
    """A month that streams ends in its middle; a body in chunks ends within the first, without the last."""
    whole = served.ask(MONTH).body
    served.place(placed("truncated-body"))
    assert read(served, MONTH)[1] == whole[: len(whole) // 2]
    with served.asked(MONTH, "GET", "Accept-Encoding: gzip", "Connection: close") as peer:
        got = b"".join(iter(lambda: peer.recv(65536), b""))
    assert b"transfer-encoding: chunked" in got
    assert not got.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    "fault", ["truncated-body", "stalled-connection", "dropped-connection", "slow-bytes"]
)
def test_what_has_no_body_is_not_cut(served: Served, healthy: Reply, fault: str):
    """HEAD and 304 are answered as ever, and say nothing of a fault."""
    values = {"when": "body"} if "connection" in fault else {}
    served.place(placed(fault, share=1.0, **values))
    head = served.ask(PV_DAY, "HEAD")
    assert head.headers["Content-Length"] == str(len(healthy.body))
    again = served.ask(PV_DAY, headers={**BEARER, "If-None-Match": healthy.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert "Server-Timing" not in head.headers
    assert "Server-Timing" not in again.headers


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("when", ["before", "head", "body", "after"])
def test_a_dropped_connection_is_dropped(served: Served, healthy: Reply, when: str, how: str):
    """What was to come comes, then the socket is reset or closed in order, and the next one as well."""
    served.place(placed("dropped-connection", share=1.0, when=when, how=how))
    size = {"before": 0, "head": 0, "body": len(healthy.body) // 2, "after": len(healthy.body)}[when]
    with served.asked(PV_DAY) as peer:
        got, end = b"", "close"
        try:
            while piece := peer.recv(65536):
                got += piece
        except ConnectionResetError:
            end = "reset"
    head, _, body = got.partition(b"\r\n\r\n")
    assert (body, end) == (healthy.body[:size], how)
    assert (head != b"") == (when != "before")
    assert b"connection: close" not in head
    if when == "before":
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            served.ask(PV_DAY)


@pytest.mark.parametrize("when", ["before", "head", "body"])
def test_a_stalled_connection_ends_with_its_time(served: Served, healthy: Reply, when: str):
    """What was to come comes, then nothing for the time it was told, then the end."""
    served.place(placed("stalled-connection", share=1.0, when=when, seconds=45.0))
    size = len(healthy.body) // 2 if when == "body" else 0
    head, body, how = read(served)
    assert (body, how) == (healthy.body[:size], "closed")
    assert (head != b"") == (when != "before")
    assert served.hours.waited == [45.0]


@pytest.mark.parametrize(
    ("fault", "values"),
    [
        ("latency", {}),
        ("stalled-connection", {"when": "before"}),
        ("stalled-connection", {"when": "body"}),
        ("slow-bytes", {}),
    ],
)
def test_a_client_that_goes_away_ends_it_all(served: Served, fault: str, values: dict[str, str]):
    """Whoever waits for a client waits no longer than it is there; nothing is left under way."""
    idle = served.tasks()
    served.place(placed(fault, share=1.0, **values), endless=True)
    with served.asked(PV_DAY):
        served.waits()
        assert served.tasks() > idle
    assert served.settles(idle)
    assert served.hours.ended == served.hours.waited[-1:]


def test_slow_bytes_come_at_their_pace(served: Served, healthy: Reply):
    """All bytes come, in pieces of a tenth of a second, each after its time."""
    served.place(placed("slow-bytes", bytes_per_second=5000))
    assert same(served.ask(PV_DAY), healthy)
    waited = served.hours.waited
    assert waited[:-1] == [0.1] * (len(healthy.body) // 500)
    assert sum(waited) == pytest.approx(len(healthy.body) / 5000)
    served.place(placed("slow-bytes", bytes_per_second=19))
    assert served.ask("/sites?group_id=GROUP001").status == 200
    assert min(served.hours.waited[:-1]) == 2 / 19 > 0.1
    served.place(placed("slow-bytes", bytes_per_second=1))
    sites = served.ask("/sites?group_id=GROUP001")
    assert served.hours.waited == [1.0] * len(sites.body)


def test_bytes_trickle_one_piece_after_the_other(served: Served):
    """A client has the head and no body while the first piece is waited for."""
    served.place(placed("slow-bytes"), endless=True)
    with served.asked(PV_DAY) as peer:
        got = b""
        while b"\r\n\r\n" not in got:
            got += peer.recv(65536)
        served.waits()
        assert got.endswith(b"\r\n\r\n")
        assert served.hours.waited == [0.1]


def test_a_fault_strikes_its_operations_in_its_time(served: Served, healthy: Reply):
    """Other operations, pages and other times are left alone."""
    minute = int(served.hours.now // 60)
    one = placed("error-share", share=1.0, on=("get_sites",))
    served.place(one)
    assert served.ask("/sites?group_id=GROUP001").status == 503
    assert same(served.ask(PV_DAY), healthy)
    assert served.ask("/healthz").status == 200
    assert served.ask("/nothing").status == 404
    for (start, end), status in {
        (minute, minute + 1): 503,
        (0, minute): 200,
        (minute + 1, 2**31): 200,
    }.items():
        served.place(replace(one, start=start, end=end))
        assert served.ask("/sites?group_id=GROUP001").status == status
