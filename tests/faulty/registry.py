"""Where servers with a fault, and healthy but odd ones, are entered by name."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faulty.server import Healthy

FAMILIES = (
    "schema",
    "request validation",
    "security and error bodies",
    "time grid",
    "aggregation",
    "relations",
    "cross-operation",
    "physics",
    "statistical",
)

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth")
"""The words for hold-outs; there may be as many."""


@dataclass(frozen=True)
class Case:
    """A server of the catalogue."""

    name: str
    family: str
    story: str
    """One line: what is wrong, or what is odd."""
    server: type[Healthy]
    needs: str
    """The data that shows it; empty: any window of 28 days."""
    holdout_set: int
    """Which hold-out it was written for, by somebody who had not read a rule; 0: no hold-out."""
    options: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What a check must be told in order to look at all, such as `bad_methods`."""

    @property
    def holdout(self) -> bool:
        """Whether nobody may tune a rule on it before its first recorded run."""
        return self.holdout_set > 0


class Fault(Case):
    """A server with exactly one fault."""


class Legal(Case):
    """A healthy server that is unlike the usual ones."""


FAULTS: dict[str, Fault] = {}
LEGAL: dict[str, Legal] = {}


def _name(server: type[Healthy]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", server.__name__).lower()


def _story(server: type[Healthy]) -> str:
    if not server.__doc__:
        raise ValueError(f"{server.__name__} has no story")
    return server.__doc__.strip().splitlines()[0]


def fault(
    family: str, *, needs: str = "", holdout: int = 0, **options: Callable[[], object]
) -> Callable[[type[Healthy]], type[Healthy]]:
    """Enter a server with one fault; its docstring is its story, its name that of the class."""

    def enter(server: type[Healthy]) -> type[Healthy]:
        name = _name(server)
        if family not in FAMILIES or name in FAULTS or name in LEGAL:
            raise ValueError(f"{name}: the family {family!r} is unknown, or the name is taken")
        FAULTS[name] = Fault(name, family, _story(server), server, needs, int(holdout), options)
        return server

    return enter


def legal(family: str, *, needs: str = "", holdout: int = 0) -> Callable[[type[Healthy]], type[Healthy]]:
    """Enter a healthy but odd server; the family says what is odd: wire, operation or plant."""

    def enter(server: type[Healthy]) -> type[Healthy]:
        name = _name(server)
        if family not in ("wire", "operation", "plant") or name in FAULTS or name in LEGAL:
            raise ValueError(f"{name}: the family {family!r} is unknown, or the name is taken")
        LEGAL[name] = Legal(name, family, _story(server), server, needs, int(holdout))
        return server

    return enter
