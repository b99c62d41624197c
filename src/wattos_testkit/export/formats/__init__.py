"""The forms that data can be written in: one table, and the protocol that each of them meets."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from wattos_testkit.errors import MissingExtraError, UsageError
from wattos_testkit.export.plan import Cut
from wattos_testkit.export.tables import Table
from wattos_testkit.export.work import Source, Written


class Format(Protocol):
    """Writes the rows of a task."""

    name: str

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write the rows of a task to files below a folder, each whole or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class About:
    """What can be said of a format without loading what writes it."""

    module: str
    text: str
    assembly: str
    """How its tasks become files: "join" (end to end), "parts" (as they are) or "merge" (into a database)."""
    mediatype: str
    cut: Cut
    row_bytes: dict[str, float]
    """About how many bytes a row of each table takes."""
    library: str | None = None
    extra: str | None = None
    partitions: tuple[str, ...] = ("none",)
    tables: tuple[Table, ...] = tuple(Table)


_PART_ROWS = 524_288
"""A resource-year at one minute is a file of its own; more would be much to lose with a worker."""
_TEXT_CUT = Cut(131_072)
_CATALOGUE = {"sites": 110.0, "resources": 160.0}
FORMATS = {
    "api": About(
        "api",
        "one file per request, byte for byte what the mock answers, with requests.har",
        "parts",
        "application/json",
        Cut(_PART_ROWS, whole_spans=True),
        {**_CATALOGUE, "meter": 290, "bess": 430, "pv": 270},
        partitions=("none", "month", "day"),
    ),
    "ndjson": About(
        "ndjson",
        "one JSON object per line",
        "join",
        "application/x-ndjson",
        _TEXT_CUT,
        {**_CATALOGUE, "meter": 251, "bess": 399, "pv": 252},
    ),
    "csv": About(
        "csv",
        "comma-separated values with a header (RFC 4180)",
        "join",
        "text/csv",
        _TEXT_CUT,
        {"sites": 60, "resources": 80, "meter": 87, "bess": 120, "pv": 80},
    ),
    "parquet": About(
        "parquet",
        "Parquet: typed UTC timestamps, decimals stored as integers, zstd",
        "parts",
        "application/vnd.apache.parquet",
        Cut(_PART_ROWS),
        {"sites": 60, "resources": 60, "meter": 7.3, "bess": 3.2, "pv": 2.6},
        library="pyarrow",
        extra="arrow",
        partitions=("none", "month", "day"),
    ),
    "arrow": About(
        "arrow",
        "Arrow IPC files (Feather), zstd",
        "parts",
        "application/vnd.apache.arrow.file",
        Cut(_PART_ROWS),
        {"sites": 60, "resources": 60, "meter": 20, "bess": 20, "pv": 12},
        library="pyarrow",
        extra="arrow",
        partitions=("none", "month", "day"),
    ),
    "sqlite": About(
        "sqlite",
        "one SQLite file, tables with keys and types",
        "merge",
        "application/vnd.sqlite3",
        Cut(_PART_ROWS),
        {"sites": 60, "resources": 80, "meter": 90, "bess": 115, "pv": 82},
    ),
    "duckdb": About(
        "duckdb",
        "one DuckDB file, tables with keys and types",
        "merge",
        "application/vnd.duckdb",
        Cut(_PART_ROWS),
        {"sites": 60, "resources": 80, "meter": 76, "bess": 75, "pv": 74},
        library="duckdb",
        extra="duckdb",
    ),
    "sql": About(
        "sql",
        "CREATE and INSERT statements for PostgreSQL and SQLite",
        "join",
        "application/sql",
        _TEXT_CUT,
        {"sites": 110, "resources": 160, "meter": 95, "bess": 118, "pv": 90},
    ),
    "influx": About(
        "influx",
        "InfluxDB line protocol, timestamps in nanoseconds",
        "join",
        "text/plain",
        _TEXT_CUT,
        {"meter": 270, "bess": 400, "pv": 260},
        tables=(Table.METER, Table.BESS, Table.PV),
    ),
}


_NONE = About(
    "none", "nothing: rows are computed and hashed", "parts", "", Cut(_PART_ROWS), dict.fromkeys(Table, 0.0)
)


def about(name: str) -> About:
    """Return what is known of a format.

    Raises
    ------
    UsageError
        If there is no such format.
    MissingExtraError
        If what writes it is not installed.
    """
    if name == "none":
        return _NONE
    if name not in FORMATS:
        raise UsageError(f"--format: there is no {name[:80]!r}; there are {', '.join(FORMATS)}")
    known = FORMATS[name]
    if known.library is not None and known.extra is not None and find_spec(known.library) is None:
        raise MissingExtraError(f"--format {name}", known.extra)
    return known


def open_format(name: str) -> Format:
    """Return what writes a format.

    Raises
    ------
    UsageError
        If there is no such format.
    MissingExtraError
        If what it needs is not installed.
    """
    module = import_module(f"wattos_testkit.export.formats.{about(name).module}")
    made: Format = module.FORMAT
    return made
