"""The demo fleet is worth developing against, and every resource of it has a series."""

from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattos_testkit.fleet.model import ClimateName, Kind, LoadProfileName, Photovoltaic
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.physics.load import least_load
from wattos_testkit.telemetry.columns import Codes, Window
from wattos_testkit.telemetry.engine import Telemetry

FLEET = open_fleet()
SITES = list(FLEET.sites())
EVERY = [placed for kind in Kind for placed in FLEET.resources(kind)]
DAY = 28_514_880  # 2024-03-20T00:00Z in minutes


def test_holds_the_samples_of_the_vendor():
    """The ids, names and places of the vendor's page stand in the fleet as they do there."""
    site = FLEET.site("SITE0001")
    assert (site.name, site.group_id) == ("LA Business Center", "GROUP001")
    assert (site.latitude, site.longitude) == (34.0522, -118.2437)
    pv = FLEET.resource("PV000001")
    assert pv.resource.name == "Rooftop Solar Array A1"
    assert (pv.resource.latitude, pv.resource.longitude) == (34.0195, -118.4912)
    assert pv.controller.unit_controller_id == "UC000001"
    assert {FLEET.resource(one).controller for one in ("ME000001", "BE000001")} == {pv.controller}


def test_has_the_variety_that_is_promised():
    """Groups, sites, climates, profiles, strategies, hemispheres and the special cases are all there."""
    groups = [group.group_id for group in FLEET.groups()]
    assert len(groups) >= 4
    assert len(SITES) >= 16
    assert any(not list(FLEET.sites(group)) for group in groups)
    assert {site.climate for site in SITES} == set(get_args(ClimateName))
    controllers = [controller for site in SITES for controller in site.controllers]
    assert {one.load.profile for one in controllers if one.load} == set(get_args(LoadProfileName))
    assert {battery.strategy for one in controllers for battery in one.batteries} == {
        "arbitrage",
        "self-consumption",
    }
    assert {one.may_export for one in controllers} == {True, False}
    assert min(site.latitude for site in SITES) < -40
    assert max(site.latitude for site in SITES) > 65
    assert any(len(site.controllers) > 1 for site in SITES)
    assert any(not site.controllers for site in SITES)
    assert any(one.batteries and not one.pv for one in controllers)
    assert any(one.pv and not one.batteries for one in controllers)
    assert max(sum(pv.rated_ac_kw for pv in one.pv) for one in controllers) == 20_000
    assert all(len([m for m in one.meters if m.role == "grid"]) == 1 for one in controllers)


def test_has_time_zones_of_every_sort():
    """Zones with and without clock changes, ahead by odd quarters, and one that moves half an hour."""
    offsets = {}
    for site in SITES:
        zone = ZoneInfo(site.timezone)
        offsets[site.timezone] = {
            datetime(2024, month, 1, tzinfo=UTC).astimezone(zone).utcoffset().total_seconds() / 60
            for month in (1, 7)
        }
    assert any(len(one) == 1 for one in offsets.values())
    assert {max(one) - min(one) for one in offsets.values()} >= {0, 30, 60}
    assert any(minutes % 60 == 45 for one in offsets.values() for minutes in one)


def test_systems_of_one_controller_stand_close_together():
    """Apart from the vendor's sample, what stands at a site is within a kilometre of it."""
    for placed in EVERY:
        if placed.resource.resource_id != "PV000001":
            north = (placed.resource.latitude - placed.site.latitude) * 111.2
            east = (placed.resource.longitude - placed.site.longitude) * 111.2
            assert np.hypot(north, east * np.cos(np.radians(placed.site.latitude))) < 1.0


@pytest.mark.parametrize("placed", EVERY, ids=lambda placed: placed.resource.resource_id)
def test_every_resource_has_a_day(placed):
    """Each resource answers a whole day of sane rows long after it was commissioned."""
    telemetry = Telemetry(FLEET)
    window = Window(DAY + 3 * 366 * 1440, DAY + 3 * 366 * 1440 + 1440, 15)
    pieces = list(telemetry.stream(placed, window))
    assert sum(len(piece) for piece in pieces) == 96
    before = placed.resource.commissioned.year < 2024
    assert sum(len(piece) for piece in telemetry.stream(placed, Window(DAY, DAY + 1440, 15))) == 96 * before


def test_a_house_keeps_its_gross_load_to_itself():
    """No house has a load sub-meter, and some of the larger buildings do."""
    with_load = [
        controller.load.profile
        for site in SITES
        for controller in site.controllers
        if any(meter.role == "load" for meter in controller.meters)
    ]
    assert "house" not in with_load
    assert len(with_load) >= 8


@pytest.mark.parametrize(
    "placed",
    [one for one in EVERY if isinstance(one.resource, Photovoltaic) and not one.controller.may_export],
    ids=lambda placed: placed.resource.resource_id,
)
def test_what_may_not_export_is_seldom_curtailed(placed):
    """Behind a point without leave to export PV is held back in less than a quarter of its sunny rows."""
    codes = []
    for start in range(DAY, DAY + 365 * 1440, 1440 * 15):
        for piece in Telemetry(FLEET).stream(placed, Window(start, start + 1440, 15)):
            status = piece.fields["status"]
            assert isinstance(status, Codes)
            codes.append(status.codes)
    status = np.concatenate(codes)
    sunny = status[status > 0]
    assert len(sunny) > 600
    assert (sunny == 2).mean() < 0.25
    assert placed.controller.load is not None
    assert least_load(placed.controller.load.profile, placed.controller.load.mean_kw) > 0
