"""A fleet with a scenario in Python: the rows of the mock, with the truth beside them."""

import json

import numpy as np
import pytest

from wattos_testkit import Fleet
from wattos_testkit.errors import ScenarioError, UsageError
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.scenario.reading import open_scenario
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.testkit.times import minute_of

HEALTHY = Fleet()
BAD = HEALTHY.with_scenario("bad-day")
DIRTY = Fleet(scenario="dirty-data")
DAY = ("2024-03-20", "2024-03-22")


@pytest.mark.parametrize("resource", ["PV000001", "ME000001", "BE000001"])
def test_rows_are_those_of_the_mock(resource):
    """The rows are, to the byte, what the mock answers with the same scenario."""
    fleet = open_fleet()
    telemetry = FaultyTelemetry(fleet, open_scenario("bad-day", fleet).plan())
    window = Window(minute_of("", DAY[0]), minute_of("", DAY[1]), 15)
    body = b"".join(datas_pieces(telemetry, [fleet.resource(resource)], window))
    found = BAD.series(resource, *DAY)
    assert found.rows == json.loads(body)["datas"]
    assert found.rows != HEALTHY.series(resource, *DAY).rows
    assert len(found) == len(found.rows) == len(found.pandas()) == len(found.polars())


def test_labels_and_the_mask_agree():
    """A row is labelled when it lies between the times of a label of its resource, and only then."""
    found = DIRTY.series(None, *DAY, kind="pv")
    assert len(found.labelled) == len(found)
    assert 0 < found.labelled.sum() < len(found)
    expected = np.zeros(len(found), dtype=bool)
    for label in found.labels:
        own = found["resource_id"] == label["resource_id"]
        start, end = (np.datetime64(label[name][:-1], "s") for name in ("from", "settled"))
        ends = found["timestamp"] + np.timedelta64(15, "m")
        expected |= own & (ends > start) & (found["timestamp"] < end)
    assert (expected == found.labelled).all()


def test_holes_are_nan():
    """What a fault has taken away is NaN in columns, and None or no key at all in rows."""
    found = DIRTY.series(None, *DAY, kind="meter")
    name = "power_active_avg"
    rows = found.rows
    nulls = [index for index, row in enumerate(rows) if row.get(name, 0) is None]
    assert nulls
    assert np.isnan(found[name]).nonzero()[0].tolist() == nulls
    absent = [index for index, row in enumerate(rows) if "energy_active_cum" not in row]
    assert absent
    assert set(absent) <= set(np.isnan(found["energy_active_cum"]).nonzero()[0].tolist())
    assert found.polars()[name].dtype.is_float()


def test_a_healthy_fleet_has_no_labels():
    """Without a scenario nothing is labelled."""
    found = HEALTHY.series("PV000001", *DAY)
    assert found.labels == []
    assert not found.labelled.any()
    assert HEALTHY.scenario is None


def test_a_scenario_may_be_a_mapping_or_a_file(tmp_path):
    """A scenario can be said in Python, read from a file, or named."""
    said = {"day": "2024-03-20", "faults": [{"fault": "gap", "on": "PV000001", "from": "12:00", "for": "1h"}]}
    path = tmp_path / "gap.yaml"
    path.write_text("day: 2024-03-20\nfaults:\n- {fault: gap, on: PV000001, from: 12:00, for: 1h}\n")
    for scenario in (said, path, str(path)):
        fleet = HEALTHY.with_scenario(scenario)
        assert len(fleet.series("PV000001", *DAY)) == len(HEALTHY.series("PV000001", *DAY)) - 4


def test_now():
    """With a now, rows end with the last bucket that is over, and rows that are late are not there yet."""
    late = {"faults": [{"fault": "late-rows", "on": "PV000001", "from": "2024-03-20T00:00:00Z", "for": "1d"}]}
    fleet = Fleet(now="2024-03-20T12:07:00Z")
    assert str(fleet.series("PV000001", *DAY)["timestamp"][-1]) == "2024-03-20T11:45:00"
    behind = fleet.with_scenario(late)
    assert str(behind.series("PV000001", *DAY)["timestamp"][-1]) == "2024-03-20T11:00:00"
    assert len(fleet.series("PV000001", "2024-03-21", "2024-03-22")) == 0


def test_mistakes():
    """A scenario that is none is said so when the fleet is made."""
    with pytest.raises(UsageError, match="did you mean 'bad-day'"):
        Fleet(scenario="bad-dey")
    with pytest.raises(ScenarioError, match="faults: is missing or empty"):
        HEALTHY.with_scenario({"day": "2024-03-20"})


def test_a_mark_names_a_scenario(run_tests):
    """The mark and the ini file name a scenario, ready or beside them; server and fleet have the same."""
    result = run_tests(
        """
        import pytest

        QUERY = {"start": "2024-03-20T12:00:00Z", "end": "2024-03-20T20:00:00Z", "agg_interval": 15}

        @pytest.mark.wattos(scenario="own.yaml")
        def test_own(wattos_server, wattos_rows):
            answer = wattos_server.client.get("/pv/data", params={"resource_id": "PV000001", **QUERY})
            rows = wattos_rows("pv", "PV000001", QUERY["start"], QUERY["end"])
            assert answer.json()["datas"] == rows
            assert len(rows) == 28

        def test_of_the_ini(wattos_fleet):
            assert wattos_fleet.scenario.name == "heat-wave"
        """,
        ini="wattos_scenario = heat-wave",
        files={"own.yaml": "faults:\n- {fault: gap, on: PV000001, from: 2024-03-20T15:00:00Z, for: 1h}\n"},
    )
    result.assert_outcomes(passed=2)
