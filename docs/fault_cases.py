"""What the picture of each fault shows: whom it strikes, when, how hard, and which fields are drawn."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wattos_testkit.faults.model import Family, Fault, Strikes
from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.open import open_fleet

FLEET = open_fleet()
HOUR, DAY = 60, 1440
POWER, CELL, REGISTER, STATUS = "power_active_avg", "temp_cell_max", "energy_active_cum", "status"
CHARGE, DISCHARGE, STATE = "power_charge_active_avg", "power_discharge_active_avg", "soc_end"
ORDER, AGAIN = "order", "again"
"""Panels that are no field: in which order rows come, and how often."""


class Case(NamedTuple):
    """One picture; times are local to the site."""

    targets: tuple[str, ...]
    begins: str
    lasts: int
    panels: tuple[tuple[str, str], ...]
    """Resource and field."""
    values: dict[str, float | str] = {}  # noqa: RUF012 - a tuple's default is shared, and never changed
    before: int = 4 * HOUR
    after: int = 5 * HOUR
    interval: int = 5
    now: str | None = None
    """A clock's local time; rows that are not there yet do not come."""
    alone: bool = False
    """Only what is reported decides what the axes show."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of those it strikes."""
        for site in FLEET.sites():
            for controller in site.controllers:
                ids = {controller.unit_controller_id, *(one.resource_id for _, one in controller.resources())}
                if self.targets[0] in ids:
                    return ZoneInfo(site.timezone)
        raise ValueError(f"the demo fleet has no {self.targets[0]}")

    def minute(self, local: str) -> int:
        """Return the UTC minute of a local time."""
        return int(datetime.fromisoformat(local).replace(tzinfo=self.zone).timestamp()) // 60


_PV = (("PV000001", POWER), ("PV000001", STATUS), ("ME000001", POWER))
_PV_WARM = (("PV000001", POWER), ("PV000001", STATUS), ("PV000001", CELL))
_BATTERY = (("BE000001", CHARGE), ("BE000001", DISCHARGE), ("BE000001", STATE), ("BE000001", CELL))
_ISLAND = (
    ("ME000002", POWER),
    ("PV000001", POWER),
    ("PV000001", STATUS),
    ("BE000001", CHARGE),
    ("BE000001", DISCHARGE),
    ("BE000001", STATE),
    ("ME000001", POWER),
)

CASES: dict[str, Case] = {
    "inverter-trip": Case(("PV000001",), "2024-05-21 11:40", 120, (*_PV, ("PV000001", CELL)), interval=1),
    "curtailment": Case(("PV000001",), "2024-05-21 09:00", 360, _PV, {"share": 0.5}),
    "string-outage": Case(
        ("PV000002",),
        "2024-04-20 00:00",
        DAY,
        (("PV000002", POWER), ("PV000002", STATUS), ("PV000002", CELL)),
        before=DAY,
        after=DAY,
    ),
    "soiling": Case(
        ("PV000001",), "2024-05-08 00:00", 14 * DAY, _PV_WARM[::2], {"daily": 2.0}, DAY, 2 * DAY, 30
    ),
    "snow-cover": Case(
        ("PV000010",),
        "2024-02-12 00:00",
        2 * DAY - 5 * HOUR,
        (("PV000010", POWER), ("PV000010", STATUS), ("PV000010", CELL)),
        before=DAY,
        after=DAY + 5 * HOUR,
    ),
    "shading": Case(("PV000001",), "2024-05-20 00:00", 4 * DAY, _PV[::2], before=DAY, after=DAY),
    "ground-fault": Case(("PV000001",), "2024-05-19 00:00", 5 * DAY, _PV[:2], before=DAY, after=DAY),
    "inverter-overheating": Case(
        ("PV000001",),
        "2024-07-20 00:00",
        DAY,
        (*_PV[:2], ("PV000001", "temp_ambient_max")),
        before=DAY,
        after=DAY,
    ),
    "export-limit-lost": Case(
        ("PV000002",),
        "2024-04-20 00:00",
        DAY,
        (("PV000002", POWER), ("PV000002", STATUS), ("ME000003", POWER)),
        before=DAY,
        after=DAY,
    ),
    "battery-offline": Case(
        ("BE000001",),
        "2024-05-21 15:00",
        360,
        (*_BATTERY[:2], ("BE000001", STATUS), *_BATTERY[2:]),
        before=6 * HOUR,
        after=30 * HOUR,
    ),
    "cell-overtemperature": Case(
        ("BE000001",), "2024-07-23 06:00", DAY, _BATTERY, before=DAY, after=DAY + 12 * HOUR
    ),
    "capacity-fade": Case(
        ("BE000011",),
        "2024-10-15 00:00",
        3 * DAY,
        tuple(("BE000011", field) for _, field in _BATTERY[:3]),
        {"share": 0.4},
        DAY,
        DAY,
    ),
    "meter-exchange": Case(
        ("ME000001",), "2024-05-21 10:10", 25, (("ME000001", POWER), ("ME000001", REGISTER)), after=4 * HOUR
    ),
    "grid-outage": Case(
        ("UC000001",),
        "2024-05-21 10:00",
        23 * HOUR,
        _ISLAND,
        {"mode": "islanded", "essential": 0.3},
        before=7 * HOUR,
        after=24 * HOUR,
    ),
    "load-spike": Case(
        ("UC000001",),
        "2024-05-21 13:00",
        45,
        (("ME000002", POWER), ("ME000002", "power_reactive_avg"), ("ME000001", POWER)),
        interval=1,
        after=3 * HOUR,
    ),
    "reverse-power": Case(
        ("UC000002",),
        "2024-04-20 12:00",
        60,
        (("ME000004", POWER), ("PV000002", POWER), ("ME000003", POWER)),
        interval=1,
    ),
    "late-rows": Case(
        ("PV000001",), "2024-05-21 08:00", 10 * HOUR, (("PV000001", POWER),), now="2024-05-21 13:00"
    ),
    "backfill": Case(("PV000001",), "2024-05-21 10:00", 240, (("PV000001", POWER),), now="2024-05-21 13:00"),
    "duplicate-rows": Case(
        ("PV000001",), "2024-05-21 10:00", 120, (("PV000001", POWER), ("PV000001", AGAIN)), interval=15
    ),
    "rows-out-of-order": Case(
        ("PV000001",), "2024-05-21 08:00", 8 * HOUR, (("PV000001", ORDER),), interval=15
    ),
    "missing-field": Case(
        ("PV000001",), "2024-05-21 10:00", 120, (("PV000001", REGISTER), ("PV000001", POWER))
    ),
    # All minutes of two hours: one in three would show as a line, for a pixel is more than a minute.
    "null-values": Case(
        ("PV000001",), "2024-05-21 10:00", 120, (("PV000001", POWER), ("PV000001", REGISTER))
    ),
    "frozen-soc": Case(("BE000001",), "2024-05-21 12:00", 360, (_BATTERY[2], _BATTERY[1])),
    "stuck-status": Case(
        ("PV000001",), "2024-05-21 11:00", 720, (("PV000001", STATUS), ("PV000001", POWER)), after=12 * HOUR
    ),
    "stuck-value": Case(
        ("PV000001",), "2024-05-21 10:00", 240, (("PV000001", POWER), ("PV000001", REGISTER))
    ),
    "spike": Case(
        ("ME000001",),
        "2024-05-21 10:00",
        360,
        (("ME000001", POWER), ("ME000001", "power_active_max"), ("ME000001", REGISTER)),
        interval=1,
    ),
    "noise": Case(
        ("PV000001",), "2024-05-21 06:00", 720, (("PV000001", POWER),), before=6 * HOUR, interval=1
    ),
    "drift": Case(
        ("PV000001",), "2024-05-14 00:00", 7 * DAY, (("PV000001", POWER),), {"rate": 4.0}, DAY, DAY, 15
    ),
    "quantised-values": Case(("ME000001",), "2024-05-21 06:00", 720, (("ME000001", POWER),), {"step": 10.0}),
    "unplugged-sensor": Case(("PV000001",), "2024-05-21 08:00", 360, (("PV000001", CELL),)),
    "wrong-unit": Case(("PV000001",), "2024-05-21 10:00", 240, (("PV000001", POWER), ("PV000001", REGISTER))),
    "sign-flip": Case(("ME000001",), "2024-05-21 08:00", 480, (("ME000001", POWER), ("ME000001", REGISTER))),
    "swapped-charge-discharge": Case(
        ("BE000001",), "2024-05-21 08:00", 20 * HOUR, _BATTERY[:3], before=14 * HOUR, after=14 * HOUR
    ),
    "register-rollover": Case(
        ("PV000001",),
        "2024-05-17 00:00",
        5 * DAY,
        (("PV000001", REGISTER), ("PV000001", POWER)),
        {"digits": 3},
        before=0,
        after=0,
        interval=15,
        alone=True,
    ),
    "register-reset": Case(
        ("PV000001",), "2024-05-21 10:00", 120, (("PV000001", REGISTER), ("PV000001", POWER))
    ),
    "whole-register": Case(
        ("PV000013",), "2024-05-21 10:00", 180, (("PV000013", REGISTER),), before=HOUR, after=HOUR
    ),
    "clock-skew": Case(("PV000001",), "2024-05-21 09:00", 360, (("PV000001", POWER),), {"minutes": 40}),
    "local-time-as-utc": Case(
        ("PV000001",), "2024-05-21 00:00", 2 * DAY, (("PV000001", POWER),), before=DAY, after=DAY, interval=15
    ),
    "replayed-day": Case(
        ("ME000001",), "2024-05-21 00:00", DAY, (("ME000001", POWER),), before=2 * DAY, after=DAY, interval=15
    ),
    "swapped-resources": Case(
        ("PV000014", "PV000015"),
        "2024-04-21 09:00",
        360,
        (("PV000014", POWER), ("PV000015", POWER)),
    ),
}
_ANY = {Kind.PV: "PV000001", Kind.BESS: "BE000001", Kind.METER: "ME000001"}


def case_of(fault: Fault) -> Case | None:
    """Return what a fault's picture shows; None for faults of the wire, whose rows are right."""
    if fault.family is Family.WIRE:
        return None
    if fault.name in CASES:
        return CASES[fault.name]
    kind = next(one for one in (Kind.PV, Kind.BESS, Kind.METER) if one in fault.kinds)
    fields = {Kind.PV: POWER, Kind.BESS: DISCHARGE, Kind.METER: POWER}
    target = "UC000001" if fault.strikes is Strikes.CONTROLLER else _ANY[kind]
    return Case((target,), "2024-05-21 10:00", min(fault.lasts, 2 * DAY), ((_ANY[kind], fields[kind]),))
