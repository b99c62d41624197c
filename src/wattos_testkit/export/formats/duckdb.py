"""DuckDB: one file, tables with keys and types; DuckDB itself reads what the workers have written as CSV."""

import hashlib
from pathlib import Path

import duckdb
import numpy as np

from wattos_testkit.export.formats.csv import FORMAT as CSV
from wattos_testkit.export.formats.database import DatabaseFormat
from wattos_testkit.export.formats.ddl import create_table
from wattos_testkit.export.tables import Table, fields
from wattos_testkit.export.work import Source

_HEADER = 4096
_IDENTIFIER = slice(124, 140)


class Duckdb(DatabaseFormat):
    """A DuckDB database."""

    name = "duckdb"
    path = "wattos.duckdb"

    def fill(self, path: Path, source: Source) -> None:
        """Write the rows of a task as CSV."""
        with path.open("wb") as file:
            for piece in CSV.pieces(source):
                file.write(piece)

    def merge(self, path: Path, segments: list[tuple[Table, Path]], *, loose: bool) -> None:
        """Load the CSV of all tasks."""
        path.unlink(missing_ok=True)
        tables = tuple(dict.fromkeys(table for table, _ in segments))
        # One thread, so that the same rows come to lie in the same blocks.
        with duckdb.connect(path, config={"threads": 1, "memory_limit": "200MB"}) as base:
            for table in tables:
                base.execute(create_table(tables, table, exact=True, references=False, loose=loose))
            seen: set[Table] = set()
            for table, segment in segments:
                header = "false" if table in seen else "true"
                seen.add(table)
                names = ", ".join(f'"{field.name}"' for field in fields(table))
                base.execute(
                    f"COPY \"{table}\" ({names}) FROM '{_quoted(segment)}' "
                    f"(FORMAT csv, HEADER {header}, AUTO_DETECT false)"
                )
        _settle(path)


def _settle(path: Path) -> None:
    """Replace the identifier that DuckDB draws for every new file by one that follows from its content.

    The header holds it, and a checksum: the exclusive or of all words, each multiplied, as in DuckDB's
    `src/common/checksum.cpp`. A header that does not fit that is left as it is.
    """
    with path.open("r+b") as file:
        header = bytearray(file.read(_HEADER))
        if len(header) != _HEADER or _checksum(header[8:]) != int.from_bytes(header[:8], "little"):
            return
        header[_IDENTIFIER] = hashlib.file_digest(file, "sha256").digest()[:16]
        header[:8] = _checksum(header[8:]).to_bytes(8, "little")
        file.seek(0)
        file.write(header)


def _checksum(content: bytearray) -> int:
    words = np.frombuffer(bytes(content), dtype="<u8") * np.uint64(0xBF58476D1CE4E5B9)
    return int(np.bitwise_xor.reduce(words)) ^ 5381


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


FORMAT = Duckdb()
