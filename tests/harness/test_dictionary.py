"""The dictionary of spellings: what a lenient parser swallows is found, and what is legal is not."""

from urllib.parse import quote

import pytest

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import TOKEN, plant, problem
from wattos_testkit.contract import load_contract
from wattos_testkit.harness.asked import Reader, minute_of
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Progress, Severity
from wattos_testkit.harness.findings import Selection
from wattos_testkit.harness.profiles import PROFILES
from wattos_testkit.harness.spellings import INTERVALS, ids
from wattos_testkit.harness.spellings_of_times import times

GOOD = "2026-11-25T14:00:00Z"
READER = Reader(load_contract(), "http://127.0.0.1")
WIRE = Selection(("WT0", "WT1", "WT2"))


def read(**values):
    """Return a request for a series with some values changed."""
    good = {"resource_id": "PV000001", "start": "2026-11-25T12:00:00Z", "end": GOOD, "agg_interval": "15"}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in {**good, **values}.items())
    return READER.read(f"http://127.0.0.1/pv/data?{query}")


def said(app, profile="standard"):
    """Return the wire's findings of a run by rule, and how many requests the dictionary was."""
    with serving(app) as url:
        events = list(check(smoke(url, max_requests=2_000, selection=WIRE, profile=profile, fuzz=False)))
    end = finished(iter(events))
    counts = [
        one.message for one in events if isinstance(one, Progress) and "of the dictionary" in one.message
    ]
    return {one.rule: one for one in end.findings}, int(counts[-1].split()[0])


def test_no_entry_is_legal():
    """Every entry breaks the document, and none is in the dictionary twice."""
    entries = [
        (name, one.text)
        for name in ("start", "end")
        for one in times(minute_of(GOOD))
        if one.only in {"", name}
    ]
    entries += [("resource_id", one.text) for one in ids("PV000001", "PV000002", "ME000001")]
    entries += [("agg_interval", text) for texts in INTERVALS.values() for text in texts]
    assert len(set(entries)) == len(entries)
    for name, text in entries:
        asked = read(**{name: text})
        assert asked.mistakes or asked.loose, (name, text)


@pytest.mark.parametrize("text", ["2026-11-25 14:00:00Z", "20261125T140000Z", "2026-11-25T14:00:00+0000"])
def test_another_spelling_of_the_minute_is_a_warning(text):
    """What says the same minute otherwise than RFC 3339 does no harm where it is taken."""
    asked = read(end=text)
    assert (asked.mistakes, len(asked.loose)) == ((), 1)


@pytest.mark.parametrize(
    "text", ["2026-11-25T14:00:00+00:00", "2026-11-25t14:00:00z", "2026-11-25T14:00:00.000Z"]
)
def test_the_spellings_of_the_standard_are_not_judged(text):
    """RFC 3339 is the format that the document names."""
    asked = read(end=text)
    assert (asked.mistakes, asked.loose, asked.unsure) == ((), (), True)


def takes(name, wanted):
    """Return a plant that takes some malformed values of a parameter."""
    return plant(
        accepts=lambda parameter, text: parameter == name and bool(text) and wanted(text),
        known=lambda *_: True,
    )


@pytest.mark.parametrize(
    ("rule", "app"),
    [
        ("WT204", takes("start", lambda text: text.isascii() and text.isdigit() and len(text) in {10, 13})),
        ("WT204", takes("end", lambda text: text[10:11] == " ")),
        ("WT204", takes("end", lambda text: "T24:00" in text)),
        ("WT201", takes("resource_id", lambda text: "," in text)),
        ("WT201", takes("group_id", lambda text: text.endswith("%"))),
        ("WT202", takes("agg_interval", lambda text: text == "15min")),
        ("WT208", plant(window=lambda *given: given[2] != 5)),
        ("WT006", plant(authorised=lambda text: text.lower() in {f"bearer {TOKEN}", "bearer null"})),
        ("WT007", plant(authorised=lambda text: text.split(" ")[-1] == TOKEN and "x" not in text)),
        ("WT208", plant(authorised=lambda text: text == f"Bearer {TOKEN}")),
    ],
)  # fmt: skip
def test_what_is_swallowed_is_found(rule, app):
    """A parser that takes one family of spellings, or a form of credentials, is reported by its rule."""
    assert rule in said(app)[0]


def after(change):
    """Return a plant whose refusals of strangers pass a function."""
    app = plant()
    app.after_request(lambda made: change(made) or made)
    return app


def challenge(*values):
    """Return a plant with these challenges."""

    def change(made):
        if made.status_code == 401:
            made.headers.remove("WWW-Authenticate")
            for value in values:
                made.headers.add("WWW-Authenticate", value)

    return after(change)


def test_the_challenge_must_be_the_document_s():
    """Basic alone is another scheme; beside Bearer, in one header or two, it is legal."""
    assert set(said(challenge('Basic realm="x"'), "smoke")[0]) == {"WT008"}
    for legal in (('Basic realm="x"', "Bearer"), ('Basic realm="x", bearer realm="y"',)):
        assert said(challenge(*legal), "smoke")[0] == {}


def test_strangers_must_not_learn_what_exists():
    """Without a token an unknown id is refused as a known one is."""

    def change(made):
        from flask import request  # noqa: PLC0415 - of the request on its way

        return problem(404, "no such id") if made.status_code == 401 and "ZQ" in request.url else None

    found = said(after(change))[0]
    assert set(found) == {"WT012"}
    assert len(found["WT012"].requests) == 2


@pytest.mark.parametrize(("blamed", "rules"), [("agg_interval", {"WT107"}), (None, set())])
def test_an_error_must_blame_what_is_wrong(blamed, rules):
    """The member `parameter` names the wrong parameter, where there is such a member."""

    def answer(status, detail):
        made = problem(status, detail)
        name = blamed or detail.split(":")[0].split()[0]
        if status == 400 and ("window" not in detail):
            made.data = made.data.replace(b'"detail"', f'"parameter": "{name}", "detail"'.encode(), 1)
        return made

    assert set(said(plant(problem=answer), "smoke")[0]) == rules


def test_each_profile_keeps_its_budget():
    """Smoke sends a handful, standard no more than its budget, deep all; a healthy plant is clean in each."""
    counts = {}
    for name in PROFILES:
        found, counts[name] = said(plant(), name)
        assert [one for one in found.values() if one.severity is Severity.ERROR] == [], name
    assert (counts["smoke"], counts["standard"]) == (8, 170)
    assert counts["deep"] > 300
