"""The table that sets `check` beside Schemathesis."""

from collections import Counter

import pytest
from benchmarks.catalogue import HEALTHY, OURS, in_order, kills, measured, read, table, take, write
from benchmarks.plain import _failures

from tests.faulty.catalogue import FAULTS, LEGAL

SAID = "Schema-valid request rejected: GET /pv/data"
CRASH = "Server error: GET /sites"


def plain(*failures, requests=1000):
    """Return what a run of Schemathesis leaves."""
    return {"failures": list(failures), "requests": requests, "seconds": 10.0}


def ours(name, **reported):
    """Return what a trial of ours leaves."""
    return {"name": name, "exit_code": 1, "requests": 190, "seconds": 1.0, **reported}


@pytest.fixture
def found(tmp_path):
    """Return results of the healthy server, a fault and a legal variant."""
    results = read(tmp_path / "none")
    take(results, HEALTHY, {OURS: ours(HEALTHY), "default": plain(SAID), "all": plain(SAID)})
    errors = {"WT001": "get_sites: status 500"}
    crash = {OURS: ours("accents-crash", errors=errors), "default": plain(SAID), "all": plain(SAID, CRASH)}
    take(results, "accents-crash", crash)
    warned = ours("noise-at-night", warnings={"WT801": "PV at night"})
    take(results, "noise-at-night", {OURS: warned, "default": plain(), "all": plain(SAID, CRASH)})
    return results


def test_any_beginning_of_the_order_has_each_family_in_its_share():
    """Of the first quarter of the servers every family has a quarter, to one server."""
    order = in_order()
    assert order[0] == HEALTHY
    assert sorted(order[1:]) == sorted(FAULTS | LEGAL)
    every = {**FAULTS, **LEGAL}
    whole = Counter((type(case), case.family) for case in every.values())
    part = Counter((type(every[name]), every[name].family) for name in order[1 : 1 + len(every) // 4])
    assert all(abs(part[stratum] - count / 4) <= 1 for stratum, count in whole.items())


def test_what_the_healthy_server_gets_too_kills_nothing(found):
    """A failure that is also reported of the healthy server says nothing of a fault."""
    assert not kills(found, "default", "accents-crash")
    assert kills(found, "all", "accents-crash")
    assert kills(found, OURS, "accents-crash")


def test_a_warning_does_not_fail_a_legal_variant(found):
    """Ours fails it by an error alone, Schemathesis by anything new."""
    assert not kills(found, OURS, "noise-at-night")
    assert kills(found, "all", "noise-at-night")


def test_the_table_says_what_was_tried(found):
    """A count says of how many, where not all have been tried; requests and seconds are medians."""
    text = table(found)
    family = FAULTS["accents-crash"].family
    line = next(line for line in text.splitlines() if line.startswith(f"| {family}"))
    assert line.endswith("| 1 of 1 | 1 of 1 | 0 of 1 | 1 of 1 |")
    assert (
        "| legal, wrongly failed | 132 |  | 0 of 1 | 0 of 1 | 1 of 1 |".replace("132", str(len(LEGAL)))
        in text
    )
    assert "| requests |  |  | 190 | 1,000 | 1,000 |" in text
    assert '"Schema-valid request rejected" at `GET /pv/data`' in text
    assert measured(found).value == "1 of 1 faults, 0 of 1 legal wrongly failed"
    assert not measured(found).reached


def test_a_record_is_read_as_it_was_written(found, tmp_path):
    """What was recorded is there again, and what is not recorded is not."""
    write(found, tmp_path / "record.json")
    assert read(tmp_path / "record.json") == found


def test_a_report_of_schemathesis_is_read_by_kind_and_operation():
    """One kind at two operations counts twice; errors of the network count too."""
    report = {
        "failures": [{"title": "Server error", "operations": ["GET /a", "GET /b"]}],
        "errors": [{"type": "network", "title": "Connection failed"}],
    }
    assert _failures(report) == ("Server error: GET /a", "Server error: GET /b", "error: Connection failed")
