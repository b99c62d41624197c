"""No healthy deployment is failed, however odd."""

import pytest

import tests.invariants.patterns_allowed  # noqa: F401 - enters its cases
from tests.invariants.lawful import CASES, Lawful
from tests.invariants.plant import hear, rules, told


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_odd_deployment_is_not_failed(case: Lawful):
    """There is no error, no warning but the justified ones, and its convention is detected."""
    verdict = hear(case.make(), change=case.change, kinds=case.kinds)
    assert rules(verdict, "error") == set(), list(told(verdict))
    assert rules(verdict, "warning") <= case.warnings, list(told(verdict))
    if case.custom is not None:
        name, value = case.custom
        assert {one.name: one.value for one in verdict.conventions}.get(name) == value
