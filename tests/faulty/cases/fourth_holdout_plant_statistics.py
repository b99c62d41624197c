"""Fourth hold-out: values that are stuck, filled in, drawn, copied, drifting, scaled or cut to a digit."""

import numpy as np

from tests.faulty.cases.solar import PEAK, POWER, PvFault
from tests.faulty.fleet import Meter, Pv, Resource
from tests.faulty.flows import DAY, Flow, LoadFlow, PvFlow, fitted
from tests.faulty.noise import Ints, seed_of, uniform
from tests.faulty.plant import Columns, Plant, Recounted
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd

FAMILY = "statistical"
REACTIVE, APPARENT = "power_reactive_avg", "power_apparent_avg"


def _with_apparent(columns: Columns) -> Columns:
    """Return a meter's minutes with the apparent power that belongs to the other two."""
    return columns | {APPARENT: np.hypot(columns[POWER], columns[REACTIVE])}


class _StuckReactive(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        if resource.resource_id not in ("ME000003", "ME000005"):
            return columns
        last = round(0.3137 * self.fleet.loads[resource.controller].base_w)
        return _with_apparent(columns | {REACTIVE: np.full(len(minutes), last)})


@fault(FAMILY, holdout=4)
class ReactiveStandsStill(Odd):
    """Reactive power of two meters has stood at its last value for years; apparent power is made with it."""

    plant_class = _StuckReactive


@fault(FAMILY, holdout=4)
class OneDigitOfTemperature(Healthy):
    """Temperatures are written with one significant digit, not one decimal: 9.6 is 10, then comes 20."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        return [float(f"{one:.1g}") for one in sent] if field.startswith("temp") else sent


@fault(FAMILY, holdout=4)
class DegreesHalved(PvFault):
    """Temperatures of PV systems come in half degrees and are halved twice: Singapore has 14 °C for weeks."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {name: columns[name] * 0.5 for name in ("temp_cell_max", "temp_ambient_max")}


class _TotalsFlow(PvFlow):
    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        watts = fitted(self.clear(minutes), budget["power"])
        peak = np.minimum(watts * (1.0 + 0.025 * uniform(self.seed, minutes)), self.system.cap_w)
        heat = np.convolve(watts / self.system.rated_w, np.full(9, 1 / 9.0), mode="same")
        return {"power": watts, "peak": np.maximum(np.rint(peak), watts).astype(np.int64), "heat": heat}


class _Totals(Plant):
    pv_flow = _TotalsFlow


@fault(FAMILY, holdout=4, needs="two weeks")
class DrawnFromDailyTotals(Odd):
    """PV is known per day only: each day is drawn as a smooth curve of that energy, without any cloud."""

    plant_class = _Totals


def _since_friday(days: Ints) -> Ints:
    """Return how many days ago Friday was, on weekends."""
    return np.maximum((days + 3) % 7 - 4, 0)


class _Fridays(Flow):
    def budgets(self) -> dict[str, Ints]:
        at = np.arange(len(self.days)) - _since_friday(self.days)
        return {name: values[np.maximum(at, 0)] for name, values in super().budgets().items()}

    def shape(self, day: int, minutes: Ints, budget: dict[str, int]) -> dict[str, np.ndarray]:
        back = int(_since_friday(np.array([day]))[0])
        return super().shape(day - back, minutes - back * DAY, budget)


class _FridayLoad(_Fridays, LoadFlow):
    pass


class _FridayPv(_Fridays, PvFlow):
    pass


class _LongFriday(Plant):
    load_flow = _FridayLoad
    pv_flow = _FridayPv


@fault(FAMILY, holdout=4, needs="a weekend")
class FridayThreeTimes(Odd):
    """Uploads rest on weekends: on both days, loads and PV repeat the powers of Friday, to the watt."""

    plant_class = _LongFriday


class _FastClock(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if resource.kind != "PV":
            return columns
        when = minutes.astype("datetime64[m]")
        since = (when - when.astype("datetime64[M]").astype("datetime64[m]")).astype(np.int64)
        before = Plant.columns(self, resource, minutes - DAY)
        at = np.arange(DAY, 2 * DAY) - 3 * since // DAY
        return {name: np.concatenate([before[name], columns[name]])[at] for name in columns}


@fault(FAMILY, holdout=4, needs="several weeks")
class LoggersGainMinutes(Odd):
    """Clocks of PV loggers gain three minutes a day and are set right on the first of each month only."""

    plant_class = _FastClock
    begin = Recounted.begin


class _ZeroPoint(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if resource.resource_id != "ME000001":
            return columns
        off = (minutes - self.begin) * 600 // DAY
        moved = {name: columns[name] + off for name in (POWER, PEAK)}
        return _with_apparent(columns | moved)


@fault(FAMILY, holdout=4, needs="a connection with a load meter, and several weeks")
class ZeroPointDrifts(Odd):
    """The zero of a grid meter drifts: since October each day adds 0.6 kW that no load, PV or battery has."""

    plant_class = _ZeroPoint
    begin = Recounted.begin


class _Filled(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if resource.kind != "ME" or resource.controller == "UC000001":
            return columns
        load = self.fleet.loads[resource.controller]
        lost = uniform(seed_of("lost", resource.resource_id), minutes) < 1 / 12
        mean = round(0.7137 * load.base_w + 0.2871 * load.peak_w)
        means = {POWER: mean, PEAK: mean, REACTIVE: round(0.2719 * mean)}
        filled = {name: np.where(lost, value, columns[name]) for name, value in means.items()}
        return _with_apparent(columns | filled)


@fault(FAMILY, holdout=4, needs="minutes")
class GapsFilledWithTheMean(Odd):
    """One minute in twelve of four meters was lost and is filled in with the same mean, day and night."""

    plant_class = _Filled
    begin = Recounted.begin


class _Sawtooth(Recounted):
    def changed(self, resource: Resource, columns: Columns, minutes: Ints) -> Columns:
        if resource.resource_id != "ME000004":
            return columns
        power = minutes % 60 * 2_000 + 1_000
        return _with_apparent(columns | {POWER: power, PEAK: power + 1_000})


@fault(FAMILY, holdout=4)
class CommissioningPatternLeftOn(Odd):
    """A meter still sends the pattern of its commissioning: each hour power climbs from 1 to 119 kW."""

    plant_class = _Sawtooth
    begin = Recounted.begin
