"""The rules of the wire: each is reported by a server with that fault, and by no healthy one."""

import gzip
import json
import socket
from datetime import timedelta

import pytest
from flask import Response, jsonify, redirect, request

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import KINDS, TOKEN, UNTIL, plant, problem, row
from wattos_testkit.contract import load_contract
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Severity
from wattos_testkit.harness.findings import Selection
from wattos_testkit.harness.wire_rules import RULES

WIRE = Selection(("WT0", "WT1", "WT2"))


def found(app, **settings):
    """Return the wire's rules that a run reports, by their ids."""
    with serving(app) as url:
        end = finished(check(smoke(url, **{"max_requests": 400, "selection": WIRE, **settings})))
    assert end.exit_code in {0, 1}, end.reason
    return {one.rule for one in end.findings if one.rule in RULES}


def body_as(make):
    """Return a plant whose data is sent by a function of (operation, body)."""
    return plant(body=make)


def before(answer):
    """Return a plant that first asks a function for an answer."""
    app = plant()
    app.before_request(answer)
    return app


def after(change):
    """Return a plant whose every answer passes a function."""
    app = plant()
    app.after_request(lambda answer: change(answer) or answer)
    return app


def without(operation, field):
    """Return a plant whose rows lack a field."""

    def bare(name, at, interval):
        made = row(name, at, interval)
        return {key: value for key, value in made.items() if name != operation or key != field}

    return plant(row=bare)


def changed(field, value):
    """Return a plant whose rows have another value in a field."""
    return plant(row=lambda *args: {**row(*args), field: value})


def lists_with(change):
    """Return a plant whose list of sites is changed."""

    def body(name, value):
        return jsonify(
            {"sites": [change(dict(one)) for one in value["sites"]]} if name == "get_sites" else value
        )

    return plant(body=body)


def accepting(name, wanted=lambda text: text is not None, **parts):
    """Return a plant that lets wrong values of a parameter pass."""
    return plant(accepts=lambda parameter, text: parameter == name and wanted(text), **parts)


def crashing(name):
    """Return a plant that fails at a wrong value of a parameter."""

    def answer(status, detail):
        return Response("oops", 500) if status == 400 and name in detail else problem(status, detail)

    return plant(problem=answer)


def header(name, value):
    """Return a plant that sends a header with every answer."""
    return after(lambda answer: answer.headers.set(name, value))


def tagged(app, answer):
    """Return a plant whose lists have an ETag, and whose conditional requests get another answer."""

    def change(made):
        if request.path == "/sites" and made.status_code == 200:
            if request.headers.get("If-None-Match"):
                return answer(made)
            made.headers["ETag"] = '"one"'
        return made

    app.after_request(change)
    return app


def not_modified(made):
    """Answer every conditional request with 304."""
    made.status_code, made.data = 304, b""
    return made


BEARER = {"WWW-Authenticate": "Bearer"}
PROBLEM = "application/problem+json"


def sent(make):
    """Return a plant whose data is the JSON text that a function makes of a body."""
    return plant(body=lambda _, body: Response(make(body), mimetype="application/json"))


def open_to_all(path):
    """Return a plant that gives one path to everybody."""

    def answer():
        open_now = "Authorization" not in request.headers and request.path == path
        return jsonify({"sites": [], "datas": []}) if open_now else None

    return before(answer)


def errors(make):
    """Return a plant whose errors have another body, made of the status."""
    return plant(problem=lambda status, _: Response(make(status), status, BEARER, content_type=PROBLEM))


def another_status(make):
    """Return a plant whose data comes with another status."""

    def change(answer):
        if answer.status_code == 200:
            answer.status_code = make

    return after(change)


def hiding(trace):
    """Return a plant whose errors show its insides."""
    return plant(problem=lambda status, _: problem(status, trace))


def never_empty(name, body):
    """Make up a row where there is none."""
    if body.get("datas") == []:
        body = {"datas": [row(name, UNTIL - timedelta(minutes=15), 15)]}
    return jsonify(body)


def owned(operation, name):
    """Return whether an id is one of the operation's, whatever its case or end."""
    return name.strip().upper() == KINDS[operation] + "000001"


def newline(text):
    """Return whether a text ends with a newline."""
    return bool(text) and text.endswith("\n")


def missing(text):
    """Return whether a parameter is missing."""
    return text is None


TRACE = 'Traceback (most recent call last):\n  File "app.py", line 1'
TWICE = '{"a": 1, "a": 2, '
BLANK = {"type": "about:blank", "title": "no", "detail": "no"}
THREE = {"ME000001", "BE000001", "PV000001"}
FAULTS = {
    "a 500 for a wrong interval": (crashing("agg_interval"), {"WT001"}),
    "a 500 for a wrong id": (crashing("resource_id"), {"WT001"}),
    "sites without a token": (open_to_all("/sites"), {"WT005"}),
    "series without a token": (open_to_all("/pv/data"), {"WT005"}),
    "any token": (
        plant(authorised=lambda text: text.lower().startswith("bearer ") and len(text) > 8),
        {"WT006"},
    ),
    "any header": (plant(authorised=lambda text: text != ""), {"WT006", "WT007"}),
    "Basic": (
        plant(authorised=lambda text: text.startswith("Basic") or text[1:] == f"earer {TOKEN}"),
        {"WT007"},
    ),
    "no challenge": (after(lambda answer: answer.headers.remove("WWW-Authenticate")), {"WT008"}),
    "400 for strangers": (
        plant(problem=lambda status, text: problem(400 if status == 401 else status, text)),
        {"WT012"},
    ),
    "an echoed token": (header("X-Debug", f"you are {TOKEN}"), {"WT009"}),
    "a traceback": (hiding(TRACE), {"WT010"}),
    "an SQL error": (hiding("SQLSTATE[42P01]: undefined table"), {"WT010"}),
    "a 206": (another_status(206), {"WT101"}),
    "a 422": (plant(problem=lambda status, text: problem(422 if status == 400 else status, text)), {"WT102"}),
    "text/plain": (body_as(lambda _, body: Response(json.dumps(body), mimetype="text/plain")), {"WT103"}),
    "NaN": (changed("power_active_avg", float("nan")), {"WT104"}),
    "half a body": (sent(lambda body: json.dumps(body)[:-1]), {"WT104"}),
    "not UTF-8": (
        sent(lambda body: json.dumps({**body, "é": 1}, ensure_ascii=False).encode("cp1252")),
        {"WT104"},
    ),
    "a key twice": (sent(lambda body: TWICE + json.dumps(body)[1:]), {"WT104"}),
    "a missing field": (without("get_bess_data", "soc_end"), {"WT105"}),
    "a number as text": (changed("power_active_avg", "1.0"), {"WT105"}),
    "a null": (changed("temp_cell_max", None), {"WT105"}),
    "out of range": (changed("soc_end", 120.0), {"WT105"}),
    "an interval that does not exist": (changed("agg_interval", 7), {"WT105"}),
    "a time that is none": (changed("timestamp", "20/03/2024 00:00"), {"WT105"}),
    "a malformed id in a list": (lists_with(lambda site: {**site, "group_id": "group 1"}), {"WT105"}),
    "a bare list": (sent(lambda body: json.dumps(next(iter(body.values())))), {"WT105"}),
    "HTML for errors": (plant(problem=lambda status, _: Response("<h1>no</h1>", status, BEARER)), {"WT107"}),
    "errors without a detail": (errors(lambda status: json.dumps({"status": status})), {"WT107"}),
    "another status inside": (errors(lambda _: json.dumps({**BLANK, "status": 500})), {"WT108"}),
    "304 for everything": (tagged(plant(), not_modified), {"WT109"}),
    "ids in lower case": (accepting("resource_id", known=owned), {"WT201"}),
    "a final newline": (accepting("resource_id", newline, known=owned), {"WT201"}),
    "groups that are malformed": (accepting("group_id"), {"WT201"}),
    "any interval": (accepting("agg_interval"), {"WT202"}),
    "an interval in another spelling": (
        accepting("agg_interval", lambda text: bool(text) and text.strip("+ 0.") == "15"),
        {"WT202"},
    ),
    "an hour": (accepting("agg_interval", lambda text: text == "60"), {"WT202"}),
    "no interval": (accepting("agg_interval", missing), {"WT203"}),
    "no start": (accepting("start", missing), {"WT203"}),
    "no end": (accepting("end", missing), {"WT203"}),
    "no group": (accepting("group_id", missing), {"WT203"}),
    "any start": (accepting("start", bool), {"WT204"}),
    "any end": (accepting("end", bool), {"WT204"}),
    "an end before its start": (plant(window=lambda *_: True, body=never_empty), {"WT205"}),
    "rows for nobody": (plant(known=lambda kind, name: name[:2] in {"ZQ", KINDS[kind]}), {"WT206"}),
    "rows for a stranger": (plant(known=lambda _, name: name in THREE), {"WT207"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_by_its_own_rule(name):
    """A server with one fault of the wire is reported by its rule, and by no other of the wire."""
    app, rules = FAULTS[name]
    assert found(app, profile="standard", fuzz=False) == rules


def gzipped(answer):
    """Send the data compressed to who can unpack it."""
    if answer.status_code == 200 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.data = gzip.compress(answer.data)
        answer.headers["Content-Encoding"] = "gzip"


def numbered(answer):
    """Send extra headers."""
    answer.headers["X-Request-Id"] = "1"
    answer.headers["Cache-Control"] = "no-store"


def respelled(old, new):
    """Return a plant that spells its times otherwise."""
    return plant(row=lambda *args: {**row(*args), "timestamp": row(*args)["timestamp"].replace(old, new)})


def kept(made):
    """Answer 304 to the right ETag alone."""
    return not_modified(made) if request.headers["If-None-Match"] == '"one"' else made


def unknown_group():
    """Answer 404 for a group that nobody has."""
    unknown = "ZQ" in request.args.get("group_id", "") and "Authorization" in request.headers
    return problem(404, "no such group") if unknown else None


def empty_list(status, detail):
    """Answer with no rows for a resource that nobody has."""
    return jsonify(datas=[]) if "no such resource" in detail else problem(status, detail)


CHARSET = "application/json; charset=utf-8"
LEGAL = {
    "the plain one": plant(),
    "more properties": changed("firmware", "1.2.3"),
    "another status word": changed("status", "MAINTENANCE"),
    "whole numbers": changed("power_active_max", 11),
    "another spelling of UTC": respelled("Z", "+00:00"),
    "milliseconds": respelled("Z", ".000Z"),
    "gzip": after(gzipped),
    "more headers": after(numbered),
    "a charset": body_as(lambda _, body: Response(json.dumps(body), content_type=CHARSET)),
    "an ETag that is kept": tagged(plant(), kept),
    "an ETag that is ignored": tagged(plant(), lambda made: made),
    "404 for an unknown group": before(unknown_group),
    "404 for what is malformed": plant(
        problem=lambda status, detail: problem(404 if status == 400 else status, detail)
    ),
    "an empty list for the unknown": plant(problem=empty_list),
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_legal_server_is_clean(name):
    """What a healthy deployment may do differently is no finding of the wire."""
    assert found(LEGAL[name], profile="standard", fuzz=False) == set()


def limited(start, end, interval):
    """Return whether a window is no longer than a deployment gives at once."""
    return timedelta(minutes=interval) <= end - start <= timedelta(hours=6)


def test_a_limit_of_windows_is_no_refusal():
    """A deployment that gives six hours at once is tested with that, and has no error."""
    with serving(plant(window=limited)) as url:
        end = finished(check(smoke(url, profile="standard", fuzz=False)))
    assert [one for one in end.findings if one.severity is Severity.ERROR] == []
    assert end.reason == ""


def test_a_redirect_of_what_is_malformed_is_http_s_own():
    """A proxy may lead a malformed path elsewhere on the same host."""
    app = before(lambda: redirect("/sites") if "%0A" in request.environ["REQUEST_URI"] else None)
    assert found(app, profile="standard", fuzz=False) == set()


def test_a_documented_header_is_held_to_its_schema(tmp_path):
    """A header that the document requires must be there, and be what it says."""
    raw = load_contract().raw
    answer = raw["paths"]["/sites"]["get"]["responses"]["200"]
    answer["headers"]["X-Total"] = {"required": True, "schema": {"type": "integer"}}
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(raw))
    assert found(plant(), spec=str(document)) == {"WT106"}
    assert found(header("X-Total", "many"), spec=str(document)) == {"WT106"}
    assert found(header("X-Total", "1"), spec=str(document)) == set()


def test_a_connection_that_breaks_is_reported():
    """A request without an answer is a finding of its operation."""
    app = plant()
    app.before_request(hang_up)
    assert found(app, timeout=1.0) == {"WT002"}


def hang_up():
    """Close the connection instead of an answer, at one operation."""
    if request.path == "/bess/data" and request.args.get("agg_interval") == "7":
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def test_a_legal_request_that_is_refused():
    """An interval of the document that the server does not have is reported, once for each resource."""
    app = plant(window=lambda start, end, step: step != 15 and end > start)
    assert found(app, profile="standard", fuzz=False, selection=Selection(("WT208", "WT3"))) == {"WT208"}


def test_one_cause_is_one_finding():
    """A fault in every row of every answer is one finding for each operation, with a count."""
    with serving(changed("timestamp", 5)) as url:
        end = finished(check(smoke(url)))
    broken = [one for one in end.findings if one.rule == "WT105"]
    assert sorted(one.operation for one in broken) == ["get_bess_data", "get_meter_data", "get_pv_data"]
    assert all(one.count > 1 for one in broken)


def test_every_rule_of_the_wire_has_a_fault_here_or_beside():
    """Each rule of the wire is triggered by some test of this room."""
    elsewhere = {"WT002", "WT003", "WT004", "WT011", "WT106", "WT208"}  # here below, and in test_safety
    elsewhere |= {"WT013", "WT014", "WT015", "WT110"}  # in test_guards and test_same
    assert set().union(*(rules for _, rules in FAULTS.values())) | elsewhere == set(RULES)
