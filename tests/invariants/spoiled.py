"""Faults: what a server may do wrong, each with the rule that must say so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tests.invariants.plant import FIRST, OPERATION, Plant, Row, stamp
from wattos_testkit.invariants.judge import Answer, Question
from wattos_testkit.invariants.observations import instant

Change = Callable[[list[Row], dict[str, list[Row]]], None]


@dataclass(frozen=True)
class Case:
    """A plant, what its lists say, and the rule."""

    name: str
    rule: str
    make: Callable[[], Plant]
    change: Change | None = None
    kinds: str = "ME BE PV"
    """The types that are asked for: tests of what concerns one type need not pay for three."""


CASES: list[Case] = []


def minute(row: Row) -> int:
    """Return when a row is."""
    found = instant(row["timestamp"])
    assert found is not None
    return found.minute


def case(rule: str, change: Change | None = None) -> Callable[[Callable[[], Plant]], Callable[[], Plant]]:
    """Register a fault."""

    def register(make: Callable[[], Plant]) -> Callable[[], Plant]:
        CASES.append(Case(make.__name__, rule, make, change))
        return make

    return register


def each(rule: str, *, kind: str | None = None, name: str) -> Callable[[Callable[[Row, Question], Any]], Any]:
    """Register a fault that changes each row; one that returns False takes the row away."""

    def register(spoil: Callable[[Row, Question], Any]) -> Any:
        def rows(question: Question, given: list[Row]) -> list[Row]:
            if kind is not None and question.kind != kind:
                return given
            return [row for row in given if spoil(row, question) is not False]

        CASES.append(Case(name, rule, lambda: Plant(rows=rows), kinds=kind or "PV"))
        return spoil

    return register


def truth(rule: str, kind: str, name: str) -> Callable[[Callable[[dict[str, np.ndarray]], Any]], Any]:
    """Register a fault in the one-minute truth of a type."""

    def register(spoil: Callable[[dict[str, np.ndarray]], Any]) -> Any:
        def change(resource: str, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
            if resource.startswith(kind):
                spoil(columns)
            return columns

        CASES.append(Case(name, rule, lambda: Plant(truth=change), kinds=kind))
        return spoil

    return register


def shift_label(row: Row, minutes: int) -> None:
    """Move the label of a row."""
    row["timestamp"] = stamp(minute(row) + minutes)


# --- time grid -------------------------------------------------------------------------------------


@each("WT301", name="labels five minutes off the grid")
def _(row: Row, question: Question) -> None:
    if question.interval > 5:
        shift_label(row, 5)


@each("WT301", name="seconds in labels")
def _(row: Row, _question: Question) -> None:
    row["timestamp"] = row["timestamp"].replace(":00Z", ":30Z")


@each("WT309", name="local offset")
def _(row: Row, _question: Question) -> None:
    row["timestamp"] = row["timestamp"].replace("Z", "-08:00")


@each("WT309", name="no zone")
def _(row: Row, _question: Question) -> None:
    row["timestamp"] = row["timestamp"].replace("Z", "")


@each("WT306", name="local time called UTC")
def _(row: Row, _question: Question) -> None:
    shift_label(row, -480)


@each("WT308", name="at most a thousand rows")
def _(row: Row, question: Question) -> bool:
    return minute(row) < question.start + 1000 * question.interval


@each("WT308", name="only the newest 500 rows")
def _(row: Row, question: Question) -> bool:
    return minute(row) >= question.end - 500 * question.interval


@each("WT305", name="midnight is missing")
def _(row: Row, question: Question) -> bool:
    return minute(row) % 1440 != 0 or question.end - question.start <= 1440


@each("WT305", name="every tenth row is missing")
def _(row: Row, question: Question) -> bool:
    return (minute(row) // question.interval) % 10 != 3


@each("WT305", name="the hour of the clock change is missing")
def _(row: Row, _question: Question) -> bool:
    # 2024-03-10T10:00Z in Los Angeles, 2024-03-31T01:00Z in Munich.
    return not any(start <= minute(row) < start + 60 for start in (28501080, 28530780))


@each("WT311", name="the first row is missing")
def _(row: Row, question: Question) -> bool:
    return minute(row) > question.start


@each("WT311", name="the last row is missing")
def _(row: Row, question: Question) -> bool:
    return minute(row) + question.interval < question.end


@each("WT310", name="always quarters of an hour")
def _(row: Row, _question: Question) -> bool:
    return minute(row) % 15 == 0


@case("WT302")
def newest_first() -> Plant:
    """Rows in falling order."""
    return Plant(rows=lambda _, rows: rows[::-1])


@case("WT304")
def doubled() -> Plant:
    """Serve a row twice."""
    return Plant(rows=lambda _, rows: rows[:3] + rows[2:])


@case("WT303")
def mixed() -> Plant:
    """Rows by time, then by resource."""
    return Plant(rows=lambda _, rows: sorted(rows, key=lambda row: row["timestamp"]))


def _wider(before: int, after: int, *, least: int = 0) -> Plant:
    plant = Plant()
    own = plant.series

    def series(name: str, start: int, end: int, interval: int) -> list[Row]:
        if end - start < least:
            return own(name, start, end, interval)
        return own(name, start - before * interval, end + after * interval, interval)

    plant.series = series  # type: ignore[method-assign]
    return plant


@case("WT307")
def end_included() -> Plant:
    """Serve the bucket that begins at the end."""
    return _wider(0, 1)


@case("WT306")
def one_before() -> Plant:
    """Serve the bucket before the window."""
    return _wider(1, 0)


@case("WT306")
def whole_day() -> Plant:
    """Serve the window is ignored but for its day."""
    plant = Plant()
    own = plant.series
    plant.series = lambda name, start, end, interval: own(  # type: ignore[method-assign]
        name, start // 1440 * 1440, -(-end // 1440) * 1440, interval
    )
    return plant


@case("WT307")
def partial_buckets() -> Plant:
    """Windows are widened to the grid."""
    plant = Plant()
    own = plant.series
    plant.series = lambda name, start, end, interval: own(  # type: ignore[method-assign]
        name, start // interval * interval, -(-end // interval) * interval, interval
    )
    return plant


# --- aggregation -----------------------------------------------------------------------------------


def aggregated(rule: str, name: str, ending: str, how: Callable[[np.ndarray], np.ndarray]) -> None:
    """Register a wrong aggregate of fields that end so."""

    def aggregate(key: str, piece: np.ndarray, interval: int) -> np.ndarray | None:
        return how(piece) if key.endswith(ending) and interval > 1 else None

    kinds = "BE" if ending.startswith("soc") else "PV"
    CASES.append(Case(name, rule, lambda: Plant(aggregate=aggregate), kinds=kinds))


aggregated("WT401", "sum for mean", "_avg", lambda piece: piece.sum(axis=1))
aggregated("WT401", "last for mean", "_avg", lambda piece: piece[:, -1])
aggregated("WT401", "maximum for mean", "_avg", lambda piece: piece.max(axis=1))
aggregated("WT401", "median for mean", "_avg", lambda piece: np.median(piece, axis=1))
aggregated("WT401", "one minute too few in the mean", "_avg", lambda piece: piece[:, :-1].mean(axis=1))
aggregated("WT402", "mean for maximum", "_max", lambda piece: piece.mean(axis=1))
aggregated("WT402", "last for maximum", "power_active_max", lambda piece: piece[:, -1])
aggregated(
    "WT409",
    "maximum too high",
    "power_active_max",
    lambda piece: piece.max(axis=1) + np.abs(piece).max(axis=1) / 5,
)
aggregated("WT403", "first register", "_cum", lambda piece: piece[:, 0])
aggregated("WT403", "mean register", "_cum", lambda piece: piece.mean(axis=1))
aggregated("WT404", "first state of charge", "soc_end", lambda piece: piece[:, 0])
aggregated("WT404", "mean state of charge", "soc_end", lambda piece: piece.mean(axis=1))
aggregated("WT405", "coldest cell", "temp_cell_max", lambda piece: piece.min(axis=1))
aggregated("WT405", "mean of temperatures", "temp_ambient_max", lambda piece: piece.mean(axis=1))
aggregated("WT406", "first status", "status", lambda piece: piece[:, 0])
aggregated("WT408", "apparent power of means", "no such field", lambda piece: piece)


@case("WT408")
def apparent_of_means() -> Plant:
    """S from P and Q averages, where active power swings."""

    def swing(name: str, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if name.startswith("ME"):
            active = columns["power_active_avg"] * np.where(
                np.arange(columns["power_active_avg"].size) % 2, 0.4, 1.6
            )
            columns["power_active_avg"] = active
            columns["power_active_max"] = active + 0.05 * np.abs(active)
            columns["power_apparent_avg"] = np.hypot(active, columns["power_reactive_avg"])
            columns["energy_active_cum"] = 20000 + np.cumsum(active) / 60
        return columns

    def made(_: Question, rows: list[Row]) -> list[Row]:
        for row in rows:
            if "power_apparent_avg" in row:
                row["power_apparent_avg"] = round(
                    float(np.hypot(row["power_active_avg"], row["power_reactive_avg"])), 2
                )
        return rows

    return Plant(truth=swing, rows=made)


CASES[:] = [one for one in CASES if one.name != "apparent power of means"]


@each("WT407", name="coarse buckets one late")
def _(row: Row, question: Question) -> None:
    if question.interval > 1:
        shift_label(row, question.interval)


# --- relations -------------------------------------------------------------------------------------


@case("WT501")
def register_of_the_window() -> Plant:
    """Serve registers count from the start of the window."""

    def rows(_: Question, given: list[Row]) -> list[Row]:
        base: dict[tuple[str, str], float] = {}
        for row in given:
            for key in [one for one in row if one.endswith("_cum")]:
                row[key] = round(row[key] - base.setdefault((row["resource_id"], key), row[key]), 2)
        return given

    return Plant(rows=rows)


@each("WT501", name="long windows are smoothed")
def _(row: Row, question: Question) -> None:
    if question.end - question.start > 3 * 1440 and "power_active_avg" in row:
        row["power_active_avg"] = round(row["power_active_avg"] * 0.95, 2)


@each("WT502", name="unaligned windows see the bucket before")
def _(row: Row, question: Question) -> None:
    if question.start % question.interval and "energy_active_cum" in row:
        row["energy_active_cum"] += 7.0


@each("WT503", name="unfiltered rounds to whole kilowatts")
def _(row: Row, question: Question) -> None:
    if question.resource is None and "power_active_avg" in row:
        row["power_active_avg"] = round(row["power_active_avg"])


@each("WT503", name="unfiltered lacks a resource")
def _(row: Row, question: Question) -> bool:
    return question.resource is not None or row["resource_id"] not in {"PV000002", "ME000002", "BE000002"}


@case("WT503")
def found_only_unfiltered() -> Plant:
    """Serve a resource that is in the overview is unknown when asked for."""

    def answers(question: Question, given: Answer) -> Answer:
        return replace(given, status=404, body={}) if question.resource == "PV000001" else given

    return Plant(answers=answers)


@case("WT504")
def jitter() -> Plant:
    """Every answer has noise of its own."""
    rng = np.random.default_rng(1)

    def rows(_: Question, given: list[Row]) -> list[Row]:
        for row in given:
            for key in [one for one in row if one.startswith("power_") and one.endswith("_avg")]:
                row[key] = round(row[key] * (1 + 0.01 * rng.standard_normal()), 2)
        return given

    return Plant(rows=rows)


@each("WT505", name="reversed parameters give other numbers")
def _(row: Row, question: Question) -> None:
    if question.reordered and "power_active_avg" in row:
        row["power_active_avg"] += 3


@case("WT506")
def past_changes() -> Plant:
    """Serve registers of the past grow from request to request."""
    plant = Plant()

    def rows(question: Question, given: list[Row]) -> list[Row]:
        for row in given:
            if question.purpose == "past":
                for key in [one for one in row if one.endswith("_cum")]:
                    row[key] += 5.0
        return given

    plant.rows = rows
    return plant


# --- across ----------------------------------------------------------------------------------------


@each("WT601", name="another id in the rows")
def _(row: Row, question: Question) -> None:
    if question.resource is not None:
        row["resource_id"] = "PV999999"


@case("WT601")
def filter_ignored() -> Plant:
    """All resources, whatever was asked for."""
    plant = Plant()
    own = plant.answer
    plant.answer = lambda question: own(replace(question, resource=None))  # type: ignore[method-assign]
    return plant


@case("WT602")
def any_type() -> Plant:
    """PV rows from the operation of meters."""
    plant = Plant()
    own = plant.answer

    def answer(question: Question) -> Answer:
        if question.kind == "ME" and question.resource is None:
            more = own(replace(question, kind="PV", operation=OPERATION["PV"])).body["datas"]
            found = own(question)
            return replace(found, body={"datas": found.body["datas"] + more})
        return own(question)

    plant.answer = answer  # type: ignore[method-assign]
    return plant


@each("WT603", name="unit controller of the neighbour")
def _(row: Row, _question: Question) -> None:
    row["unit_controller_id"] = "UC009999"


@each("WT608", name="agg_interval is always 15")
def _(row: Row, _question: Question) -> None:
    row["agg_interval"] = 15


@case("WT606")
def ghost() -> Plant:
    """Serve a resource that nobody knows."""

    def rows(question: Question, given: list[Row]) -> list[Row]:
        if question.resource is not None:
            return given
        return given + [dict(row, resource_id="ZZ000009") for row in given[:4]]

    return Plant(rows=rows)


def _twice(_sites: list[Row], resources: dict[str, list[Row]]) -> None:
    resources["SITE0002"].append(dict(resources["SITE0001"][0]))


def _shared_controller(_sites: list[Row], resources: dict[str, list[Row]]) -> None:
    resources["SITE0002"][0]["unit_controller_id"] = resources["SITE0001"][0]["unit_controller_id"]


def _site_twice(sites: list[Row], _resources: dict[str, list[Row]]) -> None:
    sites.append(dict(sites[0]))


def _foreign_group(sites: list[Row], _resources: dict[str, list[Row]]) -> None:
    sites[1]["group_id"] = "GROUP002"


def _swapped(_sites: list[Row], resources: dict[str, list[Row]]) -> None:
    one = resources["SITE0002"][0]
    one["resource_latitude"], one["resource_longitude"] = one["resource_longitude"], one["resource_latitude"]


def _wrong_type(_sites: list[Row], resources: dict[str, list[Row]]) -> None:
    resources["SITE0002"][1]["resource_type"] = "PV"


CASES += [
    Case("a resource at two sites", "WT604", Plant, _twice),
    Case("a unit controller at two sites", "WT604", Plant, _shared_controller),
    Case("a site twice", "WT604", Plant, _site_twice),
    Case("a site of another group", "WT609", Plant, _foreign_group),
    Case("swapped coordinates", "WT605", Plant, _swapped),
    Case("a battery listed as PV", "WT607", Plant, _wrong_type),
]


# --- physics ---------------------------------------------------------------------------------------


@truth("WT702", "ME", "meter register in Wh")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = columns["energy_active_cum"] * 1000


@truth("WT702", "PV", "PV power in W")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in ("power_active_avg", "power_active_max"):
        columns[key] = columns[key] * 1000


@truth("WT702", "BE", "kilowatt-minutes")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_charge_active_cum"] = 9000 + np.cumsum(columns["power_charge_active_avg"])


@truth("WT703", "ME", "register against the flow")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = 90000 - columns["energy_active_cum"]


@truth("WT704", "PV", "register stands still")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = np.full_like(columns["energy_active_cum"], 70000.0)


@truth("WT701", "PV", "register of another plant")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = 70000 + np.cumsum(np.roll(columns["power_active_avg"], 300)) / 60


@truth("WT813", "ME", "register eight percent low")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = columns["energy_active_cum"] * 0.92


@truth("WT814", "ME", "register read at the start")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["energy_active_cum"] = columns["energy_active_cum"] - columns["power_active_avg"] / 60


@truth("WT705", "BE", "register falls")
def _(columns: dict[str, np.ndarray]) -> None:
    drop = np.zeros(columns["soc_end"].size)
    drop[::2000] = 40
    columns["energy_charge_active_cum"] = columns["energy_charge_active_cum"] - np.cumsum(drop)


@truth("WT706", "ME", "apparent power too low")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_apparent_avg"] = np.abs(columns["power_active_avg"]) * 0.98


@truth("WT707", "ME", "apparent power in another unit")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_apparent_avg"] = columns["power_apparent_avg"] * 3


@truth("WT708", "PV", "maximum below average")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_active_max"] = columns["power_active_avg"] * 0.9


@truth("WT709", "BE", "state of charge above a hundred")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = columns["soc_end"] + 60


@truth("WT709", "BE", "state of charge as a fraction")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = columns["soc_end"] / 100


@truth("WT710", "BE", "charge and discharge swapped")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in [one for one in columns if "_charge_" in one]:
        other = key.replace("_charge_", "_discharge_")
        columns[key], columns[other] = columns[other], columns[key]


@truth("WT710", "BE", "state of emptiness")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = 100 - columns["soc_end"]


@truth("WT711", "BE", "state of charge stands still")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = np.full_like(columns["soc_end"], 50.0)


@truth("WT711", "BE", "state of charge six hours late")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = np.roll(columns["soc_end"], 200)


@truth("WT712", "BE", "more out than in")
def _(columns: dict[str, np.ndarray]) -> None:
    charge, discharge = columns["power_charge_active_avg"], columns["power_discharge_active_avg"]
    soc = 35 + np.cumsum(charge * 1.25 - discharge) / 60 / 2
    day = np.arange(soc.size) // 1440
    columns["soc_end"] = np.clip(soc - (soc[day * 1440] - 35), 3, 97)


@truth("WT713", "BE", "both directions at once")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in ("power_discharge_active_avg", "power_discharge_active_max"):
        columns[key] = np.maximum(columns[key], columns[key.replace("_discharge_", "_charge_")] * 0.8)


@truth("WT714", "BE", "status swapped")
def _(columns: dict[str, np.ndarray]) -> None:
    swap = {"CH": "DI", "DI": "CH", "SB": "SB"}
    columns["status"] = np.array([swap[one] for one in columns["status"]], dtype=object)


@truth("WT714", "BE", "always charging")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["status"] = np.full(columns["status"].size, "CH", dtype=object)


@truth("WT714", "PV", "PV on standby by day")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["status"] = np.full(columns["status"].size, "SB", dtype=object)


@truth("WT715", "BE", "state of charge leaps")
def _(columns: dict[str, np.ndarray]) -> None:
    soc = columns["soc_end"].copy()
    for day in range(2, 45, 4):
        soc[day * 1440 + 100 : day * 1440 + 400] += 30
    columns["soc_end"] = np.clip(soc, 0, 100)


@truth("WT716", "PV", "generation is negative")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_active_avg"] = -columns["power_active_avg"]
    columns["power_active_max"] = columns["power_active_avg"] * 0.9


@truth("WT717", "PV", "peaks in W")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_active_max"] = columns["power_active_max"] * 1000


@truth("WT711", "BE", "a noisy state of charge")
def _(columns: dict[str, np.ndarray]) -> None:
    noise = np.random.default_rng(2).standard_normal(columns["soc_end"].size)
    columns["soc_end"] = np.clip(columns["soc_end"] + 2 * noise, 0, 100)


@truth("WT701", "ME", "power is always zero")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in [one for one in columns if one.startswith("power")]:
        columns[key] = np.zeros(columns[key].size)


# --- plausibility ----------------------------------------------------------------------------------


def _rolled(columns: dict[str, np.ndarray], by: int) -> None:
    for key in ("power_active_avg", "power_active_max"):
        columns[key] = np.roll(columns[key], by)
    columns["energy_active_cum"] = 70000 + np.cumsum(columns["power_active_avg"]) / 60
    columns["status"] = np.roll(columns["status"], by)


@truth("WT801", "PV", "an hour late")
def _(columns: dict[str, np.ndarray]) -> None:
    _rolled(columns, 60)


@truth("WT803", "PV", "PV in local time")
def _(columns: dict[str, np.ndarray]) -> None:
    _rolled(columns, -480)


@truth("WT802", "PV", "PV half a day off")
def _(columns: dict[str, np.ndarray]) -> None:
    _rolled(columns, 720)


@truth("WT805", "PV", "Fahrenheit")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in ("temp_cell_max", "temp_ambient_max"):
        columns[key] = columns[key] * 1.8 + 32


@truth("WT805", "BE", "Fahrenheit of a battery")
def _(columns: dict[str, np.ndarray]) -> None:
    for key in ("temp_cell_max", "temp_ambient_max"):
        columns[key] = columns[key] * 1.8 + 32


@truth("WT806", "PV", "cell and air swapped")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["temp_cell_max"], columns["temp_ambient_max"] = (
        columns["temp_ambient_max"],
        columns["temp_cell_max"],
    )


@truth("WT808", "PV", "a frozen thermometer")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["temp_ambient_max"] = np.full_like(columns["temp_ambient_max"], 14.2)


@truth("WT808", "ME", "frozen power")
def _(columns: dict[str, np.ndarray]) -> None:
    power = columns["power_active_avg"].copy()
    for day in range(40, 44):
        power[day * 1440 + 600 : day * 1440 + 1000] = power[day * 1440 + 600] + 30
    columns["power_active_avg"] = power
    columns["power_active_max"] = np.maximum(columns["power_active_max"], power)
    columns["power_apparent_avg"] = np.hypot(power, columns["power_reactive_avg"])


@truth("WT809", "PV", "one spike")
def _(columns: dict[str, np.ndarray]) -> None:
    at = 45 * 1440 - 1440 + 1260
    for key in ("power_active_avg", "power_active_max"):
        columns[key] = columns[key].copy()
        columns[key][at] = 500.0


@truth("WT810", "ME", "constant power factor")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["power_reactive_avg"] = np.abs(columns["power_active_avg"]) * 0.33
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])


@case("WT811")
def grid_adds_pv() -> Plant:
    """Serve the grid meter adds PV in place of subtracting it."""

    def change(name: str, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if name == "ME000001":
            pv = Plant().of("PV000001")["power_active_avg"]
            active = columns["power_active_avg"] + 2 * pv
            columns["power_active_avg"] = active
            columns["power_active_max"] = active * 1.05
            columns["power_apparent_avg"] = np.hypot(active, columns["power_reactive_avg"])
            columns["energy_active_cum"] = 20000 + np.cumsum(active) / 60
        return columns

    return Plant(truth=change)


@truth("WT812", "BE", "energy ten times too low")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["soc_end"] = 50 + (columns["soc_end"] - 50) / 10


@case("WT815")
def one_series_for_all() -> Plant:
    """Each PV system shows the data of the first."""

    def change(name: str, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return dict(Plant().of("PV000001")) if name.startswith("PV") else columns

    return Plant(truth=change)


@truth("WT804", "PV", "power of an array seen at dusk")
def _(columns: dict[str, np.ndarray]) -> None:
    _rolled(columns, 180)


@truth("WT816", "PV", "on at night")
def _(columns: dict[str, np.ndarray]) -> None:
    columns["status"] = np.full(columns["status"].size, "ON", dtype=object)


@case("WT807", change=lambda _, resources: _second_pv(resources))
def another_air() -> Plant:
    """Serve PV systems of one site that see different air."""

    def change(name: str, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if name == "PV000002":
            columns["temp_ambient_max"] = columns["temp_ambient_max"] + 15
            columns["temp_cell_max"] = columns["temp_cell_max"] + 15
        return columns

    return Plant(truth=change)


def _second_pv(resources: dict[str, list[Row]]) -> None:
    second = next(one for one in resources["SITE0002"] if one["resource_type"] == "PV")
    resources["SITE0002"].remove(second)
    resources["SITE0001"].append(second)


assert FIRST % 1440 == 0
