"""The guard in front of the data: good tokens are let in always, and strangers never."""

import itertools

import pytest

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import TOKEN, plant, problem
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Severity
from wattos_testkit.harness.findings import Selection

WIRE = Selection(("WT0", "WT1", "WT2"))


def said(app, **settings):
    """Return the last event of a run of the wire's rules, and its findings by rule."""
    given = {"profile": "standard", "fuzz": False, "selection": WIRE, "max_requests": 2_000, **settings}
    with serving(app) as url:
        end = finished(check(smoke(url, **given)))
    return end, {one.rule: one for one in end.findings}


def refusing(turn):
    """Return a plant that refuses each good token of some turns."""
    count = itertools.count(1)
    return plant(authorised=lambda header: header == f"Bearer {TOKEN}" and next(count) % turn != 0)


@pytest.mark.parametrize("turn", [2, 3, 15])
def test_one_guard_with_old_keys_is_found_by_name(turn):
    """A good token that is refused now and then is one finding, and takes no row from the other rules."""
    end, found = said(refusing(turn), selection=Selection(ignore=("WT208", "WT308")))
    assert found.keys() == {"WT013"}
    assert end.reason == ""
    assert "taken when the same is asked again" in found["WT013"].message


@pytest.mark.parametrize(("status", "severity"), [(401, Severity.ERROR), (403, Severity.WARNING)])
def test_an_operation_that_the_token_does_not_open(status, severity):
    """One operation that refuses a good token for ever is a finding; a 403 may be a right that it lacks."""
    app = plant()
    app.view_functions["get_bess_data"] = lambda **_: problem(status, "not you")
    end, found = said(app)
    assert found["WT013"].severity is severity
    assert found["WT013"].operation == "get_bess_data"
    assert end.reason == ""


def test_an_expired_token_ends_the_run():
    """A token that opens nothing any more has expired: that is no fault of the target's."""
    count = itertools.count()
    app = plant(authorised=lambda header: header == f"Bearer {TOKEN}" and next(count) < 40)
    end, found = said(app)
    assert "takes the token no longer" in end.reason
    assert "WT013" not in found


@pytest.mark.parametrize("limit", [{"max_requests": 2}, {"max_seconds": 0.0}])
def test_a_run_that_judged_nothing_is_not_clean(healthy, limit):
    """A limit that is reached before there is anything to judge ends with 3, not with 0."""
    end = finished(check(smoke(healthy, **limit)))
    assert end.exit_code == 3
    assert "nothing was judged" in end.reason
