"""Odd but healthy deployments: on none of them may there be an error; which warnings are right is said."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tests.invariants.plant import FIRST, LAST, Plant, Row, stamp
from tests.invariants.spoiled import Change, minute
from wattos_testkit.invariants.judge import Answer, Question


@dataclass(frozen=True)
class Lawful:
    """A plant and the warnings that are justified."""

    name: str
    make: Callable[[], Plant]
    warnings: frozenset[str] = frozenset()
    change: Change | None = None
    custom: tuple[str, str] | None = None
    """A convention that must be detected."""
    kinds: str = "ME BE PV"


CASES: list[Lawful] = []
Columns = dict[str, np.ndarray]


def lawful(
    name: str,
    make: Callable[[], Plant],
    *warnings: str,
    change: Change | None = None,
    custom: tuple[str, str] | None = None,
) -> None:
    """Register a deployment."""
    CASES.append(Lawful(name, make, frozenset(warnings), change, custom, getattr(make, "kinds", "ME BE PV")))


def truth(kind: str, change: Callable[[Columns], None]) -> Callable[[], Plant]:
    """Return a maker of plants whose resources of a type are otherwise."""

    def changed(name: str, columns: Columns) -> Columns:
        if name.startswith(kind):
            change(columns)
        return columns

    def make() -> Plant:
        return Plant(truth=changed)

    if len(kind) == 2:
        make.kinds = kind  # type: ignore[attr-defined]
    return make


def rows(change: Callable[[Row, Question], object]) -> Callable[[], Plant]:
    """Return a maker of plants whose rows are otherwise; False takes a row away."""
    return lambda: Plant(
        rows=lambda question, given: [row for row in given if change(row, question) is not False]
    )


# --- rounding --------------------------------------------------------------------------------------

lawful("whole numbers", lambda: Plant(decimals={"power": 0, "energy": 0, "soc": 0, "temp": 0}))
lawful("registers in whole kWh", lambda: Plant(decimals={"energy": 0}))
lawful("one decimal", lambda: Plant(decimals={"": 1}))
lawful("state of charge in whole percent", lambda: Plant(decimals={"soc": 0}))
lawful("not rounded", lambda: Plant(decimals={"": None}))


def _digits(values: np.ndarray, digits: int) -> np.ndarray:
    size = 10.0 ** (digits - 1 - np.floor(np.log10(np.maximum(np.abs(values), 1e-9))))
    return np.round(values * size) / size


class Rounded(Plant):
    """A plant that rounds in its own way."""

    how: Callable[[str, np.ndarray], np.ndarray]

    def rounded(self, key: str, values: np.ndarray) -> list[object]:
        """Round."""
        return list(values) if values.dtype == object else self.how(key, values).tolist()


def rounding(how: Callable[[str, np.ndarray], np.ndarray]) -> Callable[[], Plant]:
    """Return a maker of plants that round so."""

    def make() -> Plant:
        plant = Rounded()
        plant.how = how
        return plant

    return make


lawful("six significant digits", rounding(lambda _, values: _digits(values, 6)))
lawful(
    "four significant digits, not for registers",
    rounding(lambda key, values: _digits(values, 9 if key.startswith("energy") else 4)),
)
lawful("single precision", rounding(lambda _, values: values.astype(np.float32).astype(float)))
lawful("cut off, not rounded", rounding(lambda _, values: np.floor(values * 10) / 10))
lawful(
    "pulses of 0.4 kWh",
    rounding(
        lambda key, values: (
            np.round(np.floor(values / 0.4) * 0.4, 1) if key.startswith("energy") else np.round(values, 2)
        )
    ),
)
lawful(
    "half percent steps",
    rounding(lambda key, values: np.round(values * 2) / 2 if key.startswith("soc") else np.round(values, 2)),
)

# --- spelling --------------------------------------------------------------------------------------


def respelled(row: Row, new: str) -> None:
    """Write the zone otherwise."""
    row["timestamp"] = row["timestamp"].replace("Z", new)


lawful("+00:00", rows(lambda row, _: respelled(row, "+00:00")), custom=("timestamp", "+00:00"))
lawful(".000Z", rows(lambda row, _: respelled(row, ".000Z")), custom=("timestamp", ".000Z"))
lawful("small z", rows(lambda row, _: respelled(row, "z")))
lawful("extra properties", rows(lambda row, _: row.update(quality="good", revision=3, tags=["a"])))

# --- gaps ------------------------------------------------------------------------------------------

GONE = np.random.default_rng(5).random(LAST - FIRST) < 0.02


def lost(row: Row, question: Question) -> bool:
    """Tell whether a row has none of its minutes lost."""
    first = minute(row) - FIRST
    return not GONE[first : first + question.interval].all()


lawful("lost minutes", rows(lost))
OUTAGE = (LAST - 1440 - 900, LAST - 1440 - 720)


def down(row: Row, question: Question) -> bool:
    """Tell whether a row is outside the outage."""
    return minute(row) + question.interval <= OUTAGE[0] or minute(row) >= OUTAGE[1]


lawful("an outage of three hours", rows(down))
WEEKEND = (LAST - 4 * 1440 - 600, LAST - 2 * 1440 - 600)
lawful(
    "an outage of two days",
    rows(lambda row, question: minute(row) + question.interval <= WEEKEND[0] or minute(row) >= WEEKEND[1]),
)


def silent(row: Row, question: Question) -> None:
    """Leave nothing but nulls in an outage."""
    if not down(row, question):
        for key in row:
            if key.startswith(("power", "energy", "soc", "temp", "status")):
                row[key] = None


lawful("an outage of nulls", rows(silent))


def _zeroed(columns: Columns) -> None:
    span = slice(OUTAGE[0] - FIRST, OUTAGE[1] - FIRST)
    for key in columns:
        if key.startswith("power"):
            columns[key] = columns[key].copy()
            columns[key][span] = 0.0
        if key.startswith("energy"):
            columns[key] = columns[key].copy()
            columns[key][span] = columns[key][span.start]


lawful("an outage filled with zeros", truth("", _zeroed), "WT701", "WT704", "WT715", "WT811", "WT714")
lawful(
    "a logger that sleeps at night",
    rows(
        lambda row, _: (
            row.get("temp_cell_max") is None or row["power_active_avg"] > 0
            if "power_active_avg" in row
            else True
        )
    ),
    # Whether nights are not measured or not kept, rows do not say.
    "WT305",
)
lawful("late data", rows(lambda row, question: minute(row) + question.interval <= LAST - 90))

# --- registers -------------------------------------------------------------------------------------


def _per_day(shift: int) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        for key in [one for one in columns if one.startswith("energy")]:
            power = columns[key.replace("energy", "power").replace("_cum", "_avg")] / 60
            total = np.cumsum(power)
            day = (np.arange(total.size) + shift) // 1440
            before = np.concatenate([[0.0], total])[np.searchsorted(day, day)]
            columns[key] = total - before

    return change


lawful("registers per UTC day", truth("", _per_day(0)), custom=("register", "daily"))
lawful("registers per local day", truth("", _per_day(-480)), custom=("register", "daily"))


class PerInterval(Plant):
    """Registers count each bucket by itself."""

    def series(self, name: str, start: int, end: int, interval: int) -> list[Row]:
        """Return rows whose registers are energies."""
        found = super().series(name, start, end, interval)
        for row in found:
            for key in [one for one in row if one.startswith("energy")]:
                row[key] = round(
                    row[key.replace("energy", "power").replace("_cum", "_avg")] * interval / 60, 3
                )
        return found


lawful("registers per interval", PerInterval, custom=("register", "interval"))


def _exchanged(columns: Columns) -> None:
    at = 25 * 1440 + 700
    for key in [one for one in columns if one.startswith("energy")]:
        columns[key] = columns[key].copy()
        columns[key][at:] -= columns[key][at]


lawful("a meter exchanged", truth("ME000001", _exchanged), "WT705")


def _rolling(columns: Columns) -> None:
    key = "energy_active_cum"
    columns[key] = (columns[key] - columns[key][30 * 1440] + 99999.0) % 100000


lawful("a register that rolls over", truth("PV000001", _rolling), "WT705")


def _import_only(columns: Columns) -> None:
    columns["energy_active_cum"] = 500 + np.cumsum(np.maximum(columns["power_active_avg"], 0)) / 60


def _both_ways(columns: Columns) -> None:
    columns["energy_active_cum"] = 500 + np.cumsum(np.abs(columns["power_active_avg"])) / 60


def exporting(columns: Columns) -> None:
    """Make a meter export at noon."""
    hour = (np.arange(columns["power_active_avg"].size) / 60 - 8) % 24
    active = columns["power_active_avg"] - 130 * np.exp(-(((hour - 12) / 2.5) ** 2))
    columns["power_active_avg"] = active
    columns["power_active_max"] = active + 0.04 * np.abs(active)
    columns["power_apparent_avg"] = np.hypot(active, columns["power_reactive_avg"])
    columns["energy_active_cum"] = 20000 + np.cumsum(active) / 60


def also(*changes: Callable[[Columns], None]) -> Callable[[Columns], None]:
    """Return changes one after the other."""

    def change(columns: Columns) -> None:
        for one in changes:
            one(columns)

    return change


lawful("exporting", truth("ME000001", exporting), "WT811")
lawful("exporting, import-only register", truth("ME000001", also(exporting, _import_only)), "WT811")
lawful("exporting, two-way register", truth("ME000001", also(exporting, _both_ways)), "WT811")


def _scaled(factor: float) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        for key in [one for one in columns if one.startswith("energy")]:
            columns[key] = columns[key] * factor

    return change


lawful("energy behind a loss of 8 %", truth("", _scaled(0.92)), "WT813")
lawful("energy 5 % high", truth("", _scaled(1.05)), "WT813")


def _late_reading(columns: Columns) -> None:
    seconds = np.random.default_rng(3).random(columns["energy_active_cum"].size) * 4 / 3600
    columns["energy_active_cum"] = columns["energy_active_cum"] + seconds * columns["power_active_avg"]


lawful("registers read some seconds late", truth("ME", _late_reading))

# --- labels and windows ----------------------------------------------------------------------------


class EndLabels(Plant):
    """Labels at the end of the bucket."""

    by_label = False

    def series(self, name: str, start: int, end: int, interval: int) -> list[Row]:
        """Return rows labelled with their end."""
        back = interval if self.by_label else 0
        found = super().series(name, start - back, end - back, interval)
        for row in found:
            row["timestamp"] = stamp(minute(row) + interval)
        return found


def _by_label() -> Plant:
    plant = EndLabels()
    plant.by_label = True
    return plant


lawful("end labels", EndLabels, custom=("bucket_label", "end"))
lawful("end labels, filtered by label", _by_label, custom=("bucket_label", "end"))


def limited(days: float, status: int = 400) -> Callable[[], Plant]:
    """Return a maker of plants that refuse long windows."""

    def answers(question: Question, given: Answer) -> Answer:
        long = question.end - question.start > days * 1440
        return replace(given, status=status, body={"title": "too long"}) if long else given

    return lambda: Plant(answers=answers)


lawful("a week at most", limited(7), custom=("range_limit", "7 d to 14 d"))
lawful("a day at most", limited(1, 422))
lawful(
    "404 when empty",
    lambda: Plant(
        answers=lambda _, given: given if given.body.get("datas") else replace(given, status=404, body={})
    ),
)
lawful(
    "an empty list for the unknown",
    lambda: Plant(
        answers=lambda _, given: (
            replace(given, status=200, body={"datas": []}) if given.status == 404 else given
        )
    ),
    custom=("unknown_resource", "empty list"),
)
lawful("two weeks of retention", rows(lambda row, _: minute(row) >= LAST - 14 * 1440))

# --- batteries -------------------------------------------------------------------------------------


def _regulating(columns: Columns) -> None:
    rng = np.random.default_rng(8)
    size = columns["soc_end"].size
    for key, other in (("charge", "discharge"), ("discharge", "charge")):
        del other
        extra = 2 + 1.5 * rng.random(size)
        columns[f"power_{key}_active_avg"] = columns[f"power_{key}_active_avg"] + extra
        columns[f"power_{key}_active_max"] = columns[f"power_{key}_active_avg"] * 2.6
        columns[f"energy_{key}_active_cum"] = 5000 + np.cumsum(columns[f"power_{key}_active_avg"]) / 60


lawful("frequency regulation", truth("BE", _regulating), "WT713", "WT811")


def _both_mean(columns: Columns) -> None:
    _regulating(columns)
    for key in ("charge", "discharge"):
        columns[f"power_{key}_active_max"] = columns[f"power_{key}_active_avg"] * 1.02


lawful("frequency regulation, peaks of means", truth("BE", _both_mean), "WT713", "WT811")


def _recalibrated(columns: Columns) -> None:
    soc = columns["soc_end"].copy()
    soc[43 * 1440 + 100 : 44 * 1440 + 1000] += 9
    columns["soc_end"] = soc


lawful("a recalibrated state of charge", truth("BE", _recalibrated), "WT715")
lawful(
    "a state of charge at its limits",
    truth("BE", lambda columns: columns.update(soc_end=np.clip(columns["soc_end"] * 2.2 - 60, 0, 100))),
)


def _idle(columns: Columns) -> None:
    for key in list(columns):
        if key.startswith("power"):
            columns[key] = np.zeros(columns[key].size)
        if key.startswith("energy"):
            columns[key] = np.full(columns[key].size, 812.5)
    columns["soc_end"] = np.full(columns["soc_end"].size, 60.0)
    columns["status"] = np.full(columns["status"].size, "SB", dtype=object)


lawful("a battery that is not used", truth("BE", _idle), "WT811")
lawful(
    "cooled cells in a hot place",
    truth(
        "BE",
        lambda columns: columns.update(
            temp_ambient_max=columns["temp_ambient_max"] + 22,
            temp_cell_max=np.full(columns["soc_end"].size, 24.0),
        ),
    ),
    "WT805",
    "WT808",
)
lawful(
    "another vocabulary",
    truth(
        "BE",
        lambda columns: columns.update(
            status=np.array(
                [{"CH": "LADEN", "DI": "ENTLADEN", "SB": "BEREIT"}[one] for one in columns["status"]],
                dtype=object,
            )
        ),
    ),
)


def _aux(columns: Columns) -> None:
    idle = (columns["power_charge_active_avg"] == 0) & (columns["power_discharge_active_avg"] == 0)
    columns["power_charge_active_avg"] = columns["power_charge_active_avg"] + np.where(idle, 0.5, 0.0)
    columns["power_charge_active_max"] = np.maximum(
        columns["power_charge_active_max"], columns["power_charge_active_avg"]
    )
    columns["energy_charge_active_cum"] = 9000 + np.cumsum(columns["power_charge_active_avg"]) / 60


lawful("idle draw counted as charge", truth("BE", _aux))

# --- PV --------------------------------------------------------------------------------------------


def pv(how: Callable[[np.ndarray], np.ndarray]) -> Callable[[Columns], None]:
    """Return a change of PV power with its register."""

    def change(columns: Columns) -> None:
        power = how(columns["power_active_avg"].copy())
        columns["power_active_avg"] = power
        columns["power_active_max"] = np.maximum(power * 1.02, power)
        columns["energy_active_cum"] = 70000 + np.cumsum(power) / 60

    return change


def _snow(power: np.ndarray) -> np.ndarray:
    power[35 * 1440 : 43 * 1440] = 0
    return power


def _edge(power: np.ndarray) -> np.ndarray:
    power[44 * 1440 + 1200] *= 1.45
    power[44 * 1440 + 1300 : 44 * 1440 + 1304] *= 1.4
    return power


lawful("snow for a week", truth("PV000001", pv(_snow)), "WT811")
lawful("curtailed", truth("PV", pv(lambda power: np.minimum(power, 20.0))), "WT811")
lawful("cloud edges", truth("PV", pv(_edge)))
lawful(
    "hybrid inverter at night",
    truth("PV", pv(lambda power: np.maximum(power, 3.0))),
    "WT801",
    "WT811",
    "WT804",
)
lawful("inverters consume at night", truth("PV", pv(lambda power: np.where(power > 0, power, -0.2))), "WT811")
lawful(
    "peaks are means",
    truth("PV", lambda columns: columns.update(power_active_max=columns["power_active_avg"])),
)
lawful(
    "no temperatures",
    truth("PV", lambda columns: [columns.pop(key) for key in ("temp_cell_max", "temp_ambient_max")]),
)  # type: ignore[func-returns-value]
lawful("dark all the time", truth("PV", pv(lambda power: power * 0)), "WT811")
lawful(
    "summed up from finer data",
    lambda: Plant(
        aggregate=lambda key, piece, interval: (
            piece.max(axis=1) + 0.04 * np.abs(piece).max(axis=1)
            if key.endswith("active_max") and interval > 1
            else None
        )
    ),
)

# --- places and lists ------------------------------------------------------------------------------


def _nowhere(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    del sites
    for members in resources.values():
        for one in members:
            one["resource_latitude"] = one["resource_longitude"] = 0


def _nowhere_at_all(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    _nowhere(sites, resources)
    for site in sites:
        site["site_latitude"] = site["site_longitude"] = 0


def _head_office(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    for site in sites:
        site["site_longitude"] += 2.5
    for members in resources.values():
        for one in members:
            one["resource_longitude"] += 2.5


def _fewer(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    sites.pop()
    resources.pop("SITE0002")


def _no_battery(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    del sites
    for site, members in resources.items():
        resources[site] = [one for one in members if one["resource_type"] != "BE"]


def _other_types(sites: list[Row], resources: dict[str, list[Row]]) -> None:
    resources["SITE0001"].append(dict(resources["SITE0001"][0], resource_id="EV000001", resource_type="EV"))
    del sites


lawful("coordinates 0/0", Plant, change=_nowhere)
lawful("no coordinates at all", Plant, change=_nowhere_at_all)
lawful("coordinates of the head office", Plant, change=_head_office)
lawful("other groups' rows without a filter", Plant, change=_fewer)
lawful("no battery", Plant, change=_no_battery)
lawful("resources of other types", Plant, change=_other_types)

# --- load ------------------------------------------------------------------------------------------


def _constant(columns: Columns) -> None:
    size = columns["power_active_avg"].size
    columns["power_active_avg"] = np.full(size, 42.0)
    columns["power_active_max"] = np.full(size, 42.5)
    columns["power_reactive_avg"] = np.full(size, 9.0)
    columns["power_apparent_avg"] = np.hypot(columns["power_active_avg"], columns["power_reactive_avg"])
    columns["energy_active_cum"] = 100 + 0.7 * (1 + np.arange(size))


lawful("constant load", truth("ME000002", _constant), "WT811")


def _export_positive(columns: Columns) -> None:
    columns["power_active_avg"] = -columns["power_active_avg"]
    columns["power_active_max"] = columns["power_active_avg"] + 1.0
    columns["power_reactive_avg"] = -columns["power_reactive_avg"]
    columns["energy_active_cum"] = 50000 - columns["energy_active_cum"]


def _flipped(name: str, columns: Columns) -> Columns:
    if name.startswith("ME"):
        _export_positive(columns)
    return columns


lawful(
    "export is positive",
    lambda: Plant(truth=_flipped),
    custom=("meter_sign", "export-positive"),
)
lawful(
    "harmonics",
    truth("ME", lambda columns: columns.update(power_apparent_avg=columns["power_apparent_avg"] * 1.08)),
)


def _in_line(name: str, columns: Columns) -> Columns:
    return dict(Plant().of("ME000002")) if name == "ME000001" else columns


lawful("nothing between grid and load", lambda: Plant(truth=_in_line), "WT811", change=_fewer)
