"""What the document or the rules beyond it do not allow is refused, with the name of what is wrong."""

import pytest

from tests.server.mock import PV_DAY, Mock

GOOD = {
    "resource_id": "PV000001",
    "start": "2024-03-20T00:00:00Z",
    "end": "2024-03-21T00:00:00Z",
    "agg_interval": "15",
}


def _with(**changes: str | None) -> str:
    pairs = {**GOOD, **changes}
    return "/pv/data?" + "&".join(f"{name}={text}" for name, text in pairs.items() if text is not None)


BAD = {
    # what is asked -> (parameter, a part of the explanation)
    _with(agg_interval="7"): ("agg_interval", "1, 5, 15, 30"),
    _with(agg_interval="%2B15"): ("agg_interval", "'+15'"),
    _with(agg_interval="+15"): ("agg_interval", "' 15'"),
    _with(agg_interval="15.0"): ("agg_interval", "'15.0'"),
    _with(agg_interval="1_5"): ("agg_interval", "'1_5'"),
    _with(agg_interval="015"): ("agg_interval", "'015'"),
    _with(agg_interval="-15"): ("agg_interval", "'-15'"),
    _with(agg_interval="1e1"): ("agg_interval", "'1e1'"),
    _with(agg_interval="%D9%A1%D9%A5"): ("agg_interval", "is no whole number"),
    _with(agg_interval=""): ("agg_interval", "''"),
    _with(agg_interval="9" * 5000): ("agg_interval", "…"),
    _with(agg_interval=None): ("agg_interval", "is missing"),
    _with(start=None): ("start", "is missing; a right one is 2024-03-20T00:00:00Z"),
    _with(end=None): ("end", "is missing"),
    _with(start=""): ("start", "''"),
    _with(start="yesterday"): ("start", "a right one is"),
    _with(start="2024-03-20"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00Z"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00:30Z"): ("start", "seconds other than 00"),
    _with(start="2024-03-20T00:00:00.000Z"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00:00"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00:00%2B00:00"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00:00-08:00"): ("start", "a right one is"),
    _with(start="2024-03-20t00:00:00z"): ("start", "a right one is"),
    _with(start="2024-03-20%2000:00:00Z"): ("start", "a right one is"),
    _with(start="2024-03-20T00:00:00Z%0A"): ("start", "\\x0a"),
    _with(start="2024-02-30T00:00:00Z"): ("start", "no instant of the calendar"),
    _with(start="2023-02-29T00:00:00Z"): ("start", "no instant of the calendar"),
    _with(start="2024-13-01T00:00:00Z"): ("start", "no instant of the calendar"),
    _with(start="2024-03-20T24:00:00Z"): ("start", "no instant of the calendar"),
    _with(start="0000-01-01T00:00:00Z"): ("start", "no instant of the calendar"),
    _with(start="2024-03-20T00:60:00Z"): ("start", "no instant of the calendar"),
    _with(start="%FF%FE"): ("start", "a right one is"),
    _with(start="1710892800"): ("start", "a right one is"),
    _with(end="2024-03-20T00:00:00Z"): ("end", "is not after start"),
    _with(end="2024-03-19T00:00:00Z"): ("end", "is not after start"),
    _with(end="2024-03-20T00:14:00Z"): ("end", "shorter than agg_interval"),
    _with(end="2024-03-20T00:01:00Z", agg_interval="30"): ("end", "30 min at least"),
    _with(resource_id=""): ("resource_id", "''"),
    _with(resource_id="PV1"): ("resource_id", "^[A-Z0-9]{8}$"),
    _with(resource_id="pv000001"): ("resource_id", "^[A-Z0-9]{8}$"),
    _with(resource_id="PV0000012"): ("resource_id", "^[A-Z0-9]{8}$"),
    _with(resource_id="PV000001%0A"): ("resource_id", "\\x0a"),
    _with(resource_id="PV000001%00"): ("resource_id", "\\x00"),
    _with(resource_id="PV%C3%9C00001"): ("resource_id", "^[A-Z0-9]{8}$"),
    _with(resource_id="A" * 3000): ("resource_id", "…"),
    PV_DAY + "&agg_interval=15": ("agg_interval", "more than once"),
    PV_DAY + "&start=2024-03-20T00:00:00Z": ("start", "more than once"),
    PV_DAY + "&limit=10": ("limit", "is no parameter of this operation"),
    PV_DAY + "&Start=2024-03-20T00:00:00Z": ("Start", "is no parameter of this operation"),
    PV_DAY + "&" + "x" * 500 + "=1": ("x" * 80 + "…", "is no parameter of this operation"),
    PV_DAY + "&%0D%0AEvil:%201": ("\\x0d\\x0aEvil: 1", "is no parameter of this operation"),
    PV_DAY + "&=1": ("", "is no parameter of this operation"),
    _with(end="2084-03-20T00:00:00Z", agg_interval="1"): ("end", "31,557,600 rows"),
    "/pv/data?start=2024-01-01T00:00:00Z&end=2025-01-01T00:00:00Z&agg_interval=1": (
        "end",
        "rows of 27 resources",
    ),
    "/sites": ("group_id", "a right one is"),
    "/sites?group_id=GROUP0001": ("group_id", "^[A-Z0-9]{8}$"),
    "/sites?group_id=group001": ("group_id", "^[A-Z0-9]{8}$"),
    "/sites?group_id=GROUP001&group_id=GROUP002": ("group_id", "more than once"),
    "/sites?group_id=GROUP001&page=2": ("page", "it takes group_id"),
    "/sites/SITE1/resources": ("site_id", "^[A-Z0-9]{8}$"),
    "/sites/SITE0001/resources?resource_type=PV": ("resource_type", "none in the query"),
}


@pytest.mark.parametrize(("target", "expected"), BAD.items(), ids=[str(number) for number in range(len(BAD))])
def test_a_bad_request_names_its_parameter(mock: Mock, target: str, expected: tuple[str, str]):
    """Each is a 400 whose problem body names the parameter, what was given, and what would be right."""
    parameter, explanation = expected
    reply = mock.ask(target)
    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = reply.json()
    assert problem["parameter"] == parameter
    assert problem["detail"].startswith(f"{parameter}: ")
    assert explanation in problem["detail"]
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Bad Request", 400)
    assert len(problem["detail"]) < 400
    assert problem["detail"].isprintable()


UNKNOWN = {
    "/sites/SITE9999/resources": ("site_id", "There is no site 'SITE9999'"),
    "/sites/PV000001/resources": ("site_id", "There is no site 'PV000001'"),
    PV_DAY.replace("PV000001", "PV000O01"): (
        "resource_id",
        "There is no PV system 'PV000O01'; like it: PV000001",
    ),
    PV_DAY.replace("PV000001", "ME000001"): ("resource_id", "it is a meter"),
    PV_DAY.replace("PV000001", "BE000001"): ("resource_id", "it is a battery"),
    PV_DAY.replace("PV000001", "SITE0001"): ("resource_id", "There is no PV system 'SITE0001'"),
    PV_DAY.replace("/pv/", "/meters/"): ("resource_id", "There is no meter 'PV000001': it is a PV system"),
    PV_DAY.replace("/pv/", "/bess/"): ("resource_id", "There is no battery 'PV000001': it is a PV system"),
}


@pytest.mark.parametrize(
    ("target", "expected"), UNKNOWN.items(), ids=[str(one) for one in range(len(UNKNOWN))]
)
def test_what_is_not_there_is_a_404_that_helps(mock: Mock, target: str, expected: tuple[str, str]):
    """An unknown site or resource, or one of another type, is a 404 that says so."""
    reply = mock.ask(target)
    assert reply.status == 404
    problem = reply.json()
    assert problem["parameter"] == expected[0]
    assert expected[1] in problem["detail"]


def test_a_group_that_does_not_exist_has_no_sites(mock: Mock):
    """A group is a filter: an unknown one gives an empty list."""
    reply = mock.ask("/sites?group_id=GROUP999")
    assert (reply.status, reply.json()) == (200, {"sites": []})


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/sites/",
        "/sites//resources",
        "/pv",
        "/pv/data/",
        "/sites/SITE0001%0A/resources",
        "/docs/x.js",
    ],
)
def test_a_path_that_is_not_there_is_a_404(mock: Mock, path: str):
    """No path is guessed, none is redirected to one that the document has."""
    reply = mock.ask(path)
    assert reply.status == 404
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [PV_DAY, "/sites?group_id=GROUP001", "/sites/SITE0001/resources"])
def test_another_method_is_a_405_with_allow(mock: Mock, path: str, method: str):
    """The header Allow lists what may be done instead."""
    reply = mock.ask(path, method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"
    assert reply.json()["status"] == 405


def test_a_request_that_is_no_http_is_refused(mock: Mock):
    """Bytes that are no HTTP get a 400 and an end."""
    assert mock.raw(b"GET\x00 nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
