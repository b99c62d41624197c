"""The ready scenarios fit every fleet and day, and strike whom and what their labels say."""

from collections import defaultdict
from datetime import date
from functools import cache

import numpy as np
import pytest

from tests.faults.scenario.private import DEMO
from wattos_testkit.faults.labels import Effects, labels_of
from wattos_testkit.faults.model import Family
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.scenario.moments import written
from wattos_testkit.faults.scenario.reading import (
    open_scenario,
    read_scenario,
    ready_documents,
    ready_names,
)
from wattos_testkit.fleet.listed import ListedFleet
from wattos_testkit.fleet.model import Group, Kind, Photovoltaic, Placed, Site, UnitController
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.fleet.plain import data_of
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Codes, Window
from wattos_testkit.telemetry.engine import Telemetry

NAMES = ready_names()
EXPECTED = {
    "ageing-plant",
    "bad-day",
    "commissioning",
    "dirty-data",
    "expired-token",
    "flaky-link",
    "grid-outage",
    "heat-wave",
}


def small_fleet(*, empty: bool) -> ListedFleet:
    """Return a fleet of one PV system that nothing measures, or one of nothing at all."""
    place = {"latitude": 48.0, "longitude": 11.0}
    pv = Photovoltaic(
        resource_id="PVPVPV01",
        name="-",
        commissioned=date(2022, 1, 1),
        rated_dc_kw=12.0,
        rated_ac_kw=10.0,
        tilt=30.0,
        azimuth=180.0,
        **place,
    )
    controller = UnitController(unit_controller_id="UCUCUC01", pv=(pv,))
    site = Site(
        site_id="SITESITE",
        group_id="GROUPGRP",
        name="-",
        altitude=500.0,
        timezone="Europe/Berlin",
        country="DE",
        climate="continental",
        controllers=() if empty else (controller,),
        **place,
    )
    return ListedFleet([Group(group_id="GROUPGRP", name="-")], [site], 1)


FLEETS = {
    "one PV": small_fleet(empty=False),
    "nothing": small_fleet(empty=True),
    "procedural": open_fleet(sites=30),
}


def test_they_are_there():
    """The ready scenarios are those that the page names, each with a line about it."""
    assert set(NAMES) == EXPECTED
    assert all(document["description"] for document in ready_documents().values())
    assert all(document["scenario"] == name for name, document in ready_documents().items())


@pytest.mark.parametrize("name", NAMES)
def test_they_strike_the_demo_fleet_wholly(name):
    """On the demo fleet, on its own day, every fault of a ready scenario strikes somebody."""
    opened = open_scenario(name, DEMO)
    assert opened.notes == ()
    struck = {one.name.split("/")[0].split("#")[0] for one in opened.placements}
    assert len(struck) == len(opened.document["faults"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fleet", list(FLEETS))
@pytest.mark.parametrize("day", ["2020-02-29", "2024-03-31", "2031-10-26", "1990-01-01"])
def test_they_fit_every_fleet_and_day(name, fleet, day):
    """On any fleet and day a ready scenario is sound; whom it does not find, it says."""
    opened = open_scenario(f"{name}@{day}", FLEETS[fleet])
    again = open_scenario(f"{name}@{day}", FLEETS[fleet])
    assert [one.identity for one in opened.placements] == [one.identity for one in again.placements]
    assert len({one.name for one in opened.placements}) == len(opened.placements)
    if fleet == "nothing":
        assert all(one.fault.family is Family.WIRE for one in opened.placements)


def test_every_site_has_a_bad_day():
    """Whichever site of the demo fleet a page shows, its inverter trips and its battery falls silent."""
    opened = open_scenario("bad-day", DEMO)
    struck = {(one.fault.name, name) for one in opened.placements for name in one.targets}
    assert {("inverter-trip", "PV000001"), ("gap", "BE000001"), ("gap", "ME000001")} <= struck
    day = opened.day
    with_pv = {
        placed.site.site_id for placed in DEMO.resources(Kind.PV) if placed.resource.commissioned < day
    }
    tripped = {DEMO.resource(name).site.site_id for fault, name in struck if fault == "inverter-trip"}
    assert tripped == with_pv


@cache
def struck_fleet(name: str) -> tuple[FaultyTelemetry, Telemetry, Window]:
    """Return a fleet with a scenario, the same without, and the days around the scenario's."""
    opened = open_scenario(name, DEMO)
    start = (opened.day - date(1970, 1, 1)).days * 1440
    return FaultyTelemetry(DEMO, opened.plan()), Telemetry(DEMO), Window(start - 1440, start + 2 * 1440, 15)


def sample() -> list[Placed]:
    """Return the resources of the first sites of the demo fleet."""
    return [
        Placed(kind=kind, site=site, controller=controller, resource=resource)
        for site in list(DEMO.sites())[:6]
        for kind, controller, resource in site.resources()
    ]


def by_minute(telemetry: Telemetry, placed: Placed, window: Window) -> dict[int, dict[str, object]]:
    """Return the first row of each bucket: numbers in units of the last decimal, None for holes."""
    rows: dict[int, dict[str, object]] = {}
    for columns in telemetry.stream(placed, window):
        fields = {}
        for field, column in columns.fields.items():
            values = column.codes if isinstance(column, Codes) else column.values
            holes = column.holes if column.holes is not None else np.zeros(len(columns))
            pairs = zip(values.tolist(), holes.tolist(), strict=True)
            fields[field] = [None if hole else value for value, hole in pairs]
        for index, minute in enumerate(columns.minutes.tolist()):
            rows.setdefault(minute, {field: column[index] for field, column in fields.items()})
    return rows


@pytest.mark.parametrize("name", [one for one in NAMES if one != "expired-token"])
def test_labels_tell_all_that_differs(name):
    """Whatever differs from the healthy plant lies in a label of its resource, and in a field of that label.

    Registers stay behind for good; a battery that was struck finds back into its schedule after its label has
    ended, which the meter sees; what stays for good is known by its label.
    """
    faulty, healthy, window = struck_fleet(name)
    differing = 0
    for placed in sample():
        spans = defaultdict(set)
        batteries = [
            one
            for one in faulty.plan.behind(placed)
            if one.fault.family is Family.PLANT and Kind.BESS in one.fault.fields
        ]
        for label in labels_of(faulty.plan, placed):
            start, end = label.span(window)
            for minute in range(start, window.end if label.placement.fault.forever else end, 15):
                spans[minute].update(label.fields)
        was, found = by_minute(healthy, placed, window), by_minute(faulty, placed, window)
        for minute in was:
            if minute not in found:
                assert spans[minute], (placed.resource.resource_id, written(minute))
                differing += 1
                continue
            fields = {field for field, value in was[minute].items() if found[minute][field] != value}
            fields = {field for field in fields if not field.startswith("energy")}
            if any(one.start < minute + 15 for one in batteries):
                fields = set()
            assert fields <= spans[minute], (placed.resource.resource_id, written(minute), fields)
            differing += bool(fields)
    assert differing


@pytest.mark.parametrize("name", [one for one in NAMES if one != "expired-token"])
def test_effects_are_told(name):
    """Most labels of a day change something, and what they say they change is what they change."""
    faulty, _, window = struck_fleet(name)
    effects = Effects(DEMO, faulty.plan)
    found = [
        (label, effects.of(label, window))
        for placed in sample()[:5]
        for label in labels_of(faulty.plan, placed)
        if label.span(window)[0] < label.span(window)[1]
    ]
    assert found
    assert any(effect.severity > 0 for _, effect in found)
    for label, effect in found:
        assert 0 <= effect.changed <= effect.rows
        assert set(effect.largest) <= set(effect.fields)
        if label.cause and not label.whole_rows and not label.placement.fault.forever:
            assert set(effect.fields) <= set(label.fields), label


@pytest.mark.parametrize(
    ("line", "changed", "fields"),
    [
        ("{fault: duplicate-rows, on: PV000001, from: 12:00, for: 1h, with: {share: 1}}", 4, ()),
        ("{fault: gap, on: PV000001, from: 12:00, for: 1h}", 4, ()),
        ("{fault: late-rows, on: PV000001, from: 12:00, for: 1h}", 0, ()),
        ("{fault: inverter-trip, on: PV000001, from: 01:00, for: 1h}", 4, ("status",)),
        (
            "{fault: missing-field, on: PV000001, from: 12:00, for: 1h, with: {field: temp_cell_max}}",
            4,
            ("temp_cell_max",),
        ),
    ],
)
def test_an_effect_is_what_was_done(line, changed, fields):
    """Rows that are missing, doubled or others count; what cannot be seen does not."""
    document = data_of(f"day: 2024-03-20\nfaults:\n- {line}\n")
    plan = read_scenario(document, "x", DEMO).plan()
    (label,) = labels_of(plan, DEMO.resource("PV000001"))
    start = (date(2024, 3, 20) - date(1970, 1, 1)).days * 1440
    effect = Effects(DEMO, plan).of(label, Window(start, start + 2880, 15))
    assert effect.changed == changed
    assert effect.fields == fields


@pytest.mark.parametrize("name", ["bad-day", "flaky-link", "dirty-data"])
def test_the_same_bytes_whatever_is_asked_first(name):
    """A body is the same from a fresh fleet and from one that has answered others before, in any order."""
    opened = open_scenario(name, DEMO)
    start = (opened.day - date(1970, 1, 1)).days * 1440
    window = Window(start, start + 2880, 5)
    resources = sample()[:4]
    plan = opened.plan()
    one, other = FaultyTelemetry(DEMO, plan), FaultyTelemetry(DEMO, plan)
    first = [b"".join(datas_pieces(one, [placed], window)) for placed in resources]
    for placed in reversed(resources):
        list(other.stream(placed, Window(start + 700, start + 1400, 1)))
    assert [b"".join(datas_pieces(other, [placed], window)) for placed in resources] == first
