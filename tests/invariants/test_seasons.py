"""Summer beside winter: what only both together show."""

import numpy as np
import pytest

from tests.invariants.plant import OPERATION, stamp
from wattos_testkit.invariants.judge import Answer, Judge, Question
from wattos_testkit.invariants.sun import elevation

END = int(np.datetime64("2026-11-20T00:00", "m").astype(int))
LATITUDES = (48.1, -37.8)


def season(minutes, latitude, *, turned):
    """Return how much of a summer it is, from -1 to 1."""
    day = minutes / 1440 - 200 + (182 if (latitude < 0) is not turned else 0)
    return np.cos(day / 365.25 * 2 * np.pi)


def hear(latitude, late=0, *, turned=False, reach=500, profile="standard"):
    """Let a judge question a PV system whose clock is late in summer, or whose air has other seasons."""
    asked = []

    def answer(question: Question) -> Answer:
        asked.append(question)
        starts = np.arange(question.start, min(question.end, END), question.interval)
        starts = starts[(starts >= END - reach * 1440) & (starts % question.interval == 0)]
        month = starts.astype("datetime64[m]").astype("datetime64[M]").astype(int) % 12
        sun = starts - np.where((month > 2) & (month < 9), late, 0)
        high = np.clip(np.sin(np.radians(elevation(sun + question.interval / 2, latitude, 11.6))), 0, None)
        air = (
            11 + 9 * season(starts, latitude, turned=turned) + 3 * np.cos((starts / 1440 - 0.55) * 2 * np.pi)
        )
        rows = [
            {"resource_id": "PV000001", "timestamp": stamp(at), "agg_interval": question.interval,
             "unit_controller_id": "UC000001", "power_active_avg": round(90 * one, 3),
             "power_active_max": round(92 * one, 3), "energy_active_cum": 0.0,
             "temp_cell_max": round(warm + 25 * one, 1), "temp_ambient_max": round(warm, 1), "status": "ON"}
            for at, one, warm in zip(starts, high, air, strict=True)
        ]  # fmt: skip
        return Answer(200, {"datas": rows})

    judge = Judge()
    place = {"resource_latitude": latitude, "resource_longitude": 11.6}
    resource = {"resource_id": "PV000001", "resource_type": "PV", "unit_controller_id": "UC000001", **place}
    judge.listed([{"site_id": "SITE0001", "group_id": "G"}], {"SITE0001": [resource]})
    for question in judge.questions({OPERATION["PV"]: (END - 40 * 1440, END)}, profile):
        judge.answer(question, answer(question))
    told = {(one.rule, one.message) for one in judge.verdict().findings if one.rule in {"WT803", "WT805"}}
    return told, [one for one in asked if one.purpose == "solstice"]


@pytest.mark.parametrize("latitude", LATITUDES)
def test_a_clock_of_summer_is_seen(latitude):
    """Values that come an hour late from April to September are found, with two more requests."""
    told, asked = hear(latitude, late=60)
    assert [rule for rule, _ in told] == ["WT803"]
    assert "July" in next(iter(told))[1]
    assert len(asked) == 2


@pytest.mark.parametrize("latitude", LATITUDES)
def test_the_seasons_of_the_other_half_are_seen(latitude):
    """Air that is cold in summer is found on either hemisphere."""
    told, _ = hear(latitude, turned=True)
    assert [rule for rule, _ in told] == ["WT805"]
    assert "January" in next(iter(told))[1]


@pytest.mark.parametrize("latitude", [*LATITUDES, 1.3, 69.6])
def test_a_healthy_year_is_silent(latitude):
    """North, south, tropics and polar circle: a year as it is says nothing."""
    assert hear(latitude)[0] == set()


def test_without_a_summer_nothing_is_said():
    """Forty days of data are no reason to speak of seasons."""
    assert hear(48.1, late=60, turned=True, reach=40)[0] == set()
