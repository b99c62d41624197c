"""One item of a scenario, as placements of its fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Fault, Parameter, Placement, Strikes, Value
from wattos_testkit.faults.scenario.moments import written
from wattos_testkit.faults.scenario.roll import NOUNS, Roll
from wattos_testkit.faults.scenario.when import Days, When, WhenError, read_when
from wattos_testkit.faults.scenario.whom import (
    Choice,
    Target,
    Unit,
    choices,
    neighbours,
    operations,
    unit_name,
)
from wattos_testkit.fleet import scalars
from wattos_testkit.fleet.entry import Entry, Scalar, WrongValueError, did_you_mean, shown
from wattos_testkit.fleet.model import Kind

MOST_PLACEMENTS = 100_000
KEYS = ("fault", "name", "on", "from", "to", "for", "times", "every", "with")
"""What an item may say."""
_UTC = "UTC"
Struck = dict[tuple[int, int], tuple[str, ...]]
"""Whom a fault strikes, by from when to when."""


@dataclass
class Placing:
    """What must be known of the whole while one item is placed, and what is noted meanwhile."""

    roll: Roll
    days: Days
    seed: int
    catalogue: Mapping[str, Fault] = field(default_factory=lambda: CATALOGUE)
    names: dict[str, str] = field(default_factory=dict)
    """Where each name of a placement was given."""
    notes: list[str] = field(default_factory=list)
    placed: int = 0


def place(entry: Entry, number: int, placing: Placing) -> list[Placement]:
    """Return the placements of one item; each of its mistakes is noted."""
    before = len(entry.mistakes)
    fault = _fault(entry, placing)
    name = _name(entry, fault, number, placing)
    if fault is None:
        for known in KEYS:
            entry.ask(known)
        entry.close()
        return []
    values = _values(entry, fault)
    since = len(entry.mistakes)
    when = read_when(entry, fault)
    sound_times = len(entry.mistakes) == since
    wire = fault.strikes is Strikes.OPERATION
    named = operations(entry, fault) if wire else ()
    several = [] if wire else choices(entry, fault, placing.roll)
    entry.close()
    if not sound_times:
        return []
    if when.needs_day() and placing.days.fixed is None and placing.days.now is None:
        entry.wrong("from", "a time of day, and no day: give the scenario a day, such as day: 2024-03-20")
        return []
    try:
        if wire:
            struck = dict.fromkeys(when.strikes(placing.days, _UTC, f"{placing.seed} {name}"), named)
            return _placements(fault, name, struck, values, placing) if named else []
        if not any(choice.targets for choice in several):
            when.whole(placing.days, _UTC)
        units = _struck(entry, fault, name, several, when, placing)
        sound = len(entry.mistakes) == before
        return _strike(fault, name, units, when, values, placing) if sound else []
    except WhenError as error:
        entry.wrong(error.name, str(error))
        return []


def _fault(entry: Entry, placing: Placing) -> Fault | None:
    value = entry.plain("fault")
    if value is None:
        entry.wrong("fault", "is missing; `wattos-testkit faults` lists them")
        return None
    known = placing.catalogue.get(str(value))
    if known is None:
        hint = did_you_mean(value, list(placing.catalogue)) or "; `wattos-testkit faults` lists them"
        entry.wrong("fault", f"there is no {shown(value)}{hint}")
    return known


def _name(entry: Entry, fault: Fault | None, number: int, placing: Placing) -> str:
    default = f"{number}-{fault.name if fault else 'fault'}"
    name = entry.take("name", scalars.NAME, default)
    before = placing.names.setdefault(name, entry.path)
    if before != entry.path:
        entry.wrong("name", f"{shown(name)} is taken by {before}")
    return name


def _values(entry: Entry, fault: Fault) -> dict[str, Value]:
    """Return the parameters that differ from their defaults."""
    inside = entry.entry("with")
    if inside is None:
        return {}
    found: dict[str, Value] = {}
    for parameter in fault.parameters:
        value = inside.take(parameter.name, scalar_of(parameter), parameter.default)
        if value != parameter.default:
            found[parameter.name] = value
    inside.close()
    return found


def scalar_of(parameter: Parameter) -> Scalar[Value]:
    """Return the type of a parameter: that of its default, within its bounds or choices."""

    def read(value: object) -> Value:
        default = parameter.default
        if isinstance(default, bool):
            return scalars.TRUTH.read(value)
        if isinstance(default, str):
            return _word(value, parameter)
        least = -1e12 if parameter.least is None else parameter.least
        most = 1e12 if parameter.most is None else parameter.most
        number = scalars.number(least, most, parameter.unit).read(value)
        if isinstance(default, int) and number != int(number):
            raise WrongValueError(f"{shown(value)} is no whole number")
        return int(number) if isinstance(default, int) else number

    return Scalar(read, parameter.default)


def _word(value: object, parameter: Parameter) -> str:
    # `code: 503` is a number in JSON, and a word for whoever has chosen one.
    word = str(value) if type(value) is int else scalars.NAME.read(value)
    if parameter.choices and word not in parameter.choices:
        there_are = ", ".join(parameter.choices)
        raise WrongValueError(
            f"{shown(word)} is none of {there_are}{did_you_mean(word, list(parameter.choices))}"
        )
    return word


def _struck(  # noqa: PLR0913, PLR0917 - what, whom, when, and what else is known
    entry: Entry, fault: Fault, name: str, several: list[Choice], when: When, placing: Placing
) -> list[Unit]:
    """Return who is struck: of a choice those that are there by then; an id must be."""
    found: dict[str, Unit] = {}
    paired: list[Target] = []
    for choice in several:
        ends = {zone: when.whole(placing.days, zone)[1] for zone in {one.timezone for one in choice.targets}}
        there = [one for one in choice.targets if one.first < ends[one.timezone]]
        if choice.named and not there:
            since = written(min(target.first for target in choice.targets))
            entry.wrong(choice.place, f"has no rows before {since}, when this is over")
        if fault.pairs and choice.named and len(choice.targets) == 1:
            paired += there
            continue
        units = neighbours(there) if fault.pairs else [(one,) for one in there]
        for unit in choice.chosen(units, placing.seed, name):
            found.setdefault(unit_name(unit), unit)
        if not units and not choice.named:
            wanted = " or ".join(NOUNS[kind] for kind in Kind if kind in fault.kinds)
            why = "is there at that time" if choice.targets else "is there to choose"
            placing.notes.append(
                f"{entry.place(choice.place)}: {fault.name} strikes nobody: no {wanted} {why}"
            )
    found.update({unit_name(unit): unit for unit in _pairs(entry, fault, paired)})
    return list(found.values())


def _pairs(entry: Entry, fault: Fault, named: list[Target]) -> list[Unit]:
    """Return the pairs of resources that were named one by one."""
    if len(named) % 2:
        entry.wrong("on", f"{fault.name} is between two of one kind: name them in pairs")
        return []
    found = list(zip(named[::2], named[1::2], strict=True))
    for one, other in found:
        if one.kind is not other.kind or one.name == other.name:
            names = f"{one.name} and {other.name}"
            entry.wrong("on", f"{names} are no pair: {fault.name} is between two of one kind")
    return list(found)


def _strike(  # noqa: PLR0913, PLR0917 - what, whom, when, how, and what else is known
    fault: Fault,
    name: str,
    struck: list[Unit],
    when: When,
    values: dict[str, Value],
    placing: Placing,
) -> list[Placement]:
    if not (when.drawn or fault.pairs):
        # What strikes several at the same time is one placement: a fleet may have half a million of them.
        together: dict[tuple[int, int], list[str]] = {}
        by_zone: dict[str, list[str]] = {}
        for (target,) in struck:
            by_zone.setdefault(target.timezone, []).append(target.name)
        for zone, names in by_zone.items():
            for one in when.strikes(placing.days, zone, name):
                together.setdefault(one, []).extend(names)
        whole = {one: tuple(names) for one, names in together.items()}
        return _placements(fault, name, whole, values, placing)
    found: list[Placement] = []
    for unit in struck:
        own = f"{name}/{unit_name(unit)}"
        strikes = when.strikes(placing.days, unit[0].timezone, f"{placing.seed} {own}")
        several = dict.fromkeys(strikes, tuple(one.name for one in unit))
        found += _placements(fault, own, several, values, placing)
    return found


def _placements(
    fault: Fault, name: str, struck: Struck, values: dict[str, Value], placing: Placing
) -> list[Placement]:
    placing.placed += len(struck)
    if placing.placed > MOST_PLACEMENTS:
        raise WhenError("times", f"the scenario strikes more than {MOST_PLACEMENTS:,} times")
    return [
        Placement(
            name=name if len(struck) == 1 else f"{name}#{number}",
            fault=fault,
            targets=targets,
            start=start,
            end=end,
            values=values,
            seed=placing.seed,
        )
        for number, ((start, end), targets) in enumerate(sorted(struck.items()), start=1)
    ]
