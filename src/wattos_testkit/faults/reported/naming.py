"""Measured fields, by their names or by what they have in common."""

from collections.abc import Mapping
from types import MappingProxyType

from wattos_testkit.faults.minutes import STATUS
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES

ALL = "all"
_FAMILIES = ("power", "energy", "temp", "soc", STATUS)


def _measured(kind: Kind) -> tuple[str, ...]:
    return (*(one.name for one in NUMERIC_FIELDS[kind]), *((STATUS,) if STATUSES[kind] else ()))


MEASURED: Mapping[Kind, tuple[str, ...]] = MappingProxyType({kind: _measured(kind) for kind in Kind})
"""All measured fields of each kind."""
WORDS: tuple[str, ...] = (
    ALL,
    *_FAMILIES,
    *dict.fromkeys(name for kind in Kind for name in MEASURED[kind] if name not in _FAMILIES),
)
"""What a fault may be told to strike: all fields, a family of them, or one by its name."""


def named(kind: Kind, word: str) -> tuple[str, ...]:
    """Return the fields of a kind that a word stands for; none if the kind has no such."""
    if word in _FAMILIES:
        return tuple(name for name in MEASURED[kind] if name == word or name.startswith(f"{word}_"))
    return tuple(name for name in MEASURED[kind] if word in {ALL, name})


def by_kind(word: str, *kinds: Kind) -> Mapping[Kind, tuple[str, ...]]:
    """Return what a word stands for in each of some kinds, or in all, where it stands for anything."""
    found = {kind: named(kind, word) for kind in kinds or Kind}
    return MappingProxyType({kind: names for kind, names in found.items() if names})
