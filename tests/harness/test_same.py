"""The same question with other headers, and strangers at each door: what is wrong is found by name."""

import gzip
import hashlib
import json

import pytest
from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from tests.harness.conftest import serving
from tests.harness.plant import TOKEN, plant, problem
from tests.harness.test_guards import said
from wattos_testkit.cli import run

SERIES = {"/meters/data", "/bess/data", "/pv/data"}
HOLDER = f"Bearer {TOKEN}"


def tagged(answer):
    """Give an answer a strong ETag, and 304 to who brings it."""
    if answer.status_code == 200:
        answer.set_etag(hashlib.sha1(answer.get_data(), usedforsecurity=False).hexdigest())
        answer.make_conditional(request)
    return answer


def holder():
    """Return whether the request has the right token."""
    return request.headers.get("Authorization") == HOLDER


def after(*changes):
    """Return a plant whose every answer passes functions, the first one first."""
    app = plant()
    for change in reversed(changes):
        app.after_request(lambda answer, change=change: change(answer) or answer)
    return app


def empty(answer):
    """Take the rows out of an answer of data."""
    if answer.status_code == 200 and request.path in SERIES:
        answer.set_data(b'{"datas": []}')


def when(header, change, wanted=lambda _: True):
    """Change answers to requests with a header."""
    return lambda answer: change(answer) if wanted(request.headers.get(header, "")) else None


def cache(key):
    """Return a plant behind a cache that stands before the guard."""
    app, kept = plant(), {}

    def look():
        return kept.get(key())

    def keep(answer):
        if answer.status_code == 200 and holder():
            kept[key()] = Response(answer.get_data(), 200, content_type=answer.content_type)
        return answer

    app.before_request(look)
    app.after_request(keep)
    return app


def validator_for_token():
    """Return a plant whose cache answers a validator it has given before it looks for a token."""
    app, given = plant(), set()

    def keep(answer):
        if answer.status_code == 200:
            tagged(answer)
            given.add(answer.headers["ETag"])
        elif request.headers.get("If-None-Match") in given:
            return Response(status=304)
        return answer

    app.after_request(keep)
    return app


def negative_cache():
    """Return a plant whose cache keeps a refusal, too."""
    app, kept = plant(), {}
    app.before_request(lambda: kept.get(request.full_path))

    def keep(answer):
        if answer.status_code == 401 and request.path in SERIES:
            kept[request.full_path] = Response(answer.get_data(), 401, answer.headers)
        return answer

    app.after_request(keep)
    return app


def given_to(wanted):
    """Return a plant that lets in whom a function wants, too."""
    return plant(authorised=lambda header: header in {HOLDER, f"bearer {TOKEN}"} or wanted(header))


def slashes():
    """Return a plant that takes each path with a slash at its end, without a guard."""
    app = plant()

    def around():
        if request.path.endswith("/") and request.path[:-1] in SERIES | {"/sites"}:
            with app.test_client() as client:
                address = f"{request.path[:-1]}?{request.query_string.decode()}"
                inner = client.get(address, headers={"Authorization": HOLDER})
                return Response(inner.get_data(), inner.status_code, content_type=inner.content_type)
        return None

    app.before_request(around)
    return app


def leaking_body(answer):
    """Put the data into the body of a refusal."""
    if answer.status_code == 401:
        body = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "no"}
        answer.set_data(json.dumps({**body, "sites": [{"site_id": "SITE0001"}]}))


def repeated(status, detail):
    """Refuse with a page that repeats what was asked."""
    made = problem(status, detail)
    if status == 400:
        made.set_data(f"<h1>{dict(request.args)}</h1>")
        made.content_type = "text/html"
    return made


def ranged(answer):
    """Cut an answer where a range is asked for, and call it whole."""
    if answer.status_code == 200 and "Range" in request.headers:
        answer.set_data(b'{"datas": []}')


def wrong_range(answer):
    """Answer a range with other bytes than were asked for."""
    if answer.status_code == 200 and "Range" in request.headers:
        answer.set_data(answer.get_data()[:50])
        answer.status_code = 206
        answer.headers["Content-Range"] = "bytes 0-99/1000"


def unpacked(answer):
    """Say gzip of a body that is none."""
    if answer.status_code == 200 and request.path == "/pv/data":
        answer.headers["Content-Encoding"] = "gzip"


def not_acceptable(answer):
    """Refuse a client that takes anything."""
    if "*/*" in request.headers.get("Accept", ""):
        answer.status_code = 406


def kept_by_all(answer):
    """Let shared caches keep every answer."""
    answer.headers["Cache-Control"] = "public, max-age=60"


def commas(answer):
    """Write numbers as Germans do, for Germans."""
    if request.headers.get("Accept-Language", "").startswith("de") and request.path in SERIES:
        answer.set_data(answer.get_data().replace(b"10.5", b"105"))


def tagged_by_window(answer):
    """Tag an answer by its window, whatever is asked of it."""
    if answer.status_code == 200:
        answer.set_etag(f"{request.args.get('start')}")
        answer.make_conditional(request)


def not_found(answer):
    """Call each mistake one of the path."""
    if answer.status_code == 400:
        answer.set_data(json.dumps({**answer.get_json(force=True), "title": "Not Found"}))


FAULTY = {
    "a validator instead of the token": (validator_for_token, "WT005"),
    "a cache before the guard": (lambda: cache(lambda: request.full_path), "WT005"),
    "a cache that sorts its parameters": (
        lambda: cache(lambda: (request.path, *sorted(request.args.items()))),
        "WT006",
    ),
    "a cache that keeps refusals": (negative_cache, "WT013"),
    "a path with a slash is open": (slashes, "WT005"),
    "data in the body of a 401": (lambda: after(leaking_body), "WT005"),
    "the beginning of the token is enough": (
        lambda: given_to(lambda text: text[:16] == HOLDER[:16]),
        "WT006",
    ),
    "a token one shorter": (lambda: given_to(lambda text: text == HOLDER[:-1]), "WT006"),
    "tokens without case": (lambda: given_to(lambda text: text.lower() == HOLDER.lower()), "WT006"),
    "a proxy believed by its header": (
        lambda: given_to(lambda _: request.headers.get("X-Forwarded-For") == "127.0.0.1"),
        "WT005",
    ),
    "a public answer": (lambda: after(kept_by_all), "WT014"),
    "tags repeated": (lambda: plant(problem=repeated), "WT015"),
    "an old validator gets nothing": (lambda: after(when("If-None-Match", empty, bool)), "WT109"),
    "each validator is right": (
        lambda: after(when("If-None-Match", lambda _: Response(status=304), bool)),
        "WT109",
    ),
    "a date long ago gets nothing": (lambda: after(when("If-Modified-Since", empty, bool)), "WT109"),
    "a list of validators gets nothing": (
        lambda: after(when("If-None-Match", empty, lambda text: "," in text), tagged),
        "WT109",
    ),
    "no rows without gzip": (
        lambda: after(when("Accept-Encoding", empty, lambda text: "gzip" not in text)),
        "WT110",
    ),
    "gzip that is none": (lambda: after(unpacked), "WT110"),
    "406 for anything": (lambda: after(not_acceptable), "WT110"),
    "numbers by language": (lambda: after(commas), "WT110"),
    "a range as if it were all": (lambda: after(ranged), "WT110"),
    "one tag for each window": (lambda: after(tagged_by_window), "WT109"),
    "an inner host in a refusal": (
        lambda: plant(problem=lambda status, _: problem(status, "keycloak.prod.internal:8080 said no")),
        "WT010",
    ),
    "a title of another status": (lambda: after(not_found), "WT108"),
    "a range of other bytes": (lambda: after(wrong_range), "WT110"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_the_fault_is_reported_by_name(name):
    """Each way around the guard, and each other answer to the same, is reported by the rule that means it."""
    make, rule = FAULTY[name]
    end, found = said(make())
    assert rule in found, (found, end.reason)


def zipped(answer):
    """Pack an answer for who can unpack it, with a tag of its own."""
    if answer.status_code == 200 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.set_data(gzip.compress(answer.get_data(), 1))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"


def weak(answer):
    """Tag an answer weakly."""
    if answer.status_code == 200:
        answer.set_etag(hashlib.sha1(answer.get_data(), usedforsecurity=False).hexdigest(), weak=True)
        answer.make_conditional(request)


def one_revision(answer):
    """Tag all answers with the revision of the data."""
    if answer.status_code == 200:
        answer.set_etag("revision-7")
        answer.make_conditional(request)


def pieces(answer):
    """Send a part to who asks for one."""
    if answer.status_code == 200:
        size = len(answer.get_data())
        try:
            answer.make_conditional(request, accept_ranges=True, complete_length=size)
        except RequestedRangeNotSatisfiable:
            return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    return answer


def private(answer):
    """Let only the client itself keep an answer, or each token's apart."""
    tagged(answer)
    answer.headers["Cache-Control"] = (
        "private, max-age=60" if request.path == "/sites" else "public, max-age=9"
    )
    answer.headers["Vary"] = "Authorization, Accept-Encoding"


LEGAL = {
    "packed": (zipped, tagged), "tagged weakly": (weak,), "in pieces": (pieces,), "kept apart": (private,),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_what_http_allows_is_not_reported(name):
    """Codings, weak tags, one tag for all, ranges and private caches are nobody's fault."""
    end, found = said(after(*LEGAL[name]))
    assert (set(found), end.reason) == (set(), "")


def test_a_revision_as_a_tag_is_no_error():
    """A tag that all requests share may be the revision of all data: worth a look, and no failure."""
    end, found = said(after(one_revision))
    assert end.exit_code == 0
    assert set(found) == {"WT109"}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("an old validator gets nothing", "WT109"), ("406 for anything", "WT110"), ("tags repeated", "WT015"),
        ("a public answer", "WT014"), ("tokens without case", "WT006"),
        ("a path with a slash is open", "WT005"),
    ],
)  # fmt: skip
def test_each_can_be_replayed(tmp_path, healthy, name, rule):
    """A finding of these rules is seen again while it is there, and not in a healthy server."""
    report = tmp_path / "report.json"
    with serving(FAULTY[name][0]()) as url:
        asked = ["check", url, "--token", TOKEN, "--profile", "standard", "--no-fuzz", "--select", rule]
        run([*asked, "--report", f"json={report}"])
        assert run(["check", url, "--token", TOKEN, "--replay", f"{report}#{rule}"]) == 1
    assert run(["check", healthy, "--token", TOKEN, "--replay", f"{report}#{rule}"]) == 0
