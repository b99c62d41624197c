"""SQLite, DuckDB and PostgreSQL hold what the API answers, with keys and types."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.export.answers import answered, exact
from tests.export.running import contents, generate
from wattos_testkit.export.tables import KINDS, Table

NOBODY = 65534


def rows_of(base: sqlite3.Connection, table: Table) -> list[dict[str, Any]]:
    """Return all rows of a table of SQLite, by its key."""
    base.row_factory = sqlite3.Row
    order = "site_id, resource_id" if table is Table.RESOURCES else "1, 2"
    return [dict(row) for row in base.execute(f'SELECT * FROM "{table}" ORDER BY {order}')]


def keys_of(base: sqlite3.Connection, table: Table) -> list[str]:
    """Return the primary key of a table of SQLite."""
    columns = base.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [column["name"] for column in sorted(columns, key=lambda one: one["pk"]) if column["pk"]]


def check_sqlite(base: sqlite3.Connection) -> None:
    """Check rows and keys of all tables, and that every reference leads somewhere."""
    for table in Table:
        assert rows_of(base, table) == answered(table)
        assert keys_of(base, table) == (
            ["resource_id", "timestamp"] if table in KINDS else [f"{table[:-1]}_id"]
        )
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(base.execute("PRAGMA foreign_key_list(pv)").fetchall()) == 1
    assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_sqlite_holds_the_rows_of_the_api(tmp_path: Path) -> None:
    """Every table of the SQLite file equals the API's rows; keys and references stand."""
    out = generate(tmp_path / "out", "sqlite")
    with closing(sqlite3.connect(out / "wattos.sqlite")) as base:
        check_sqlite(base)
        kind = base.execute(
            "SELECT typeof(power_active_avg), typeof(timestamp), typeof(agg_interval) FROM pv"
        )
        assert tuple(kind.fetchone()) == ("real", "text", "integer")
        day = base.execute("SELECT DISTINCT date(timestamp) FROM meter").fetchall()
        assert [tuple(row) for row in day] == [("2024-02-29",)]


def test_duckdb_holds_the_rows_of_the_api(tmp_path: Path) -> None:
    """Every table of the DuckDB file equals the API's rows, decimals exact, with its primary key."""
    out = generate(tmp_path / "out", "duckdb")
    with duckdb.connect(out / "wattos.duckdb", read_only=True) as base:
        base.execute("SET TimeZone = 'UTC'")
        for table in KINDS:
            found = base.execute(
                "SELECT * REPLACE (strftime(timestamp, '%Y-%m-%dT%H:%M:%SZ') AS timestamp) "
                f"FROM {table} ORDER BY resource_id, timestamp"
            )
            names = [column[0] for column in found.description]
            assert [dict(zip(names, row, strict=True)) for row in found.fetchall()] == exact(table)
        found = base.execute("FROM resources")
        assert found.fetchall() == [tuple(row.values()) for row in answered(Table.RESOURCES)]
        keys = base.execute(
            "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' ORDER BY 1"
        )
        assert [row[0] for row in keys.fetchall()] == sorted(Table)


def test_a_duckdb_file_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    """What DuckDB draws at random in its header is replaced; the file opens and can be written to."""
    first, again = (generate(tmp_path / name, "duckdb", "--kind", "pv") for name in ("one", "two"))
    assert contents(first) == contents(again)
    with duckdb.connect(first / "wattos.duckdb") as base:
        base.execute("CREATE TABLE notes (note VARCHAR)")
    with duckdb.connect(first / "wattos.duckdb") as base:
        assert base.execute("SELECT count(*) FROM pv").fetchone() == (len(answered(Table.PV)),)


def test_sqlite_loads_the_sql(tmp_path: Path) -> None:
    """The statements load into SQLite, and give the rows of the API."""
    out = generate(tmp_path / "out", "sql")
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript((out / "wattos.sql").read_text("utf-8"))
        check_sqlite(base)


@pytest.fixture(scope="module")
def postgres() -> Iterator[list[str]]:
    """Start a PostgreSQL server of our own; return the command that talks to it."""
    programs = {name: shutil.which(name) for name in ("initdb", "psql", "pg_ctl")}
    if not all(programs.values()):
        pytest.skip("no PostgreSQL on this machine")
    import tempfile  # noqa: PLC0415 - this fixture alone

    # A short path: the socket's must stay below 108 bytes. PostgreSQL refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            who = {"user": NOBODY, "group": NOBODY}
        data = str(folder / "data")

        def command(*args: str) -> None:
            subprocess.run(args, check=True, capture_output=True, cwd=folder, **who)

        initdb, pg_ctl, psql = (str(programs[name]) for name in ("initdb", "pg_ctl", "psql"))
        command(initdb, "-D", data, "-U", "tester", "-A", "trust", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        command(pg_ctl, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield [psql, "-h", str(folder), "-U", "tester", "-d", "postgres"]
        finally:
            command(pg_ctl, "-D", data, "-m", "immediate", "stop")


def test_postgresql_loads_the_sql(tmp_path: Path, postgres: list[str]) -> None:
    """The statements load into PostgreSQL, and give the rows of the API with their types."""
    out = generate(tmp_path / "out", "sql")
    load = ["-q", "-v", "ON_ERROR_STOP=1", "-f", str(out / "wattos.sql")]
    subprocess.run([*postgres, *load], check=True, capture_output=True)
    for table in KINDS:
        names = [name for name in exact(table)[0] if name != "timestamp"]
        moment = """to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
        query = f'SELECT {moment}, {", ".join(names)} FROM "{table}" ORDER BY resource_id, "timestamp"'
        said = subprocess.run(
            [*postgres, "-At", "-F", "|", "-c", query], check=True, capture_output=True, text=True
        )
        wanted = ["|".join([row["timestamp"], *(str(row[name]) for name in names)]) for row in exact(table)]
        assert said.stdout.splitlines() == wanted
    types = subprocess.run(
        [*postgres, "-At", "-c", "SELECT pg_typeof(timestamp), pg_typeof(soc_end) FROM bess LIMIT 1"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert types.stdout.strip() == "timestamp with time zone|numeric"
