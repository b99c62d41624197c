"""Every fault is named by its rule."""

import pytest

import tests.invariants.clocked
import tests.invariants.patterns
import tests.invariants.recurring
import tests.invariants.shown  # noqa: F401 - the same
from tests.invariants.plant import hear, rules, told
from tests.invariants.spoiled import CASES, Case
from wattos_testkit.invariants.registry import RULES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_named_by_its_rule(case: Case):
    """The rule that is made for a fault finds it, with evidence and a request that shows it."""
    verdict = hear(case.make(), change=case.change, kinds=case.kinds)
    assert case.rule in rules(verdict), list(told(verdict))
    for finding in verdict.findings:
        assert finding.message
        assert finding.evidence
        assert finding.count >= 1
        assert finding.family == RULES[finding.rule].family


def test_every_rule_has_a_fault():
    """No rule is without a fault that triggers it; conventions need a pin and are tested elsewhere."""
    told_by = {case.rule for case in CASES}
    assert {rule for rule in RULES if not rule.startswith("WT9")} - told_by == set()
