"""Who may control: nobody from elsewhere, by no detour."""

import pytest

from tests.control.client import ask, send
from tests.server.mock import PV_DAY, Mock, running
from wattos_testkit.server.access import EVERYTHING, Access, Grant
from wattos_testkit.server.control.gate import Gate
from wattos_testkit.server.control.modes import ANY, LOOPBACK
from wattos_testkit.server.control.refusal import Refusal

HERE = {"client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8080)}
NAMED = {"host": "localhost:8080"}
CLOCK = {"now": "2024-03-20"}


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LOCALHOST.:80",
        "127.0.0.1",
        "127.8.9.1:9",
        "[::1]:8080",
        "[::ffff:127.0.0.1]",
    ],
)
def test_names_of_this_machine(host: str):
    """Every name that can only be this machine will do."""
    Gate(LOOPBACK, Access()).check(HERE, {"host": host})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "attacker.example",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "localhost, attacker.example",
        "localhost@attacker.example",
        "attacker.example:80",
        "0.0.0.0",  # noqa: S104 - a name in a header
        "10.0.0.7:8080",
        "[::]",
        "[2001:db8::1]:80",
        "127.0.0.1:x",
        "localhost/",
    ],
)
def test_strange_names(host: str):
    """A name that was pointed at this machine stays a strange name."""
    with pytest.raises(Refusal, match="no name of this machine"):
        Gate(LOOPBACK, Access()).check(HERE, {"host": host})


@pytest.mark.parametrize("end", ["client", "server"])
@pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.5", "::2", "fe80::1%eth0", "::ffff:10.0.0.7"])
def test_addresses_beyond_this_machine(end: str, address: str):
    """Neither who calls nor what was called may be of elsewhere."""
    with pytest.raises(Refusal, match="control is for programs on it"):
        Gate(LOOPBACK, Access()).check({**HERE, end: (address, 5)}, NAMED)


def test_a_socket_without_an_address_is_refused():
    """Who cannot be seen to be of this machine is not let in."""
    with pytest.raises(Refusal):
        Gate(LOOPBACK, Access()).check({**HERE, "client": None}, NAMED)


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Anything", "Via", "X-Real-IP"])
def test_what_a_proxy_passes_on(mock: Mock, name: str):
    """A proxy of this machine speaks for others: it is refused, whatever it says."""
    refused = send(mock, "GET", "/", headers={name: "127.0.0.1"})
    assert refused.status == 403
    assert name.lower() in refused.json()["detail"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://attacker.example",
        "null",
        "http://localhost.attacker.example",
        "file://",
        "http://[",
        "http://10.0.0.7",
    ],
)
def test_pages_from_elsewhere(mock: Mock, origin: str):
    """No page of elsewhere reads, writes, or gets a preflight, and nothing has changed."""
    for method, headers in (
        ("GET", {}),
        ("PUT", {}),
        ("POST", {"Content-Type": "text/plain"}),
        ("OPTIONS", {"Access-Control-Request-Method": "PUT"}),
    ):
        refused = send(mock, method, "/clock", CLOCK, {"Origin": origin, **headers})
        assert refused.status == 403
        assert refused.headers["Access-Control-Allow-Origin"] is None
        assert "may not control this mock" in refused.json()["detail"]
    assert not ask(mock, "GET", "/clock")["set"]


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:5173", "https://[::1]"])
def test_pages_of_this_machine(mock: Mock, origin: str):
    """A page of a developer's own server may: preflight, answer and refusal name it as allowed."""
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    preflight = send(mock, "OPTIONS", "/clock", headers={"Origin": origin, **asked})
    assert preflight.status == 204
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    done = send(mock, "PUT", "/clock", CLOCK, {"Origin": origin})
    refused = send(mock, "PUT", "/clock", {}, {"Origin": origin})
    assert (done.status, refused.status) == (200, 400)
    for reply in (preflight, done, refused):
        assert reply.headers["Access-Control-Allow-Origin"] == origin
        assert reply.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_can_send(mock: Mock, kind: str):
    """A body that a browser sends without asking first is not read."""
    refused = send(mock, "POST", "/clock/freeze", '{"at": "2024-03-20"}', {"Content-Type": kind})
    assert refused.status == 415
    assert "application/json" in refused.json()["detail"]
    assert not ask(mock, "GET", "/clock")["set"]


def test_what_is_not_there(mock: Mock):
    """Unknown paths and methods are problems; HEAD is GET without a body; no body is too large."""
    assert send(mock, "GET", "/nothing").status == 404
    assert send(mock, "GET", "foo").status == 404
    refused = send(mock, "PATCH", "/clock", {})
    assert refused.status == 405
    assert refused.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    head = send(mock, "HEAD", "/")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100
    assert send(mock, "PUT", "/scenario", "x" * 1_000_001).status == 413
    assert send(mock, "PUT", "/scenario", b"\xff\xfe").status == 400


def test_off_there_is_nothing():
    """With `--control off` the prefix is a path like any other, and the greeting is silent about it."""
    with running("--control", "off", "--now", "2024-03-20T02:00:00Z") as mock:
        assert not any("_testkit" in line for line in mock.greeting)
        for path in ("", "/", "/clock", "/requests"):
            refused = send(mock, "GET", path)
            assert refused.status == 404
            assert "/docs shows what there is" in refused.json()["detail"]
        assert mock.ask(PV_DAY).json()["datas"][-1]["timestamp"] == "2024-03-20T01:45:00Z"


def test_listening_everywhere_opens_nothing():
    """With `--host 0.0.0.0` only this machine controls, by a name that is its own."""
    with running("--host", "0.0.0.0") as mock:  # noqa: S104 - what is tested
        assert send(mock, "GET", "/").status == 200
        assert send(mock, "GET", "/", headers={"Host": "printer.local"}).status == 403


def test_any_behind_a_token():
    """With `--control any` and tokens, one that sees everything is needed, and no other."""
    with running("--control", "any", "--token", "all", "--token", "some=GROUP001") as mock:
        assert "control on " in mock.greeting[-2]
        assert mock.greeting[-2].endswith("(whoever may use the API)")
        proxied = {"Host": "mock.example", "X-Forwarded-For": "10.0.0.7"}
        missing = send(mock, "GET", "/", headers=proxied)
        assert missing.status == 401
        assert missing.headers["WWW-Authenticate"].startswith("Bearer")
        for token, status in (("wrong", 401), ("some", 403), ("all", 200)):
            assert (
                send(mock, "GET", "/", headers={**proxied, "Authorization": f"Bearer {token}"}).status
                == status
            )
        asked = {"Access-Control-Request-Method": "PUT", "Origin": "http://localhost:3000"}
        assert send(mock, "OPTIONS", "/clock", headers={**proxied, **asked}).status == 204


def test_any_lets_its_own_pages():
    """The page that the mock itself serves may control it under whatever name it has; others may not."""
    gate = Gate(ANY, Access(tokens={"t": EVERYTHING, "s": Grant(frozenset({"GROUP001"}))}))
    own = {"host": "mock.example:8080", "origin": "http://mock.example:8080"}
    assert gate.origin(own) == own["origin"]
    with pytest.raises(Refusal, match="may not control"):
        gate.origin({**own, "origin": "http://attacker.example:8080"})
    with pytest.raises(Refusal, match="may not control"):
        Gate(LOOPBACK, Access()).origin(own)


def test_control_cannot_be_reached_through_the_document(mock: Mock):
    """It is not part of the API's document, and its own says where it is."""
    assert b"_testkit" not in mock.ask("/openapi.json").body
    assert ask(mock, "GET", "/openapi.json")["servers"] == [{"url": "/_testkit"}]
