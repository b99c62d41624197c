"""All rules over rows, by id."""

from wattos_testkit.invariants.rule import Rule
from wattos_testkit.invariants.rules import (
    across,
    aggregation,
    conventions,
    grid,
    physics,
    plausibility,
    relations,
)

__all__ = ["RULES", "Rule"]

RULES: dict[str, Rule] = {
    rule.id: rule
    for family in (grid, aggregation, relations, across, physics, plausibility, conventions)
    for rule in family.RULES
}
"""In the order of their ids."""
