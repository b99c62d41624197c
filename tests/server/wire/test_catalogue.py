"""Every fault of the catalogue through a running mock: each changes rows of the kinds that it names."""

import pytest

from tests.server.mock import BEARER
from tests.server.wire.served import Served
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Strikes
from wattos_testkit.faults.plan import Plan
from wattos_testkit.fleet.model import Kind
from wattos_testkit.server.clock import Clock
from wattos_testkit.server.live import Live

DATA = [name for name, fault in CATALOGUE.items() if fault.family is not Family.WIRE]
PATHS = {Kind.METER: "meters", Kind.BESS: "bess", Kind.PV: "pv"}
SPAN = "start=2024-03-18T00:00:00Z&end=2024-03-23T00:00:00Z&agg_interval=30"
MILD = {"inverter-overheating": "; above=0"}
"""Parameters without which nothing happens in a cool March."""
LASTS = "from=2024-03-18T12:00:00Z; to=2024-03-22T12:00:00Z"
# A site that may not export, with two PV systems, a battery, and two meters.
ASKED = {Kind.METER: ("ME000003", "ME000004"), Kind.BESS: ("BE000002",), Kind.PV: ("PV000002", "PV000003")}


def target(kind: Kind, resource_id: str) -> str:
    """Return the question for five days of a resource."""
    return f"/{PATHS[kind]}/data?resource_id={resource_id}&{SPAN}"


@pytest.mark.parametrize("name", DATA)
def test_a_fault_of_the_data_is_seen_where_it_says(served: Served, name: str):
    """Asked for by `Prefer` it changes rows of each kind that its entry names; of others it is refused."""
    fault = CATALOGUE[name]
    if name in {"late-rows", "backfill"}:
        served.lives.__init__(Live(Plan(), Clock.parse("2024-03-21T00:07:00Z")))  # type: ignore[misc]
    seen: set[Kind] = set()
    wish = f"fault={name}{MILD.get(name, '')}"
    for kind, resources in ASKED.items():
        for one in resources:
            reply = served.ask(target(kind, one), headers={**BEARER, "Prefer": f"{wish}; {LASTS}"})
            if kind not in fault.fields and kind not in fault.consequences:
                assert reply.status == 400
                assert "changes nothing of a" in reply.json()["detail"]
                continue
            assert (reply.status, reply.headers["Preference-Applied"]) == (200, f"fault={name}")
            if reply.body != served.ask(target(kind, one)).body:
                seen.add(kind)
    assert seen == fault.fields.keys() | fault.consequences.keys()


@pytest.mark.parametrize("name", ["late-rows", "backfill"])
def test_what_comes_late_needs_a_clock(served: Served, name: str):
    """Without one it is refused, and told why."""
    reply = served.ask(target(Kind.PV, "PV000002"), headers={**BEARER, "Prefer": f"fault={name}"})
    assert reply.status == 400
    assert "needs a clock" in reply.json()["detail"]


@pytest.mark.parametrize("name", DATA)
def test_a_fault_of_one_request_is_kept_for_nobody(served: Served, name: str):
    """Whoever asks the same without it, before or after, gets the healthy answer."""
    fault = CATALOGUE[name]
    kind = next(iter(fault.fields))
    question = target(kind, ASKED[kind][0])
    healthy = served.ask(question).body
    served.ask(question, headers={**BEARER, "Prefer": f"fault={name}; {LASTS}"})
    assert served.ask(question).body == healthy


def test_all_families_are_there():
    """The catalogue has faults of the plant, of telemetry and of the wire, each with a story of one line."""
    assert {fault.family for fault in CATALOGUE.values()} == set(Family)
    for fault in CATALOGUE.values():
        assert "\n" not in fault.story
        assert fault.changes.endswith(".")
        assert (fault.strikes is Strikes.OPERATION) == (fault.family is Family.WIRE)
