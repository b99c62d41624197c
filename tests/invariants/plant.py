"""A small plant of the tests' own: two sites, meters, batteries and PV, minute by minute, and its server.

Nothing of it is the project's generator: the judge's tests must not agree with it by descent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from wattos_testkit.harness.events import Request
from wattos_testkit.invariants.judge import Answer, Judge, Question, Verdict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = int((datetime(2024, 2, 20, tzinfo=UTC) - EPOCH).total_seconds()) // 60
DAYS = 46
LAST = FIRST + DAYS * 1440
PLACES = {"SITE0001": (34.05, -118.24), "SITE0002": (48.14, 11.58)}
RESOURCES = {
    "SITE0001": [("ME000001", "ME"), ("ME000002", "ME"), ("BE000001", "BE"), ("PV000001", "PV")],
    "SITE0002": [("ME000003", "ME"), ("BE000002", "BE"), ("PV000002", "PV")],
}
OPERATION = {"ME": "get_meter_data", "BE": "get_bess_data", "PV": "get_pv_data"}
Row = dict[str, Any]


def stamp(minute: int) -> str:
    """Write a minute."""
    return (EPOCH + timedelta(minutes=int(minute))).strftime("%Y-%m-%dT%H:%M:%SZ")


def smooth(rng: np.random.Generator, scale: int) -> np.ndarray:
    """Draw noise that changes within `scale` minutes."""
    knots = rng.standard_normal(DAYS * 1440 // scale + 2)
    return np.interp(np.arange(DAYS * 1440) / scale, np.arange(knots.size), knots)


def height(latitude: float, longitude: float) -> np.ndarray:
    """Return the sine of the sun's elevation (Cooper's declination, Spencer's equation of time)."""
    minute = FIRST + np.arange(DAYS * 1440) + 0.5
    day = (minute / 1440.0) % 365.25
    turn = 2 * np.pi * (day - 1) / 365
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    equation = 229.18 * (
        0.000075
        + 0.001868 * np.cos(turn)
        - 0.032077 * np.sin(turn)
        - 0.014615 * np.cos(2 * turn)
        - 0.04089 * np.sin(2 * turn)
    )
    hour = np.radians(((minute + 4 * longitude + equation) % 1440) / 4 - 180)
    phi = np.radians(latitude)
    return np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)


@cache
def minutes(site: str) -> dict[str, dict[str, np.ndarray]]:
    """Return the one-minute truth of a site."""
    latitude, longitude = PLACES[site]
    rng = np.random.default_rng(len(site) + sum(map(ord, site)))
    sun = height(latitude, longitude)
    cloud = 0.25 + 0.75 / (1 + np.exp(-3 * (smooth(rng, 240) + 0.5 * smooth(rng, 7))))
    pv = 80 * np.clip(sun, 0, None) ** 1.15 * cloud
    hour = ((np.arange(DAYS * 1440) + FIRST) / 60 + longitude / 15) % 24
    ambient = 14 + 5 * np.cos((hour - 15) / 24 * 2 * np.pi) + 1.5 * smooth(rng, 700)
    load = 60 + 25 * np.exp(-(((hour - 13) / 4) ** 2)) + 4 * smooth(rng, 30) + 1.5 * smooth(rng, 3)
    reactive = 14 + 4 * smooth(rng, 200) + smooth(rng, 5)
    charge = np.where((hour > 9.5) & (hour < 13.5), 22 + 2 * smooth(rng, 9), 0.0)
    discharge = np.where((hour > 18) & (hour < 21.3), 23 + 2 * smooth(rng, 9), 0.0)
    # What a day (by the sun) takes in, it gives out again: no drift over six weeks.
    turn = np.floor((np.arange(DAYS * 1440) + FIRST + longitude * 4) / 1440).astype(int)
    turn -= turn[0]
    given, taken = np.bincount(turn, discharge / 0.95), np.bincount(turn, charge * 0.95)
    charge = charge * np.where((taken > 0) & (given > 0), given / np.maximum(taken, 1e-9), 1.0)[turn]
    grid = load - pv + charge - discharge
    soc = np.cumsum(0.95 * charge - discharge / 0.95) / 60 / 200 * 100
    soc += 33 - soc.min()
    jitter = 1 + 0.04 * rng.random(DAYS * 1440)
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, kind in RESOURCES[site]:
        if kind == "ME":
            active = load if name == "ME000002" else grid
            found[name] = {
                "power_active_avg": active,
                "power_active_max": active + 0.03 * np.abs(active) * jitter,
                "power_apparent_avg": np.hypot(active, reactive),
                "power_reactive_avg": reactive,
                "energy_active_cum": 20000 + np.cumsum(active) / 60,
            }
        elif kind == "BE":
            found[name] = {
                "power_charge_active_avg": charge,
                "power_charge_active_max": charge * 1.02 * jitter,
                "power_discharge_active_avg": discharge,
                "power_discharge_active_max": discharge * 1.02 * jitter,
                "energy_charge_active_cum": 9000 + np.cumsum(charge) / 60,
                "energy_discharge_active_cum": 8000 + np.cumsum(discharge) / 60,
                "soc_end": soc,
                "temp_cell_max": ambient + 4 + 0.1 * (charge + discharge),
                "temp_ambient_max": ambient,
                "status": np.where(charge > 0, "CH", np.where(discharge > 0, "DI", "SB")).astype(object),
            }
        else:
            found[name] = {
                "power_active_avg": pv,
                "power_active_max": pv * 1.02 * jitter,
                "energy_active_cum": 70000 + np.cumsum(pv) / 60,
                "temp_cell_max": ambient + 0.35 * pv - 2,
                "temp_ambient_max": ambient,
                "status": np.where(pv > 0, "ON", "SB").astype(object),
            }
    return found


@dataclass
class Plant:
    """A server; its fields are what legal deployments do differently, `spoil` is a fault."""

    decimals: dict[str, int | None] = field(default_factory=dict)
    """By beginning of the field name; the default is 2."""
    truth: Callable[[str, dict[str, np.ndarray]], dict[str, np.ndarray]] | None = None
    """Changes the one-minute truth of a resource."""
    aggregate: Callable[[str, np.ndarray, int], np.ndarray | None] | None = None
    """Aggregates a field in its own way; None leaves it to the plant."""
    rows: Callable[[Question, list[Row]], list[Row]] | None = None
    """Changes the rows of an answer."""
    answers: Callable[[Question, Answer], Answer] | None = None
    """Changes an answer."""
    asked: list[Question] = field(default_factory=list)
    known: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def of(self, name: str) -> dict[str, np.ndarray]:
        """Return the one-minute truth."""
        if name not in self.known:
            site = next(site for site, members in RESOURCES.items() if name in dict(members))
            truth = minutes(site)[name]
            self.known[name] = truth if self.truth is None else self.truth(name, dict(truth))
        return self.known[name]

    def series(self, name: str, start: int, end: int, interval: int) -> list[Row]:
        """Return the rows of one resource."""
        first, last = -(-max(start, FIRST) // interval), min(end, LAST) // interval
        if last <= first:
            return []
        span = slice(first * interval - FIRST, last * interval - FIRST)
        columns: dict[str, list[Any]] = {}
        for key, column in self.of(name).items():
            piece = column[span].reshape(-1, interval)
            own = None if self.aggregate is None else self.aggregate(key, piece, interval)
            columns[key] = self.rounded(key, _aggregate(key, piece) if own is None else own)
        site = next(site for site, members in RESOURCES.items() if name in dict(members))
        return [
            {
                "resource_id": name,
                "timestamp": stamp((first + index) * interval),
                "agg_interval": interval,
                "unit_controller_id": f"UC{site[2:]}",
                **{key: column[index] for key, column in columns.items()},
            }
            for index in range(last - first)
        ]

    def rounded(self, key: str, values: np.ndarray) -> list[Any]:
        """Round a column as this deployment does."""
        if values.dtype == object:
            return list(values)
        places: int | None = 2
        for beginning, wanted in self.decimals.items():
            if key.startswith(beginning):
                places = wanted
        return values.tolist() if places is None else np.round(values, places).tolist()

    def answer(self, question: Question) -> Answer:
        """Answer a question as the server would."""
        self.asked.append(question)
        members = [name for rows in RESOURCES.values() for name, kind in rows if kind == question.kind]
        chosen = sorted(members) if question.resource is None else [question.resource]
        request = Request("GET", f"http://plant/{question.operation}", f"curl {question}")
        if question.resource is not None and question.resource not in members:
            answer = Answer(404, {"title": "Not Found"}, request)
        else:
            rows = [
                row
                for name in chosen
                for row in self.series(name, question.start, question.end, question.interval)
            ]
            if self.rows is not None:
                rows = self.rows(question, rows)
            answer = Answer(200, {"datas": rows}, request)
        return answer if self.answers is None else self.answers(question, answer)


def _aggregate(key: str, piece: np.ndarray) -> np.ndarray:
    if key.endswith("_max"):
        return piece.max(axis=1)
    if key.endswith("_avg"):
        return piece.mean(axis=1)
    return piece[:, -1]


def lists() -> tuple[list[Row], dict[str, list[Row]]]:
    """Return the rows of the lists."""
    sites = [
        {
            "site_id": site,
            "group_id": "GROUP001",
            "site_name": site.title(),
            "site_latitude": place[0],
            "site_longitude": place[1],
        }
        for site, place in PLACES.items()
    ]
    resources = {
        site: [
            {
                "resource_id": name,
                "resource_type": kind,
                "unit_controller_id": f"UC{site[2:]}",
                "resource_name": name.title(),
                "resource_latitude": PLACES[site][0] + 0.001,
                "resource_longitude": PLACES[site][1] - 0.001,
            }
            for name, kind in members
        ]
        for site, members in RESOURCES.items()
    }
    return sites, resources


def hear(
    plant: Plant,
    *,
    profile: str = "standard",
    pins: dict[str, str] | None = None,
    kinds: str = "ME BE PV",
    change: Callable[[list[Row], dict[str, list[Row]]], None] | None = None,
    again: bool = False,
) -> Verdict:
    """Let a judge question a plant; `again` asks the same in other ways, as a run does later."""
    judge = Judge(pins or {}, seed=7)
    sites, resources = lists()
    if change is not None:
        change(sites, resources)
    judge.listed(sites, resources, "GROUP001", Request("GET", "http://plant/sites", "curl sites"))
    stretches = dict.fromkeys(kinds.split(), (FIRST, LAST))
    for question in judge.questions(stretches, profile, LAST):
        judge.answer(question, plant.answer(question))
    for later in (judge.echoes, judge.settle) if again else ():
        for question in later():
            judge.answer(question, plant.answer(question))
    return judge.verdict()


def rules(verdict: Verdict, severity: str | None = None) -> set[str]:
    """Return the rules that found something."""
    return {one.rule for one in verdict.findings if severity is None or one.severity == severity}


def told(verdict: Verdict) -> Iterator[str]:
    """Yield the findings as lines, for the message of a failed test."""
    for one in verdict.findings:
        where = one.evidence[0] if one.evidence else None
        yield f"{one.severity} {one.rule} {one.operation} {one.resource} x{one.count}: {one.message} {where}"
