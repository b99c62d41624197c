"""Reads rows out of files: bodies of the API, HAR, NDJSON, CSV and Parquet; row by row where it can."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wattos_testkit.contract import Contract
from wattos_testkit.errors import MissingExtraError, UsageError
from wattos_testkit.harness.asked import SERIES
from wattos_testkit.harness.body import BodyError, parse

Row = dict[str, Any]
READERS = (".json", ".har", ".ndjson", ".jsonl", ".csv", ".parquet")
_NOT_ROWS = {"datapackage.json"}
_SITE = re.compile(r"sites/([A-Z0-9]{8})/resources")


@dataclass(frozen=True, slots=True)
class Found:
    """One row, where it stands, and what it is a row of."""

    operation: str
    row: Row
    where: str
    site: str | None = None
    """Of a resource: the site that its list belongs to, where the file says so."""


def files_of(path: str) -> list[Path]:
    """Return the files to read, in order.

    Raises
    ------
    UsageError
        If there is none.
    """
    place = Path(path)
    if place.is_file():
        if place.suffix.lower() not in READERS:
            raise UsageError(f"--data {path}: rows can be read from {', '.join(READERS)}")
        return [place]
    if not place.is_dir():
        raise UsageError(f"--data {path}: there is no such file or folder")
    found = sorted(
        one for one in place.rglob("*")
        if one.is_file() and one.suffix.lower() in READERS and one.name not in _NOT_ROWS
        and not (one.parent.name == "schemas" or one.suffix == ".har")
    )  # fmt: skip
    if not found:
        raise UsageError(f"--data {path}: no file in it can be read; rows are read from {', '.join(READERS)}")
    return found


class FileReader:
    """Reads rows, and knows by their fields which operation they belong to."""

    def __init__(self, contract: Contract) -> None:
        self._fields = {
            name: set(operation.row_schema()[1].get("properties", {}))
            for name, operation in contract.operations.items()
        }
        self._numbers = {
            field: schema["type"]
            for operation in contract.operations.values()
            for field, schema in operation.row_schema()[1].get("properties", {}).items()
            if schema.get("type") in {"number", "integer"}
        }

    def rows(self, path: Path) -> Iterator[Found]:
        """Yield the rows of a file.

        Raises
        ------
        BodyError
            If the file is broken; the message says how.
        """
        kind = path.suffix.lower()
        try:
            if kind == ".json":
                yield from self._body(parse(path.read_bytes()), str(path), str(path))
            elif kind == ".har":
                yield from self._har(path)
            elif kind == ".csv":
                yield from self._csv(path)
            elif kind == ".parquet":
                yield from self._parquet(path)
            else:
                with path.open("rb") as lines:
                    for number, line in enumerate(lines, 1):
                        if line.strip():
                            yield from self._row(parse(line), f"{path}:{number}")
        except OSError as error:
            raise UsageError(f"--data {path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise BodyError(f"byte {error.start} is not UTF-8") from None

    def _body(self, value: Any, where: str, address: str) -> Iterator[Found]:  # noqa: ANN401 - any JSON
        rows = value if isinstance(value, list) else None
        if isinstance(value, dict):
            rows = next((one for one in value.values() if isinstance(one, list)), None)
        if rows is None:
            return
        match = _SITE.search(address)
        for number, row in enumerate(rows, 1):
            yield from self._row(row, f"{where}#{number}", match[1] if match else None)

    def _har(self, path: Path) -> Iterator[Found]:
        log = parse(path.read_bytes())
        entries = log.get("log", {}).get("entries", []) if isinstance(log, dict) else []
        for number, entry in enumerate(entries, 1):
            try:
                url, answer = str(entry["request"]["url"]), entry["response"]
                if answer["status"] != 200:  # noqa: PLR2004 - only data has rows
                    continue
                value = json.loads(answer["content"]["text"])
            except (KeyError, TypeError, ValueError):
                continue
            yield from self._body(value, f"{path} entry {number}", urlsplit(url).path)

    def _csv(self, path: Path) -> Iterator[Found]:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                yield from self._row(
                    {name: self._typed(name, text) for name, text in row.items() if name}, f"{path}:{number}"
                )

    def _typed(self, name: str, text: Any) -> Any:  # noqa: ANN401 - a cell
        kind = self._numbers.get(name)
        if kind is None or not isinstance(text, str):
            return text
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            # An empty cell is a missing value; anything else stands as it is, for the schema to complain of.
            return text or None

    def _parquet(self, path: Path) -> Iterator[Found]:
        try:
            import pyarrow.parquet as pq  # noqa: PLC0415 - an optional part
        except ImportError:
            raise MissingExtraError("reading Parquet", "arrow") from None
        try:
            source = pq.ParquetFile(path)
            number = 0
            for batch in source.iter_batches(batch_size=2_000):
                for row in batch.to_pylist():
                    number += 1
                    plain = {name: self._plain(name, value) for name, value in row.items()}
                    yield from self._row(plain, f"{path} row {number}")
        except (ValueError, OSError) as error:
            raise BodyError(str(error).splitlines()[0][:160]) from None

    def _plain(self, name: str, value: Any) -> Any:  # noqa: ANN401 - a cell
        if hasattr(value, "isoformat"):
            return value.isoformat().replace("+00:00", "Z")
        kind = self._numbers.get(name)
        return (int(value) if kind == "integer" else float(value)) if kind and value is not None else value

    def _row(self, row: Any, where: str, site: str | None = None) -> Iterator[Found]:  # noqa: ANN401 - any JSON
        if not isinstance(row, dict):
            return
        fields = set(row)
        # A broken row may lack some of its fields, so the best fit decides.
        best = max(self._fields, key=lambda name: len(self._fields[name] & fields))
        if best in SERIES and "timestamp" not in fields and "resource_id" not in fields:
            return
        if best == "get_resources":
            site = site or row.get("site_id")
            row = {name: value for name, value in row.items() if name != "site_id"}
        if self._fields[best] & fields:
            yield Found(best, row, where, site)
