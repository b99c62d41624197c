"""WT9xx: what the document leaves open is detected; what was pinned must be so."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "conventions"
_WHY = "Whoever pinned it relies on it."
_FALSE = "Only if it was pinned wrongly; without a pin it is reported, never a finding."


def _rule(number: str, title: str, how: str) -> Rule:
    return Rule(number, _FAMILY, Severity.ERROR, title, _WHY, how, _FALSE)


RULES = (
    _rule(
        "WT901",
        "The bucket label is not as pinned (bucket_label)",
        "start or end: from the window's edges and from which fine rows make up a coarse one.",
    ),
    _rule(
        "WT902",
        "The registers are not as pinned (register)",
        "lifetime, daily or interval: from where registers fall and what they count.",
    ),
    _rule(
        "WT903",
        "The sign of the meter is not as pinned (meter_sign)",
        "import-positive or export-positive: from how it moves with PV and battery behind it.",
    ),
    _rule(
        "WT904",
        "An unknown resource is not answered as pinned (unknown_resource)",
        "404, another status, or an empty list: by asking for an id that no list has.",
    ),
    _rule(
        "WT905",
        "The range limit is not as pinned (range_limit)",
        "The longest window answered, and the shortest refused.",
    ),
    _rule("WT906", "Retention is not as pinned (retention)", "How far back rows go."),
    _rule("WT907", "Rounding is not as pinned (rounding)", "The most decimals seen, per kind of quantity."),
    _rule("WT908", "The spelling of timestamps is not as pinned (timestamp)", "Z, +00:00, .000Z."),
    _rule(
        "WT909",
        "The time ahead is not answered as pinned (future)",
        "no rows, a status, any time (a mock), or beyond now (rows that end, but not at the clock).",
    ),
)
