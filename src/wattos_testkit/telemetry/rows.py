"""From minutes to rows: what each field of the API says of its bucket."""

from functools import lru_cache

import numpy as np

from wattos_testkit.fleet.model import Kind
from wattos_testkit.physics.hashing import Integers, Singles
from wattos_testkit.telemetry.battery import BatterySeries
from wattos_testkit.telemetry.columns import Codes, Column, Numbers
from wattos_testkit.telemetry.fields import STATUSES
from wattos_testkit.telemetry.meter import MeterSeries
from wattos_testkit.telemetry.parts import BatteryPart, PhotovoltaicPart
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicSeries

_STANDBY, _ACTIVE, _OTHER = range(3)
Fields = dict[str, Column]


@lru_cache(maxsize=256)
def _starts(minutes: int, per_bucket: int) -> Integers:
    return np.arange(0, minutes, per_bucket)


def _sums(minutes: Integers, per_bucket: int) -> Integers:
    return minutes if per_bucket == 1 else np.add.reduceat(minutes, _starts(len(minutes), per_bucket))


def _largest(minutes: Integers, per_bucket: int) -> Integers:
    return minutes if per_bucket == 1 else np.maximum.reduceat(minutes, _starts(len(minutes), per_bucket))


def _mean(sums: Integers, per_bucket: int) -> Column:
    """Return the mean in whole watts, halves rounded up."""
    if per_bucket == 1:
        return Numbers(sums, 3)
    return Numbers((2 * sums + per_bucket) // (2 * per_bucket), 3)


def _register(before: int, sums: Integers) -> Column:
    """Return a register at the ends of buckets in whole watt-hours, from energy in watt-minutes."""
    running = np.cumsum(sums)
    running += before + 30
    running //= 60
    return Numbers(running, 3)


def _temperatures(minutes: Singles, per_bucket: int) -> Fields:
    """Return the highest temperatures, of cells and of the air, in tenths of a degree."""
    if per_bucket > 1:
        minutes = np.maximum.reduceat(minutes, _starts(minutes.shape[1], per_bucket), axis=1)
    cell, ambient = np.rint(minutes * 10.0).astype(np.int64)
    return {"temp_cell_max": Numbers(cell, 1), "temp_ambient_max": Numbers(ambient, 1)}


def photovoltaic_rows(series: PhotovoltaicPart, start: int, end: int, interval: int) -> Fields:
    """Return the fields of a PV system for a window of whole buckets."""
    flow, inside, before = series.flow_between(start, end)
    sums = _sums(flow.power[inside], interval)
    last = flow.power[inside][interval - 1 :: interval]
    status = (last > 0).view(np.uint8)
    if series.curtailed:
        status = status + (last >= series.limit - 1)
    return {
        "power_active_avg": _mean(sums, interval),
        "power_active_max": Numbers(_largest(flow.peak[inside], interval), 3),
        "energy_active_cum": _register(before, sums),
        **_temperatures(flow.temps[:, inside], interval),
        "status": Codes(status, STATUSES[Kind.PV]),
    }


def battery_rows(series: BatteryPart, start: int, end: int, interval: int) -> Fields:
    """Return the fields of a battery for a window of whole buckets."""
    flow, inside, _ = series.cut(start, end)
    charge, discharge = flow.charge[inside], flow.discharge[inside]
    charged, discharged = series.registers(flow, start)
    sums_in, sums_out = _sums(charge, interval), _sums(discharge, interval)
    last = slice(interval - 1, None, interval)
    status = (charge[last] > 0).view(np.uint8) + 2 * (discharge[last] > 0).view(np.uint8)
    state = np.rint(flow.state[inside][last] * 10_000.0).astype(np.int64)
    return {
        "power_charge_active_avg": _mean(sums_in, interval),
        "power_charge_active_max": Numbers(_largest(flow.peaks[0, inside], interval), 3),
        "power_discharge_active_avg": _mean(sums_out, interval),
        "power_discharge_active_max": Numbers(_largest(flow.peaks[1, inside], interval), 3),
        "energy_charge_active_cum": _register(charged, sums_in),
        "energy_discharge_active_cum": _register(discharged, sums_out),
        "soc_end": Numbers(state, 2),
        **_temperatures(flow.temps[:, inside], interval),
        "status": Codes(status, STATUSES[Kind.BESS]),
    }


def meter_rows(series: MeterSeries, start: int, end: int, interval: int) -> Fields:
    """Return the fields of a meter for a window of whole buckets."""
    flow = series.flow(start, end)
    sums = _sums(flow.active, interval)
    return {
        "power_active_avg": _mean(sums, interval),
        "power_active_max": Numbers(_largest(flow.peak, interval), 3),
        "power_apparent_avg": _mean(_sums(flow.apparent, interval), interval),
        "power_reactive_avg": _mean(_sums(flow.reactive, interval), interval),
        "energy_active_cum": _register(flow.register, sums),
    }


Series = PhotovoltaicSeries | BatterySeries | MeterSeries


def rows(series: Series, start: int, end: int, interval: int) -> Fields:
    """Return the fields of any resource for a window of whole buckets."""
    match series:
        case PhotovoltaicSeries():
            return photovoltaic_rows(series, start, end, interval)
        case BatterySeries():
            return battery_rows(series, start, end, interval)
        case MeterSeries():
            return meter_rows(series, start, end, interval)
