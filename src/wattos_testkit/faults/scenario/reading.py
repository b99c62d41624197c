"""The door to scenarios: a ready one by its name, one from a file, or a document that is at hand."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from wattos_testkit.errors import ScenarioError, UsageError
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Fault, Placement
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.placing import Placing, place
from wattos_testkit.faults.scenario.roll import Roll
from wattos_testkit.faults.scenario.when import Days
from wattos_testkit.fleet import scalars
from wattos_testkit.fleet.entry import Entry, Scalar, WrongValueError, shown
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.fleet.plain import PlainError, data_of, text_of

MOST_BYTES = 1_000_000
"""Of a file: thousands of faults take less."""
MOST_FAULTS = 2000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_SEED = 1


def _slug(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise WrongValueError(f"{shown(value)} is no name: a-z, 0-9 and -, up to 64")
    return value


SLUG = Scalar(_slug, "scenario")


@lru_cache(maxsize=1)
def ready_names() -> tuple[str, ...]:
    """Return the names of the ready scenarios."""
    folder = files("wattos_testkit.faults.scenario").joinpath("ready")
    return tuple(sorted(one.name[: -len(".yaml")] for one in folder.iterdir() if one.name.endswith(".yaml")))


def ready_text(name: str) -> str:
    """Return the text of a ready scenario."""
    return files("wattos_testkit.faults.scenario").joinpath(f"ready/{name}.yaml").read_text("utf-8")


def open_scenario(
    spec: str, fleet: Fleet, now: int | None = None, catalogue: Mapping[str, Fault] = CATALOGUE
) -> Scenario:
    """Return the scenario of a name or of a file, placed on a fleet.

    Parameters
    ----------
    spec
        The name of a ready scenario, or a YAML or JSON file; ``@2024-06-21`` behind it sets the day.
    fleet
        Who may be struck.
    now
        The instant of the clock (UTC minutes), if there is one: its day is that of the scenario then.
    catalogue
        The faults that there are.

    Raises
    ------
    ScenarioError
        If it has mistakes: all of them.
    UsageError
        If there is no such scenario, or it cannot be read.
    """
    name, day = _cut(spec)
    text = source_text(name)
    try:
        document = data_of(text)
    except PlainError as error:
        raise ScenarioError(name, [str(error)]) from None
    return read_scenario(document, name, fleet, now, day=day, catalogue=catalogue)


def source_text(spec: str) -> str:
    """Return the text of a scenario, ready or of a file.

    Raises
    ------
    UsageError
        If there is no such scenario, or it cannot be read.
    """
    name, _ = _cut(spec)
    return ready_text(name) if name in ready_names() else _text(name)


def ready_documents() -> dict[str, dict[str, Any]]:
    """Return the ready scenarios by name, as their files say them."""
    return {name: _mapping(data_of(ready_text(name))) for name in ready_names()}


def _cut(spec: str) -> tuple[str, date | None]:
    name, at, day = spec.rpartition("@")
    if not at or Path(spec).exists():
        return spec, None
    try:
        return name, scalars.DAY.read(day)
    except WrongValueError as error:
        raise UsageError(f"scenario {name}: the day behind @: {error}") from None


def _text(name: str) -> str:
    if _NAME.fullmatch(name) and not Path(name).exists():
        near = get_close_matches(name, ready_names(), 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        there_are = ", ".join(ready_names())
        raise UsageError(f"scenario {name}: is neither a file nor one of {there_are}{hint}")
    return text_of("scenario", name, MOST_BYTES)


def read_scenario(  # noqa: PLR0913 - what is read, and what it is read against
    document: object,
    source: str,
    fleet: Fleet,
    now: int | None = None,
    *,
    day: date | None = None,
    catalogue: Mapping[str, Fault] = CATALOGUE,
) -> Scenario:
    """Return the scenario that a document describes, placed on a fleet.

    Raises
    ------
    ScenarioError
        If it has mistakes: all of them, each by its path.
    """
    mistakes: list[str] = []
    root = Entry("", document, mistakes)
    name = root.take("scenario", SLUG, _slug_of(source))
    description = root.take("description", scalars.NAME, "-")
    own_day = root.take("day", scalars.DAY) if root.given("day") else None
    seed = root.take("seed", scalars.SEED, _SEED)
    root.ask("day")
    fixed = day or (own_day if now is None else None)
    placing = Placing(Roll(fleet), Days(fixed, now), seed, catalogue)
    entries = list(root.entries("faults"))
    if isinstance(document, dict) and not entries and not mistakes:
        root.wrong("faults", "is missing or empty: a list of what strikes whom, and when")
    if len(entries) > MOST_FAULTS:
        root.wrong("faults", f"holds {len(entries):,} items; at most {MOST_FAULTS:,} are read")
        entries = []
    placements: list[Placement] = []
    for number, entry in enumerate(entries, start=1):
        placements += place(entry, number, placing)
    root.close()
    if mistakes:
        raise ScenarioError(source, mistakes)
    return Scenario(
        name=name,
        description="" if description == "-" else description,
        source=source,
        seed=seed,
        day=fixed,
        asked_day=day,
        placements=tuple(placements),
        notes=tuple(placing.notes),
        document=_mapping(document),
    )


def placements_of(  # noqa: PLR0913 - what is read, and what it is read against
    document: object,
    fleet: Fleet,
    *,
    name: str,
    now: int | None = None,
    day: date | None = None,
    seed: int = _SEED,
    catalogue: Mapping[str, Fault] = CATALOGUE,
) -> tuple[Placement, ...]:
    """Return the placements of a single fault: one item of a scenario's list.

    Parameters
    ----------
    document
        As in a scenario: `fault`, `on`, `from`, `to` or `for`, `with`, `times`, `every`.
    fleet, now, day, seed, catalogue
        As `read_scenario` takes them.
    name
        What the placements are called, unless the document says it: unique among all that act together.

    Raises
    ------
    ScenarioError
        If it has mistakes, or strikes nobody.
    """
    mistakes: list[str] = []
    entry = Entry("", document, mistakes)
    placing = Placing(Roll(fleet), Days(day, now), seed, catalogue)
    if isinstance(document, dict) and document.get("name") is None:
        entry = Entry("", {**document, "name": name}, mistakes)
    placements = place(entry, 1, placing)
    if mistakes or not placements:
        raise ScenarioError(name, mistakes or placing.notes)
    return tuple(placements)


def _slug_of(source: str) -> str:
    stem = re.sub(r"[^a-z0-9-]+", "-", Path(source).stem.lower()).strip("-")[:64]
    return stem or "scenario"


def _mapping(document: object) -> dict[str, Any]:
    return dict(document) if isinstance(document, dict) else {}
