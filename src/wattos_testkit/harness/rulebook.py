"""All rules, those of the wire and those of the judge, and the page about them."""

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.wire_rules import RULES as WIRE_RULES
from wattos_testkit.invariants.registry import Rule

_CHAPTERS = {
    "WT0": "HTTP and security",
    "WT1": "The document",
    "WT2": "What must be refused",
    "WT3": "The time grid",
    "WT4": "Aggregation",
    "WT5": "Relations between answers",
    "WT6": "Across operations",
    "WT7": "Physics",
    "WT8": "Plausibility",
    "WT9": "Pinned conventions",
}


def all_rules() -> dict[str, Rule]:
    """Return every rule by id, in order."""
    from wattos_testkit.invariants.registry import RULES  # noqa: PLC0415 - read when all have been registered

    return dict(sorted({**WIRE_RULES, **RULES}.items()))


def rule_named(name: str) -> Rule:
    """Return a rule.

    Raises
    ------
    UsageError
        If there is none of that id.
    """
    rules = all_rules()
    wanted = name.strip().upper()
    if wanted in rules:
        return rules[wanted]
    near = [one for one in rules if one[:3] == wanted[:3]] or list(rules)
    raise UsageError(
        f"there is no rule {name!r}; near are {', '.join(near[:6])} (`wattos-testkit rules` lists all)"
    )


def rules_page() -> str:
    """Return the reference page of the rules, as Markdown."""
    lines = [
        "# Rules",
        "",
        "Every rule of `wattos-testkit check`. An *error* fails the run; a *warning* only with `--strict`.",
        "`wattos-testkit explain WT301` prints one of them. This page is generated from the code.",
    ]
    chapter = ""
    for rule in all_rules().values():
        if rule.id[:3] != chapter:
            chapter = rule.id[:3]
            lines += ["", f"## {chapter}xx {_CHAPTERS[chapter]}"]
        lines += [
            "",
            f"### {rule.id} {rule.title}",
            "",
            f"*{rule.severity}*, family *{rule.family}*.",
            "",
            rule.why,
            "",
        ]
        lines += [f"- **How it is decided:** {rule.how}", f"- **How it can be wrong:** {rule.false_alarms}"]
    return "\n".join([*lines, ""])
