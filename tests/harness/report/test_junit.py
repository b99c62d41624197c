"""JUnit, as a CI server reads it."""

from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import AT_NIGHT, CLEAN, FINISHED, OFF_GRID, events, play, with_findings
from wattos_testkit.harness.events import RuleOutcome, RunFinished


def read(tmp_path: Path, finished: RunFinished = FINISHED, **options) -> JUnitXml:
    """Return the report of a run, read by a JUnit parser."""
    play([f"junit={tmp_path}/a.xml"], events(finished), quiet=True, **options)
    return JUnitXml.fromfile(str(tmp_path / "a.xml"))


def cases(report: JUnitXml) -> dict[str, TestCase]:
    """Return the test cases by class and name."""
    return {f"{case.classname}/{case.name}": case for suite in report for case in suite}


def test_there_is_a_case_per_rule_and_operation(tmp_path: Path) -> None:
    """Each outcome is one case in the suite of its family; failed, skipped and passed are told apart."""
    report = read(tmp_path)
    found = cases(report)
    assert [suite.name for suite in report] == ["run", "schema", "time grid", "physics", "plausibility"]
    assert (report.tests, report.failures, report.errors, report.skipped) == (7, 2, 0, 1)
    failed = found["wattos.time_grid.get_pv_data/WT301 Timestamps are off the grid of the interval"]
    assert isinstance(failed.result[0], Failure)
    assert failed.result[0].type == "WT301"
    assert "96 of 96 timestamps" in failed.result[0].message
    assert OFF_GRID.requests[0].curl in failed.result[0].text
    assert "expected a multiple of 15 minutes, seen 00:07" in failed.result[0].text
    assert found["wattos.time_grid.get_bess_data/WT301 Timestamps are off the grid of the interval"].is_passed
    skipped = found["wattos.physics.get_meter_data/WT702"].result[0]
    assert isinstance(skipped, Skipped)
    assert skipped.message == "fewer than ten informative rows"


def test_a_warning_fails_only_under_strict(tmp_path: Path) -> None:
    """A warning is a note in a case that passed, unless warnings fail the run."""
    name = "wattos.plausibility.get_pv_data/WT801 PV power at night"
    lenient = cases(read(tmp_path))[name]
    assert lenient.is_passed
    assert "warning: get_pv_data PV000002: 1.2 kW at 02:00" in lenient.system_out
    assert isinstance(cases(read(tmp_path, strict=True))[name].result[0], Failure)


def test_findings_of_one_case_are_one_failure(tmp_path: Path) -> None:
    """Many resources with one fault fail one case, each named in its text up to a bound."""
    many = [replace(OFF_GRID, resource=f"PV{n:06}") for n in range(1000)]
    report = read(tmp_path, with_findings(many))
    case = cases(report)["wattos.time_grid.get_pv_data/WT301 Timestamps are off the grid of the interval"]
    assert len(case.result) == 1
    assert "and 999 more" in case.result[0].message
    assert "and 980 more" in case.result[0].text
    assert len(case.result[0].text) < 20_000


@pytest.mark.parametrize(("code", "reason"), [(3, "connection refused"), (130, "interrupted"), (4, "")])
def test_a_run_that_did_not_end_well_is_an_error(code: int, reason: str, tmp_path: Path) -> None:
    """A target that could not be tested is never green."""
    report = read(tmp_path, replace(CLEAN, exit_code=code, reason=reason))
    case = cases(report)["wattos.run/the target was tested to the end"]
    assert isinstance(case.result[0], Error)
    assert case.result[0].message == (reason or "broke off")
    assert report.errors == 1


def test_a_clean_run_has_a_case(tmp_path: Path) -> None:
    """Even a run without outcomes is a passed case, so that no server complains of an empty report."""
    report = read(tmp_path, with_findings([]))
    assert (report.tests, report.failures) == (1, 0)


def test_one_case_sums_up_what_was_said_twice(tmp_path: Path) -> None:
    """Two outcomes of one rule and operation are one case, decided if one of them was."""
    outcomes = (
        RuleOutcome("WT101", "schema", "get_sites", 5, "passed"),
        RuleOutcome("WT101", "schema", "get_sites", 0, "skipped", "no more requests"),
    )
    case = cases(read(tmp_path, replace(CLEAN, outcomes=outcomes)))["wattos.schema.get_sites/WT101"]
    assert case.is_passed
    assert case.system_out == "looked at 5"


def test_a_warning_beside_an_error_is_told_in_the_same_case(tmp_path: Path) -> None:
    """One case may fail for its error and note its warning."""
    report = read(tmp_path, with_findings([OFF_GRID, replace(AT_NIGHT, rule="WT301", family="time grid")]))
    case = cases(report)["wattos.time_grid.get_pv_data/WT301 Timestamps are off the grid of the interval"]
    assert "96 of 96" in case.result[0].message
    assert "1.2 kW" in case.system_out


def test_hostile_text_is_still_xml(tmp_path: Path) -> None:
    """Characters that XML forbids, and its own, arrive as text."""
    report = read(tmp_path, hostile_run())
    texts = [case.result[0].text for case in cases(report).values() if case.result and case.result[0].text]
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert any(r"\x00 \ufffe \ud800" in text for text in texts)
