"""The rules themselves."""

import pytest

from wattos_testkit.invariants.registry import RULES, Rule


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_is_told_in_full(rule: Rule):
    """A rule has an id of its family, and says what, why, how, and how it can be wrong."""
    families = {
        "WT3": "time grid",
        "WT4": "aggregation",
        "WT5": "relations",
        "WT6": "across operations",
        "WT7": "physics",
        "WT8": "plausibility",
        "WT9": "conventions",
    }
    assert families[rule.id[:3]] == rule.family
    for text in (rule.title, rule.why, rule.how, rule.false_alarms):
        assert len(text) > 8
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")


def test_ids_are_unique_and_in_order():
    """No id is used twice."""
    assert list(RULES) == sorted(RULES)
    assert all(rule.id == key for key, rule in RULES.items())
