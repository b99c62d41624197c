"""What a fault is, and what it is to place one: who is struck, from when to when, and how hard."""

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from wattos_testkit.fleet.model import Kind


def read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a view of a mapping that cannot be changed."""
    return MappingProxyType(values)


# Placements travel to worker processes, and read-only views of mappings do not by themselves.
copyreg.pickle(MappingProxyType, lambda view: (read_only, (dict(view),)))

Value = float | int | str | bool
EVERY_KIND = frozenset(Kind)


class Family(StrEnum):
    """Where a fault happens."""

    PLANT = "plant"
    """In the plant itself: everything that measures it sees it."""
    TELEMETRY = "telemetry"
    """Between the sensor and the rows: the plant is well, what is reported of it is not."""
    WIRE = "wire"
    """Between the server and the client: the rows are right, their way is not."""


class Strikes(StrEnum):
    """What a fault is placed on."""

    RESOURCE = "resource"
    CONTROLLER = "unit controller"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a fault can be told."""

    name: str
    default: Value
    meaning: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One entry of the catalogue."""

    name: str
    family: Family
    story: str
    """What really happens in plants, in one line."""
    changes: str
    """What it changes, all that it changes, and what stays as it was."""
    strikes: Strikes = Strikes.RESOURCE
    kinds: frozenset[Kind] = EVERY_KIND
    """Kinds of resources that it can strike."""
    parameters: tuple[Parameter, ...] = ()
    fields: Mapping[Kind, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Fields that it changes in the rows of those struck; an empty tuple stands for whole rows."""
    consequences: Mapping[Kind, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Fields that it changes in the rows of others behind the same unit controller."""
    lasts: int = 120
    """Minutes that it lasts unless it is told."""
    pairs: bool = False
    """It is between two: each placement has two targets of one kind."""
    forever: bool = False
    """What it does is not undone when it ends: a register that was restarted stays so."""

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by its name."""
        return next((one for one in self.parameters if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A fault that strikes: whom, from when to when, and how hard."""

    name: str
    """Unique in its plan; what is random in this placement is drawn from it and the seed."""
    fault: Fault
    targets: tuple[str, ...]
    """Resource ids, unit controller ids or names of operations, as `fault.strikes` says."""
    start: int
    """UTC minute since 1970."""
    end: int
    """The minute after the last."""
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    """Parameters that differ from their defaults."""
    seed: int = 0

    def number(self, name: str) -> float:
        """Return the value of a numeric parameter."""
        return float(self._value(name))

    def word(self, name: str) -> str:
        """Return the value of a parameter that is a word."""
        return str(self._value(name))

    def _value(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        parameter = self.fault.parameter(name)
        if parameter is None:
            raise LookupError(f"{self.fault.name} has no parameter {name}")
        return parameter.default

    @property
    def identity(self) -> str:
        """All that what it does depends on, in one line."""
        values = ",".join(f"{name}={value}" for name, value in sorted(self.values.items()))
        whom = ",".join(self.targets)
        return f"{self.fault.name}|{self.name}|{whom}|{self.start}|{self.end}|{values}|{self.seed}"
