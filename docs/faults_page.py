"""Writes `docs/faults.md` from the catalogue, the pictures, and what was recorded of the wire."""

import json
from pathlib import Path

from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Fault, Parameter, Strikes
from wattos_testkit.faults.telling import NOW, curl, duration, scenario_line, strikes_whom
from wattos_testkit.fleet.model import Kind

DOCS = Path(__file__).parent
PAGE = DOCS / "faults.md"
CLOCKED = {"late-rows", "backfill"}
"""Faults that nobody sees without a clock: by it rows are late."""
_KINDS = {Kind.PV: "PV", Kind.BESS: "battery", Kind.METER: "meter"}
_FAMILIES = {
    Family.PLANT: (
        "In the plant",
        """\
Something happens in the plant itself, and everything that measures it sees it: the power, the register,
the status, the meter that balances the parts. Every identity of [the physics](physics.md) still holds, at
every interval and in every window, and what is over leaves its trace: registers lack what was not
produced, for good. [How a struck plant behaves](physics.md#when-something-breaks).""",
    ),
    Family.TELEMETRY: (
        "In the telemetry",
        """\
The plant is well; what is reported of it is not. Only the named fields of those struck change, and the
identities break where the fault breaks them. [Which rules of `check` report each](faults-found.md).""",
    ),
    Family.WIRE: (
        "On the wire",
        """\
The rows are right, their way to the client is not. These faults strike requests, not resources, and the
exporter does not know them. Under each stands a session with a mock that runs, recorded by `make docs`;
[wire.md](wire.md) says more.""",
    ),
}
_HEAD = """<!-- Written by docs/faults_page.py from the code: make docs. -->
# Faults

{count} faults, one catalogue: the mock injects them, `generate` writes them with the truth beside. Each is
a pure function of the seed, the placement and the minute: the same scenario gives the same bytes twice,
with any number of workers, whatever window is asked for.

```bash
wattos-testkit faults                       # this page as a table
wattos-testkit faults inverter-trip         # all of one
wattos-testkit faults --json                # for programs
wattos-testkit serve --scenario bad-day     # a mock in which they strike
```

Faults are placed by [a scenario](scenarios.md), one at a time by the control API of a running mock, or in
a single answer by the header `Prefer: fault=NAME; parameter=value`; without times a fault then strikes
the middle third of the asked window.

In the pictures grey is what a healthy plant would report, the shaded part is the time of the fault.
"""


def page() -> str:
    """Return the whole page."""
    parts = [_HEAD.format(count=len(CATALOGUE))]
    for family, (title, _) in _FAMILIES.items():
        mine = [one for one in CATALOGUE.values() if one.family is family]
        parts += [
            f"- [{title}](#{title.lower().replace(' ', '-')}): "
            + ", ".join(f"[{one.name}](#{one.name})" for one in mine)
        ]
    for family, (title, text) in _FAMILIES.items():
        parts += ["", f"## {title}", "", text]
        for one in CATALOGUE.values():
            if one.family is family:
                parts += ["", *section(one)]
    return "\n".join(parts) + "\n"


def section(fault: Fault) -> list[str]:
    """Return the lines of one fault."""
    lines = [f"### {fault.name}", "", f"*{fault.story}*", "", fault.changes, ""]
    if fault.strikes is not Strikes.OPERATION:
        forever = ", and what it did stays" if fault.forever else ""
        lines += [f"Strikes {strikes_whom(fault)}; lasts {duration(fault.lasts)} unless told{forever}.", ""]
    if fault.fields:
        lines += [*_fields(fault), ""]
    if fault.parameters:
        lines += ["| parameter | default | bounds | meaning |", "| --- | --- | --- | --- |"]
        lines += [*map(_parameter, fault.parameters), ""]
    lines += ["```yaml", scenario_line(fault), "```", ""]
    if fault.family is Family.WIRE:
        return [*lines, "```console", *sessions()[fault.name], "```"]
    picture = f"pictures/faults/{fault.name}.png"
    clock = (
        [f"wattos-testkit serve --now {NOW}  # only by a clock rows are late"]
        if fault.name in CLOCKED
        else []
    )
    return [*lines, "```bash", *clock, curl(fault), "```", "", f"![{fault.name}]({picture})"]


def _fields(fault: Fault) -> list[str]:
    rows = []
    for who, fields in (
        ("those it strikes", fault.fields),
        ("others behind the same unit controller", fault.consequences),
    ):
        for kind, word in _KINDS.items():
            if kind in fields:
                names = ", ".join(f"`{name}`" for name in fields[kind]) or "whole rows"
                rows.append(f"| {word}, {who} | {names} |")
    return ["| rows of | what can change |", "| --- | --- |", *rows]


def _parameter(one: Parameter) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if one.choices:
        span = ", ".join(f"`{choice}`" for choice in one.choices)
    elif one.least is not None and one.most is not None:
        span = f"{one.least:g} to {one.most:,.10g}{unit}"
    else:
        span = ""
    return f"| `{one.name}` | {one.default}{unit} | {span} | {one.meaning} |"


def sessions() -> dict[str, list[str]]:
    """Return what was recorded of the wire, by fault."""
    recorded: dict[str, list[str]] = json.loads((DOCS / "fault_sessions.json").read_text("utf-8"))
    return recorded


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    print("docs/faults.md")


if __name__ == "__main__":
    main()
