"""The manifest says what the files are, and its hash of rows follows from the rows alone."""

import csv
import hashlib
import json
import shlex
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.export.answers import answered
from tests.export.running import contents, generate, process, wattos
from wattos_testkit.contract.document import load_contract
from wattos_testkit.export.formats import FORMATS
from wattos_testkit.export.tables import KINDS, OPERATIONS, Table, fields
from wattos_testkit.export.times import parse_minute

MASK = (1 << 64) - 1


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder."""
    manifest: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return manifest


def word(text: str) -> int:
    """Return the first eight bytes of the SHA-256 of a text, as the docs say."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def mix(x: int) -> int:
    """Return the output function of SplitMix64."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def hash_of(rows: list[dict[str, Any]]) -> str:
    """Return the hash of rows, written anew from what docs/generate.md says of it."""
    first = second = 0
    for row in rows:
        x = 0
        for name, value in row.items():
            if isinstance(value, Decimal):
                number = int(value.scaleb(-int(value.as_tuple().exponent)))
            elif name == "timestamp":
                number = parse_minute("", value)
            elif isinstance(value, int):
                number = value
            else:
                number = word(value if isinstance(value, str) else json.dumps(value))
            x += (word(name) | 1) * number
        first += mix(x & MASK)
        second += mix(x & MASK ^ 0xD1B54A32D192ED03)
    return f"wattos-rows-1:{first & MASK:016x}{second & MASK:016x}"


def test_the_hash_of_rows_follows_from_what_is_in_the_file(tmp_path: Path) -> None:
    """Read back from NDJSON, the rows have the hash that the manifest says; CSV and Parquet have the same."""
    said = {}
    for form in ("ndjson", "csv", "parquet", "sqlite", "sql"):
        manifest = read_manifest(generate(tmp_path / form, form, "--site", "SITE0001"))
        said[form] = {one["wattos"]["table"]: one["wattos"]["rows_hash"] for one in manifest["resources"]}
    for table in Table:
        lines = (tmp_path / "ndjson" / f"{table}.ndjson").read_text("utf-8").splitlines()
        number = Decimal if table in KINDS else float
        rows = [json.loads(line, parse_float=number) for line in lines]
        assert {form: hashes[table] for form, hashes in said.items()} == dict.fromkeys(said, hash_of(rows))


def test_the_hash_of_rows_does_not_depend_on_how_they_are_cut(tmp_path: Path) -> None:
    """The hashes of parts add up to that of the whole."""
    window = ("--start", "2024-02-27", "--days", "4", "--kind", "pv")
    whole = read_manifest(generate(tmp_path / "whole", "ndjson", window=window))["resources"][0]
    cut = generate(tmp_path / "cut", "parquet", "--partition", "day", window=window)
    parts = [one for one in read_manifest(cut)["resources"] if "wattos" in one]
    assert len(parts) == 4
    sums = [0, 0]
    for part in parts:
        digits = part["wattos"]["rows_hash"].partition(":")[2]
        sums = [(sums[0] + int(digits[:16], 16)) & MASK, (sums[1] + int(digits[16:], 16)) & MASK]
    assert whole["wattos"]["rows_hash"] == f"wattos-rows-1:{sums[0]:016x}{sums[1]:016x}"


@pytest.mark.parametrize("form", FORMATS)
def test_every_file_is_listed_with_its_size_and_hash(tmp_path: Path, form: str) -> None:
    """Each file stands in the manifest with bytes, SHA-256, schema and key; no other file is there."""
    out = generate(tmp_path / "out", form, "--site", "SITE0001")
    manifest = read_manifest(out)
    assert manifest["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    files = contents(out)
    del files["datapackage.json"]
    assert {one["path"] for one in manifest["resources"]} == set(files)
    names = [one["name"] for one in manifest["resources"]]
    assert len(set(names)) == len(names)
    for one in manifest["resources"]:
        assert one["bytes"] == len(files[one["path"]])
        assert one["hash"] == f"sha256:{hashlib.sha256(files[one['path']]).hexdigest()}"
        if "wattos" not in one:
            continue
        schema = one["schema"]
        if isinstance(schema, str):
            schema = json.loads(files[schema])
        row = answered(Table(one["wattos"]["table"]))[0]
        wanted = [name for name in row if not (form == "api" and name == "site_id" and "resource_id" in row)]
        assert [field["name"] for field in schema["fields"]] == wanted
        assert set(schema["primaryKey"]) <= set(wanted)


def test_the_manifest_says_how_to_make_the_same_again(tmp_path: Path) -> None:
    """The command line of the manifest, run in an own process, gives the same bytes."""
    options = ("--interval", "30", "--kind", "pv,sites", "--group", "GROUP002", "--seed", "77")
    out = generate(tmp_path / "out", "csv", *options)
    about = read_manifest(out)["wattos"]
    command = shlex.split(about["command"])
    assert command[0] == "wattos-testkit"
    done = process(*[str(tmp_path / "again") if word == "DIR" else word for word in command[1:]])
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "again") == contents(out)
    assert about["seed"] == 77
    assert (about["start"], about["end"]) == ("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")


def test_the_fields_are_those_of_the_contract() -> None:
    """Names, order and types of the fields agree with the OpenAPI document."""
    kinds = {"string": "string", "datetime": "string", "integer": "integer", "number": "number"}
    for table, name in OPERATIONS.items():
        _, schema = load_contract().operations[name].row_schema()
        own = [field for field in fields(table) if not (table == "resources" and field.name == "site_id")]
        assert [field.name for field in own] == list(schema["properties"])
        assert [kinds[field.type] for field in own] == [one["type"] for one in schema["properties"].values()]


def test_the_constraints_of_the_schema_hold(tmp_path: Path) -> None:
    """Values of a CSV lie inside the bounds and lists of its schema, and its key is unique."""
    out = generate(tmp_path / "out", "csv")
    for one in read_manifest(out)["resources"]:
        with (out / one["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        key = one["schema"]["primaryKey"]
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows) == one["wattos"]["rows"]
        for field in one["schema"]["fields"]:
            rules = field["constraints"]
            for row in rows:
                value = row[field["name"]]
                assert value != ""
                if "enum" in rules:
                    assert int(value) in rules["enum"]
                if "minimum" in rules:
                    assert float(value) >= rules["minimum"]
                if "maximum" in rules:
                    assert float(value) <= rules["maximum"]


def test_rows_of_another_fleet_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A manifest that claims another seed than its rows were made with does not pass --regenerate."""
    out = generate(tmp_path / "out", "csv", "--site", "SITE0001")
    path = out / "datapackage.json"
    honest = read_manifest(out)
    entry = next(one for one in honest["resources"] if one["name"] == "pv")
    forged = bytearray((out / "pv.csv").read_bytes().replace(b",0.000,", b",0.001,", 1))
    (out / "pv.csv").write_bytes(forged)
    entry["hash"] = f"sha256:{hashlib.sha256(forged).hexdigest()}"
    entry["wattos"]["rows_hash"] = "wattos-rows-1:" + "0" * 32
    path.write_text(json.dumps(honest))
    assert wattos("verify", str(out)) == 0
    assert wattos("verify", str(out), "--regenerate") == 1
    assert "pv.csv: its rows are not those that the generator gives" in capsys.readouterr().out
