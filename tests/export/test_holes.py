"""Every format writes rows that lack values, come twice or out of turn, and says so in its own way."""

import csv
import json
import sqlite3
from contextlib import closing
from decimal import Decimal

import numpy as np
import pytest

from tests.export.hollow import FLEET, Plainly, expected, source, written
from wattos_testkit.export.formats import open_format
from wattos_testkit.export.formats.database import DatabaseFormat
from wattos_testkit.export.rowhash import hash_columns
from wattos_testkit.export.tables import KINDS, Table, fields
from wattos_testkit.export.times import instant
from wattos_testkit.export.work import HashedTelemetry
from wattos_testkit.telemetry.columns import Codes

TEXTS = ("csv", "ndjson", "sql", "influx")


def values(table: Table) -> list[dict[str, object]]:
    """Return the rows as every format should say them: exact numbers, None for what has no value."""
    columns = expected(table)
    rows: list[dict[str, object]] = []
    for index, minute in enumerate(columns.minutes.tolist()):
        row: dict[str, object] = {
            "resource_id": columns.resource_id,
            "timestamp": instant(minute),
            "agg_interval": 15,
            "unit_controller_id": columns.unit_controller_id,
        }
        for name, column in columns.fields.items():
            assert column.holes is not None
            if column.holes[index]:
                row[name] = None
            elif isinstance(column, Codes):
                row[name] = column.vocabulary[column.codes[index]]
            else:
                row[name] = Decimal(int(column.values[index])).scaleb(-column.decimals)
        rows.append(row)
    return rows


def as_floats(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return rows with numbers as floats."""
    return [{k: float(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("table", list(KINDS))
def test_csv_leaves_it_empty(tmp_path, table):
    """In CSV what has no value is empty."""
    rows = list(csv.DictReader(written("csv", table, tmp_path).read_text().splitlines()))
    assert rows == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in values(table)
    ]


@pytest.mark.parametrize("table", list(KINDS))
def test_json_says_null_or_nothing(tmp_path, table):
    """In JSON null is null, and an absent field is not named."""
    lines = written("ndjson", table, tmp_path).read_text().splitlines()
    rows = [json.loads(line, parse_float=Decimal) for line in lines]
    assert [{**dict.fromkeys(values(table)[0]), **row} for row in rows] == values(table)
    first = next(iter(expected(table).fields))
    assert rows[3][first] is None
    assert first not in rows[4]


@pytest.mark.parametrize("table", list(KINDS))
def test_line_protocol_leaves_it_out(tmp_path, table):
    """In line protocol a field without value is left out, and numbers are never null."""
    lines = written("influx", table, tmp_path).read_text().splitlines()
    assert len(lines) == len(expected(table))
    for line, row in zip(lines, values(table), strict=True):
        _, said, _ = line.split(" ")
        names = {one.split("=")[0] for one in said.split(",")}
        assert names == {name for name in expected(table).fields if row[name] is not None}


@pytest.mark.parametrize("table", list(KINDS))
def test_sql_says_null(tmp_path, table):
    """SQL loads with NULL, and with rows that come twice."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(written("sql", table, tmp_path).read_text())
        base.row_factory = sqlite3.Row
        rows = [dict(row) for row in base.execute(f'SELECT * FROM "{table}" ORDER BY rowid')]
    assert rows == as_floats(values(table))


@pytest.mark.parametrize("table", list(KINDS))
@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_databases_say_null(tmp_path, form, table):
    """Databases take NULL, and rows that come twice, in the order that they come in."""
    made = open_format(form)
    assert isinstance(made, DatabaseFormat)
    segment, whole = tmp_path / "segment", tmp_path / "whole"
    made.fill(segment, source(form, table))
    made.merge(whole, [(table, segment)], loose=True)
    names = [field.name for field in fields(table)]
    query = f'SELECT * FROM "{table}" ORDER BY rowid'
    if form == "sqlite":
        with closing(sqlite3.connect(whole)) as base:
            rows = [dict(zip(names, row, strict=True)) for row in base.execute(query)]
        assert rows == as_floats(values(table))
        return
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(whole, read_only=True) as base:
        found = [dict(zip(names, row, strict=True)) for row in base.execute(query).fetchall()]
    for row in found:
        row["timestamp"] = row["timestamp"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found == values(table)


@pytest.mark.parametrize("table", list(KINDS))
@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_columnar_files_say_null(tmp_path, form, table):
    """Parquet and Arrow have nulls in the measured fields, which are the only ones that may."""
    pq, pa = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    path = written(form, table, tmp_path)
    if form == "parquet":
        read = pq.ParquetFile(path).read()
    else:
        with pa.memory_map(str(path)) as file:
            read = pa.ipc.open_file(file).read_all()
    rows = read.to_pylist()
    for row in rows:
        row["timestamp"] = row["timestamp"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert rows == values(table)
    assert {one.name for one in read.schema if one.nullable} == set(expected(table).fields)


@pytest.mark.parametrize("table", list(KINDS))
def test_a_body_says_null_or_nothing(tmp_path, table):
    """A body of the API says what JSON lines say."""
    rows = json.loads(written("api", table, tmp_path).read_bytes(), parse_float=Decimal)["datas"]
    assert [{**dict.fromkeys(values(table)[0]), **row} for row in rows] == values(table)


@pytest.mark.parametrize("table", list(KINDS))
@pytest.mark.parametrize("form", [*TEXTS, "sqlite"])
def test_free_writing_is_the_same_writing(tmp_path, form, table):
    """Rows of which nothing is missing have the same bytes, whether they are written freely or not."""
    freely = written(form, table, tmp_path / "free", Plainly(FLEET)).read_bytes()
    assert freely == written(form, table, tmp_path / "fixed", HashedTelemetry(FLEET)).read_bytes()


def test_a_hole_is_a_hole_to_the_hash():
    """What has no value is null in the hash of rows, whatever number lies below the hole, and never 0."""
    columns = expected(Table.PV)
    column = columns.fields["power_active_avg"]
    assert not isinstance(column, Codes)
    assert column.holes is not None
    below = np.where(column.holes > 0, 77, column.values)
    other = type(columns)(
        kind=columns.kind,
        resource_id=columns.resource_id,
        unit_controller_id=columns.unit_controller_id,
        interval=columns.interval,
        minutes=columns.minutes,
        fields={**columns.fields, "power_active_avg": type(column)(below, 3, column.holes)},
    )
    assert hash_columns(other) == hash_columns(columns)
    filled = {**columns.fields, "power_active_avg": type(column)(column.values, 3)}
    assert hash_columns(columns) != hash_columns(type(columns)(**{**_parts(columns), "fields": filled}))


def _parts(columns):
    return {name: getattr(columns, name) for name in columns.__dataclass_fields__}
