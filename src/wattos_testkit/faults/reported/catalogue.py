"""The faults of telemetry: the plant is well, what is reported of it is not."""

from wattos_testkit.faults.model import Fault
from wattos_testkit.faults.reported.catalogue_units import MIXED_UP, REGISTERS
from wattos_testkit.faults.reported.catalogue_ways import COMING, ELSEWHERE
from wattos_testkit.faults.reported.catalogue_words import NOTHING, WRONG

REPORTED: tuple[Fault, ...] = (
    *COMING,
    *NOTHING,
    *WRONG,
    *MIXED_UP,
    *REGISTERS,
    *ELSEWHERE,
)
"""In the order of the documentation."""
