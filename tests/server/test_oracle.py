"""The fast path against Connexion's own: the same document, the same requests, the same status and body."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.test_refusals import BAD, UNKNOWN
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.access import Access, parse_tokens
from wattos_testkit.server.app import create_app
from wattos_testkit.server.flask_app import create_flask_app

GOOD = [
    "/sites?group_id=GROUP001",
    "/sites?group_id=GROUP999",
    "/sites/SITE0001/resources",
    *(
        f"{path}?resource_id={resource}&start=2024-03-20T00:00:00Z&end=2024-03-20T02:07:00Z&agg_interval={interval}"
        for path, resource in (
            ("/pv/data", "PV000001"),
            ("/bess/data", "BE000001"),
            ("/meters/data", "ME000002"),
        )
        for interval in (1, 5, 15, 30)
    ),
    "/pv/data?start=2024-03-20T20:00:00Z&end=2024-03-20T20:30:00Z&agg_interval=15",
    "/nothing",
]
STRICTER = {
    # What the stock validators let pass, as docs/server.md lists it: the part of the answer that says why.
    "is no whole number": "numbers as Python reads them, not as JSON does",
    "is given more than once": "a repeated parameter",
    "\\x0a": "a final newline",
}


@pytest.fixture(scope="module")
def clients() -> Iterator[tuple[Any, Any]]:
    """Return clients of the fast application and of Flask's."""
    access = Access(tokens=parse_tokens(["demo", "one=GROUP001"]))
    fleet = open_fleet()
    with warnings.catch_warnings():
        # Starlette's client warns that it would rather have another library below it.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient  # noqa: PLC0415 - it warns when it is imported

        fast = TestClient(create_app(fleet, access=access))
        flask = create_flask_app(fleet, access=access).test_client()
        yield fast, flask


def _both(
    clients: tuple[Any, Any], target: str, bearer: str = "demo", method: str = "GET"
) -> tuple[Any, Any]:
    headers = {"Authorization": f"Bearer {bearer}", "Accept-Encoding": "identity"}
    fast, flask = (client.request(method, target, headers=headers) for client in clients)
    return fast, flask


@pytest.mark.parametrize("token", ["demo", "one"])
@pytest.mark.parametrize("target", [*GOOD, *UNKNOWN])
def test_the_same_answer(clients: tuple[Any, Any], target: str, token: str):
    """Rows, lists, and what is not there are answered with the same status, body, type and tag."""
    fast, flask = _both(clients, target, token)
    assert fast.status_code == flask.status_code
    assert fast.content == flask.content
    assert fast.headers["content-type"] == flask.headers["content-type"]
    assert fast.headers.get("etag") == flask.headers.get("etag")


@pytest.mark.parametrize("target", BAD, ids=[str(number) for number in range(len(BAD))])
def test_the_same_refusals(clients: tuple[Any, Any], target: str):
    """What the fast path refuses, Connexion's validators refuse too, but for what is listed."""
    fast, flask = _both(clients, target)
    assert fast.status_code == 400
    if any(reason in fast.json()["detail"] for reason in STRICTER):
        assert flask.status_code in {200, 400}
        return
    assert flask.status_code == 400
    assert flask.headers["content-type"] == fast.headers["content-type"]
    assert flask.json()["title"] == fast.json()["title"]


@pytest.mark.parametrize("token", ["", "wrong", "a b"])
def test_the_same_401(clients: tuple[Any, Any], token: str):
    """A token that is not accepted is refused with the same body and challenge."""
    fast, flask = _both(clients, GOOD[0], token)
    assert fast.status_code == flask.status_code == 401
    assert fast.content == flask.content
    assert fast.headers["www-authenticate"] == flask.headers["www-authenticate"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_same_405(clients: tuple[Any, Any], method: str):
    """Another method is refused with the same body and the same Allow."""
    fast, flask = _both(clients, GOOD[0], method=method)
    assert fast.status_code == flask.status_code == 405
    assert fast.content == flask.content
    assert fast.headers["allow"] == flask.headers["allow"]


TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "15",
            "1",
            "7",
            "2024-03-20T00:00:00Z",
            "2024-03-20T06:00:00Z",
            "2024-02-30T00:00:00Z",
            "PV000001",
            "x",
        ]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="&=+%#"), max_size=25),
)


@given(
    st.dictionaries(
        st.sampled_from(["resource_id", "start", "end", "agg_interval", "other"]), TEXTS, max_size=5
    )
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_request_divides_them(clients: tuple[Any, Any], pairs: dict[str, str]):
    """Whatever the parameters: both accept, or the fast path refuses; neither fails."""
    fast, flask = (
        client.get("/pv/data", params=pairs, headers={"Authorization": "Bearer demo"}) for client in clients
    )
    assert fast.status_code < 500
    assert flask.status_code < 500
    if fast.status_code == 200:
        assert flask.status_code == 200
        assert fast.content == flask.content
    elif fast.status_code != flask.status_code:
        assert any(reason in fast.json()["detail"] for reason in STRICTER)


def test_what_has_not_changed_is_a_304_there_too(clients: tuple[Any, Any]):
    """The Flask application knows its tags."""
    tag = _both(clients, GOOD[0])[1].headers["etag"]
    headers = {"Authorization": "Bearer demo", "If-None-Match": tag}
    for client in clients:
        assert client.get(GOOD[0], headers=headers).status_code == 304
