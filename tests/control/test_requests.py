"""The journal: who asked for what, counted over all workers, and never a token."""

import pytest

from tests.control.client import HOUR, ask, send
from tests.server.mock import BEARER, PV_DAY, Mock, running


def _count(mock: Mock, query: str) -> int:
    found: int = ask(mock, "GET", f"/requests/count?{query}")["count"]
    return found


def test_counts_are_exact_at_once(any_mock: Mock):
    """Each answer that a client has is in the count, whichever worker gave it and wherever it came from."""
    for number in range(1, 13):
        any_mock.ask(PV_DAY)
        assert _count(any_mock, "operation=get_pv_data&resource_id=PV000001&agg_interval=15") == number
    assert _count(any_mock, "operation=get_pv_data&resource_id=PV000002") == 0
    assert _count(any_mock, "") == 12


def test_what_is_remembered(mock: Mock):
    """Method, operation, parameters of query and path, status and request id; in the order they came."""
    mock.ask("/sites/SITE0001/resources", headers={**BEARER, "X-Request-Id": "mine"})
    mock.ask(PV_DAY, "HEAD")
    mock.ask(PV_DAY)
    mock.ask("/pv/data?resource_id=PV%30%30%30%30%301&agg_interval=7")
    mock.ask("/nothing?a=1&a=2")
    mock.ask(PV_DAY, headers={})
    first, *others = ask(mock, "GET", "/requests")["requests"]
    assert first["operation"] == "get_resources"
    assert first["parameters"] == {"site_id": "SITE0001"}
    assert (first["request_id"], first["status"], first["method"]) == ("mine", 200, "GET")
    assert [one["status"] for one in others] == [200, 200, 400, 404, 401]
    assert [one["method"] for one in others] == ["HEAD", "GET", "GET", "GET", "GET"]
    assert others[2]["parameters"]["resource_id"] == "PV000001"
    assert others[3]["operation"] is None
    assert others[4]["token"] is None
    assert first["token"] == others[0]["token"]
    assert "demo" not in str(first)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("method=HEAD", 1),
        ("method=head", 1),
        ("operation=get_resources&site_id=SITE0001", 1),
        ("path=/pv/data", 4),
        ("status=404", 1),
        ("status=4xx", 3),
        ("status=none", 0),
        ("request_id=mine", 1),
        ("start=2024-03-20T00:00:00Z", 3),
        ("query.a=1", 1),
        ("query.a=2", 1),
        ("query.resource_id=PV000001", 4),
        ("since=2099-01-01", 0),
        ("since=2000-01-01", 6),
    ],
)
def test_filters(mock: Mock, query: str, count: int):
    """Each condition counts exactly those that meet it."""
    test_what_is_remembered(mock)
    assert _count(mock, query) == count


def test_since_the_last_one_seen(mock: Mock):
    """The `at` of a request is a mark: only what came after it is found."""
    mock.ask(PV_DAY)
    mark = ask(mock, "GET", "/requests")["requests"][-1]["at"]
    assert _count(mock, f"since={mark}") == 0
    mock.ask(PV_DAY)
    assert _count(mock, f"since={mark}") == 1


def test_an_assertion_in_one_line(any_mock: Mock):
    """`expect` makes any other number a conflict that shows what there was."""
    any_mock.ask(PV_DAY)
    assert ask(any_mock, "GET", "/requests/count?operation=get_pv_data&expect=1")["count"] == 1
    refused = send(any_mock, "GET", "/requests/count?operation=get_pv_data&expect=2")
    assert refused.status == 409
    body = refused.json()
    assert body["detail"] == "There was 1 request of operation=get_pv_data, not 2"
    assert body["requests"][0]["query"] == PV_DAY.partition("?")[2]


def test_control_and_its_own_questions_are_not_counted(any_mock: Mock):
    """Whatever is asked of the control API leaves no trace in the journal."""
    for path in ("/", "/requests", "/clock", "/no-such"):
        send(any_mock, "GET", path)
    assert _count(any_mock, "") == 0


def test_preflights_are_no_operation(mock: Mock):
    """A browser's preflight is remembered, but it is not what the page asked for."""
    page = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    assert mock.ask(PV_DAY, "OPTIONS", page).status == 204
    mock.ask(PV_DAY)
    assert _count(mock, "operation=get_pv_data") == 1
    assert _count(mock, "method=OPTIONS&status=204") == 1


def test_it_is_cleared(any_mock: Mock):
    """After `DELETE /requests` nothing of before is found in any worker, and all that comes then is."""
    for _ in range(6):
        any_mock.ask(PV_DAY)
    ask(any_mock, "DELETE", "/requests")
    assert _count(any_mock, "") == 0
    any_mock.ask(PV_DAY)
    assert _count(any_mock, "") == 1


def test_the_list_is_as_long_as_is_asked(mock: Mock):
    """`limit` shows the last ones, and the count is that of all."""
    for _ in range(5):
        mock.ask(f"/pv/data?{HOUR}")
    mock.ask(PV_DAY)
    found = ask(mock, "GET", "/requests?limit=2")
    assert found["count"] == 6
    assert [one["query"] for one in found["requests"]] == [HOUR, PV_DAY.partition("?")[2]]
    assert ask(mock, "GET", "/requests?limit=0")["requests"] == []


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("resorce_id=PV000001", "resorce_id: is not known; did you mean 'resource_id'?"),
        ("operation=pv", "'pv' is none of get_sites, get_resources"),
        ("status=ok", "'ok' is no status; right are 200, 4xx and none"),
        ("since=yesterday", "'yesterday' is no UTC instant"),
        ("expect=many", "'many' is no whole number"),
        ("limit=1", "limit: is not known"),
        ("method=GET&method=GET", "method: is given more than once"),
    ],
)
def test_filters_that_cannot_be(mock: Mock, query: str, complaint: str):
    """A filter that would silently count nothing is refused."""
    refused = send(mock, "GET", f"/requests/count?{query}")
    assert refused.status == 400
    assert complaint in refused.json()["detail"]


def test_all_mistakes_of_a_filter_at_once(mock: Mock):
    """Three mistakes are three lines."""
    refused = send(mock, "GET", "/requests?operation=x&status=y&nothing=z")
    assert len(refused.json()["mistakes"]) == 3


def test_a_token_in_the_query_is_not_shown():
    """Who sends his token where it does not belong finds it nowhere."""
    with running("--token", "top-secret") as mock:
        mock.ask(PV_DAY + "&access_token=top-secret", headers={"Authorization": "Bearer top-secret"})
        assert b"top-secret" not in send(mock, "GET", "/requests").body
