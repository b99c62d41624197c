"""Which fault acts in which stage, by the fault's name."""

from collections.abc import Mapping

from wattos_testkit.faults.reported import order, presence, source, values
from wattos_testkit.faults.reported.stages import MinuteEffect, RowEffect, SourceEffect

SOURCES: Mapping[str, SourceEffect] = {
    "clock-skew": source.clock_skew,
    "local-time-as-utc": source.local_time_as_utc,
    "replayed-day": source.replayed_day,
    "swapped-resources": source.swapped_resources,
}
VALUES: Mapping[str, MinuteEffect] = {
    "stuck-value": values.stuck_value,
    "frozen-soc": values.frozen_soc,
    "stuck-status": values.stuck_status,
    "spike": values.spike,
    "noise": values.noise,
    "drift": values.drift,
    "quantised-values": values.quantised_values,
    "zero-fill": values.zero_fill,
    "unplugged-sensor": values.unplugged_sensor,
    "missing-field": values.missing_field,
    "null-values": values.null_values,
    "wrong-unit": values.wrong_unit,
    "sign-flip": values.sign_flip,
    "swapped-charge-discharge": values.swapped_charge_discharge,
    "register-rollover": values.register_rollover,
    "register-reset": values.register_reset,
    "daily-register": values.daily_register,
    "whole-register": values.whole_register,
}
PRESENCE: Mapping[str, MinuteEffect] = {
    "gap": presence.gap,
    "late-rows": presence.late_rows,
    "backfill": presence.backfill,
}
MINUTES: Mapping[str, MinuteEffect] = {**VALUES, **PRESENCE}
"""Whether a minute comes does not depend on what it says: they are one stage, in the order of placement."""
ROWS: Mapping[str, RowEffect] = {
    "duplicate-rows": order.duplicate_rows,
    "rows-out-of-order": order.rows_out_of_order,
}
RESHAPING: frozenset[str] = frozenset({*VALUES, *ROWS, "gap", "swapped-resources"})
"""Faults that may leave holes, or numbers beyond the ratings: rows that they strike are written freely."""
