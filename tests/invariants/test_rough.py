"""The judge never breaks, whatever it is told."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.invariants.plant import FIRST, LAST, Plant, hear, lists, told
from tests.invariants.plant import rules as rules_of
from wattos_testkit.invariants.judge import Answer, Judge, Question

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.just("2024-03-20T00:15:00Z"),
    st.just("PV000001"),
)
FIELDS = st.sampled_from(
    [
        "resource_id",
        "timestamp",
        "agg_interval",
        "unit_controller_id",
        "power_active_avg",
        "energy_active_cum",
        "status",
    ]
)
BODIES = st.one_of(
    VALUES,
    st.fixed_dictionaries({"datas": VALUES}),
    st.fixed_dictionaries(
        {"datas": st.lists(st.one_of(VALUES, st.dictionaries(FIELDS, VALUES)), max_size=30)}
    ),
)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(body=BODIES, status=st.sampled_from([0, 200, 204, 400, 404, 500]))
def test_any_body_is_survived(body: Any, status: int):
    """Whatever parses as JSON is taken without an exception."""
    judge = Judge(seed=1)
    sites, resources = lists()
    judge.listed(sites, resources, "GROUP001", None)
    for question in judge.questions({"PV": (FIRST, LAST), "BE": (FIRST, LAST)}, "smoke"):
        judge.answer(question, Answer(status, body))
        judge.witness(question, Answer(status, body))
    judge.verdict()


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    sites=st.lists(
        st.dictionaries(st.sampled_from(["site_id", "group_id", "site_latitude"]), VALUES), max_size=3
    ),
    resources=st.dictionaries(
        st.text(max_size=8),
        st.lists(
            st.dictionaries(st.sampled_from(["resource_id", "resource_type", "resource_latitude"]), VALUES)
        ),
        max_size=2,
    ),
)
def test_any_list_is_survived(sites: list[Any], resources: dict[str, list[Any]]):
    """Lists of anything are taken without an exception."""
    judge = Judge()
    judge.listed(sites, resources, None, None)
    assert list(judge.questions({}, "standard")) == []
    judge.verdict()


def test_an_untold_judge_has_nothing_to_say():
    """Without lists and answers there is no finding, and every rule was skipped."""
    verdict = Judge().verdict()
    assert verdict.findings == ()
    assert {one.outcome for one in verdict.outcomes} <= {"skipped"}


@settings(max_examples=6, derandomize=True, deadline=None)
@given(
    power=st.integers(0, 4), energy=st.integers(0, 4), soc=st.integers(0, 3), temperature=st.integers(0, 2)
)
def test_no_rounding_of_a_healthy_plant_is_an_error(power: int, energy: int, soc: int, temperature: int):
    """For all numbers of decimals, a healthy plant stays without an error."""
    plant = Plant(decimals={"power": power, "energy": energy, "soc": soc, "temp": temperature})
    verdict = hear(plant, kinds="BE PV")
    assert rules_of(verdict, "error") == set(), list(told(verdict))


def test_a_witness_is_judged_by_itself():
    """An answer met on the way is held against the rules of single answers."""
    plant = Plant()
    judge = Judge()
    sites, resources = lists()
    judge.listed(sites, resources, "GROUP001", None)
    question = Question("get_pv_data", "PV", "PV000001", FIRST, FIRST + 600, 30, "fuzzing")
    answer = plant.answer(question)
    rows = answer.body["datas"]
    judge.witness(question, Answer(200, {"datas": [*rows, rows[-1]]}))
    assert {one.rule for one in judge.verdict().findings} == {"WT304"}


@pytest.mark.parametrize("most", [1, 2, 5, 11, 24])
def test_answers_cut_short_are_survived(most: int):
    """However few rows a server gives, there is a verdict, and it says that they are too few."""
    verdict = hear(Plant(rows=lambda _question, rows: rows[:most]), kinds="BE")
    assert verdict.findings, most
