"""Conventions: detected, reported, and held against what was pinned."""

import pytest

from tests.invariants.lawful import CASES as LAWFUL
from tests.invariants.plant import Plant, hear, rules, told
from wattos_testkit.invariants.customs import CUSTOMS

RIGHT = {
    "bucket_label": "start",
    "register": "lifetime",
    "meter_sign": "import-positive",
    "unknown_resource": "404",
    "range_limit": "none",
    "retention": "30 d",
    "rounding": "power 2, energy 2, soc 2, temperature 2",
    "timestamp": "Z",
    "future": "no rows",
}
WRONG = {
    "bucket_label": "end",
    "register": "daily",
    "meter_sign": "export-positive",
    "unknown_resource": "empty list",
    "range_limit": "7 d",
    "retention": "400 d",
    "rounding": "power 0",
    "timestamp": "+00:00",
    "future": "any time",
}


def test_what_is_pinned_rightly_is_no_finding():
    """A deployment that does as pinned is clean, and its conventions say that they were pinned."""
    verdict = hear(Plant(), pins=RIGHT)
    assert list(told(verdict)) == []
    assert {one.name for one in verdict.conventions if one.pinned} == set(CUSTOMS)


def test_each_deviation_from_a_pin_is_a_finding():
    """Every wrong pin is named by its rule, with what was pinned and what was seen."""
    verdict = hear(Plant(), pins=WRONG)
    assert rules(verdict, "error") == set(CUSTOMS.values()), list(told(verdict))
    assert all(one.evidence[0].expected and one.evidence[0].seen for one in verdict.findings)


def test_nothing_pinned_is_nothing_found():
    """Without pins a convention is reported, never judged."""
    case = next(one for one in LAWFUL if one.name == "end labels")
    verdict = hear(case.make())
    assert rules(verdict) == set()
    assert ("bucket_label", "end") in {(one.name, one.value) for one in verdict.conventions}


@pytest.mark.parametrize("pin", ["7 d", "10 d"])
def test_a_range_limit_holds_if_windows_agree_with_it(pin: str):
    """A deployment that refuses more than a week agrees with a limit between what it answered and refused."""
    case = next(one for one in LAWFUL if one.name == "a week at most")
    assert rules(hear(case.make(), pins={"range_limit": pin}, kinds="PV")) == set()
