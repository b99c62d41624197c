"""The faults of the plant, by the part of it that they strike."""

from wattos_testkit.faults.model import Fault
from wattos_testkit.faults.plant import catalogue_battery, catalogue_pv, catalogue_site

PLANT: tuple[Fault, ...] = (*catalogue_pv.FAULTS, *catalogue_battery.FAULTS, *catalogue_site.FAULTS)
