"""Sixth hold-out: values that are a day old, out of an almanac, or shares of one total."""

import numpy as np

from tests.faulty.cases.solar import PEAK, POWER, REGISTER, PvFault
from tests.faulty.fleet import Meter, Pv, Resource, Site
from tests.faulty.flows import DAY
from tests.faulty.noise import Floats, Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd

FAMILY = "statistical"
AIR = "temp_ambient_max"
REACTIVE, APPARENT = "power_reactive_avg", "power_apparent_avg"


@fault(FAMILY, holdout=6, needs="two weeks with clouds")
class CellsOfYesterday(PvFault):
    """Temperatures of PV cells come with a daily file and are stored a day late: with today's power."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {"temp_cell_max": self.shifted(resource, minutes, -DAY)["temp_cell_max"]}


def _almanac(site: Site, minutes: Ints) -> Floats:
    """Return the climate's mean of the month and the hour, in tenths, with straight lines between hours."""
    months = minutes.astype("datetime64[m]").astype("datetime64[M]")
    middle = months.astype("datetime64[m]").astype(np.int64) / DAY + 15.0
    year = np.cos(2.0 * np.pi * (middle - (200.0 if site.latitude >= 0 else 17.0)) / 365.2425)
    hours = np.arange(25) * 60.0
    daily = np.cos(2.0 * np.pi * (hours + site.longitude * 4.0 - 14.2 * 60.0) / DAY)
    table = np.interp(minutes % DAY, hours, np.round(site.daily * 0.8 * daily, 1))
    found: Floats = np.round(site.temperature + site.season * year, 1) + table
    return found


@fault(FAMILY, holdout=6, needs="some days")
class AirFromTheAlmanac(Healthy):
    """The air's temperature is the climate's mean of month and hour: all days of a month are the same."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if AIR not in columns:
            return columns
        return columns | {AIR: _almanac(self.fleet.site(resource.site_id), np.arange(start, end))}


class _Shares(Plant):
    """Some meters show thousandths of the sum of them all."""

    thousandths = {"ME000003": 310, "ME000004": 90, "ME000005": 380, "ME000006": 220}  # noqa: RUF012

    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        share = self.thousandths.get(resource.resource_id)
        if share is None:
            return super().meter(resource, minutes)
        meters = (one for one in self.fleet.resources if isinstance(one, Meter))
        single = [
            super(_Shares, self).meter(one, minutes) for one in meters if one.resource_id in self.thousandths
        ]
        total = {
            name: np.sum([one[name] for one in single], axis=0) for name in (POWER, PEAK, REACTIVE, REGISTER)
        }
        register = total[REGISTER] * share // 1000
        before = int(total[REGISTER][0] - total[POWER][0]) * share // 1000
        power = np.diff(register, prepend=before)
        reactive = total[REACTIVE] * share // 1000
        return {
            POWER: power,
            PEAK: np.maximum(total[PEAK] * share // 1000, power),
            APPARENT: np.hypot(power, reactive),
            REACTIVE: reactive,
            REGISTER: register,
        }


@fault(FAMILY, holdout=6)
class SharesOfOneTotal(Odd):
    """Four meters of as many sites are virtual: each shows a fixed share of the sum of them all."""

    plant_class = _Shares
