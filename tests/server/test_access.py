"""Who may see what."""

from collections.abc import Iterator

import pytest

from tests.server.mock import DAY, PV_DAY, Mock, running
from wattos_testkit.errors import UsageError
from wattos_testkit.server.access import EVERYTHING, Grant, parse_tokens


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Mock]:
    """Return a mock with an open token, and one that is scoped to a group."""
    with running("--token", "all", "--token", "one=GROUP001", "--token", "two=GROUP001,GROUP002") as mock:
        yield mock


REFUSED: dict[str, dict[str, str]] = {
    "no header": {},
    "an empty one": {"Authorization": ""},
    "no token": {"Authorization": "Bearer"},
    "only blanks": {"Authorization": "Bearer   "},
    "another scheme": {"Authorization": "Basic ZGVtbzpkZW1v"},
    "no scheme": {"Authorization": "demo"},
    "blanks inside": {"Authorization": "Bearer a b"},
    "no ASCII": {"Authorization": "Bearer d\xe9mo"},
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize(
    "target", [PV_DAY, "/sites?group_id=GROUP001", "/sites/SITE0001/resources", "/sites"]
)
def test_without_a_bearer_token_it_is_401(mock: Mock, target: str, headers: dict[str, str]):
    """No credential, or none that is a bearer token, is a 401 that says how to authenticate."""
    reply = mock.ask(target, headers=headers)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="wattos"')
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["status"] == 401


def test_two_credentials_are_none(mock: Mock):
    """Which of two Authorization headers counts is not guessed."""
    answer = mock.raw(
        f"GET {PV_DAY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n"
        "Authorization: Bearer b\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("header", ["Bearer x", "bearer x", "BEARER x", "Bearer  x"])
def test_any_token_will_do(mock: Mock, header: str):
    """By default any token is accepted, and the scheme is read without regard to case."""
    assert mock.ask(PV_DAY, headers={"Authorization": header}).status == 200


def test_only_known_tokens(guarded: Mock):
    """With `--token` no other is accepted, and none is compared loosely."""
    assert guarded.ask(PV_DAY, headers=_bearer("all")).status == 200
    for wrong in ("demo", "ALL", "al", "all ", "alll", "one=GROUP001"):
        reply = guarded.ask(PV_DAY, headers=_bearer(wrong.replace(" ", "%20")))
        assert reply.status == 401
        assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


def test_an_answer_for_one_token_is_not_for_another(guarded: Mock):
    """What was answered before, and is kept, is not answered to who may not see it."""
    target = "/pv/data?" + DAY.format("PV000001")
    listed = "/sites?group_id=GROUP002"
    assert guarded.ask(listed, headers=_bearer("all")).json()["sites"]
    assert guarded.ask(listed, headers=_bearer("one")).json() == {"sites": []}
    assert guarded.ask(target, headers=_bearer("all")).status == 200
    assert guarded.ask(target, headers=_bearer("none")).status == 401
    assert guarded.ask(target, headers={}).status == 401


def test_outside_its_scope_nothing_exists(guarded: Mock):
    """To a scoped token, what lies outside looks like what does not exist, hints included."""
    everything = guarded.ask("/sites?group_id=GROUP002", headers=_bearer("all")).json()["sites"]
    site = everything[0]["site_id"]
    hidden = guarded.ask(f"/sites/{site}/resources", headers=_bearer("one"))
    assert hidden.status == 404
    assert hidden.json()["detail"].startswith(f"There is no site '{site}'")
    assert guarded.ask(f"/sites/{site}/resources", headers=_bearer("two")).status == 200
    for one in guarded.ask(f"/sites/{site}/resources", headers=_bearer("all")).json()["resources"]:
        path = {"PV": "/pv/data?", "ME": "/meters/data?", "BE": "/bess/data?"}[one["resource_type"]]
        target = path + DAY.format(one["resource_id"])
        assert guarded.ask(target, headers=_bearer("two")).status == 200
        reply = guarded.ask(target, headers=_bearer("one"))
        assert reply.status == 404
        assert "it is a" not in reply.json()["detail"]


def test_all_resources_are_those_that_the_token_may_see(guarded: Mock):
    """Without `resource_id` a scoped token gets the rows of its groups, and a tag of their own."""
    target = PV_DAY.replace("resource_id=PV000001&", "")
    replies = {token: guarded.ask(target, headers=_bearer(token)) for token in ("one", "two", "all")}
    seen = {token: {row["resource_id"] for row in reply.json()["datas"]} for token, reply in replies.items()}
    assert seen["one"] < seen["two"] < seen["all"]
    assert len({reply.headers["ETag"] for reply in replies.values()}) == 3


def test_tokens_from_the_environment():
    """WATTOS_TOKEN holds tokens as --token does, parted by blanks."""
    with running(WATTOS_TOKEN="alpha beta=GROUP002") as mock:
        assert mock.ask(PV_DAY, headers=_bearer("alpha")).status == 200
        assert mock.ask(PV_DAY, headers=_bearer("beta")).status == 404
        assert mock.ask(PV_DAY).status == 401


def test_no_auth():
    """With --no-auth no token is asked for, and one that comes along does no harm."""
    with running("--no-auth") as mock:
        assert mock.ask(PV_DAY, headers={}).status == 200
        assert mock.ask(PV_DAY, headers={"Authorization": "Basic x"}).status == 200
        assert "Authorization" not in mock.greeting[-1]


def test_tokens_are_parsed():
    """A sign at the end is base64, a sign inside begins a scope."""
    grants = parse_tokens(["plain", "YWJj==", "YWJk===GROUP001", "scoped=GROUP001,GROUP002"])
    assert grants == {
        "plain": EVERYTHING,
        "YWJj==": EVERYTHING,
        "YWJk==": Grant(frozenset({"GROUP001"})),
        "scoped": Grant(frozenset({"GROUP001", "GROUP002"})),
    }


@pytest.mark.parametrize(
    "wrong", [["a b"], [""], ["t=group1"], ["t=GROUP001,"], ["t", "t=GROUP001"], ["=GROUP001"]]
)
def test_tokens_that_can_be_none(wrong: list[str]):
    """A token that no header can carry, a scope that is none, and a token twice are refused."""
    with pytest.raises(UsageError):
        parse_tokens(wrong)
