"""Fleets too large to be counted through before an answer begins."""

import json
from collections.abc import Iterator

import pytest

from tests.server.mock import BEARER, Mock, running
from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.open import open_fleet

HALF_HOUR = "/pv/data?start=2026-06-01T12:00:00Z&end=2026-06-01T12:30:00Z&agg_interval=30"
SITES = 600


@pytest.fixture(scope="module")
def large() -> Iterator[Mock]:
    """Return a mock of a procedural fleet."""
    with running("--sites", str(SITES), "--seed", "5", "--max-rows", "3000") as mock:
        yield mock


def test_all_resources_are_streamed(large: Mock):
    """Without `resource_id` every resource is answered, in chunks, in the order of ids."""
    count = open_fleet(sites=SITES, seed=5).count(Kind.PV)
    assert count > 512
    reply = large.ask(HALF_HOUR)
    assert reply.status == 200
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert large.ask(HALF_HOUR, "HEAD").headers["Content-Length"] is None
    ids = [row["resource_id"] for row in reply.json()["datas"]]
    assert ids == sorted(set(ids))
    assert 0 < len(ids) <= count


def test_nothing_is_an_answer_too(large: Mock):
    """A window before every installation is an empty list, plain and coded."""
    before = HALF_HOUR.replace("2026", "1986")
    assert large.ask(before).json() == {"datas": []}
    coded = large.ask(before, headers={**BEARER, "Accept-Encoding": "gzip, identity;q=0"})
    assert coded.headers["Content-Encoding"] == "gzip"


def test_rows_are_bounded_by_what_could_be_there(large: Mock):
    """More resources than are counted one by one: the refusal tells the most that there could be."""
    count = open_fleet(sites=SITES, seed=5).count(Kind.PV)
    day = HALF_HOUR.replace("12:30:00", "14:00:00")
    refused = large.ask(day)
    assert refused.status == 400
    assert f"asks for {4 * count:,} rows of {count:,} resources" in refused.json()["detail"]


def test_a_long_list_without_rows_keeps_the_server_lively():
    """Between two resources without rows the server has a turn."""
    from wattos_testkit.server.access import EVERYTHING  # noqa: PLC0415 - it loads slowly
    from wattos_testkit.server.live import QUIET  # noqa: PLC0415
    from wattos_testkit.server.operations import Operations  # noqa: PLC0415

    fleet = open_fleet(sites=SITES, seed=5)
    values = {"start": 0, "end": 30, "agg_interval": 30}
    pieces = list(Operations(fleet).handlers["get_pv_data"](values, EVERYTHING, QUIET).pieces())
    assert len(pieces) > fleet.count(Kind.PV)
    assert json.loads(b"".join(pieces)) == {"datas": []}
