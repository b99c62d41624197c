"""What is served is what is generated, byte for byte, whoever asks, however often, and in whatever order."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.mock import BEARER, PV_DAY, Mock, running
from wattos_testkit.fleet.model import Fleet, Kind
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.wire import datas_length, resources_body, sites_body

PATHS = {Kind.METER: "/meters/data", Kind.BESS: "/bess/data", Kind.PV: "/pv/data"}
_2015, _2100 = 23_667_840, 68_374_080


@cache
def _fleet() -> Fleet:
    return open_fleet()


@cache
def _telemetry() -> Telemetry:
    return Telemetry(_fleet())


def _instant(minute: int) -> str:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - only here

    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:00Z")


def _target(kind: Kind, window: Window, resource_id: str | None = None) -> str:
    which = f"resource_id={resource_id}&" if resource_id else ""
    start, end = _instant(window.start), _instant(window.end)
    return f"{PATHS[kind]}?{which}start={start}&end={end}&agg_interval={window.interval}"


WINDOWS = st.builds(
    lambda start, buckets, odd, interval: Window(start, start + buckets * interval + odd, interval),
    start=st.integers(_2015, _2100),
    buckets=st.integers(1, 400),
    odd=st.integers(0, 29),
    interval=st.sampled_from((1, 5, 15, 30)),
)


@given(st.data(), WINDOWS)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_served_is_generated(mock: Mock, data: st.DataObject, window: Window):
    """For any resource, window and interval the body that is served equals the rows that are generated."""
    kind = data.draw(st.sampled_from(list(Kind)))
    placed = data.draw(st.sampled_from(list(_fleet().resources(kind))))
    reply = mock.ask(_target(kind, window, placed.resource.resource_id))
    assert reply.status == 200
    assert reply.body == b"".join(datas_pieces(_telemetry(), [placed], window))
    assert len(reply.body) == datas_length([placed], window)
    json.loads(reply.body)


@pytest.mark.parametrize("kind", list(Kind))
def test_without_a_resource_all_are_served(mock: Mock, kind: Kind):
    """Without `resource_id` the rows of all resources of the kind come, by id, then by time."""
    window = Window(29_640_000, 29_640_120, 30)
    reply = mock.ask(_target(kind, window))
    assert reply.body == b"".join(datas_pieces(_telemetry(), _fleet().resources(kind), window))
    keys = [(row["resource_id"], row["timestamp"]) for row in reply.json()["datas"]]
    assert keys == sorted(keys)
    assert len({resource_id for resource_id, _ in keys}) == _fleet().count(kind)


def test_lists_are_the_fleet(mock: Mock):
    """Every site of every group is listed, and every resource of every site."""
    for group in _fleet().groups():
        reply = mock.ask(f"/sites?group_id={group.group_id}")
        assert reply.body == sites_body(_fleet().sites(group.group_id))
        for site in reply.json()["sites"]:
            resources = mock.ask(f"/sites/{site['site_id']}/resources")
            known = _fleet().site(site["site_id"])
            assert known is not None
            assert resources.body == resources_body(known)


def test_windows_join(mock: Mock):
    """Two windows that meet hold the rows of the one that spans both."""
    first = mock.ask(
        PV_DAY.replace("2024-03-21T", "2024-03-20T12:00:00Z").replace("12:00:00Z00:00:00Z", "12:00:00Z")
    )
    second = mock.ask(PV_DAY.replace("start=2024-03-20T00", "start=2024-03-20T12"))
    whole = mock.ask(PV_DAY)
    assert first.json()["datas"] + second.json()["datas"] == whole.json()["datas"]
    assert len(whole.json()["datas"]) == 96


def test_before_installation_there_is_nothing(mock: Mock):
    """A window before a resource was installed is answered with an empty list."""
    reply = mock.ask(PV_DAY.replace("2024-03-2", "1984-03-2"))
    assert (reply.status, reply.json()) == (200, {"datas": []})


ASKED = [
    PV_DAY,
    PV_DAY.replace("pv", "meters").replace("PV000001", "ME000003"),
    PV_DAY.replace("pv", "bess").replace("PV000001", "BE000002").replace("2024", "2077"),
    PV_DAY.replace("resource_id=PV000001&", ""),
    "/sites?group_id=GROUP002",
    "/sites/SITE0003/resources",
]


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_another_process_answers_the_same_bytes(mock: Mock, hash_seed: str):
    """Another hash seed, another worker count and another order of requests change neither body nor tag."""
    expected = {target: mock.ask(target) for target in ASKED}
    with running("--workers", "2", PYTHONHASHSEED=hash_seed) as other:
        for target in [*reversed(ASKED), *ASKED]:
            reply = other.ask(target)
            assert reply.body == expected[target].body
            assert reply.headers["ETag"] == expected[target].headers["ETag"]


def test_another_seed_is_another_world(mock: Mock):
    """A seed changes the series and their tags, and no list."""
    with running("--seed", "7") as other:
        assert other.ask(PV_DAY).body != mock.ask(PV_DAY).body
        assert other.ask(PV_DAY).headers["ETag"] != mock.ask(PV_DAY).headers["ETag"]
        assert other.ask(ASKED[-1]).body == mock.ask(ASKED[-1]).body


def test_the_order_of_parameters_does_not_matter(mock: Mock):
    """The same question in another order of parameters is the same representation."""
    path, _, query = PV_DAY.partition("?")
    turned = mock.ask(path + "?" + "&".join(reversed(query.split("&"))), headers=BEARER)
    assert turned.body == mock.ask(PV_DAY).body
    assert turned.headers["ETag"] == mock.ask(PV_DAY).headers["ETag"]
