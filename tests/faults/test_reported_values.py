"""What each fault of values says, seen in the rows."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from tests.faults.strikes import STRUCK, column, healthy, place, placed_on, rows, under, when
from tests.telemetry.plants import fleet, minute
from wattos_testkit.faults.minutes import Minutes
from wattos_testkit.faults.reported.effects import VALUES
from wattos_testkit.faults.reported.naming import MEASURED, WORDS, named
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.columns import Numbers
from wattos_testkit.telemetry.fields import largest_power

START = minute(2027, 5, 12, 18)
"""UTC: eleven in the morning at the sample site."""
END = START + 240
PV, BESS, METER = Kind.PV, Kind.BESS, Kind.METER


def seen(kind, name, interval=1, start=START, end=END, **values):
    """Return the rows in the time of a fault, and those of the healthy plant."""
    window = start, end, interval
    found = rows(under(placed_on(kind, name, start, end, **values)), STRUCK[kind], window)
    return found, healthy(STRUCK[kind], window)


def more(found, well, name):
    """Return by how much a field is higher than that of the healthy plant, row by row."""
    return [a - b for a, b in zip(column(found, name), column(well, name), strict=True)]


@pytest.mark.parametrize(
    ("word", "kind", "names"),
    [
        ("power_active_avg", PV, {"power_active_avg"}),
        ("energy", BESS, {"energy_charge_active_cum", "energy_discharge_active_cum"}),
        ("temp", PV, {"temp_cell_max", "temp_ambient_max"}),
        ("temp", METER, set()),
        ("soc", BESS, {"soc_end"}),
        ("status", METER, set()),
        ("status", PV, {"status"}),
    ],
)
def test_words_for_fields(word, kind, names):
    """A field is found by its name or by what it measures; no kind has fields it has not."""
    assert word in WORDS
    assert set(named(kind, word)) == names


def test_all_words_mean_something():
    """Every word stands for a field of some kind, and `all` for all of them."""
    assert all(any(named(kind, word) for kind in Kind) for word in WORDS)
    assert all(named(kind, "all") == MEASURED[kind] for kind in Kind)


@pytest.mark.parametrize("interval", [1, 30])
def test_a_stuck_value_repeats_the_first_minute(interval):
    """Power stands still, at all intervals at what it was in the first minute; the register counts."""
    found, well = seen(PV, "stuck-value", interval)
    first = seen(PV, "stuck-value")[1][0]
    assert {row["power_active_avg"] for row in found} == {first["power_active_avg"]}
    assert {row["power_active_max"] for row in found} == {first["power_active_max"]}
    assert column(found, "energy_active_cum") == column(well, "energy_active_cum")
    assert len({row["power_active_avg"] for row in well}) > 1


def test_a_frozen_state_of_charge_while_power_flows():
    """The state of charge does not move; powers, registers and status do, as they did."""
    found, well = seen(BESS, "frozen-soc")
    assert len({row["soc_end"] for row in found}) == 1
    assert len({row["soc_end"] for row in well}) > 1
    assert [row | {"soc_end": None} for row in found] == [row | {"soc_end": None} for row in well]


def test_a_stuck_status():
    """At dusk the status still says ON; the power is zero."""
    found, well = seen(PV, "stuck-status", end=START + 720)
    assert {row["status"] for row in found} == {"ON"}
    assert "SB" in {row["status"] for row in well}
    assert column(found, "power_active_avg") == column(well, "power_active_avg")


def test_spikes_are_rare_and_high():
    """Some minutes are higher by a height in mean and maximum; at 30 minutes all of it or a thirtieth."""
    height = 5 * largest_power(fleet().resource(STRUCK[PV]))
    found, well = seen(PV, "spike")
    added = more(found, well, "power_active_avg")
    assert set(added) == {0, height}
    assert 1 <= added.count(height) <= 15
    peaks = more(found, well, "power_active_max")
    assert peaks == added
    assert column(found, "energy_active_cum") == column(well, "energy_active_cum")
    coarse, calm = seen(PV, "spike", 30)
    for place_, (row, was) in enumerate(zip(coarse, calm, strict=True)):
        hits = added[30 * place_ : 30 * place_ + 30].count(height)
        (risen,) = more([row], [was], "power_active_avg")
        assert abs(risen - hits * height / 30) <= 1
        assert (column([row], "power_active_max")[0] > height) == bool(hits)


def test_noise_is_nothing_on_average():
    """Each minute is off by another amount within the amplitude, and the mean of a day by next to nothing."""
    reach = 0.05 * largest_power(fleet().resource(STRUCK[PV]))
    found, well = seen(PV, "noise", end=START + 1440)
    added = more(found, well, "power_active_avg")
    assert len(set(added)) > 500
    assert max(map(abs, added)) <= reach + 1
    assert abs(sum(added) / len(added)) < reach / 10
    assert min(column(found, "power_active_avg")) < 0


def test_drift_grows_in_proportion_to_time():
    """After a day a power is 3 % too high, after two 6 %; a temperature by two kelvin, then four."""
    start = START - 1440
    found, well = seen(METER, "drift", start=start, end=start + 2 * 1440 + 1)
    for after in (0, 1440, 2880):
        was = column([well[after]], "power_active_avg")[0]
        assert abs(column([found[after]], "power_active_avg")[0] - was - was * 0.03 * after / 1440) <= 0.5
    warm, calm = seen(PV, "drift", start=start, end=start + 2881, field="temp", rate=2.0)
    for name in ("temp_cell_max", "temp_ambient_max"):
        added = more(warm, calm, name)
        assert (added[0], added[1440], added[2880]) == (0, 20, 40)
    assert column(warm, "power_active_avg") == column(calm, "power_active_avg")


def test_powers_in_steps():
    """All powers are whole steps, the nearest; registers are as they were."""
    found, well = seen(METER, "quantised-values")
    for name in named(METER, "power"):
        pairs = zip(column(found, name), column(well, name), strict=True)
        assert all(a % 5000 == 0 and abs(a - b) <= 2500 for a, b in pairs)
    assert column(found, "energy_active_cum") == column(well, "energy_active_cum")


def test_zeros_for_all():
    """All numbers are zero, and the battery stands by; with a field named, that alone."""
    found, _ = seen(BESS, "zero-fill")
    assert {row[name] for row in found for name in named(BESS, "all") if name != "status"} == {Decimal(0)}
    assert {row["status"] for row in found} == {"SB"}
    some, well = seen(BESS, "zero-fill", field="soc")
    assert {row["soc_end"] for row in some} == {Decimal(0)}
    assert [row["status"] for row in some] == [row["status"] for row in well]


def test_a_sensor_that_is_not_there():
    """The cell reads one impossible number, the air what it did."""
    found, well = seen(PV, "unplugged-sensor", 15)
    assert {row["temp_cell_max"] for row in found} == {Decimal("-99.9")}
    assert column(found, "temp_ambient_max") == column(well, "temp_ambient_max")


def test_a_missing_field_has_no_name_either():
    """The register is not in the rows; where a row reaches out of the fault, it is."""
    found, well = seen(METER, "missing-field")
    assert not any("energy_active_cum" in row for row in found)
    assert [row | {"energy_active_cum": None} for row in found] == [
        row | {"energy_active_cum": None} for row in well
    ]
    struck = under(place("missing-field", "ME000001", START, END - 10))
    assert "energy_active_cum" in rows(struck, "ME000001", (END - 30, END, 30))[0]


@pytest.mark.parametrize("interval", [1, 15])
def test_nulls(interval):
    """Powers are null; by half the minutes, half the rows of a minute are, and none of half an hour."""
    found, well = seen(METER, "null-values", interval)
    assert {row[name] for row in found for name in named(METER, "power")} == {None}
    assert column(found, "energy_active_cum") == column(well, "energy_active_cum")
    half, _ = seen(METER, "null-values", interval, share=0.5)
    nulls = sum(row["power_active_avg"] is None for row in half)
    assert 90 <= nulls <= 150 if interval == 1 else nulls == 0


@pytest.mark.parametrize(("unit", "word", "other"), [("W", "power", "energy"), ("Wh", "energy", "power")])
def test_a_thousand_times_too_large(unit, word, other):
    """Powers in watts, or registers in watt-hours; the other ones as they were."""
    for kind in Kind:
        found, well = seen(kind, "wrong-unit", unit=unit)
        for name in named(kind, word):
            assert column(found, name) == [1000 * value for value in column(well, name)]
        for name in (*named(kind, other), *named(kind, "temp")):
            assert column(found, name) == column(well, name)


def test_degrees_fahrenheit():
    """20 °C read 68: temperatures, and nothing else."""
    found, well = seen(PV, "wrong-unit", unit="F")
    for name in named(PV, "temp"):
        for wrong, right in zip(found, well, strict=True):
            assert abs(wrong[name] - (right[name] * 9 / 5 + 32)) <= Decimal("0.05")
    assert column(found, "power_active_avg") == column(well, "power_active_avg")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_other_sign(kind):
    """The mean has the other sign, the maximum is as far above it as it was, nothing else moves."""
    found, well = seen(kind, "sign-flip")
    mean, most = (
        ("power_discharge_active_avg", "power_discharge_active_max")[:2]
        if kind is BESS
        else (
            "power_active_avg",
            "power_active_max",
        )
    )
    assert column(found, mean) == [-value for value in column(well, mean)]
    for wrong, right in zip(found, well, strict=True):
        assert wrong[most] - wrong[mean] == right[most] - right[mean]
        assert wrong | {mean: 0, most: 0} == right | {mean: 0, most: 0}


@pytest.mark.parametrize("what", ["all", "power"])
def test_charging_for_discharging(what):
    """Powers change places, registers too if told; status and state of charge stay."""
    found, well = seen(BESS, "swapped-charge-discharge", 30, end=START + 1440, what=what)
    for one in ("power_{}_active_avg", "power_{}_active_max", "energy_{}_active_cum"):
        crossed = what == "all" or one.startswith("power")
        ways = ("discharge", "charge") if crossed else ("charge", "discharge")
        assert column(found, one.format("charge")) == column(well, one.format(ways[0]))
        assert column(found, one.format("discharge")) == column(well, one.format(ways[1]))
    for name in ("soc_end", "status"):
        assert [row[name] for row in found] == [row[name] for row in well]
    assert any(row["power_charge_active_avg"] for row in well)


def test_a_register_with_two_digits_rolls_over():
    """It begins again after 99.999, in the same minute at which the true one passes a hundred; for good."""
    window = START, START + 1440, 1
    struck = under(placed_on(PV, "register-rollover", START, START + 1, digits=2))
    register = column(rows(struck, "PV000001", window), "energy_active_cum")
    assert register == [value % 100_000 for value in column(healthy("PV000001", window), "energy_active_cum")]
    falls = sum(after < before for before, after in pairwise(register))
    assert falls >= 1


def test_a_register_counts_from_zero_again():
    """After the reset it holds what has come since; later windows know of it."""
    window = START, START + 3 * 1440, 30
    struck = under(placed_on(BESS, "register-reset", START, START + 1))
    found, well = rows(struck, "BE000001", window), healthy("BE000001", window)
    before = healthy("BE000001", (START - 1, START, 1))
    for name in named(BESS, "energy"):
        base = column(before, name)[0]
        assert base > 0
        assert column(found, name) == [value - base for value in column(well, name)]


def test_a_reset_on_the_first_day_changes_nothing():
    """A register that has not counted yet, reset, is what it was."""
    first = when(healthy("ME000001", (minute(2021, 2, 27), minute(2021, 3, 3), 1))[0])
    window = first, first + 2880, 15
    for start in (first, first - 500):
        struck = under(placed_on(METER, "register-reset", start, first + 1))
        assert column(rows(struck, "ME000001", window), "energy_active_cum") == column(
            healthy("ME000001", window), "energy_active_cum"
        )


def test_a_stuck_value_from_before_the_first_row():
    """Stuck since before it was installed, it repeats its first minute."""
    first = healthy("ME000001", (minute(2021, 2, 27), minute(2021, 3, 3), 1))[0]
    struck = under(placed_on(METER, "stuck-value", when(first) - 500, when(first) + 500))
    found = rows(struck, "ME000001", (when(first) - 500, when(first) + 500, 1))
    assert len(found) == 500
    assert {row["power_active_avg"] for row in found} == {first["power_active_avg"]}


def test_a_register_that_runs_backwards_rolls_over_too():
    """Below zero it keeps its sign and its last digits."""
    minutes = Minutes.of(METER, START, {"energy_active_cum": Numbers(np.array([-12_345_678, 12_345_678]), 3)})
    placement = placed_on(METER, "register-rollover", START, END, digits=3)
    VALUES["register-rollover"](placement, minutes, None)
    assert minutes.numbers["energy_active_cum"].tolist() == [-345_678, 345_678]


@pytest.mark.parametrize("day", [minute(2027, 5, 12, 7), minute(2027, 3, 13, 8), minute(2027, 11, 7, 7)])
def test_a_register_of_the_day(day):
    """It is zero at each midnight of Los Angeles, be it summer or the day of a change, and counts as ever."""
    struck = under(placed_on(METER, "daily-register", day - 500, day + 4000))
    found, well = (
        {when(row): column([row], "energy_active_cum")[0] for row in some}
        for some in (
            rows(struck, "ME000001", (day - 60, day + 2940, 1)),
            healthy("ME000001", (day - 60, day + 2940, 1)),
        )
    )
    next_day = day + {3: 1440, 5: 1440, 11: 1500}[datetime.fromtimestamp(day * 60, UTC).month]
    for start in (day, next_day):
        assert found[start] == well[start] - well[start - 1]
        assert found[start + 1000] == well[start + 1000] - well[start - 1]
    assert found[day - 1] != found[day]


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_a_register_without_decimals(decimals):
    """It is cut, not rounded, after as many decimals as are left."""
    found, well = seen(PV, "whole-register", decimals=decimals)
    step = 10 ** (3 - decimals)
    assert column(found, "energy_active_cum") == [
        value // step * step for value in column(well, "energy_active_cum")
    ]


def test_faults_act_in_the_order_in_which_they_are_placed():
    """What is stuck and then in watts is a thousand times what is in watts and then stuck at watts."""
    both = [placed_on(PV, name, START, END) for name in ("quantised-values", "wrong-unit")]
    window = START, END, 1
    steps_first = column(rows(under(*both), "PV000001", window), "power_active_avg")
    unit_first = column(rows(under(*reversed(both)), "PV000001", window), "power_active_avg")
    assert all(value % 5_000_000 == 0 for value in steps_first)
    assert any(value % 5_000_000 for value in unit_first)


def test_the_seed_and_the_resource_draw_the_lot():
    """Another seed, name or resource is hit in other minutes; the same ones in the same."""

    def hit(whom, seed):
        struck = under(place("spike", whom, START, END, seed=seed, share=0.1, height=1000.0))
        return [when(row) for row in rows(struck, whom, (START, END, 1)) if row["power_active_avg"] > 10_000]

    assert hit("PV000001", 1) == hit("PV000001", 1)
    assert hit("PV000001", 1) != hit("PV000001", 2)
    assert hit("PV000001", 1) != hit("PV000002", 1)
