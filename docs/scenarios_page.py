"""Writes `docs/ready-scenarios.md` from the scenarios, their pictures, and what was recorded of requests."""

import json
from collections import Counter
from pathlib import Path

from wattos_testkit.faults.scenario.reading import open_scenario, ready_names, ready_text
from wattos_testkit.fleet.open import open_fleet

DOCS = Path(__file__).parent
PICTURES = DOCS / "pictures" / "scenarios"
FILE = DOCS / "scenario_sessions.json"
PAGE = DOCS / "ready-scenarios.md"
REQUESTS = 80
_HEAD = """<!-- Written by docs/scenario_pictures.py from the code: make docs. -->
# The ready scenarios, seen

What each of [the ready scenarios](scenarios.md) does to the demo fleet. Above, the time of every fault in
the fleet, one line for each resource that it strikes (orange: in the plant, blue: in the telemetry); below,
the plant behind the unit controller that meets most of them, beside what it would have been (grey).

```bash
wattos-testkit serve --scenario bad-day             # the mock answers with it
wattos-testkit scenario bad-day                     # who is struck, when, and how
wattos-testkit scenario bad-day --yaml > mine.yaml  # a beginning of your own
```
"""


def page() -> str:
    """Return the page."""
    recorded = json.loads(FILE.read_text("utf-8"))
    parts = [_HEAD]
    fleet = open_fleet()
    for name in ready_names():
        scenario = open_scenario(name, fleet)
        whom = Counter(one.fault.name for one in scenario.placements for _ in one.targets or ("",))
        struck = ", ".join(f"{fault} {count} times" for fault, count in whom.items())
        parts += [f"## {name}", "", scenario.description, "", f"On the demo fleet: {struck}.", ""]
        if (PICTURES / f"{name}.png").exists():
            parts += [f"![{name}](pictures/scenarios/{name}.png)", ""]
        if name in recorded:
            runs = ", ".join(recorded[name])
            parts += [f"Of {REQUESTS} requests to a mock with it, one after the other: {runs}.", ""]
        parts += ["```yaml", ready_text(name).rstrip(), "```", ""]
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    print("docs/ready-scenarios.md")


if __name__ == "__main__":
    main()
