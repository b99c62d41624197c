"""Which rule must report which fault; entered after the rules and the faults have first met."""

from tests.faulty.catalogue import FAULTS

_RULES: dict[str, str] = {}

EXPECTED: dict[str, str | None] = {name: _RULES.get(name) for name in FAULTS}
"""The rule that must report a fault; None until the first meeting was recorded."""
