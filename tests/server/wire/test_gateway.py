"""What gateways, caches and the service itself do to an answer."""

import gzip
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.server.mock import BEARER, PV_DAY, Reply
from tests.server.wire.same import same
from tests.server.wire.served import Served, placed
from wattos_testkit.contract import load_contract
from wattos_testkit.faults.wire import FAULTS
from wattos_testkit.server.wire.effects import EFFECTS
from wattos_testkit.server.wire.gateway import LOGIN_FORM

SITES = "/sites?group_id=GROUP001"
ORIGIN = {**BEARER, "Origin": "http://localhost:5173"}


def statuses(served: Served, count: int, **headers: str) -> list[int]:
    """Return the statuses of so many answers."""
    return [served.ask(SITES, headers={**BEARER, **headers}).status for _ in range(count)]


def test_every_fault_of_the_wire_has_an_effect():
    """The catalogue and the server know the same faults."""
    assert {one.name for one in FAULTS} == set(EFFECTS)


@pytest.mark.parametrize("code", ["any", "500", "502", "503", "504"])
def test_errors_are_as_the_document_has_them(served: Served, code: str):
    """An injected error is the document's example, or a problem like it, and no cache keeps it."""
    operation = load_contract().operations["get_sites"]
    served.place(placed("error-share", share=1.0, code=code))
    for _ in range(10):
        reply = served.ask(SITES)
        assert reply.status in ({500, 502, 503} if code == "any" else {int(code)})
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Server-Timing"] == 'fault;desc="error-share"'
        assert (reply.headers["Retry-After"] is not None) == (reply.status == 503)
        problem = reply.json()
        assert problem["status"] == reply.status
        assert {"type", "title", "status", "detail"} <= problem.keys()
        shown = operation.spec["responses"].get(str(reply.status))
        if shown:
            assert problem == shown["content"]["application/problem+json"]["example"]


def test_the_share_that_fails_is_the_share_it_was_told(served: Served, healthy: Reply):
    """Of two hundred a quarter fails, none of nothing and all of all; who passes gets the healthy answer."""
    served.place(placed("error-share", share=0.25))
    failed = sum(status != 200 for status in statuses(served, 200))
    assert 35 <= failed <= 65
    served.place(placed("error-share", share=0.0))
    assert same(served.ask(PV_DAY), healthy)
    served.place(placed("error-share", share=0.5, run=5, code="503"))
    seen = statuses(served, 50)
    assert all(len(set(seen[start : start + 5])) == 1 for start in range(0, 50, 5))
    assert set(seen) == {200, 503}


def test_a_sliding_limit_is_kept(served: Served):
    """So many pass in any window; `Retry-After` is when the next passes, and no second later."""
    served.place(placed("rate-limit", requests=3, seconds=60))
    assert statuses(served, 2) == [200, 200]
    served.hours.now += 50
    assert statuses(served, 3) == [200, 429, 429]
    reply = served.ask(SITES)
    assert reply.headers["Retry-After"] == "10"
    assert reply.json()["title"] == "Too Many Requests"
    served.hours.now += 9
    assert statuses(served, 1) == [429]
    served.hours.now += 1
    assert statuses(served, 3) == [200, 200, 429]
    assert served.ask(SITES).headers["Retry-After"] == "50"


def test_a_bucket_refills_evenly(served: Served):
    """It is full at first, and has one more request for each so many seconds."""
    served.place(placed("rate-limit", requests=4, seconds=60, way="bucket"))
    assert statuses(served, 5) == [200, 200, 200, 200, 429]
    assert served.ask(SITES).headers["Retry-After"] == "15"
    served.hours.now += 15
    assert statuses(served, 2) == [200, 429]
    served.hours.now += 3600
    assert statuses(served, 5) == [200, 200, 200, 200, 429]
    served.place(placed("rate-limit", requests=0, way="bucket", seconds=30))
    assert served.ask(SITES).headers["Retry-After"] == "30"


def test_a_limit_is_a_token_s_own_or_everybody_s(served: Served):
    """Tokens are counted apart, clients and all together where it says so; the moment may be a date."""
    other = {"Authorization": "Bearer other"}
    served.place(placed("rate-limit", requests=1))
    assert statuses(served, 2) + statuses(served, 2, **other) == [200, 429, 200, 429]
    for per in ("client", "all"):
        served.place(placed("rate-limit", requests=1, per=per, form="date"))
        assert statuses(served, 1) + statuses(served, 1, **other) == [200, 429]
    moment = parsedate_to_datetime(served.ask(SITES).headers["Retry-After"])
    assert moment == datetime.fromtimestamp(served.hours.now + 60, UTC)


def test_a_token_expires_and_another_one_works(served: Served, healthy: Reply):
    """After so many requests it is invalid as RFC 6750 says it, for every operation, and for itself alone."""
    served.place(placed("token-expiry", requests=2))
    assert same(served.ask(PV_DAY), healthy)
    assert statuses(served, 3) == [200, 401, 401]
    reply = served.ask(PV_DAY)
    assert reply.headers["WWW-Authenticate"] == (
        'Bearer realm="wattos", error="invalid_token", error_description="The access token expired"'
    )
    assert reply.json()["status"] == 401
    assert statuses(served, 1, Authorization="Bearer fresh") == [200]
    # Without one it is the mock itself that asks for it.
    assert 'error="' not in served.ask(SITES, headers={}).headers["WWW-Authenticate"]


@pytest.mark.parametrize("said", ["text/html", "text/plain", "application/octet-stream", "none"])
def test_a_wrong_content_type_is_all_that_is_wrong(served: Served, healthy: Reply, said: str):
    """The header says something else, or is not there."""
    served.place(placed("wrong-content-type", type=said))
    reply = served.ask(PV_DAY)
    assert reply.headers["Content-Type"] == (None if said == "none" else said)
    assert same(reply, healthy, "content-type")


def test_a_gateway_answers_for_the_service(served: Served):
    """Its page is HTML, tells when to come again if it is told to, and knows nothing of CORS if so."""
    served.place(placed("maintenance-page"))
    reply = served.ask(PV_DAY, headers=ORIGIN)
    assert (reply.status, reply.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert reply.headers["Retry-After"] == "120"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert b"503 Service Temporarily Unavailable" in reply.body
    served.place(placed("maintenance-page", retry_after=0, cors="missing"))
    reply = served.ask(PV_DAY, headers=ORIGIN)
    assert reply.headers["Retry-After"] is None
    assert reply.headers["Access-Control-Allow-Origin"] is None


def test_a_login_form_stands_in_the_way(served: Served):
    """A client that follows redirects ends at a form with status 200; or the form comes at once."""
    served.place(placed("login-redirect"))
    url = "http://{}:{}".format(*served.address)
    reply = served.ask(PV_DAY)
    assert reply.status == 302
    assert reply.headers["Location"].startswith("/login?next=%2Fpv%2Fdata%3Fresource_id%3DPV000001")
    followed = httpx.get(url + PV_DAY, headers=BEARER, follow_redirects=True, trust_env=False)
    assert (followed.status_code, followed.url.path, followed.content) == (200, "/login", LOGIN_FORM.body)
    served.place(placed("login-redirect", how="page"))
    reply = served.ask(PV_DAY)
    assert (reply.status, reply.body) == (200, LOGIN_FORM.body)
    served.place()
    assert served.ask("/login").status == 404


def test_a_redirect_that_ends_nowhere(served: Served):
    """It leads to where it came from, until the client has had enough."""
    served.place(placed("redirect-loop"))
    url = "http://{}:{}".format(*served.address)
    assert served.ask(PV_DAY).headers["Location"] == PV_DAY
    with served.asked('/sites?x=%20{"a|b"}', "GET", "Connection: close") as peer:
        got = b"".join(iter(lambda: peer.recv(65536), b""))
    assert b"location: /sites?x=%20%7B%22a%7Cb%22%7D\r\n" in got
    with pytest.raises(httpx.TooManyRedirects):
        httpx.get(url + PV_DAY, headers=BEARER, follow_redirects=True, trust_env=False)


def test_a_body_that_is_nearly_json(served: Served, healthy: Reply):
    """One number is NaN and all else is there; or something stands before it; short of that it is whole."""
    served.place(placed("garbled-json"))
    for headers in (BEARER, {**BEARER, "Accept-Encoding": "gzip"}):
        reply = served.ask(PV_DAY, headers=headers)
        assert len(reply.body) == len(healthy.body)
        changed = [
            place for place, (one, two) in enumerate(zip(reply.body, healthy.body, strict=True)) if one != two
        ]
        assert reply.body[changed[0] : changed[-1] + 1].strip() == b"NaN"
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body, parse_constant=_refused)
    empty = PV_DAY.replace("2024", "1984")
    assert served.ask(empty).headers["Server-Timing"] is None
    assert served.ask(PV_DAY + "&wrong=1").json()["status"] == 400
    for how, before in {"bom": b"\xef\xbb\xbf", "warning": b"<br />\n<b>Warning</b>"}.items():
        served.place(placed("garbled-json", how=how))
        reply = served.ask(PV_DAY)
        assert reply.body.startswith(before)
        assert reply.body.endswith(healthy.body)
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body.decode())
        month = PV_DAY.replace("2024-03-21", "2024-04-20").replace("=15", "=1")
        assert served.ask(month).body.startswith(before)


def _refused(constant: str) -> float:
    raise json.JSONDecodeError(constant, "", 0)


def test_a_soft_error_says_200(served: Served):
    """The status is fine and the body says otherwise."""
    served.place(placed("soft-error", share=1.0))
    reply = served.ask(PV_DAY)
    assert reply.status == 200
    assert reply.json() == {"error": {"code": 500, "message": "Internal Server Error"}}


def test_a_stale_answer_is_an_older_one(served: Served, healthy: Reply):
    """The last rows are missing, `Age` says for how long; what is kept for others stays right."""
    earlier = served.ask(PV_DAY.replace("end=2024-03-21T00:00", "end=2024-03-20T22:00"))
    served.place(placed("stale-answer", minutes=120))
    reply = served.ask(PV_DAY)
    assert reply.headers["Age"] == "7200"
    assert same(reply, earlier, "age")
    assert len(healthy.json()["datas"]) - len(reply.json()["datas"]) == 8
    served.place(placed("stale-answer", minutes=525_600))
    assert len(served.ask(PV_DAY).json()["datas"]) == 1
    assert served.ask(PV_DAY + "&wrong=1").status == 400
    assert served.ask(SITES).headers["Age"] == str(525_600 * 60)
    served.place()
    asked = {**BEARER, "Prefer": "fault=stale-answer"}
    # Asked first: what is kept of a stale answer must not be given to others.
    assert len(served.ask(PV_DAY, headers=asked).body) < len(healthy.body)
    assert same(served.ask(PV_DAY), healthy)


@pytest.mark.parametrize(
    ("how", "seen"), [("twice", ["*", "*"]), ("missing", None), ("other", ["https://portal.example.com"])]
)
def test_broken_cors_breaks_nothing_else(served: Served, how: str, seen: list[str] | None):
    """The headers are doubled, missing or another's; without `Origin`, and in preflights, nothing is."""
    healthy = served.ask(PV_DAY, headers=ORIGIN)
    plain = served.ask(PV_DAY)
    before = {"Origin": ORIGIN["Origin"], "Access-Control-Request-Method": "GET"}
    allowed = served.ask(PV_DAY, "OPTIONS", headers=before)
    served.place(placed("broken-cors", how=how))
    reply = served.ask(PV_DAY, headers=ORIGIN)
    assert reply.headers.get_all("Access-Control-Allow-Origin") == seen
    assert same(reply, healthy, "access-control-allow-origin", "access-control-expose-headers")
    assert same(served.ask(PV_DAY), plain)
    assert same(served.ask(PV_DAY, "OPTIONS", headers=before), allowed)


def test_a_coding_that_nobody_declares(served: Served, healthy: Reply):
    """The body is gzip and nothing says so; short ones stay as they are."""
    short = served.ask("/sites?group_id=GROUP003")
    served.place(placed("broken-coding"))
    reply = served.ask(PV_DAY)
    assert reply.headers["Content-Encoding"] is None
    assert gzip.decompress(reply.body) == healthy.body
    assert len(short.body) < 1024
    assert same(served.ask("/sites?group_id=GROUP003"), short)
    served.place()
    assert same(served.ask(PV_DAY), healthy)


def test_a_coding_that_is_none(served: Served, healthy: Reply):
    """The header says gzip over plain bytes; a client that believes it fails."""
    served.place(placed("broken-coding", how="declared"))
    reply = served.ask(PV_DAY)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert same(reply, healthy, "content-encoding")
    url = "http://{}:{}".format(*served.address)
    with pytest.raises(httpx.DecodingError):
        httpx.get(url + PV_DAY, headers={**BEARER, "Accept-Encoding": "identity"}, trust_env=False)
    coded = served.ask(PV_DAY, headers={**BEARER, "Accept-Encoding": "gzip"})
    assert coded.headers.get_all("Content-Encoding") == ["gzip"]
    assert gzip.decompress(coded.body) == healthy.body


def test_several_strike_in_a_fixed_order(served: Served):
    """A late error that trickles is all three; the order in which they were placed does not matter."""
    three = (
        placed("error-share", name="a", share=1.0, code="503"),
        placed("slow-bytes", name="b"),
        placed("latency", name="c", milliseconds=700.0),
    )
    for some in (three, three[::-1]):
        served.place(*some)
        reply = served.ask(SITES)
        assert reply.status == 503
        told = ["latency", "error-share", "slow-bytes"]
        assert [part.split('"')[1] for part in reply.headers["Server-Timing"].split(", ")] == told
        assert served.hours.waited[0] == 0.7


def test_no_answer_shows_a_token(served: Served):
    """Neither what is counted nor what is answered holds a credential."""
    secret = "s3cret-token-of-somebody"
    served.place(*(placed(name, name=name, requests=0) for name in ("rate-limit", "token-expiry")))
    reply = served.ask(PV_DAY, headers={"Authorization": f"Bearer {secret}"})
    kept = json.dumps(vars(served.lives), default=repr)
    assert len(kept) > 20
    assert secret not in f"{reply.headers.items()}{reply.body!r}{kept}"
