"""The judge as a whole."""

from tests.invariants.plant import LAST, Plant, hear, told
from wattos_testkit.invariants.question import AHEAD, ONWARD


def test_a_healthy_plant_is_clean():
    """Nothing is found on a healthy plant, and every question was within what the plan may cost."""
    plant = Plant()
    verdict = hear(plant)
    assert list(told(verdict)) == []
    assert len(plant.asked) <= 70
    behind = [one for one in plant.asked if one.purpose not in {AHEAD, ONWARD}]
    assert all(question.start < question.end <= LAST for question in behind)
    assert len(plant.asked) - len(behind) == 2


def test_every_rule_that_did_not_look_says_why():
    """A skipped rule has a reason."""
    verdict = hear(Plant(), profile="smoke")
    assert all(one.reason for one in verdict.outcomes if one.outcome == "skipped")
