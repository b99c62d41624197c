"""The Faker provider: ids, names, sites, resources and rows that belong together."""

import re

import pytest
from faker import Faker

from tests.testkit.identities import violations
from wattos_testkit.contract import load_contract
from wattos_testkit.errors import UsageError
from wattos_testkit.faker import Provider
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.testkit.fleet import Fleet
from wattos_testkit.testkit.times import minute_of

WORLD = Fleet(sites=100_000, seed=0)


@pytest.fixture
def fake():
    """Return a seeded Faker with the provider."""
    one = Faker()
    one.add_provider(Provider)
    one.seed_instance(7)
    return one


def test_the_same_seed_gives_the_same(fake):
    """Whatever is asked, a seeded Faker repeats it."""

    def everything():
        fake.seed_instance(99)
        return [
            fake.wattos_id(),
            fake.wattos_site_name(),
            fake.wattos_site(),
            fake.wattos_resource(),
            fake.wattos_rows(count=3),
            fake.wattos_row(),
        ]

    assert everything() == everything()


def test_ids_match_the_pattern(fake):
    """Ids are eight of A-Z and 0-9, and begin as is asked."""
    ids = {fake.wattos_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch(r"[A-Z0-9]{8}", one) for one in ids)
    for noun, pattern in (("group", r"GROUP\d{3}"), ("site", r"SITE\d{4}"), ("pv", r"PV\d{6}")):
        assert re.fullmatch(pattern, fake.wattos_id(noun))
    with pytest.raises(UsageError, match="noun: 'plant' is not one of group, site, controller"):
        fake.wattos_id("plant")


def test_sites_and_resources_are_as_the_api_lists_them(fake):
    """They have the fields of the document's schemas, in their order, and belong together."""
    for operation, draw in (("get_sites", fake.wattos_site), ("get_resources", fake.wattos_resource)):
        _, schema = load_contract().operations[operation].row_schema()
        for _ in range(20):
            assert list(draw()) == list(schema["properties"])
    one = fake.wattos_resource("bess")
    placed = WORLD.resource(one["resource_id"])
    assert one["resource_type"] == "BE"
    assert placed.controller.unit_controller_id == one["unit_controller_id"]
    assert len({fake.wattos_site_name() for _ in range(50)}) > 45


@pytest.mark.parametrize("kind", ["meter", "bess", "pv", Kind.PV, None])
def test_rows_obey_every_rule(fake, kind):
    """Drawn rows are sound, as many as asked, and on the grid."""
    for interval, count in ((1, 40), (15, 96), (30, 5)):
        rows = fake.wattos_rows(kind, count, interval)
        assert len(rows) == count
        placed = WORLD.resource(rows[0]["resource_id"])
        start = minute_of("start", rows[0]["timestamp"])
        assert violations(rows, placed, Window(start, start + count * interval, interval)) == set()


def test_rows_from_a_given_time(fake):
    """Rows begin at the first bucket from the time that is given."""
    assert fake.wattos_rows("pv", 2, 30, "2025-06-01T10:07Z")[0]["timestamp"] == "2025-06-01T10:30:00Z"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"count": 0}, "count: 0 is out of bounds: 1 to 100,000"),
        ({"kind": "wind"}, "kind: 'wind' is not one of meter, bess, pv"),
        ({"interval": 7}, "interval: 7 is not one of 1, 5, 15, 30"),
        ({"interval": 0}, "interval: 0 is not one of 1, 5, 15, 30"),
        ({"start": "soon"}, "start: 'soon' is no time"),
    ],
)
def test_what_cannot_be_is_refused(fake, arguments, said):
    """Wrong counts, kinds, intervals and times are refused by name."""
    with pytest.raises(UsageError, match=said):
        fake.wattos_rows(**arguments)
