"""`on:` of a scenario: ids, or what to choose by, as the ids that a fault strikes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wattos_testkit.contract.document import OPERATIONS
from wattos_testkit.faults.model import Fault, Strikes
from wattos_testkit.faults.scenario.roll import KIND_WORDS, NOUNS, Candidate, Roll
from wattos_testkit.fleet import scalars
from wattos_testkit.fleet.entry import Entry, Scalar, WrongValueError, did_you_mean, shown
from wattos_testkit.fleet.model import Kind
from wattos_testkit.physics.hashing import stream_key, words

ALL = "all"
_MOST = 10_000
"""Items of one list."""
_ROLES = ("grid", "load")
_EACH = ("site", "group")
_POOLS = ("group", "site", "controller", "resource")


class Target(NamedTuple):
    """Who may be struck."""

    name: str
    kind: Kind
    timezone: str
    first: int
    """The UTC minute at which there begins to be anything to see."""
    site: str
    group: str
    named: bool
    """Whether its own id was given, which claims that it can be struck."""


Unit = tuple[Target, ...]
"""What one placement strikes: one, or the two that a fault is between."""


def unit_name(unit: Unit) -> str:
    """Return what a unit is called."""
    return unit[0].name if len(unit) == 1 else "+".join(one.name for one in unit)


@dataclass(frozen=True)
class Choice:
    """One item of `on`: its targets, and which of them."""

    place: str
    targets: tuple[Target, ...]
    share: float | None = None
    count: int | None = None
    """With a share: at most so many."""
    each: str | None = None
    """What is chosen from on its own: "site", "group"; all together where it is None."""

    @property
    def named(self) -> bool:
        """Whether it names whom it strikes."""
        return bool(self.targets) and self.targets[0].named

    def chosen(self, there: Sequence[Unit], seed: int, salt: str) -> list[Unit]:
        """Return a seeded choice of those that are there, in their order."""
        if self.count is None and self.share is None:
            return list(there)
        key = stream_key(seed, "choice", salt)
        pools: dict[str, list[Unit]] = {}
        for unit in there:
            where = {"site": unit[0].site, "group": unit[0].group}.get(self.each or "", "")
            pools.setdefault(where, []).append(unit)
        kept: set[str] = set()
        for pool in pools.values():
            most = len(pool) if self.share is None else max(1, int(self.share * len(pool) + 0.5))
            most = most if self.count is None else min(most, self.count)
            drawn = words(key, np.array([_lot(unit_name(one)) for one in pool], dtype=np.int64))
            kept.update(unit_name(pool[place]) for place in np.argsort(drawn, kind="stable")[:most].tolist())
        return [one for one in there if unit_name(one) in kept]


@lru_cache(maxsize=1 << 20)
def _lot(name: str) -> int:
    """Return the number that is drawn for a name: in large fleets each is asked for again and again."""
    return int(stream_key(name)) >> 1


def neighbours(targets: Iterable[Target]) -> list[Unit]:
    """Return pairs of one kind and time zone; who is left without a partner is left out."""
    waiting: dict[tuple[Kind, str], Target] = {}
    found: list[Unit] = []
    for target in targets:
        key = target.kind, target.timezone
        before = waiting.pop(key, None)
        if before is None:
            waiting[key] = target
        else:
            found.append((before, target))
    return found


def _share(value: object) -> float:
    found = scalars.number(0.0, 1.0, "").read(value)
    if not found:
        raise WrongValueError(f"{shown(value)} chooses none: more than 0, up to 1")
    return found


def _kind(value: object) -> Kind:
    found = KIND_WORDS.get(str(value))
    if found is None:
        raise WrongValueError(
            f"{shown(value)} is no kind: meter, bess, pv{did_you_mean(value, list(KIND_WORDS))}"
        )
    return found


def _role(value: object) -> str:
    if value not in _ROLES:
        raise WrongValueError(f"{shown(value)} is no role of a meter: grid, load")
    return str(value)


def _each(value: object) -> str:
    if value not in _EACH:
        raise WrongValueError(f"{shown(value)} is none of {', '.join(_EACH)}")
    return str(value)


def whole(least: int, most: int) -> Scalar[int]:
    """Return the type of whole numbers within two bounds, both allowed."""

    def read(value: object) -> int:
        found = scalars.number(least, most, "").read(value)
        if found != int(found):
            raise WrongValueError(f"{shown(value)} is no whole number")
        return int(found)

    return Scalar(read, least)


SHARE = Scalar(_share, 1.0)
KIND = Scalar(_kind, Kind.PV)
ROLE = Scalar(_role, "grid")
EACH = Scalar(_each, "site")


def operations(entry: Entry, fault: Fault) -> tuple[str, ...]:
    """Return the operations that a fault of the wire strikes: all unless some are named."""
    value = entry.plain("on")
    if value is None or value == ALL:
        return OPERATIONS
    _refuse_nobody(entry, value)
    found = []
    for place, one in _items("on", value):
        if one in OPERATIONS:
            found.append(str(one))
        else:
            near = get_close_matches(str(one)[:40], OPERATIONS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            there_are = ", ".join(OPERATIONS)
            entry.wrong(place, f"{shown(one)} is no operation; {fault.name} strikes {there_are}{hint}")
    return tuple(dict.fromkeys(found))


def choices(entry: Entry, fault: Fault, roll: Roll) -> list[Choice]:
    """Return whom `on` names, each wrong item noted."""
    value = entry.plain("on")
    if value is None:
        entry.wrong("on", "is missing; right are an id, a list of ids, {kind: pv, share: 0.3}, or all")
        return []
    _refuse_nobody(entry, value)
    return [
        choice
        for place, one in _items("on", value)
        if (choice := _choice(entry, place, one, fault, roll)) is not None
    ]


def _refuse_nobody(entry: Entry, value: object) -> None:
    if value == []:
        entry.wrong("on", "names nobody; all names everybody")
    if isinstance(value, list) and len(value) > _MOST:
        entry.wrong("on", f"holds {len(value):,} items; at most {_MOST:,} are read")


def _items(name: str, value: object) -> Iterator[tuple[str, object]]:
    if not isinstance(value, list):
        yield name, value
        return
    for index, one in enumerate(value[:_MOST]):
        yield f"{name}[{index}]", one


def _choice(entry: Entry, place: str, value: object, fault: Fault, roll: Roll) -> Choice | None:
    if value == ALL:
        return Choice(place, _targets(roll.every, fault))
    if isinstance(value, dict):
        return _selection(Entry(entry.place(place), value, entry.mistakes), place, fault, roll)
    try:
        name = scalars.IDENTIFIER.read(value)
    except WrongValueError as error:
        entry.wrong(place, str(error))
        return None
    found = roll.find(name)
    if found is None:
        entry.wrong(place, f"there is no {name}{roll.nearest(name)}")
        return None
    targets = _targets(found.resources, fault, named=True)
    reason = None
    if fault.strikes is Strikes.CONTROLLER and found.noun == "resource":
        behind = found.resources[0].controller
        reason = f"{fault.name} strikes unit controllers; {name} stands behind {behind}"
    elif not targets:
        reason = f"{name} {_lacks(found.noun, found.resources, fault)}"
    if reason is not None:
        entry.wrong(place, reason)
        return None
    return Choice(place, targets)


def _lacks(noun: str, resources: Sequence[Candidate], fault: Fault) -> str:
    wanted = " or ".join(NOUNS[kind] for kind in Kind if kind in fault.kinds)
    if noun == "resource":
        return f"is a {NOUNS[resources[0].kind]}; {fault.name} strikes a {wanted}"
    return f"has no {wanted}, which {fault.name} strikes"


def _targets(resources: Iterable[Candidate], fault: Fault, *, named: bool = False) -> tuple[Target, ...]:
    """Return what a fault strikes of some resources: themselves, or what they stand behind."""
    able = [one for one in resources if one.kind in fault.kinds]
    if fault.strikes is Strikes.RESOURCE:
        return tuple(
            Target(one.resource, one.kind, one.timezone, one.first, one.site, one.group, named)
            for one in able
        )
    found: dict[str, Target] = {}
    for one in able:
        before = found.get(one.controller)
        first = min(one.first, before.first) if before else one.first
        found[one.controller] = Target(
            one.controller, one.kind, one.timezone, first, one.site, one.group, named
        )
    return tuple(found.values())


def _selection(entry: Entry, place: str, fault: Fault, roll: Roll) -> Choice:
    before = len(entry.mistakes)
    share = entry.take("share", SHARE) if entry.given("share") else None
    count = entry.take("count", whole(1, 100_000)) if entry.given("count") else None
    each = entry.take("each", EACH) if entry.given("each") else None
    if each is not None and share is None and count is None:
        entry.wrong("each", f"says of what share or count are chosen; say how many of each {each}")
    kinds = {KIND.read(one) for one in _words(entry, "kind", KIND)} or set(Kind)
    roles = {str(one) for one in _words(entry, "role", ROLE)}
    if not kinds & fault.kinds:
        nouns = " and ".join(f"{NOUNS[kind]}s" for kind in Kind if kind in fault.kinds)
        entry.wrong("kind", f"{fault.name} strikes {nouns} only")
    pools = [_pool(entry, name, roll) for name in _POOLS if entry.given(name)]
    for name in ("share", "count", "each", *_POOLS):
        entry.ask(name)
    entry.close()
    if len(entry.mistakes) > before:
        return Choice(place, ())
    inside = pools[0] if pools else roll.every
    others = [{one.resource for one in pool} for pool in pools[1:]]
    picked = (
        one
        for one in inside
        if one.kind in kinds and (not roles or one.role in roles) and all(one.resource in o for o in others)
    )
    return Choice(place, _targets(picked, fault), share, count, each)


def _pool(entry: Entry, name: str, roll: Roll) -> tuple[Candidate, ...]:
    """Return the resources that the ids under a name belong to."""
    found: dict[str, Candidate] = {}
    for one in _words(entry, name, scalars.IDENTIFIER):
        known = roll.find(one, "unit controller" if name == "controller" else name)
        if known is None:
            entry.wrong(name, f"there is no {name} {one}{roll.nearest(one)}")
        else:
            found.update({each.resource: each for each in known.resources})
    return tuple(found.values())


def _words(entry: Entry, name: str, scalar: Scalar[str] | Scalar[Kind]) -> list[str]:
    """Return the values under a name, which may be one or a list, each sound."""
    value = entry.plain(name)
    found = []
    for place, one in _items(name, value) if value is not None else ():
        try:
            scalar.read(one)
            found.append(str(one))
        except WrongValueError as error:
            entry.wrong(place, str(error))
    return found
