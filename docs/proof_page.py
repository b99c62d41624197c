"""Makes `check-proof.md` from the records of trials: each first meeting, and the latest."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.catalogue import OURS, read, table
from tests.faulty.catalogue import FAULTS, HEALTHY, LEGAL
from tests.faulty.expected import EXPECTED, MEANING
from tests.faulty.registry import FAMILIES, ORDINALS, Case
from tests.faulty.trial import Outcome, recorded

from wattos_testkit.harness.rulebook import all_rules

FOLDER = Path(__file__).parent / "proof"
MEETINGS = {name: FOLDER / f"{name}-meeting.json" for name in ORDINALS if name}
LATEST = FOLDER / "latest.json"
BESIDE = FOLDER / "schemathesis.json"
WORDS = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
"""What a person has to say: of warnings on legal variants, of faults that are not seen, of rules."""
SETS = ("first set", *(f"{name} hold-out" for name in ORDINALS if name))

HEAD = """\
# Does the check see what it promises to see?

`tests/faulty/` is a catalogue of small servers that share no code with this package: a healthy one, {faults}
with exactly one fault each, and {legal} that are unlike the healthy one and legal all the same. Of these,
{held} faults and {held_legal} legal variants were written as a *hold-out*, by somebody who had not
read a rule.

Rules and catalogue were written by different hands that did not see each other's work. Before they met, it
was written down which rules mean which fault (`tests/faulty/promises.txt`). A fault counts as *found* when
one of those reports it; when only others complain, it was *noticed*, and counts as missed. A legal variant is
*wrongly failed* by a single error. Each trial is the standard profile without fuzzing, with one seed, and
clocks that stand.

```sh
python -m tests.faulty.trial                    # all of them, in about twenty minutes
python -m tests.faulty.trial --why lunch-break  # one, and what is said of it
python -m tests.faulty lunch-break --port 8081  # that server by itself, for any other tool
```

This page is made from the records in `docs/proof/` (`make docs`): of each meeting before any tuning on it,
and of all servers now.
"""


def main() -> None:
    """Write the page."""
    (Path(__file__).parent / "check-proof.md").write_text(page(), "utf-8")


def page() -> str:
    """Return the page as Markdown."""
    latest = recorded(LATEST)
    head = HEAD.format(
        faults=len(FAULTS), legal=len(LEGAL),
        held=sum(one.holdout for one in FAULTS.values()),
        held_legal=sum(one.holdout for one in LEGAL.values()),
    )  # fmt: skip
    parts = [head]
    for name, outcomes in meetings().items():
        parts += [
            f"## The {name} meeting\n\n" + WORDS[name]["text"],
            _summary(outcomes),
            "### What it missed\n\n" + _unseen(outcomes, {}),
            "### What it wrongly failed\n\n" + _failed(outcomes),
        ]
    parts += [
        "## Now\n\n" + WORDS["now"]["text"],
        _summary(latest),
        _cost(latest.values()),
        "### What it does not see\n\n" + _unseen(latest, WORDS["missed"]),
        "### Warnings on legal variants\n\n" + _warnings(latest),
        "## Beside plain Schemathesis\n\n" + WORDS["beside"]["text"],
        _beside(latest),
        "## In detail",
        "### Each fault\n\n" + _faults(latest),
        "### Each rule\n\n" + _rules(latest),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _beside(latest: dict[str, Outcome]) -> str:
    """Return what Schemathesis reports of servers, and of the same ones our latest outcome."""
    found = read(BESIDE)
    found[OURS] = {name: latest[name] for name in found["default"] if name in latest}
    return table(found)


def meetings() -> dict[str, dict[str, Outcome]]:
    """Return the records of all first meetings there have been."""
    return {name: recorded(file) for name, file in MEETINGS.items() if file.exists()}


def _of(
    cases: Mapping[str, Case], outcomes: Mapping[str, Outcome], which: int, family: str = ""
) -> list[Case]:
    """Return the cases of a set that a record has: servers that were written later are not in it."""
    return [
        one
        for name, one in cases.items()
        if name in outcomes and one.holdout_set == which and family in ("", one.family)
    ]


def _table(heads: list[str], rows: Iterable[list[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _summary(outcomes: dict[str, Outcome]) -> str:
    rows: list[list[object]] = []
    for which, title in enumerate(SETS):
        for family in FAMILIES:
            faults = _of(FAULTS, outcomes, which, family)
            if faults:
                rows.append([title, family, *_counts([outcomes[one.name] for one in faults])])
        together = [outcomes[one.name] for one in _of(FAULTS, outcomes, which)]
        if together:
            rows.append([f"**{title}**", "**all faults**", *(f"**{count}**" for count in _counts(together))])
    table = _table(["", "family", "faults", "found", "as errors", "as warnings", "noticed", "unseen"], rows)
    return f"{table}\n\n{_legal_summary(outcomes)}"


def _counts(outcomes: list[Outcome]) -> list[int]:
    found = [one for one in outcomes if one.found]
    errors = sum(one.as_error for one in found)
    missed = [one for one in outcomes if not one.found]
    noticed = sum(bool(one.reported) for one in missed)
    return [len(outcomes), len(found), errors, len(found) - errors, noticed, len(missed) - noticed]


def _legal_summary(outcomes: dict[str, Outcome]) -> str:
    rows: list[list[object]] = []
    for which, title in enumerate(SETS):
        names = [one.name for one in _of(LEGAL, outcomes, which)]
        names += [HEALTHY] if not which and HEALTHY in outcomes else []
        those = [outcomes[name] for name in names]
        if those:
            failed = sum(bool(one.errors) or one.exit_code != 0 for one in those)
            rows.append([title, len(those), failed, sum(bool(one.warnings) for one in those)])
    return _table(["", "legal variants, and the healthy one", "wrongly failed", "with warnings"], rows)


def _unseen(outcomes: dict[str, Outcome], words: dict[str, str]) -> str:
    lines = []
    for name, case in FAULTS.items():
        one = outcomes.get(name)
        if one is not None and not one.found:
            other = f" Reported otherwise: {_said(one)}." if one.reported else ""
            held = " (hold-out)" if case.holdout else ""
            lines.append(f"- `{name}`{held}: {case.story}{other} {words.get(name, '')}".rstrip())
    return "\n".join(lines) or "Nothing of the catalogue."


def _failed(outcomes: dict[str, Outcome]) -> str:
    lines = []
    for name, case in LEGAL.items():
        one = outcomes.get(name)
        if one is not None and (one.errors or one.exit_code):
            held = " (hold-out)" if case.holdout else ""
            said = "; ".join(f"{rule} {text}" for rule, text in one.errors.items()) or one.ended or one.crash
            lines.append(f"- `{name}`{held}: {case.story} {said}")
    return "\n".join(lines) or "None."


def _cost(outcomes: Iterable[Outcome]) -> str:
    requests = sorted(one.requests for one in outcomes)
    seconds = sorted(one.seconds for one in outcomes)
    half = len(requests) // 2
    return (
        f"A check takes {requests[half]} requests and {seconds[half]} s in the median, {requests[-1]}"
        f" requests and {seconds[-1]} s at most, two at a time on two cores that also run the servers."
    )


def _warnings(outcomes: dict[str, Outcome]) -> str:
    rows = []
    for name in (HEALTHY, *LEGAL):
        one = outcomes[name]
        for rule, text in one.warnings.items():
            why = WORDS["warnings"].get(f"{name} {rule}") or WORDS["warnings"].get(rule, "")
            rows.append([f"`{name}`", LEGAL[name].story, f"{rule} {text}", why])
    if not rows:
        return "None."
    count = len({row[0] for row in rows})
    text = f"{count} of {len(LEGAL)} legal variants get a warning, {len(rows)} warnings in all."
    return text + "\n\n" + _table(["server", "what is odd", "warning", "why it is fair"], rows)


def _said(one: Outcome) -> str:
    return " ".join([*one.errors, *(f"({rule})" for rule in one.warnings if rule not in one.errors)])


def _faults(outcomes: dict[str, Outcome]) -> str:
    text = "Rules that mean the fault, the promised one first; what was reported, warnings in brackets.\n\n"
    rows: list[list[object]] = []
    for family in FAMILIES:
        for name, case in FAULTS.items():
            one = outcomes[name]
            if case.family == family:
                mark = "" if one.found else " **missed**"
                means = " ".join(MEANING[name]) or "none"
                held = " (h)" if case.holdout else ""
                cost = [one.requests, one.seconds]
                rows.append([family, f"`{name}`{held}{mark}", case.story, means, _said(one), *cost])
    return text + _table(["family", "server", "fault", "means it", "reported", "requests", "s"], rows)


def _rules(outcomes: dict[str, Outcome]) -> str:
    text = "The servers whose fault a rule reported, where it means that fault.\n\n"
    rows: list[list[object]] = []
    for rule in all_rules().values():
        names = triggers(rule.id, outcomes)
        shown = ", ".join(f"`{name}`" for name in names[:4]) + (
            f" and {len(names) - 4} more" if names[4:] else ""
        )
        rows.append([rule.id, rule.severity, rule.title, shown or WORDS["rules"].get(rule.id, "")])
    return text + _table(["rule", "severity", "title", "servers"], rows)


def triggers(rule: str, outcomes: dict[str, Outcome]) -> list[str]:
    """Return the faulty servers that a rule reported and means, those first to which it is promised."""
    names = [name for name in FAULTS if rule in outcomes[name].reported and rule in MEANING[name]]
    return sorted(names, key=lambda name: EXPECTED[name] != rule)


if __name__ == "__main__":
    main()
