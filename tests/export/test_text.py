"""NDJSON and CSV hold what the API answers."""

import csv
import json
from pathlib import Path

import pytest

from tests.export.running import generate
from wattos_testkit.export.tables import KINDS, Table
from wattos_testkit.export.times import parse_minute
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry

START = parse_minute("--start", "2024-02-29")


def answered(table: Table, interval: int) -> list[dict[str, object]]:
    """Return the rows of the API's body for all resources of a kind."""
    fleet = open_fleet()
    window = Window(START, START + 1440, interval)
    pieces = datas_pieces(Telemetry(fleet), fleet.resources(KINDS[table]), window)
    rows: list[dict[str, object]] = json.loads(b"".join(pieces))["datas"]
    return rows


@pytest.mark.parametrize("interval", [1, 15])
def test_every_line_of_json_is_a_row_of_the_api(tmp_path: Path, interval: int) -> None:
    """Parsed, each line of NDJSON equals the row that the API answers, in the same order."""
    out = generate(tmp_path / "out", "ndjson", "--interval", str(interval))
    for table in KINDS:
        lines = (out / f"{table}.ndjson").read_text("utf-8").splitlines()
        assert [json.loads(line) for line in lines] == answered(table, interval)


def test_every_line_of_csv_is_a_row_of_the_api(tmp_path: Path) -> None:
    """Each line of CSV has the values of the row that the API answers, in the same order."""
    out = generate(tmp_path / "out", "csv", "--interval", "5")
    for table in KINDS:
        with (out / f"{table}.csv").open(newline="") as file:
            found = list(csv.DictReader(file))
        wanted = answered(table, 5)
        assert len(found) == len(wanted)
        for row, right in zip(found, wanted, strict=True):
            assert list(row) == list(right)
            assert {name: type(right[name])(value) for name, value in row.items()} == right
