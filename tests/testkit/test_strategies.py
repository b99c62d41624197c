"""The strategies draw what they say: sound rows, rows broken in one way, fleets that could be in a file."""

import json
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.testkit.identities import violations
from wattos_testkit import strategies as wattos
from wattos_testkit.contract import load_contract
from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.form import group_form, site_form
from wattos_testkit.fleet.model import Battery, Kind
from wattos_testkit.fleet.reader import parse
from wattos_testkit.invariants.registry import RULES
from wattos_testkit.telemetry.columns import INTERVALS
from wattos_testkit.testkit.breaking import BREAKS, broken
from wattos_testkit.testkit.fleet import Fleet
from wattos_testkit.testkit.live import LiveServer
from wattos_testkit.testkit.series import Series

FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FLEET = Fleet()


@FEW
@given(one=wattos.placed(), data=st.data())
def test_sound_rows_break_nothing(one, data):
    """Rows of any resource, window and interval obey every rule of the tests' own list."""
    window = data.draw(wattos.windows(one))
    rows = Series(FLEET.telemetry, one.kind, (one,), window).rows
    assert len(rows) == window.buckets
    assert violations(rows, one, window) == set()


@pytest.mark.parametrize("name", BREAKS)
def test_broken_rows_break_one_rule(name):
    """Rows that break a rule break that one, and no other of the list."""
    seen = []

    @settings(parent=FEW, max_examples=15)
    @given(wattos.broken_rows(name))
    def check(found):
        assert violations(found.sound, found.placed, found.window) == set()
        assert violations(found.rows, found.placed, found.window) == {name}
        assert (found.name, found.rule) == (name, BREAKS[name].rule)
        assert found.rows != found.sound
        seen.append(found)

    check()
    assert len(seen) >= 10


def test_every_break_names_a_rule_of_check():
    """The rules that are broken are rules that `wattos-testkit check` has, each by one name."""
    assert {one.rule for one in BREAKS.values()} <= set(RULES)
    assert len({one.rule for one in BREAKS.values()}) == len(BREAKS)


@FEW
@given(wattos.broken_rows(kind="meter"))
def test_breaks_of_one_kind(found):
    """Asked for a kind, only that kind's rows are drawn."""
    assert found.placed.kind is Kind.METER
    assert "power_apparent_avg" in found.rows[0]


def test_refuses_what_cannot_be():
    """A break that does not exist, or that a kind cannot have, is refused by name."""
    for arguments, said in (
        ({"name": "nonsense"}, "'nonsense' is not one of off-grid"),
        ({"name": "at-night", "kind": "meter"}, "at-night cannot happen to a resource of that kind"),
    ):

        @settings(parent=FEW, max_examples=1)
        @given(wattos.broken_rows(**arguments))
        def check(_):
            pass

        with pytest.raises(UsageError, match=said):
            check()


def test_rows_without_a_place_stay_whole():
    """A battery that never rests cannot contradict its rest; a day without night has none to break."""
    placed = FLEET.find("PV000001")
    rows = FLEET.series("PV000001", "2024-03-20T18:00Z", "2024-03-20T20:00Z").rows
    before = json.dumps(rows)
    assert broken(rows, "wrong-status", 1, placed) is None
    assert broken(rows, "at-night", 1, placed) is None
    assert broken(rows, "soc-jump", 1, placed) is None
    assert json.dumps(rows) == before


@settings(parent=FEW, max_examples=40)
@given(wattos.fleets())
def test_fleets_could_stand_in_a_file(fleet):
    """A drawn fleet reads back from its own form, so it has passed all that is asked of a file."""
    form = {
        "groups": [group_form(group) for group in fleet.groups()],
        "sites": [site_form(site) for site in fleet.sites()],
    }
    again = parse("drawn.json", json.dumps(form))
    assert list(again.groups) == list(fleet.groups())
    assert list(again.sites) == list(fleet.sites())


@settings(parent=FEW, max_examples=12)
@given(fleet=wattos.fleets(), data=st.data())
def test_fleets_have_series(fleet, data):
    """Every resource of a drawn fleet has rows, and they obey every rule."""
    every = [one for kind in Kind for one in fleet.resources(kind)]
    assume(every)
    one = data.draw(st.sampled_from(every))
    window = data.draw(wattos.windows(one, most_rows=30))
    rows = Series(fleet.telemetry, one.kind, (one,), window).rows
    assert len(rows) == window.buckets
    assert violations(rows, one, window) == set()


@FEW
@given(wattos.ids(), wattos.existing_ids("bess"), wattos.intervals(), wattos.resources("be"))
def test_the_small_ones(any_id, existing, interval, battery):
    """Ids match the pattern, existing ids exist, intervals are those of the API, resources are of a kind."""
    assert re.fullmatch(r"[A-Z0-9]{8}", any_id)
    assert FLEET.resource(existing).kind is Kind.BESS
    assert interval in INTERVALS
    assert isinstance(battery, Battery)


@FEW
@given(wattos.windows(interval=30, most_rows=10, least_rows=3))
def test_windows_hold_as_many_buckets_as_asked(window):
    """A window of three to ten buckets holds that many, wherever it begins."""
    assert 3 <= window.buckets <= 10
    assert window.end - window.start >= 30


@FEW
@given(wattos.requests())
def test_requests_meet_the_document(found):
    """Every parameter of a drawn request parses as the document demands, and none that is required lacks."""
    operation = load_contract().operations[found.operation]
    for parameter in operation.parameters:
        if parameter.place == "query":
            assert parameter.name in found.params or not parameter.required
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name, value in found.params.items():
        known[name].parse(value)
    assert "{" not in found.path


def test_requests_are_answered():
    """A live mock answers every drawn request with 200, and each operation is among them."""
    seen = set()
    with LiveServer() as server:

        @settings(parent=FEW, max_examples=40)
        @given(wattos.requests())
        def check(found):
            answer = server.client.get(found.path, params=found.params)
            assert answer.status_code == 200, answer.text
            seen.add(found.operation)

        check()
    assert seen == set(load_contract().operations)
