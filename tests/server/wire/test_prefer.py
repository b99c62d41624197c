"""What a request asks for itself, with the header `Prefer` (RFC 7240) or in its query."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.mock import BEARER, DAY, PV_DAY, Reply
from tests.server.wire.same import same
from tests.server.wire.served import Served, placed, serving
from wattos_testkit.contract import load_contract
from wattos_testkit.server.wire.errors import CODES
from wattos_testkit.server.wire.prefer import Preference, preferences

SITES = "/sites?group_id=GROUP001"


def prefer(served: Served, text: str, target: str = PV_DAY, method: str = "GET") -> Reply:
    """Ask with a preference."""
    return served.ask(target, method, headers={**BEARER, "Prefer": text})


def power(reply: Reply) -> list[float]:
    """Return the mean powers of an answer's rows."""
    return [row["power_active_avg"] for row in reply.json()["datas"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code=503", {"code": Preference("503", {})}),
        ('Code = "503" , DELAY=5', {"code": Preference("503", {}), "delay": Preference("5", {})}),
        ("fault=a; b=1;c ;; d=", {"fault": Preference("a", {"b": "1", "c": "", "d": ""})}),
        ("code=1, code=2", {"code": Preference("1", {})}),
        (r'x="a,b;c\"d", code=1', {"x": Preference('a,b;c"d', {}), "code": Preference("1", {})}),
        ("respond-async, wait=10", {"respond-async": Preference("", {}), "wait": Preference("10", {})}),
        ("fault=a; from=2024-03-20T10:00:00Z", {"fault": Preference("a", {"from": "2024-03-20T10:00:00Z"})}),
        (",, ,", {}),
        ("code==5", {"code": Preference("", {}, "code==5")}),
        ('fault=a; b="open', {"fault": Preference("", {}, 'b="open')}),
    ],
)
def test_the_header_is_read_as_its_rfc_writes_it(text: str, found: dict[str, Preference]):
    """Names in any case, words or quoted strings, blanks, empty elements; the first of equals counts."""
    assert preferences(text) == found


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_text_is_read(text: str):
    """No header makes the reader fail."""
    assert isinstance(preferences(text), dict)


@pytest.mark.parametrize("code", CODES)
def test_any_error_can_be_had(served: Served, code: int):
    """Every error of HTTP is a problem with that status and its headers; the token does not matter."""
    reply = served.ask(SITES, headers={"Prefer": f"code={code}"})
    assert reply.status == code
    assert reply.headers["Preference-Applied"] == f"code={code}"
    assert reply.headers["Vary"] == "Prefer"
    assert reply.json()["status"] == code
    needed = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}
    assert code not in needed or reply.headers[needed[code]]
    shown = load_contract().operations["get_sites"].spec["responses"].get(str(code))
    assert not shown or reply.json() == shown["content"]["application/problem+json"]["example"]


def test_an_error_has_no_body_for_head(served: Served):
    """HEAD gets the headers of the error that GET gets."""
    head, got = prefer(served, "code=404", method="HEAD"), prefer(served, "code=404")
    assert (head.status, head.body) == (404, b"")
    assert head.headers["Content-Length"] == str(len(got.body))


def test_a_delay_is_waited_for(served: Served, healthy: Reply):
    """The healthy answer comes after so many milliseconds, and says so; with a code, the error does."""
    reply = prefer(served, "delay=1500")
    assert served.hours.waited == [1.5]
    assert reply.headers["Preference-Applied"] == "delay=1500"
    assert reply.headers["Server-Timing"] == 'fault;desc="delay";dur=1500.000'
    assert reply.headers.get_all("Vary") == [healthy.headers["Vary"], "Prefer"]
    assert same(reply, healthy, "vary", "preference-applied")
    both = served.ask(PV_DAY, headers={**BEARER, "Prefer": "delay=20, wait=5, code=502"})
    assert (both.status, served.hours.waited) == (502, [1.5, 0.02])
    assert both.headers["Preference-Applied"] == "code=502, delay=20"


def test_several_headers_are_one(served: Served):
    """Preferences in two headers count like those in one."""
    with served.asked(
        SITES, "GET", "Prefer: return=minimal", "Prefer: code=504", "Connection: close"
    ) as peer:
        got = b"".join(iter(lambda: peer.recv(65536), b""))
    assert got.startswith(b"HTTP/1.1 504 Gateway Timeout")


def test_unknown_preferences_are_ignored(served: Served, healthy: Reply):
    """As the RFC says: the answer is the healthy one, to the byte, and nothing was applied."""
    for text in (
        "respond-async",
        "wait=10; x=y, return=minimal",
        "example=one, dynamic=true",
        "code2=1",
        "=",
        "",
    ):
        assert same(prefer(served, text), healthy), text


def test_fine_is_what_comes_anyway(served: Served, healthy: Reply):
    """`code=200` asks for no error; it is applied where there is none."""
    reply = prefer(served, "code=200")
    assert reply.body == healthy.body
    assert reply.headers["Preference-Applied"] == "code=200"
    refused = prefer(served, "code=200", PV_DAY + "&wrong=1")
    assert (refused.status, refused.headers["Preference-Applied"]) == (400, None)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("code=abc", "code='abc' is no error of HTTP; one is code=503, none is code=200"),
        ("code=", "code='' is no error of HTTP"),
        ("code=302", "code='302' is no error"),
        ("code=499", "code='499' is no error"),
        ("delay=1s", "delay='1s' is no number of milliseconds from 0 to 600,000; a right one is delay=1500"),
        ("delay=600001", "delay='600001' is no number"),
        ("delay=-1", "delay='-1' is no number"),
        ("fault=inverter-tripp", "there is no fault 'inverter-tripp'; like it: inverter-trip"),
        ("fault", "there is no fault ''"),
        (
            "fault=latency; milisecond=1",
            "latency has no parameter 'milisecond'; it takes distribution, milliseconds",
        ),
        ("fault=latency; milisecond=1", "did you mean 'milliseconds'?"),
        ("fault=latency; milliseconds=many", "latency; milliseconds: 'many' is no number"),
        ("fault=latency; share=1.5", "latency; share: "),
        ("fault=error-share; code=418", "error-share; code: '418' is none of any, 500, 502, 503, 504"),
        ("fault=inverter-trip; from=noon", "inverter-trip; from: 'noon' is no UTC instant to the minute"),
        (
            "fault=inverter-trip; from=2024-03-20T12:00:00Z; to=2024-03-20T10:00:00Z",
            "inverter-trip; to: is not after from",
        ),
        ("fault=inverter-trip; seed=x", "inverter-trip; seed: 'x' is no whole number"),
        ("code==503", "'code==503' cannot be read; code=... is right"),
    ],
)
def test_a_wrong_value_of_a_known_preference_is_refused(served: Served, text: str, detail: str):
    """400 names the header, what was given and what is right; nothing was applied."""
    reply = prefer(served, text)
    assert reply.status == 400
    assert reply.json()["parameter"] == "Prefer"
    assert detail in reply.json()["detail"]
    assert reply.headers["Preference-Applied"] is None
    assert served.ask(PV_DAY, headers={"Prefer": text}).status == 401


def test_a_fault_of_the_wire_strikes_the_request_that_asks(served: Served, healthy: Reply):
    """It is certain for this one, and nobody else sees it."""
    assert prefer(served, "fault=error-share; code=502").status == 502
    assert prefer(served, "fault=rate-limit").status == 429
    assert prefer(served, "fault=token-expiry").headers["WWW-Authenticate"].startswith("Bearer")
    reply = prefer(served, "fault=wrong-content-type; type=text/plain")
    assert reply.headers["Content-Type"] == "text/plain"
    assert reply.headers["Preference-Applied"] == "fault=wrong-content-type"
    assert [prefer(served, "fault=rate-limit; requests=2").status for _ in range(3)] == [200, 200, 429]
    assert prefer(served, "fault=broken-cors").headers["Preference-Applied"] is None
    with served.asked(PV_DAY, "GET", "Prefer: fault=dropped-connection; how=close") as peer:
        assert peer.recv(65536) == b""
    assert same(served.ask(PV_DAY), healthy)


def test_what_is_asked_for_meets_what_is_placed(served: Served):
    """A fault that is asked for comes to those that are placed; a code is answered in their stead."""
    late = placed("latency", name="two", milliseconds=9.0)
    served.place(placed("error-share", share=1.0, code="502"), late)
    assert prefer(served, "fault=slow-bytes; bytes_per_second=1000").status == 502
    assert served.hours.waited[:2] == [0.009, 0.1]
    served.hours.waited.clear()
    assert prefer(served, "code=418").status == 418
    assert prefer(served, "code=200").status == 200
    assert served.hours.waited == []


def test_a_fault_of_the_data_strikes_the_middle_third(served: Served, healthy: Reply):
    """The inverter trips at eight, is back at sixteen; the answer has its own tag and is kept for nobody."""
    reply = prefer(served, "fault=inverter-trip")
    assert reply.headers["Preference-Applied"] == "fault=inverter-trip"
    assert reply.headers["ETag"] != healthy.headers["ETag"]
    tripped, well = reply.json()["datas"], healthy.json()["datas"]
    struck = [place for place, (one, two) in enumerate(zip(tripped, well, strict=True)) if one != two]
    assert min(struck) >= 32
    assert all(one["power_active_avg"] == 0.0 for one in tripped[36:60] if one["timestamp"] < "2024-03-20T16")
    assert same(served.ask(PV_DAY), healthy)
    again = served.ask(
        PV_DAY, headers={**BEARER, "Prefer": "fault=inverter-trip", "If-None-Match": reply.headers["ETag"]}
    )
    assert (again.status, again.headers["Preference-Applied"]) == (304, "fault=inverter-trip")


def test_a_fault_of_the_data_strikes_when_it_is_told(served: Served, healthy: Reply):
    """With `from` and `to` the rows between differ and no others do."""
    reply = prefer(served, 'fault=inverter-trip; from="2024-03-20T18:00:00Z"; to=2024-03-20T19:00:00Z')
    pairs = zip(power(reply), power(healthy), strict=True)
    struck = [place for place, (one, two) in enumerate(pairs) if one != two]
    assert {72, 73, 74, 75} <= set(struck) <= {72, 73, 74, 75, 76}  # It reconnects slowly.


def test_a_fault_of_the_data_lasts_no_longer_than_it_may(served: Served):
    """Of four years that are asked for 400 days are struck; to ask for more is refused."""
    years = (
        PV_DAY.replace("2024-03-20", "2024-01-01").replace("2024-03-21", "2028-01-01").replace("=15", "=30")
    )
    lost = len(served.ask(years).body.splitlines()) - len(
        prefer(served, "fault=gap", years).body.splitlines()
    )
    assert lost == 400 * 48
    told = "fault=gap; from=2024-01-01T00:00:00Z; to=2025-02-05T00:00:00Z"
    assert prefer(served, told, PV_DAY).status == 400
    assert "gap; to: a fault lasts 400 days at most" in prefer(served, told, PV_DAY).json()["detail"]
    early = prefer(served, "fault=gap; from=2024-03-20T23:00:00Z; to=1970-01-01T00:00:00Z")
    assert early.status == 400


def test_a_meter_sees_what_trips_behind_its_controller(served: Served):
    """Asked of a meter, the inverters behind the same unit controller trip: more comes from the grid."""
    target = "/meters/data?" + DAY.format("ME000001")
    well, tripped = served.ask(target), prefer(served, "fault=inverter-trip", target)
    assert tripped.headers["Preference-Applied"] == "fault=inverter-trip"
    changed = [(one, two) for one, two in zip(power(tripped), power(well), strict=True) if one != two]
    assert 8 <= len(changed) <= 10
    assert all(one > two for one, two in changed)


def test_whoever_matches_is_struck_when_nobody_is_named(served: Served):
    """Without a resource every inverter of the answer trips."""
    target = "/pv/data?" + DAY.format("").replace("resource_id=&", "")
    well, tripped = (
        served.ask(target).json()["datas"],
        prefer(served, "fault=inverter-trip", target).json()["datas"],
    )
    every = {row["resource_id"] for row in well}
    assert len(every) > 20
    struck = {one["resource_id"] for one, two in zip(well, tripped, strict=True) if one != two}
    assert len(struck) > len(every) * 0.8


def test_a_fault_that_can_strike_nobody_is_refused(served: Served):
    """A list has no rows, and what is not there cannot trip; unknown ids are 404 as ever."""
    assert "strikes series" in prefer(served, "fault=inverter-trip", SITES).json()["detail"]
    wrong = prefer(served, "fault=inverter-trip", PV_DAY.replace("PV000001", "PV999999"))
    assert (wrong.status, wrong.headers["Preference-Applied"]) == (404, None)
    backwards = prefer(served, "fault=inverter-trip", PV_DAY.replace("2024-03-21", "2024-03-19"))
    assert backwards.json()["parameter"] == "end"


def test_pages_and_unknown_paths_prefer_nothing(served: Served):
    """What is no operation is answered as ever."""
    assert prefer(served, "code=503", "/healthz").status == 200
    assert prefer(served, "code=503", "/nothing").status == 404


def test_browsers_may_ask_and_read(served: Served):
    """A preflight allows the header, and a page of another origin may read what was applied."""
    asked = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,prefer",
    }
    preflight = served.ask(PV_DAY, "OPTIONS", headers=asked)
    assert "prefer" in preflight.headers["Access-Control-Allow-Headers"]
    reply = served.ask(PV_DAY, headers={**BEARER, "Origin": asked["Origin"], "Prefer": "code=503, delay=1"})
    readable = reply.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Preference-Applied", "Server-Timing", "Retry-After", "Age"} <= set(readable)
    assert reply.headers["Timing-Allow-Origin"] == "*"


def test_the_query_asks_where_it_may(served: Served, healthy: Reply):
    """The same in the query, where the server reads it; elsewhere the parameters are unknown."""
    for name in ("code=503", "delay=5", "fault=latency"):
        refused = served.ask(f"{PV_DAY}&__{name}")
        assert refused.status == 400
        assert "is no parameter of this operation" in refused.json()["detail"]
    with serving(query_form=True) as other:
        assert other.ask(f"{PV_DAY}&__code=503").status == 503
        assert other.ask(PV_DAY.replace("?", "?__code=503&")).status == 503
        late = other.ask(f"{PV_DAY}&__delay=1500&__fault=latency%3Bmilliseconds%3D30")
        assert other.hours.waited == [1.5, 0.03]
        assert (late.body, late.headers["ETag"]) == (healthy.body, healthy.headers["ETag"])
        assert other.ask(f"{PV_DAY}&__fault=inverter-trip").body == prefer(served, "fault=inverter-trip").body
        assert same(other.ask(PV_DAY), healthy)
        for query, parameter in {
            "__code=abc": "__code",
            "__delay=x": "__delay",
            "__fault=x": "__fault",
            "__code=500&__code=500": "__code",
            "__nothing=1": "__nothing",
        }.items():
            wrong = other.ask(f"{PV_DAY}&{query}")
            assert (wrong.status, wrong.json()["parameter"]) == (400, parameter)


def test_control_off_lets_requests_ask_for_nothing(healthy: Reply):
    """Then the header is one that the server does not know."""
    with serving(prefer=False) as one:
        assert same(prefer(one, "code=503"), healthy)
