"""The judge as a whole."""

from tests.invariants.plant import LAST, Plant, hear, told


def test_a_healthy_plant_is_clean():
    """Nothing is found on a healthy plant, and every question was within what the plan may cost."""
    plant = Plant()
    verdict = hear(plant)
    assert list(told(verdict)) == []
    assert len(plant.asked) <= 64
    assert all(question.start < question.end <= LAST for question in plant.asked)


def test_every_rule_that_did_not_look_says_why():
    """A skipped rule has a reason."""
    verdict = hear(Plant(), profile="smoke")
    assert all(one.reason for one in verdict.outcomes if one.outcome == "skipped")
