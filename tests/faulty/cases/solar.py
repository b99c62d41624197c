"""PV systems that cannot be right."""

import numpy as np

from tests.faulty.fleet import Pv, Resource, Site
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Row

FAMILY = "physics"
POWER, PEAK, REGISTER = "power_active_avg", "power_active_max", "energy_active_cum"


class PvFault(Healthy):
    """A server whose PV systems' minutes are changed."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Change the minutes of PV systems."""
        columns = super().minutes(resource, start, end)
        return self.change(columns, resource, np.arange(start, end)) if resource.kind == "PV" else columns

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        """Return the columns with the fault."""
        raise NotImplementedError

    def shifted(self, resource: Pv, minutes: Ints, by: int) -> Columns:
        """Return the minutes of another time."""
        return self.plant.minutes(resource, int(minutes[0]) + by, int(minutes[-1]) + 1 + by)


@fault(FAMILY)
class PvPowerInWatts(PvFault):
    """The powers of PV systems are in W; the register is right."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {POWER: columns[POWER] * 1000, PEAK: columns[PEAK] * 1000}


@fault(FAMILY)
class PvRegisterInMegawattHours(PvFault):
    """The register of PV systems counts MWh."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {REGISTER: columns[REGISTER] / 1000}


@fault(FAMILY, needs="night")
class PvRegisterFallsAtNight(PvFault):
    """The register of PV systems falls at night by what the inverter consumes, which no power shows."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {
            REGISTER: columns[REGISTER] - resource.rated_w // 200 * (minutes - resource.since + 1)
        }


@fault(FAMILY)
class PvRegisterRestartsEachHour(PvFault):
    """Every hour the register of PV systems loses what the hour before added."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        hours = self.shifted(resource, minutes, -60)[REGISTER]
        return columns | {REGISTER: np.where(minutes // 60 % 2 == 0, columns[REGISTER], hours)}


@fault(FAMILY, needs="night")
class PowerAtNight(PvFault):
    """PV systems give a twentieth of their rated power at night too, registers included."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        extra = resource.rated_w // 20
        register = columns[REGISTER] + extra * (minutes - resource.since + 1)
        status = np.full(len(minutes), "ON")
        return columns | {
            POWER: columns[POWER] + extra,
            PEAK: columns[PEAK] + extra,
            REGISTER: register,
            "status": status,
        }


@fault(FAMILY)
class HalfADayOff(PvFault):
    """PV systems work by night: their rows are twelve hours off."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return self.shifted(resource, minutes, -720)


@fault(FAMILY)
class LocalTimeStored(PvFault):
    """PV rows are stored by the site's local time and answered as UTC, values of PV and all."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return self.shifted(resource, minutes, -round(resource.longitude / 15.0) * 60)


@fault(FAMILY)
class ColdWhereHot(PvFault):
    """Cell and ambient temperature of PV systems have changed places."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        cell, air = columns["temp_cell_max"], columns["temp_ambient_max"]
        return columns | {"temp_cell_max": air, "temp_ambient_max": np.minimum(cell, 59.0)}


@fault(FAMILY)
class PvTemperaturesInFahrenheit(PvFault):
    """The cell temperatures of PV systems are in °F."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"temp_cell_max": np.minimum(columns["temp_cell_max"] * 1.8 + 32.0, 119.0)}


@fault(FAMILY)
class StandbyInSunshine(PvFault):
    """The status of PV systems is standby by day and on by night."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"status": np.where(columns[POWER] > 0, "SB", "ON")}


@fault(FAMILY)
class PvMaximumBelowAverage(PvFault):
    """The maximum of a PV system is four fifths of its average."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {PEAK: columns[POWER] * 4 // 5}


@fault(FAMILY)
class PvPowerTenfold(PvFault):
    """The power of PV systems is ten times what the register adds."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {POWER: columns[POWER] * 10, PEAK: columns[PEAK] * 10}


@fault(FAMILY)
class RegisterScatters(PvFault):
    """What the register adds scatters by a third around power times duration."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        seed = seed_of("scatter", resource.resource_id)
        part = uniform(seed, minutes // 30)
        earlier = self.shifted(resource, minutes, -60)[REGISTER]
        return columns | {
            REGISTER: np.rint(earlier + part * (columns[REGISTER] - earlier) * 0.98).astype(np.int64)
        }


@fault(FAMILY)
class LongitudeSignLost(Healthy):
    """Longitudes are listed without their sign, so the sun of California shines at the wrong hours."""

    def site_row(self, site: Site) -> Row:
        row = super().site_row(site)
        return row | {"site_longitude": abs(site.longitude)}

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        return row | {"resource_longitude": abs(resource.longitude)}


@fault(FAMILY)
class PvRegisterCountsDouble(PvFault):
    """The register of PV systems counts twice what the power says."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {REGISTER: columns[REGISTER] * 2}
