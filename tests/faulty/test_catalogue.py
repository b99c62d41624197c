"""The catalogue is what it says: one server healthy, each fault to be seen, each legal variant alive."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from tests.faulty import flows
from tests.faulty.catalogue import FAULTS, HEALTHY, HOLDOUT, LATER_HOLDOUTS, LEGAL, running
from tests.faulty.expected import EXPECTED
from tests.faulty.fleet import FLEET, KINDS, minute_of
from tests.faulty.probes import Caller, Probe, Seen, probes, series
from tests.faulty.registry import FAMILIES, ORDINALS

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "openapi.yaml").read_text())
WHAT = {"PV": "pv", "BE": "bess", "ME": "meters"}
BODIES = {"pv": "PvData", "bess": "BessData", "meters": "MeterData"}
ALL = [(WHAT[one.kind], one.resource_id) for one in FLEET.resources]
PAIRS = (
    ("power_active_avg", "energy_active_cum"),
    ("power_charge_active_avg", "energy_charge_active_cum"),
    ("power_discharge_active_avg", "energy_discharge_active_cum"),
)


@pytest.fixture(scope="module", autouse=True)
def clock() -> Iterator[None]:
    """Stop the clock of all servers in the month that all are about."""
    flows.stopped = minute_of(2026, 11, 25, 14)
    yield
    flows.stopped = None


@pytest.fixture(scope="module")
def healthy() -> Iterator[Caller]:
    """Run the healthy server."""
    with running(HEALTHY) as (url, _), Caller(url) as caller:
        yield caller


@pytest.fixture(scope="module")
def answers(healthy: Caller) -> list[tuple[Probe, Seen]]:
    """Ask the healthy server everything once."""
    return [(probe, healthy.send(probe)) for probe in probes()]


def conforms(document: object, schema: str) -> None:
    """Check a document against a schema of the API's document."""
    root = {"components": DOCUMENT["components"], "$ref": f"#/components/schemas/{schema}"}
    jsonschema.Draft202012Validator(root).validate(document)


def rows_of(caller: Caller, what: str, resource: str, interval: int, days: int = 1) -> dict[str, np.ndarray]:
    """Return columns of rows from June 2026 on."""
    seen = caller.send(
        series(what, "2026-06-01T00:00:00Z", f"2026-06-{1 + days:02d}T00:00:00Z", interval, resource)
    )
    rows = json.loads(seen.body)["datas"]
    assert len(rows) == days * 1440 // interval
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_the_healthy_server_answers_as_the_document_says(answers: list[tuple[Probe, Seen]]) -> None:
    """Every answer of the healthy server has a documented status, media type and body."""
    for probe, seen in answers:
        what = probe.path[1:].split("/")[0].split("?")[0]
        if seen.status == 200:
            assert seen.kind == "application/json", probe
            schema = "SiteList" if "group_id" in probe.path else BODIES.get(what, "ResourceList")
            document = json.loads(seen.body)
            conforms({name: [*rows[::29], *rows[-1:]] for name, rows in document.items()}, schema)
        elif seen.status == 304:
            assert "If-None-Match" in probe.headers, probe
            assert not seen.body, probe
        else:
            assert seen.status in (400, 401, 404), probe
            assert seen.kind == "application/problem+json", probe
            assert bool(seen.challenge) == (seen.status == 401), probe
            conforms(json.loads(seen.body), "Problem")


@pytest.mark.parametrize(("what", "resource"), ALL)
def test_registers_follow_power(healthy: Caller, what: str, resource: str) -> None:
    """A register moves by average power times duration, at every interval."""
    for interval in (1, 5, 15, 30):
        rows = rows_of(healthy, what, resource, interval)
        for power, register in PAIRS:
            if power in rows:
                moved = np.diff(rows[register])
                tolerance = 0.001 + 0.0005 * interval / 60 + 1e-9
                assert np.abs(moved - rows[power][1:] * interval / 60).max() <= tolerance


@pytest.mark.parametrize(("what", "resource"), ALL)
def test_coarse_follows_from_fine(healthy: Caller, what: str, resource: str) -> None:
    """Means, maxima, end values and registers of coarse rows follow from the minutes."""
    fine = rows_of(healthy, what, resource, 1)
    for interval in (5, 15, 30):
        coarse = rows_of(healthy, what, resource, interval)
        for name, values in fine.items():
            buckets = values.reshape(-1, interval)
            if name.endswith("_avg"):
                assert np.abs(coarse[name] - buckets.mean(axis=1)).max() < 0.0011
            elif name.endswith("_max"):
                assert (coarse[name] == buckets.max(axis=1)).all()
            elif name.endswith(("_cum", "_end", "status")):
                assert (coarse[name] == buckets[:, -1]).all()


@pytest.mark.parametrize(("what", "resource"), ALL)
def test_physics_of_the_minutes(healthy: Caller, what: str, resource: str) -> None:
    """Peaks cover means, the power triangle closes, and a battery's charge follows its energy."""
    rows = rows_of(healthy, what, resource, 1)
    for name in rows:
        if name.endswith("_avg") and name.replace("_avg", "_max") in rows:
            assert (rows[name.replace("_avg", "_max")] >= rows[name]).all()
    if what == "meters":
        made = np.hypot(rows["power_active_avg"], rows["power_reactive_avg"])
        assert np.abs(rows["power_apparent_avg"] - made).max() < 0.002
    if what == "bess":
        charge, discharge = rows["power_charge_active_avg"], rows["power_discharge_active_avg"]
        assert (np.minimum(charge, discharge) == 0).all()
        assert ((rows["status"] == "CH") == (charge > 0)).all()
        assert ((rows["status"] == "DI") == (discharge > 0)).all()
        one = next(one for one in FLEET.resources if one.resource_id == resource)
        moved = charge * one.charge_share - discharge / one.discharge_share - one.idle_w / 1000
        soc = rows["soc_end"][0] + np.cumsum(moved[1:]) / 60 / one.capacity_wh * 1e5
        assert np.abs(rows["soc_end"][1:] - soc).max() < 0.02


def test_the_grid_meter_balances(healthy: Caller) -> None:
    """Behind a unit controller the grid's meter is load less PV plus charge less discharge."""
    grid, load = rows_of(healthy, "meters", "ME000001", 5), rows_of(healthy, "meters", "ME000002", 5)
    pv, battery = rows_of(healthy, "pv", "PV000001", 5), rows_of(healthy, "bess", "BE000001", 5)
    made = load["power_active_avg"] - pv["power_active_avg"]
    made += battery["power_charge_active_avg"] - battery["power_discharge_active_avg"]
    assert np.abs(grid["power_active_avg"] - made).max() < 0.003


@pytest.mark.parametrize(("what", "resource"), ALL)
def test_a_window_is_its_parts(healthy: Caller, what: str, resource: str) -> None:
    """An odd window is the slice of a longer one; without a filter the same rows come."""
    whole = json.loads(
        healthy.send(series(what, "2026-05-30T00:00:00Z", "2026-06-02T00:00:00Z", 5, resource)).body
    )
    part = json.loads(healthy.send(series(what, "2026-05-31T22:03:00Z", "2026-06-01T03:09:00Z", 5)).body)
    stamps = {row["timestamp"]: row for row in whole["datas"]}
    own = [row for row in part["datas"] if row["resource_id"] == resource]
    assert [row["timestamp"] for row in (own[0], own[-1])] == ["2026-05-31T22:05:00Z", "2026-06-01T03:00:00Z"]
    assert len(own) == 60
    assert all(stamps[row["timestamp"]] == row for row in own)


@pytest.mark.parametrize("name", [name for name, case in FAULTS.items() if not case.options])
def test_each_fault_shows(name: str, answers: list[tuple[Probe, Seen]]) -> None:
    """A faulty server differs from the healthy one in at least one answer."""
    with running(name) as (url, _), Caller(url) as caller:
        assert any(caller.send(probe) != seen for probe, seen in answers)


@pytest.mark.parametrize("name", LEGAL)
def test_each_legal_variant_answers(name: str) -> None:
    """A legal variant lists a site and answers with rows of every kind that it has, or does not permit it."""
    with running(name) as (url, token), Caller(url) as caller:
        headers = {"Authorization": f"Bearer {token}"}
        found = [Probe(f"/sites?group_id=GROUP00{at}", headers) for at in (1, 2)]
        sites = [site for probe in found for site in json.loads(caller.send(probe).body).get("sites", [])]
        assert sites
        listed = [Probe(f"/sites/{site['site_id']}/resources", headers) for site in sites]
        resources = [
            one for probe in listed for one in json.loads(caller.send(probe).body).get("resources", [])
        ]
        kinds = {one["resource_type"]: one["resource_id"] for one in resources}
        assert kinds
        answered = 0
        for kind in set(KINDS.values()) & set(kinds):
            seen = caller.send(
                series(WHAT[kind], "2026-11-18T00:00:00Z", "2026-11-18T03:00:00Z", 30, kinds[kind])
            )
            assert seen.status in (200, 403)
            assert "datas" not in (answer := json.loads(seen.body)) or answer["datas"]
            answered += seen.status == 200
        assert answered


def test_every_family_is_there() -> None:
    """Each family of faults has its servers, and each fault a place for the rule that must report it."""
    assert {case.family for case in FAULTS.values()} == set(FAMILIES)
    assert set(EXPECTED) == set(FAULTS)
    assert set(HOLDOUT) <= set(FAULTS) | set(LEGAL)


@pytest.mark.parametrize("which", LATER_HOLDOUTS, ids=ORDINALS.__getitem__)
def test_a_hold_out_is_spread(which: int) -> None:
    """A hold-out has servers of every family of faults, and of every kind of legal ones."""
    cases = LATER_HOLDOUTS[which]
    assert {case.family for case in cases if case.name in FAULTS} == set(FAMILIES)
    assert {case.family for case in cases if case.name in LEGAL} == {"wire", "operation", "plant"}
