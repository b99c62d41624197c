"""All faults there are, by name."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from wattos_testkit.errors import UsageError
from wattos_testkit.faults import wire
from wattos_testkit.faults.model import Fault
from wattos_testkit.faults.plant.catalogue import PLANT
from wattos_testkit.faults.reported.catalogue import REPORTED

_FAMILIES: tuple[tuple[Fault, ...], ...] = (
    PLANT,
    REPORTED,
    wire.FAULTS,
)
CATALOGUE: Mapping[str, Fault] = MappingProxyType({one.name: one for family in _FAMILIES for one in family})
"""By name, in the order of the families."""


def find(name: str) -> Fault:
    """Return the fault of a name.

    Raises
    ------
    UsageError
        If there is none; names those that look like it.
    """
    found = CATALOGUE.get(name)
    if found is not None:
        return found
    near = get_close_matches(name[:80], CATALOGUE, n=3, cutoff=0.5)
    hint = f"; like it: {', '.join(near)}" if near else "; `wattos-testkit faults` lists them"
    raise UsageError(f"there is no fault {name[:80]!r}{hint}")
