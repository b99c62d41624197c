"""The check names each fault by its rule, and lets pass what is legal.

A part of the catalogue here, so that it takes a minute; all of it with WATTOS_TRIAL=all, or with
`python -m tests.faulty.trial`, whose record the docs show.
"""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.faulty.catalogue import FAULTS, HEALTHY, LEGAL
from tests.faulty.demands import DEMANDS
from tests.faulty.expected import EXPECTED, MEANING
from tests.faulty.trial import Outcome, trial, trials
from wattos_testkit.harness.rulebook import all_rules

DOCS = Path(__file__).parents[2] / "docs"


def _page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("proof_page", DOCS / "proof_page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = _page()
LATEST: dict[str, Outcome] = PAGE.recorded(PAGE.LATEST)
SILENT: dict[str, str] = PAGE.WORDS["rules"]


def _one_for_each_rule() -> list[str]:
    """Return faults so that each rule over rows has one, and each hundred of rules of the wire."""
    chosen: dict[str, str] = {}
    for name, one in LATEST.items():
        rule = EXPECTED.get(name)
        if rule in one.reported:
            chosen.setdefault(rule if rule >= "WT3" else rule[:3], name)
    return list(chosen.values())


ALL = os.environ.get("WATTOS_TRIAL") == "all"
SAMPLE = [name for name in FAULTS if LATEST[name].found] if ALL else _one_for_each_rule()
ODD = [HEALTHY, *LEGAL] if ALL else [HEALTHY, *list(LEGAL)[::12]]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """Check all servers that the tests here look at."""
    return {one.name: one for one in trials([*SAMPLE, *ODD])}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_is_named_by_its_rule(name: str, outcomes: dict[str, Outcome]) -> None:
    """The promised rule reports the fault, as an error if the record says so."""
    seen = outcomes[name]
    assert not seen.crash
    assert set(MEANING[name]) & seen.reported
    assert seen.as_error == LATEST[name].as_error
    assert seen.exit_code == int(bool(seen.errors))


@pytest.mark.parametrize("name", ODD)
def test_what_is_legal_passes(name: str, outcomes: dict[str, Outcome]) -> None:
    """A healthy server, however odd, gets no error."""
    seen = outcomes[name]
    assert not seen.crash
    assert not seen.errors
    assert seen.exit_code == 0


@pytest.mark.parametrize("rule", DEMANDS)
def test_what_is_demanded_is_held_against_the_server(rule: str) -> None:
    """A rule that speaks only on demand does so when a server is otherwise."""
    demand = DEMANDS[rule]
    assert rule in trial(demand.server, {"select": [rule], **demand.options}).reported


def test_each_rule_has_a_server_that_breaks_it() -> None:
    """Every rule has a fault that it means and reported, or a demand; those without say why."""
    without = {rule for rule in all_rules() if not PAGE.triggers(rule, LATEST) and rule not in DEMANDS}
    assert without == set(SILENT)
    assert all(SILENT.values())


def test_the_record_has_every_server() -> None:
    """The record has the whole catalogue, that of the first meeting all but what was written later."""
    later = {name for name, case in FAULTS.items() if ".later" in case.server.__module__}
    assert set(LATEST) == {HEALTHY, *FAULTS, *LEGAL}
    met = {name for record in PAGE.meetings().values() for name in record}
    assert met == set(LATEST) - later


def test_the_record_has_no_wrong_failure() -> None:
    """On record, no legal variant and no crash of the check failed a run."""
    assert not [one.name for one in LATEST.values() if one.crash]
    assert not [name for name in (HEALTHY, *LEGAL) if LATEST[name].errors or LATEST[name].exit_code]


def test_what_is_missed_is_explained() -> None:
    """Every fault that is not found by its rule stands in the docs with the reason."""
    assert {name for name in FAULTS if not LATEST[name].found} == set(PAGE.WORDS["missed"])


def test_the_page_is_that_of_the_records() -> None:
    """docs/check-proof.md is what the records make (`make docs` makes it again)."""
    assert (DOCS / "check-proof.md").read_text("utf-8") == PAGE.page()
