"""WT713, WT714, WT816: what a status says against what flows, and both directions at once."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.battery import CHARGE, DISCHARGE, IDLE, MIXED, Battery, battery_of
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags
from wattos_testkit.invariants.sun import elevation
from wattos_testkit.invariants.tracks import Track

_FEWEST = 10
_LATE = 3
"""Minutes by which a status may be late: it is asked for now and then."""
_SHARE = 0.2


def judge_status(book: Book, ledger: Ledger) -> None:
    """Judge every battery and PV system on the longest answer at each interval."""
    for kind in ("BE", "PV"):
        for resource in book.resources(kind):
            for interval in book.intervals(resource):
                track = book.longest(resource, interval)
                if track is None or len(track) < _FEWEST or (resource, interval) in book.spoiled:
                    continue
                if kind == "BE":
                    _judge_battery(ledger, track)
                    _judge_both(ledger, track)
                else:
                    _judge_pv(ledger, track)
                    _judge_dark(book, ledger, track)
    ledger.skipped("WT713", "get_bess_data", "the batteries were hardly used")
    ledger.skipped("WT714", "get_bess_data", "no rows of clear direction and known status")
    ledger.skipped("WT714", "get_pv_data", "no rows with power and known status")
    ledger.skipped("WT816", "get_pv_data", "no rows in darkness")


def _codes(track: Track) -> list[str]:
    return [str(one).strip().upper() if one is not None else "" for one in track.status]


def _is(codes: list[str], *names: str) -> Flags:
    return np.array([code in names for code in codes], dtype=bool)


def _judge_battery(ledger: Ledger, track: Track) -> None:
    battery = battery_of(track)
    codes = _codes(track)
    # The status is that of the end of the bucket: only inside a stretch of one direction is it certain.
    lasting = np.zeros(len(track), dtype=bool)
    lasting[:-1] = (battery.mode[:-1] == battery.mode[1:]) & track.adjoining()[1:]
    strong = np.maximum(battery.charged, battery.discharged) * 60 / track.interval > 0.1 * battery.power
    into, out = lasting & strong & (battery.mode == CHARGE), lasting & strong & (battery.mode == DISCHARGE)
    charging, discharging = (
        _is(codes, "CH", "CHARGING", "CHARGE"),
        _is(codes, "DI", "DISCHARGING", "DISCHARGE"),
    )
    rest, fault = _is(codes, "SB", "OF", "STANDBY", "OFF", "OFFLINE", "IDLE"), _is(codes, "FA", "FAULT")
    _decide(ledger, track, into & discharging, into, "says discharging while the battery charges")
    _decide(ledger, track, out & charging, out, "says charging while the battery discharges")
    _decide(ledger, track, (into | out) & rest, into | out, "says standby or offline while power flows")
    _decide(ledger, track, (into | out) & fault, into | out, "says fault while power flows", Severity.WARNING)
    _judge_lag(ledger, track, battery, codes)
    idle = lasting & (battery.mode == IDLE)
    busy = charging | discharging
    text = "says charging or discharging while nothing flows"
    _decide(ledger, track, idle & busy, idle, text, Severity.WARNING, share=0.5)


def _judge_lag(ledger: Ledger, track: Track, battery: Battery, codes: list[str]) -> None:
    """Find a status that says minutes later what the power did."""
    if track.interval > 5 or not track.adjoining()[1:].all():
        return
    said = np.select(
        [_is(codes, "CH"), _is(codes, "DI"), _is(codes, "SB", "OF")], [CHARGE, DISCHARGE, IDLE], MIXED
    )
    # In the row of a change either is right, and a trickle is called what it likes.
    flow = np.maximum(battery.charged, battery.discharged) * 60 / track.interval
    clear = (battery.mode != MIXED) & ((flow > 0.1 * battery.power) | (battery.mode == IDLE))
    clear[:-1] &= battery.mode[:-1] == battery.mode[1:]

    def wrong(lag: int) -> Flags:
        size = len(track) - lag
        mode, sure = battery.mode[:size], clear[:size]
        bad: Flags = sure & (said[lag:] != mode) & (said[lag:] != MIXED)
        return bad

    here, most = wrong(0), min(60 // track.interval, len(track) // 2)
    if most < 1:
        return
    later = [int(wrong(lag).sum()) for lag in range(1, most + 1)]
    best = int(np.argmin(later)) + 1
    if here.sum() >= _FEWEST and later[best - 1] <= 0.1 * here.sum() and best * track.interval >= _LATE:
        text = f"says {best * track.interval} min later what the battery did"
        _tell(ledger, track, "WT714", here, f"status {text}", "that of its time", Severity.WARNING)


def _judge_pv(ledger: Ledger, track: Track) -> None:
    power = np.nan_to_num(track.column("power_active_avg"))
    peak = float(power.max(initial=0.0))
    if peak <= 0:
        return
    strong = np.zeros(len(track), dtype=bool)
    strong[:-1] = (power[:-1] > 0.1 * peak) & (power[1:] > 0.1 * peak) & track.adjoining()[1:]
    codes = _codes(track)
    rest, fault = _is(codes, "SB", "OF", "STANDBY", "OFF", "OFFLINE"), _is(codes, "FA", "FAULT")
    _decide(ledger, track, strong & rest, strong, "says standby or offline while PV generates")
    _decide(ledger, track, strong & fault, strong, "says fault while PV generates", Severity.WARNING)


def _judge_dark(book: Book, ledger: Ledger, track: Track) -> None:
    place = book.place(track.resource)
    if not place.known:
        ledger.skipped("WT816", track.operation, "coordinates are unknown")
        return
    middle = track.start + track.interval / 2
    dark = elevation(middle, place.latitude, place.longitude) < -6
    none = np.abs(np.nan_to_num(track.column("power_active_avg"))) <= 2 * track.step("power_active_avg")
    telling = dark & none
    ledger.looked("WT816", track.operation, int(telling.sum()), track.resource)
    says = telling & _is(_codes(track), "ON")
    if says.sum() >= _FEWEST and says.sum() > 0.5 * telling.sum():
        _tell(ledger, track, "WT816", says, "status ON without power in darkness", "SB", Severity.WARNING)


def _judge_both(ledger: Ledger, track: Track) -> None:
    battery = battery_of(track)
    active = battery.mode != IDLE
    if active.sum() < _FEWEST:
        return
    ledger.looked("WT713", track.operation, int(active.sum()), track.resource)
    both = battery.mode == MIXED
    if both.sum() < _FEWEST:
        return
    names = ("power_charge_active", "power_discharge_active")
    peaks = [track.column(f"{name}_max") for name in names]
    means = [track.column(f"{name}_avg") for name in names]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.nan_to_num(means[0] / peaks[0]) + np.nan_to_num(means[1] / peaks[1])
    plain = all(
        bool((np.abs(peak - mean)[both] <= 0.001 * np.abs(mean[both]) + track.step(f"{name}_avg")).all())
        for peak, mean, name in zip(peaks, means, names, strict=True)
    )
    over = both & (shares > 1.1)
    weak, strong = np.minimum(means[0], means[1]), np.maximum(means[0], means[1])
    even = both & (weak > 0.5 * strong)
    real = _is_counted(track, both) and _is_stored(battery)
    if over.sum() >= _FEWEST and not plain and not real:
        text = "charge and discharge together take more than the whole bucket"
        _tell(ledger, track, "WT713", over, text, "avg/max of both at most 1", Severity.ERROR)
    elif track.interval == 1:
        # A battery that merely turns round does so in single minutes.
        text = "charges and discharges within the same minute"
        severe = even.sum() > 0.5 * both.sum() and not real
        weight = Severity.ERROR if severe else Severity.WARNING
        _tell(ledger, track, "WT713", both, text, "one direction a minute", weight)


def _is_counted(track: Track, both: Flags) -> bool:
    """Tell whether both registers count what is said to flow at the same time."""
    fine = []
    for side in ("charge", "discharge"):
        register = track.column(f"energy_{side}_active_cum")
        moved = np.concatenate([[np.nan], np.diff(register)])
        moved[~track.adjoining()] = np.nan
        energy = track.column(f"power_{side}_active_avg") * track.interval / 60
        known = both & np.isfinite(moved)
        total, went = float(energy[known].sum()), float(moved[known].sum())
        fine.append(abs(went - total) <= 0.1 * total + 4 * track.step(f"energy_{side}_active_cum"))
    return all(fine)


def _is_stored(battery: Battery) -> bool:
    """Tell whether the state of charge agrees with both flows together."""
    change = battery.change
    known = np.isfinite(change) & (battery.soc > 1) & (battery.soc < 99)
    rows = np.flatnonzero(known)
    size = max(1, 60 // battery.track.interval)
    count = rows.size // size
    if count < _FEWEST:
        return True
    parts = [
        column[rows[: count * size]].reshape(count, size).sum(axis=1)
        for column in (battery.charged, -battery.discharged, change)
    ]
    found, *_ = np.linalg.lstsq(np.column_stack(parts[:2]), parts[2], rcond=None)
    up, down = float(found[0]), float(found[1])
    if up <= 0 or down <= 0:
        return False
    return 0.4 < up / down < 1.1


def _decide(
    ledger: Ledger,
    track: Track,
    bad: Flags,
    telling: Flags,
    text: str,
    severity: Severity | None = None,
    share: float = _SHARE,
) -> None:
    if telling.sum() < _FEWEST:
        return
    ledger.looked("WT714", track.operation, int(telling.sum()), track.resource)
    if bad.sum() >= _FEWEST and bad.sum() > share * telling.sum():
        _tell(ledger, track, "WT714", bad, f"status {text}", "another status", severity)


def _tell(
    ledger: Ledger, track: Track, rule: str, bad: Flags, text: str, expected: str, severity: Severity | None
) -> None:
    where = np.flatnonzero(bad)
    names = [name for name in track.values if name.startswith("power_") and name.endswith("_avg")]
    ledger.found(
        rule,
        track.operation,
        track.resource,
        f"{text} ({where.size} rows at {track.interval} min)",
        evidence=[
            track.proof(
                int(index),
                expected,
                ", ".join(
                    [str(track.status[index]), *(f"{name} {track.column(name)[index]:.6g}" for name in names)]
                ),
            )
            for index in where[:3]
        ],
        requests=track.request(int(where[0])),
        count=int(where.size),
        severity=severity,
        series=track.plot(names, where),
        size=len(track),
    )
