"""`from wattos_testkit import Fleet, series`: a series as columns, as rows, or as a data frame."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

import wattos_testkit
from wattos_testkit import Fleet, series
from wattos_testkit.errors import FleetError, MissingExtraError, UnknownIdError, UsageError
from wattos_testkit.fleet.model import Kind
from wattos_testkit.testkit import series as series_module

FLEET = Fleet()
RESOURCES = ["PV000001", "BE000001", "ME000001", "BE000013"]


def test_the_package_imports_nothing_before_it_is_asked():
    """Importing the package costs next to nothing; what it exports is imported when used."""
    code = (
        "import sys, wattos_testkit; assert 'numpy' not in sys.modules; assert 'click' not in sys.modules; "
        "print(sorted(wattos_testkit.__all__), set(wattos_testkit.__all__) <= set(dir(wattos_testkit))); "
        "from wattos_testkit import *; print(series.__name__, Fleet.__name__)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["['Fleet', 'Series', '__version__', 'series'] True", "series Fleet"]
    with pytest.raises(AttributeError, match="no attribute 'sries'"):
        _ = wattos_testkit.sries


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("interval", [1, 5, 15, 30])
def test_columns_rows_and_frames_say_the_same(resource, interval):
    """The same numbers stand in all four forms, in the order of the API's fields."""
    found = series(resource, "2024-03-19T20:07Z", "2024-03-20T20:03Z", interval)
    columns, rows = found.columns, found.rows
    assert len(found) == len(rows)
    pandas, polars = found.pandas(), found.polars()
    for name, column in columns.items():
        assert len(column) == len(rows)
        values = [f"{value}Z" for value in column] if name == "timestamp" else column.tolist()
        assert values == [row[name] for row in rows]
        assert list(pandas.columns) == list(polars.columns) == list(columns)
        if name != "timestamp":
            assert pandas[name].tolist() == polars[name].to_list() == values
    instants = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    assert [one.to_pydatetime() for one in pandas["timestamp"]] == instants
    assert polars["timestamp"].to_list() == instants
    if rows:
        assert list(rows[0]) == list(columns)


def test_all_resources_of_a_kind():
    """Without a resource the series are those of all resources of a kind, by id."""
    found = FLEET.series(None, "2024-03-20", "2024-03-21", 30, kind="bess")
    ids = [placed.resource.resource_id for placed in FLEET.resources(Kind.BESS)]
    # One of them is younger than the window.
    assert list(dict.fromkeys(found["resource_id"])) == [
        one for one in ids if one not in {"BE000010", "BE000013"}
    ]
    assert len(found) == 48 * (len(ids) - 2)


@pytest.mark.parametrize("kind", Kind)
def test_no_rows_have_columns_too(kind):
    """Before anything was installed the columns are empty, with the names and types that they always have."""
    empty = FLEET.series(None, "1990-01-01", "1990-01-02", kind=kind)
    some = FLEET.series(None, "2024-03-20", "2024-03-21", 30, kind=kind)
    assert empty.rows == []
    assert len(empty) == 0
    assert {name: column.dtype for name, column in empty.columns.items()} == {
        name: column.dtype for name, column in some.columns.items()
    }
    assert empty.pandas().shape[0] == empty.polars().shape[0] == 0
    assert list(empty.columns) == list(some.rows[0])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-03-20", "2024-03-21"),
        ("2024-03-20T00:00:00Z", "2024-03-21T00:00:00Z"),
        ("2024-03-20T01:00+01:00", "2024-03-20T19:00:00-05:00"),
        (date(2024, 3, 20), datetime(2024, 3, 21, tzinfo=UTC)),
        (datetime(2024, 3, 20, 5, 45, tzinfo=timezone(timedelta(minutes=345))), date(2024, 3, 21)),
    ],
)
def test_instants_may_be_written_in_many_ways(start, end):
    """Dates are UTC midnights, and any time zone will do."""
    assert series("PV000001", start, end).rows == series("PV000001", "2024-03-20", "2024-03-21").rows


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (
            ("PV00001", "2024-03-20", "2024-03-21"),
            UnknownIdError,
            "no resource 'PV00001'; there are PV000001",
        ),
        (("", "2024-03-20", "2024-03-21"), UnknownIdError, "there is no resource ''$"),
        ((None, "2024-03-20", "2024-03-21"), UsageError, "say which resource, or of which kind"),
        (("PV000001", "2024-03-20", "2024-03-19"), UsageError, "end: '2024-03-19' is less than one interval"),
        (("PV000001", "2024-03-20", "2024-03-20T00:14Z"), UsageError, "less than one interval of 15 min"),
        (("PV000001", "2024-03-20", "2024-03-21", 10), UsageError, "interval: 10 is not one of 1, 5, 15, 30"),
        (("PV000001", "2024-03-20", "2024-03-21", True), UsageError, "interval: True is not one of"),
        (("PV000001", "2024-03-20T00:00:30Z", "2024-03-21"), UsageError, "has seconds"),
        (("PV000001", "2024-03-20T00:00", "2024-03-21"), UsageError, "has no time zone"),
        (("PV000001", "20.3.2024", "2024-03-21"), UsageError, "start: '20.3.2024' is no time; right are"),
        (("PV000001", 5, "2024-03-21"), UsageError, "start: 5 is no time"),
        (("PV000001", "1969-12-31", "2024-03-21"), UsageError, "lies outside the years 1970 to 2099"),
        (("PV000001", "2024-03-20", "2100-01-02"), UsageError, "lies outside the years 1970 to 2099"),
    ],
)
def test_what_is_wrong_is_said(arguments, error, said):
    """Wrong ids, times and intervals are refused by name."""
    with pytest.raises(error, match=said):
        series(*arguments)


def test_kinds_are_checked():
    """A resource of another kind, and a kind that does not exist, are refused."""
    with pytest.raises(UnknownIdError, match="PV000001 is of type PV, not BE"):
        series("PV000001", "2024-03-20", "2024-03-21", kind="bess")
    with pytest.raises(UsageError, match="kind: 'solar' is not one of meter, bess, pv"):
        series(None, "2024-03-20", "2024-03-21", kind="solar")
    assert series("PV000001", "2024-03-20", "2024-03-21", kind="PV").kind is Kind.PV


def test_a_column_that_is_not_there():
    """A wrong name of a column leads to the right ones."""
    with pytest.raises(KeyError, match="'power' is not one of resource_id, timestamp"):
        series("PV000001", "2024-03-20", "2024-03-21")["power"]


def test_a_library_that_is_not_there(monkeypatch):
    """Without pandas a data frame is refused with the command that adds it."""
    found = series("PV000001", "2024-03-20", "2024-03-21")
    monkeypatch.setattr(series_module, "find_spec", lambda _: None)
    for ask in (found.pandas, found.polars, found.frame):
        with pytest.raises(MissingExtraError, match=r"pip install 'wattos-testkit\[frames\]'"):
            ask()
    with pytest.raises(UsageError, match="library: 'excel' is not one of pandas, polars"):
        found.frame("excel")


def test_a_frame_of_either_library():
    """`frame` takes pandas where both are there, and either by name."""
    found = series("PV000001", "2024-03-20", "2024-03-21")
    assert type(found.frame()).__module__.startswith("pandas")
    assert type(found.frame("polars")).__module__.startswith("polars")


def test_fleets_from_files_and_of_any_size(tmp_path):
    """A fleet is opened as the command line opens it, and refuses as it does."""
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"groups": [{"group_id": "GROUP123"}], "sites": []}), "utf-8")
    assert [group.group_id for group in Fleet(path).groups()] == ["GROUP123"]
    large = Fleet(sites=100_000, seed=4)
    assert (large.seed, large.count(Kind.PV)) == (4, Fleet(held=large).count(Kind.PV))
    assert len(large.series("ME999991", "2025-03-20", "2025-03-21")) == 96
    path.write_text("{", "utf-8")
    with pytest.raises(FleetError, match="not JSON"):
        Fleet(path)
    with pytest.raises(UsageError, match="one of them"):
        Fleet(path, sites=4)
    with pytest.raises(UsageError, match="held is a whole fleet"):
        Fleet(held=large, seed=3)


def test_a_fleet_of_the_api_is_a_fleet_of_every_room():
    """It answers what it wraps answers."""
    assert FLEET.summary().startswith("demo fleet: ")
    assert FLEET.digest == Fleet(seed=FLEET.seed).digest
    site = next(FLEET.sites("GROUP001"))
    assert FLEET.site(site.site_id) is site
    assert FLEET.resource("PV000001").site is site
    assert FLEET.nearest_ids("PV00001")[0] == "PV000001"
    assert isinstance(FLEET.telemetry, type(Fleet().telemetry))


def test_a_long_series_is_what_its_parts_are():
    """Pieces join without a seam: a month is its days."""
    month = series("ME000001", "2024-03-01", "2024-04-01", 30)
    days = [
        series("ME000001", date(2024, 3, day), date(2024, 3, day) + timedelta(days=1), 30)
        for day in range(1, 32)
    ]
    joined = np.concatenate([day["energy_active_cum"] for day in days])
    assert (month["energy_active_cum"] == joined).all()
