"""A test tells the live mock what time it is and what fails, and asks what it was asked."""

HEAD = """
import datetime as dt
import pytest

EARLY = {
    "resource_id": "PV000001",
    "start": "2024-03-20T00:00:00Z",
    "end": "2024-03-20T01:30:00Z",
    "agg_interval": 15,
}

def rows(server):
    answer = server.client.get("/pv/data", params=EARLY)
    answer.raise_for_status()
    return answer.json()["datas"]

def stands(server):
    return [row["power_active_avg"] == 0.0 for row in rows(server)]

def trip(server):
    return server.fault("inverter-trip", on="PV000001", start="2024-03-20T00:30:00Z", lasts="30min")

TRIPPED = [False, False, True, True, False, False]
"""


def test_clock_faults_and_requests(run_tests):
    """Everything in one test: it freezes, advances, breaks, repairs, and counts."""
    result = run_tests(
        HEAD
        + """
        def test_clock(wattos_server):
            assert wattos_server.now is None
            wattos_server.freeze("2024-03-20T01:07:00Z")
            assert len(rows(wattos_server)) == 4
            wattos_server.advance("8min")
            assert len(rows(wattos_server)) == 5
            wattos_server.advance(to=dt.datetime(2024, 3, 20, 1, 30, tzinfo=dt.UTC))
            assert len(rows(wattos_server)) == 6
            wattos_server.shift(dt.timedelta(hours=-1))
            assert wattos_server.now == dt.datetime(2024, 3, 20, 0, 30, tzinfo=dt.UTC)
            assert len(rows(wattos_server)) == 2
            wattos_server.freeze(dt.date(2024, 3, 20))
            assert rows(wattos_server) == []
            wattos_server.run(60)
            wattos_server.clock("live")
            assert wattos_server.now.year >= 2025
            wattos_server.clock(None)
            assert len(rows(wattos_server)) == 6

        def test_faults(wattos_server):
            fault = trip(wattos_server)
            assert repr(fault).startswith("<inverter-trip-")
            assert "PV000001, 2024-03-20T00:30:00Z to 2024-03-20T01:00:00Z" in repr(fault)
            assert stands(wattos_server) == TRIPPED
            fault.remove()
            fault.remove()
            assert not any(stands(wattos_server))
            with trip(wattos_server) as fault:
                assert stands(wattos_server) == TRIPPED
                assert fault.id.startswith("inverter-trip-")
            assert not any(stands(wattos_server))
            with wattos_server.fault("error-share", share=1.0, code="503"):
                assert wattos_server.client.get("/pv/data", params=EARLY).status_code == 503
            item = {"fault": "inverter-trip", "on": "PV000001", "from": "00:30", "for": "30min"}
            with wattos_server.scenario({"faults": [item]}, day="2024-03-20") as loaded:
                assert loaded.document["day"] == "2024-03-20"

        def test_requests(wattos_server):
            assert wattos_server.requests() == []
            rows(wattos_server)
            rows(wattos_server)
            assert wattos_server.count("get_pv_data", resource_id="PV000001", agg_interval=15) == 2
            assert wattos_server.count("get_pv_data", agg_interval=5) == 0
            assert wattos_server.count(status="4xx") == 0
            assert wattos_server.count(start=dt.date(2024, 3, 20)) == 2
            first, second = wattos_server.requests("get_pv_data")
            assert first.query["resource_id"] == "PV000001"
            assert (first.status, first.method, first.token) == (200, "GET", second.token)
            assert second.at > first.at
        """.replace("\n        ", "\n"),
        "-W",
        "error",
    )
    result.assert_outcomes(passed=3)


def test_each_test_begins_as_its_fixtures_left_it(run_tests):
    """What a test tells the mock ends with it; what a module's fixture tells it lasts for the module."""
    result = run_tests(
        HEAD
        + """
        @pytest.fixture(scope="class")
        def tripped(wattos_server):
            with trip(wattos_server):
                yield

        @pytest.fixture
        def frozen(wattos_server):
            wattos_server.freeze("2024-03-20T01:00:00Z")

        def test_changes(wattos_server):
            wattos_server.freeze("2024-03-20T01:00:00Z")
            trip(wattos_server)
            assert stands(wattos_server) == TRIPPED[:4]

        def test_begins_anew(wattos_server):
            assert wattos_server.now is None
            assert not any(stands(wattos_server))

        @pytest.mark.usefixtures("tripped")
        class TestTripped:
            def test_one(self, wattos_server, frozen):
                assert stands(wattos_server) == TRIPPED[:4]

            def test_two(self, wattos_server):
                assert stands(wattos_server) == TRIPPED
                wattos_server.reset()

        def test_ends_with_the_class(wattos_server):
            assert not any(stands(wattos_server))
            assert wattos_server.count() == 1
        """.replace("\n        ", "\n"),
        "-W",
        "error",
        "-p",
        "no:randomly",
    )
    result.assert_outcomes(passed=5)


def test_what_is_wrong_is_said_in_the_mocks_own_words(run_tests):
    """Mistakes raise UsageError with all reasons, and a count that is wrong shows what was asked."""
    result = run_tests(
        HEAD
        + """
        from wattos_testkit.errors import UsageError

        def test_fault(wattos_server):
            with pytest.raises(UsageError, match="did you mean 'inverter-trip'"):
                wattos_server.fault("inverter-trp", on="PV000001", start="2024-03-20")
            with pytest.raises(UsageError, match="is no UTC instant"):
                wattos_server.freeze("noon")
            with pytest.raises(UsageError, match="has no time zone"):
                wattos_server.freeze(dt.datetime(2024, 3, 20))
            with pytest.raises(UsageError, match="is none of get_sites"):
                wattos_server.count("pv")
            with pytest.raises(UsageError, match="there is no clock|There is no clock"):
                wattos_server.advance("1h")

        def test_count(wattos_server):
            rows(wattos_server)
            assert wattos_server.count("get_pv_data") == 2

        def test_trace(wattos_server):
            wattos_server.freeze("noon")

        @pytest.mark.wattos(args="--control off")
        def test_off(wattos_server):
            assert len(rows(wattos_server)) == 6
            with pytest.raises(UsageError, match="started with --control off"):
                wattos_server.freeze()
        """.replace("\n        ", "\n"),
    )
    result.assert_outcomes(passed=2, failed=2)
    text = result.stdout.str()
    assert "1 of operation=get_pv_data (<GET /pv/data?resource_id=PV000001&start=" in text
    assert "at: 'noon' is no UTC instant" in text
    assert "testkit/control.py" not in text
