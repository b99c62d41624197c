"""A procedural fleet is computed when asked for, and one more site changes no other."""

import json
import pickle
import subprocess
import sys
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.form import group_form, site_form
from wattos_testkit.fleet.limits import controller_mistakes
from wattos_testkit.fleet.model import Fleet, Kind
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.fleet.procedural import GROUP_SIZE, MOST_SITES, ProceduralFleet
from wattos_testkit.fleet.reader import parse
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry

MOST = open_fleet(sites=MOST_SITES, seed=5)
MIDDLE = open_fleet(sites=3 * GROUP_SIZE + 7, seed=5)


def test_lookups_agree_with_listings():
    """Groups, sites and resources come in the order of their ids, each found by its id, each counted."""
    fleet: Fleet = MIDDLE
    groups = [group.group_id for group in fleet.groups()]
    sites = list(fleet.sites())
    assert groups == sorted(set(groups))
    assert [site.site_id for site in sites] == sorted({site.site_id for site in sites})
    assert [site for group in groups for site in fleet.sites(group)] == sites
    assert all(fleet.site(site.site_id) == site for site in sites)
    placed = {one.resource.resource_id for kind in Kind for one in fleet.resources(kind)}
    assert placed == {one.resource_id for site in sites for _, _, one in site.resources()}
    for kind in Kind:
        found = list(fleet.resources(kind))
        ids = [one.resource.resource_id for one in found]
        assert ids == sorted(set(ids))
        assert len(ids) == fleet.count(kind)
        assert all(fleet.resource(one.resource.resource_id) == one for one in found)
        for several in (
            frozenset(groups[1:3]),
            frozenset({"GR999999"}),
            frozenset({"GROUP001"}),
            frozenset(),
        ):
            some = [one for one in found if one.site.group_id in several]
            assert list(fleet.resources(kind, several)) == some
            assert fleet.count(kind, several) == len(some)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(number=st.integers(0, MOST_SITES - 1))
def test_any_site_is_sound(number):
    """Every site reads back from its own form, so it has passed all that is asked of a file."""
    site = MOST.site(f"ST{number:06d}")
    assert site is not None
    assert not [one for controller in site.controllers for one in controller_mistakes(controller)]
    ZoneInfo(site.timezone)
    form = parse("one", json.dumps({"groups": [{"group_id": site.group_id}], "sites": [site_form(site)]}))
    assert form.sites == (site,)


def test_one_more_site_changes_no_other():
    """Sites and groups are the same in a fleet of another size, names included."""
    small, large = open_fleet(sites=60, seed=5), MOST
    assert list(small.sites()) == list(islice(large.sites(), 60))
    assert list(small.groups()) == list(islice(large.groups(), 2))
    assert small.digest != large.digest


def test_another_seed_is_another_fleet():
    """The seed decides what stands where."""
    other = open_fleet(sites=MIDDLE.size, seed=6)
    assert other.digest != MIDDLE.digest
    assert list(other.sites()) != list(MIDDLE.sites())


def test_is_the_same_in_another_process():
    """A process with another hash seed makes the same fleet, and a fleet travels by its size and seed."""
    code = (
        "from wattos_testkit.fleet.open import open_fleet; f = open_fleet(sites=157, seed=5); "
        "print(f.digest, hash('x'), sep='\\n'); print(*map(repr, f.sites()), sep='\\n')"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    lines = out.splitlines()
    assert lines[0] == MIDDLE.digest
    assert lines[2:] == [repr(site) for site in MIDDLE.sites()]
    assert list(pickle.loads(pickle.dumps(MIDDLE)).groups()) == list(MIDDLE.groups())  # noqa: S301 - our own


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ST100000",
        "ST0001",
        "st000001",
        "PV000000",
        "PV99999Z",
        "ME12345é",
        "PV\u0660\u0660\u0660\u0660\u06601",
        "GR000000",
        "x" * 9999,
    ],
)
def test_what_does_not_exist_is_none(wrong):
    """An id of another form, beyond the size, or of a resource that a site lacks is simply not there."""
    assert MOST.site(wrong) is None
    assert MOST.resource(wrong) is None


def test_ends_with_its_size():
    """The first number beyond the size is nobody's, though a larger fleet has it."""
    number = MIDDLE.size
    beyond = MOST.site(f"ST{number:06d}")
    assert beyond is not None
    assert MIDDLE.site(beyond.site_id) is None
    for group in range(40):
        for mark in ("ME", "BE", "PV"):
            assert MIDDLE.resource(f"{mark}{number + group:05d}1") is None


def test_no_two_sites_are_alike():
    """Each number is a place of its own."""
    places = {(site.latitude, site.longitude) for site in MIDDLE.sites()}
    assert len(places) == MIDDLE.size


def test_names_the_nearest_ids():
    """A mistyped id leads to those that exist, without looking at all of them."""
    assert MOST.nearest_ids("ST12345")[0].startswith("ST")
    assert all(MOST.resource(one) or MOST.site(one) for one in MOST.nearest_ids("ST0041"))
    wrong = next(one for one in MOST.resources(Kind.PV)).resource.resource_id.replace("PV", "PX")
    assert any(MOST.resource(one) for one in MOST.nearest_ids(wrong))
    assert MOST.nearest_ids("?" * 5000) == []


def test_has_every_kind_of_site():
    """Hundreds of sites hold houses and plants, all climates, batteries of both strategies, or nothing."""
    sites = list(islice(MOST.sites(), 600))
    controllers = [controller for site in sites for controller in site.controllers]
    assert len({site.climate for site in sites}) == 8
    assert len({one.load.profile for one in controllers if one.load}) == 9
    assert {battery.strategy for one in controllers for battery in one.batteries} == {
        "arbitrage",
        "self-consumption",
    }
    assert {one.may_export for one in controllers} == {True, False}
    assert not all(site.controllers for site in sites)
    assert max(pv.rated_ac_kw for one in controllers for pv in one.pv) > 1000
    assert min(pv.rated_ac_kw for one in controllers for pv in one.pv) < 10
    assert any(not site.name.isascii() for site in sites)


def test_every_resource_has_a_day():
    """Resources of a whole group of sites have series."""
    telemetry = Telemetry(MIDDLE)
    window = Window(29_565_000, 29_565_000 + 1440, 15)
    for kind in Kind:
        for placed in islice(MIDDLE.resources(kind), 60):
            assert sum(len(piece) for piece in telemetry.stream(placed, window)) == 96


@pytest.mark.parametrize("sites", [0, -1, MOST_SITES + 1])
def test_refuses_sizes_out_of_bounds(sites):
    """There are fleets of 1 to 100,000 sites."""
    with pytest.raises(UsageError, match="100,000"):
        open_fleet(sites=sites)
    with pytest.raises(ValueError, match="out of bounds"):
        ProceduralFleet(sites, 1)


def test_refuses_a_file_and_a_size_together():
    """A fleet has one source."""
    with pytest.raises(UsageError, match="one of them"):
        open_fleet("mine.yaml", sites=3)


def test_groups_have_a_form():
    """A group reads back from its own form."""
    groups = tuple(islice(MOST.groups(), 3))
    assert parse("three", json.dumps({"groups": [group_form(group) for group in groups]})).groups == groups
