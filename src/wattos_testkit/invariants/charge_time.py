"""WT814 on batteries: a state of charge that is read too early, or told too late."""

import numpy as np

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.battery import IDLE, Battery, Slopes
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Floats, Ints
from wattos_testkit.invariants.telling import tell_rows

_OPERATION = "get_bess_data"
_FEWEST = 10
_LAGS = 120
_LATE = 3
"""Minutes: a controller that asks its battery once a minute or two is no news."""
_POINTS_OF_LAG = 0.5


def judge_reading(ledger: Ledger, battery: Battery, slopes: Slopes) -> None:
    """Find a state of charge that is read at the start of the bucket."""
    expected = slopes.up * battery.charged - slopes.down * battery.discharged
    here, before, change = expected[1:], expected[:-1], battery.change[1:]
    room = 2 * battery.step
    telling = np.isfinite(change) & (np.abs(here - before) > 4 * room)
    if telling.sum() < _FEWEST:
        return
    now = np.abs(change - here) <= room + 0.1 * np.abs(here)
    late = np.abs(change - before) <= room + 0.1 * np.abs(before)
    if late[telling].mean() > 0.8 and now[telling].mean() < 0.2:
        bad = np.flatnonzero(telling & late) + 1
        words = "soc_end moves by the energy of the row before: it is read at the start of the bucket"
        tell_charge(ledger, battery, "WT814", bad, words, "the end of the bucket", battery.soc)


def judge_lag(ledger: Ledger, battery: Battery, slopes: Slopes) -> None:
    """Find a state of charge that tells minutes later what the power has done."""
    track = battery.track
    if track.interval > 5 or not track.adjoining()[1:].all() or not np.isfinite(battery.soc).all():
        return
    into, out = np.cumsum(battery.charged), np.cumsum(battery.discharged)
    most = min(_LAGS // track.interval, len(track) // 4)
    if slopes.up * into[-1] + slopes.down * out[-1] < 8 * _POINTS_OF_LAG:
        return

    def misfit(lag: int) -> float:
        # Gain and loss per kWh and the draw in its sleep are whatever fits best at this lag.
        size = len(track) - lag
        causes = np.column_stack([into[:size], out[:size], np.arange(size), np.ones(size)])
        found, *_ = np.linalg.lstsq(causes, battery.soc[lag:], rcond=None)
        return float((battery.soc[lag:] - causes @ found).std())

    here, later = misfit(0), [misfit(lag) for lag in range(1, most + 1)]
    best = int(np.argmin(later)) + 1 if later else 0
    if best * track.interval < _LATE or here < _POINTS_OF_LAG or later[best - 1] > 0.25 * here:
        return
    words = f"soc_end tells {best * track.interval} min later what the power has done"
    moving = np.flatnonzero(battery.mode != IDLE)
    tell_charge(ledger, battery, "WT814", moving, words, "the end of the bucket", battery.soc)


def tell_charge(
    ledger: Ledger,
    battery: Battery,
    rule: str,
    bad: Ints,
    message: str,
    expected: str,
    seen: Floats,
    severity: Severity | None = None,
) -> None:
    """Note rows of a battery as a finding of a rule."""
    track = battery.track
    ledger.looked(rule, _OPERATION, 0, track.resource)
    tell_rows(
        ledger,
        track,
        rule,
        bad,
        f"{message} (at {track.interval} min)",
        lambda index: (expected, f"{seen[index]:.6g}"),
        ["soc_end", "power_charge_active_avg", "power_discharge_active_avg"],
        severity=severity,
    )
