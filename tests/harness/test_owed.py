"""What every deployment owes: legal windows answered on any day, impossible ones refused at any interval."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import jsonify, request

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import SITES, TOKEN, plant, problem
from wattos_testkit.contract import load_contract
from wattos_testkit.harness.asked import Reader, minute_of
from wattos_testkit.harness.dates import hard_days
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Severity
from wattos_testkit.harness.findings import Selection

READER = Reader(load_contract(), "http://127.0.0.1")
FEBRUARY = datetime(2024, 2, 1, tzinfo=UTC)


def said(app):
    """Return the findings of the wire in a standard run, by rule."""
    selection = Selection(("WT0", "WT1", "WT2"))
    with serving(app) as url:
        end = finished(check(smoke(url, profile="standard", fuzz=False, selection=selection)))
    return {one.rule: one for one in end.findings}


def long_enough(start, end, interval):
    """Return whether a window is no shorter than the interval."""
    return end - start >= timedelta(minutes=interval)


def refusing(wrong):
    """Return a plant that also refuses some windows."""
    return plant(window=lambda *given: long_enough(*given) and not wrong(*given))


def local(time):
    """Return a UTC time by the clock on a wall in Berlin in 2023, without its zone."""
    summer = datetime(2023, 3, 26, 1, tzinfo=UTC) <= time < datetime(2023, 10, 29, 1, tzinfo=UTC)
    return time.replace(tzinfo=None) + timedelta(hours=2 if summer else 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda start, end, _: (2, 29) in {(one.month, one.day) for one in (start, end)}, "refused"),
        (lambda start, end, _: start.year == 2023 and local(start) >= local(end), "clocks in Europe"),
        (lambda start, end, _: start.year == 2023 and start.day == 31 and end.day == 1, "turn of the year"),
        (lambda start, end, interval: interval < 15 and end - start < timedelta(minutes=15), "legal request"),
        (lambda start, end, interval: interval == 30 and end - start < timedelta(hours=2), "legal request"),
    ],
)
def test_a_legal_window_that_is_refused_is_found(wrong, words):
    """Days that are hard to reckon, and windows as short as they may be, are asked for."""
    found = said(refusing(wrong))
    assert set(found) == {"WT208"}
    assert words in found["WT208"].message


def test_a_limit_of_age_is_legal():
    """Where the week before or after is refused, too, the day is none of its own."""
    assert said(refusing(lambda start, *_: start < FEBRUARY)) == {}


@pytest.mark.parametrize("what", [(5, 3), (30, 20)])
def test_impossible_windows_are_asked_at_every_interval(what):
    """Rows for a window that is shorter than its interval are found, whichever interval it is."""
    interval, minutes = what

    def answer():
        given = {one: request.args.get(one, "") for one in ("start", "end", "agg_interval")}
        if given["agg_interval"] != str(interval) or "Authorization" not in request.headers:
            return None
        try:
            length = minute_of(given["end"]) - minute_of(given["start"])
        except ValueError:
            return None
        return jsonify({"datas": [{"resource_id": "PV000001"}]}) if 0 < length <= minutes else None

    app = plant()
    app.before_request(answer)
    assert "WT205" in said(app)


def test_a_default_for_the_whole_window_is_found():
    """A server that refuses one missing end of the window, and invents both, breaks WT203."""

    def neither(name, text):
        return text is None and name in {"start", "end"} and not {"start", "end"} & set(request.args)

    assert set(said(plant(accepts=neither))) == {"WT203"}


def test_two_groups_at_once_are_found():
    """A list of sites takes one group; the rows of two are a mistake."""

    def answer():
        if len(request.args.getlist("group_id")) > 1 and TOKEN in request.headers.get("Authorization", ""):
            return jsonify({"sites": [*SITES, {**SITES[0], "site_id": "SITE0002", "group_id": "GROUP002"}]})
        return None

    app = plant()
    app.before_request(answer)
    assert set(said(app)) == {"WT201"}


@pytest.mark.parametrize("year", ["0001", "2038", "2262", "9999"])
def test_no_year_makes_a_server_fail(year):
    """The limits of clocks and counters are asked for."""
    app = plant()
    app.before_request(
        lambda: problem(500, "overflow") if request.args.get("start", "").startswith(year) else None
    )
    assert set(said(app)) == {"WT001"}


def test_names_without_case_are_a_warning():
    """A framework that does not mind the case of names does no harm."""

    class AnyCase:
        def __init__(self, app):
            self.app = app

        def __call__(self, environ, start_response):
            environ["QUERY_STRING"] = environ["QUERY_STRING"].replace("START=", "start=")
            return self.app(environ, start_response)

    found = said(AnyCase(plant()))
    assert [(rule, one.severity) for rule, one in found.items()] == [("WT203", Severity.WARNING)]


def test_an_encoded_letter_is_that_letter():
    """What needs no encoding is legal when it is encoded, and is to be answered."""
    app = plant()
    app.before_request(
        lambda: problem(400, "no such id") if "/sites/%53" in request.environ["REQUEST_URI"] else None
    )
    assert set(said(app)) == {"WT208"}


@pytest.mark.parametrize("end", ["2024-03-01T00:00:00Z", "2026-11-25T14:00:00Z", "2027-01-03T00:00:00Z"])
def test_the_hard_days_lie_in_the_past(end):
    """Each window ends before the time; the days are those of the calendar."""
    days = list(hard_days(minute_of(end)))
    assert all(start + length <= minute_of(end) for _, start, length in days)
    changes = [start for what, start, _ in days if "clocks" in what]
    assert all(datetime.fromtimestamp(start * 60, UTC).weekday() >= 5 for start in changes)


def test_a_name_in_another_case_is_not_a_missing_one():
    """The reader tells the two apart."""
    asked = READER.read("http://127.0.0.1/sites?GROUP_ID=GROUP001")
    assert (asked.mistakes, [one.rule for one in asked.loose]) == ((), ["WT203"])
