"""Faults placed on the demo fleet, and rows under them, for tests."""

import json
from decimal import Decimal

from hypothesis import strategies as st

from tests.telemetry.plants import fleet, minute, telemetry
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Placement
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.plan import Plan
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS

REPORTED = [one for one in CATALOGUE.values() if one.family is Family.TELEMETRY]
STRUCK = {Kind.METER: "ME000001", Kind.BESS: "BE000001", Kind.PV: "PV000001"}
BESIDE = {Kind.METER: "PV000001", Kind.BESS: "ME000001", Kind.PV: "BE000001"}
"""Another resource behind the same unit controller."""
PARTNER = {Kind.METER: "ME000007", Kind.BESS: "BE000003", Kind.PV: "PV000004"}
"""One of the same kind somewhere else."""
DECIMALS = {field.name: field.decimals for fields in NUMERIC_FIELDS.values() for field in fields}
NOON = minute(2027, 5, 12, 12)
"""UTC; the sample site is in Los Angeles."""


def place(name, whom, start, end, *, seed=1, partner=None, **values):
    """Place a fault on a resource."""
    targets = (whom,) if partner is None else (whom, partner)
    fault = CATALOGUE[name]
    return Placement(name=name, fault=fault, targets=targets, start=start, end=end, values=values, seed=seed)


def placed_on(kind, name, start, end, **values):
    """Place a fault on the resource of a kind that is struck here; on a pair where it needs one."""
    partner = PARTNER[kind] if CATALOGUE[name].pairs else None
    return place(name, STRUCK[kind], start, end, partner=partner, **values)


def under(*placements, now=None):
    """Return the series of the demo fleet under faults."""
    return FaultyTelemetry(fleet(), Plan(placements), now)


def lines(series, whom, window, days=8):
    """Return the rows of a resource as they are written."""
    body = b"".join(datas_pieces(series, [fleet().resource(whom)], Window(*window), days))
    json.loads(body)
    return [line.removesuffix(b",") for line in body.splitlines()[1:-1]]


def rows(series, whom, window, days=8):
    """Return the rows of a resource as a client reads them, numbers to the digit."""
    return [json.loads(line, parse_float=Decimal) for line in lines(series, whom, window, days)]


def healthy(whom, window):
    """Return the rows of a resource of a healthy plant."""
    return rows(telemetry(), whom, window)


def column(found, name):
    """Return a field of rows as integers of its last decimal."""
    return [int(row[name].scaleb(DECIMALS[name])) for row in found]


def when(row):
    """Return the UTC minute of a row."""
    text = row["timestamp"]
    day, clock = text.rstrip("Z").split("T")
    year, month, date = map(int, day.split("-"))
    hours, minutes, _ = map(int, clock.split(":"))
    return minute(year, month, date, hours, minutes)


def overlaps(placement, start, interval):
    """Return whether a row has a minute in common with a fault, or comes after one that lasts forever."""
    after = start >= placement.end and not placement.fault.forever
    return not after and start + interval > placement.start


@st.composite
def values_of(draw, fault):
    """Draw parameters of a fault."""
    found = {}
    for one in fault.parameters:
        if one.choices:
            found[one.name] = draw(st.sampled_from(one.choices))
        elif isinstance(one.default, int):
            found[one.name] = draw(st.integers(int(one.least), int(one.most)) | st.just(one.default))
        else:
            found[one.name] = draw(st.floats(one.least, one.most) | st.just(one.default))
    return found


@st.composite
def strikes(draw, fault, longest=2000):
    """Draw a placement of a fault on any resource that it can strike, and an interval."""
    kind = draw(st.sampled_from(sorted(fault.kinds)))
    start = draw(st.integers(minute(2027, 3, 1), minute(2027, 11, 10)))
    end = start + draw(st.integers(1, longest))
    placement = placed_on(
        kind, fault.name, start, end, seed=draw(st.integers(0, 9)), **draw(values_of(fault))
    )
    return kind, placement, draw(st.sampled_from([1, 5, 15, 30]))
