"""Parquet and Arrow files, read by the tools that their users use."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.export.answers import answered, exact
from tests.export.running import generate
from wattos_testkit.export.tables import KINDS, Table


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their times as the API writes them."""
    for row in rows:
        at = row.get("timestamp")
        if isinstance(at, datetime):
            assert at.utcoffset() == datetime.now(UTC).utcoffset()
            row["timestamp"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return rows


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one day of the demo fleet as Parquet."""
    return generate(tmp_path_factory.mktemp("parquet") / "out", "parquet")


@pytest.fixture(scope="module")
def arrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one day of the demo fleet as Arrow files."""
    return generate(tmp_path_factory.mktemp("arrow") / "out", "arrow")


@pytest.mark.parametrize("table", KINDS)
def test_duckdb_reads_exact_decimals_and_utc_times(parquet: Path, table: Table) -> None:
    """DuckDB finds decimals, timestamps with time zone, and all rows in order."""
    base = duckdb.connect(config={"threads": 1})
    base.execute("SET TimeZone = 'UTC'")
    relation = base.sql(f"FROM '{parquet}/{table}/*.parquet'")
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert types["timestamp"] == "TIMESTAMP WITH TIME ZONE"
    assert types["agg_interval"] == "INTEGER"
    assert types["resource_id"] == "VARCHAR"
    assert {types[name] for name in types if name.startswith("power")} == {"DECIMAL(12,3)"}
    moment = "strftime(timestamp, '%Y-%m-%dT%H:%M:%SZ')"
    rows = base.sql(f"SELECT * REPLACE ({moment} AS timestamp) FROM '{parquet}/{table}/*.parquet'")
    assert [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()] == exact(table)


@pytest.mark.parametrize("table", list(Table))
def test_pandas_reads_the_rows_of_the_api(parquet: Path, table: Table) -> None:
    """Pandas reads a folder of Parquet files, times in UTC, and every row equals the API's."""
    path = parquet / table if table in KINDS else parquet / f"{table}.parquet"
    frame = pd.read_parquet(path)
    if table in KINDS:
        assert str(frame["timestamp"].dtype) == "datetime64[ms, UTC]"
        assert plain(frame.to_dict("records")) == exact(table)
    else:
        assert frame.to_dict("records") == answered(table)


@pytest.mark.parametrize("table", KINDS)
def test_polars_reads_the_rows_of_the_api(parquet: Path, arrow: Path, table: Table) -> None:
    """Polars reads Parquet and Arrow files alike."""
    for frame in (pl.read_parquet(parquet / table / "*.parquet"), pl.read_ipc(arrow / table / "*.arrow")):
        assert frame.schema["timestamp"] == pl.Datetime("ms", "UTC")
        assert isinstance(frame.schema["energy_active_cum" if table != "bess" else "soc_end"], pl.Decimal)
        assert plain(frame.to_dicts()) == exact(table)


def test_arrow_files_hold_the_catalogue(arrow: Path) -> None:
    """The tables of sites and resources equal what the API lists."""
    for table in (Table.SITES, Table.RESOURCES):
        with pa.ipc.open_file(arrow / f"{table}.arrow") as file:
            assert file.read_all().to_pylist() == answered(table)


def test_decimals_are_integers_in_deltas(parquet: Path) -> None:
    """Numbers of a series are stored as integers, delta encoded and compressed with zstd."""
    group = pq.ParquetFile(parquet / "pv" / "part-00000.parquet").metadata.row_group(0)
    column = next(
        group.column(place)
        for place in range(group.num_columns)
        if group.column(place).path_in_schema == "power_active_avg"
    )
    assert column.physical_type == "INT64"
    assert "DELTA_BINARY_PACKED" in column.encodings
    assert column.compression == "ZSTD"


def test_months_become_partitions_in_hives_way(tmp_path: Path) -> None:
    """Cut by month, the folders say kind and month, and DuckDB reads both as columns."""
    out = generate(
        tmp_path / "out",
        "parquet",
        "--kind",
        "pv",
        "--partition",
        "month",
        window=("--start", "2024-02-28", "--end", "2024-03-03"),
    )
    assert (out / "kind=pv/month=2024-02/part-00000.parquet").is_file()
    files = f"read_parquet('{out}/**/*.parquet', hive_partitioning=true)"
    assert duckdb.sql(f"SELECT month, count(*) FROM {files} GROUP BY ALL ORDER BY 1").fetchall() == [
        ("2024-02", 2 * len(answered(Table.PV))),
        ("2024-03", 2 * len(answered(Table.PV))),
    ]
