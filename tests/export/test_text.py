"""NDJSON, CSV, line protocol and API bodies hold what the API answers."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.export.answers import answered, body, exact
from tests.export.running import generate
from wattos_testkit.export.tables import KINDS, Table
from wattos_testkit.export.times import parse_minute


@pytest.mark.parametrize("interval", [1, 15])
def test_every_line_of_json_is_a_row_of_the_api(tmp_path: Path, interval: int) -> None:
    """Parsed, each line of NDJSON equals the row that the API answers, in the same order."""
    out = generate(tmp_path / "out", "ndjson", "--interval", str(interval))
    for table in Table:
        lines = (out / f"{table}.ndjson").read_text("utf-8").splitlines()
        assert [json.loads(line) for line in lines] == answered(table, interval)


def test_lines_of_json_have_no_blanks_between_tokens(tmp_path: Path) -> None:
    """NDJSON is compact: the blanks that align the API's bodies are taken out, to the digit otherwise."""
    out = generate(tmp_path / "out", "ndjson")
    for table in KINDS:
        text = body(table, 15).replace(b" ", b"").removeprefix(b'{"datas":[\n').removesuffix(b"\n]}\n")
        assert (out / f"{table}.ndjson").read_bytes() == text.replace(b"},\n", b"}\n") + b"\n"


def test_every_line_of_csv_is_a_row_of_the_api(tmp_path: Path) -> None:
    """Each line of CSV has the values of the row that the API answers, in the same order."""
    out = generate(tmp_path / "out", "csv", "--interval", "5")
    for table in Table:
        with (out / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        wanted = answered(table, 5)
        assert len(found) == len(wanted)
        for row, right in zip(found, wanted, strict=True):
            assert list(row) == list(right)
            assert {name: type(right[name])(value) for name, value in row.items()} == right


LINE = re.compile(r"(?P<name>[a-z]+),(?P<tags>\S+) (?P<fields>\S+) (?P<at>[0-9]{19})")


def test_every_point_of_line_protocol_is_a_row_of_the_api(tmp_path: Path) -> None:
    """Measurement, tags, fields and time of each point say what the row of the API says."""
    out = generate(tmp_path / "out", "influx")
    for table in KINDS:
        lines = (out / f"{table}.lp").read_text("ascii").splitlines()
        assert len(lines) == len(exact(table))
        for line, right in zip(lines, exact(table), strict=True):
            point = LINE.fullmatch(line)
            assert point is not None
            tags = dict(pair.split("=") for pair in point["tags"].split(","))
            assert list(tags) == sorted(tags)
            values = dict(pair.split("=") for pair in point["fields"].split(","))
            row: dict[str, object] = {
                "resource_id": tags["resource_id"],
                "unit_controller_id": tags["unit_controller_id"],
                "agg_interval": int(tags["agg_interval"]),
            }
            minute, rest = divmod(int(point["at"]), 60_000_000_000)
            assert rest == 0
            row |= {
                name: value.strip('"') if name == "status" else Decimal(value)
                for name, value in values.items()
            }
            assert point["name"] == table
            assert {**row, "timestamp": right["timestamp"]} == right
            assert parse_minute("", right["timestamp"]) == minute


def test_a_body_is_what_the_mock_answers_byte_for_byte(tmp_path: Path) -> None:
    """The files of one resource hold the bodies of one request each, cut by day when asked."""
    window = ("--start", "2024-02-28", "--days", "3")
    out = generate(
        tmp_path / "out",
        "api",
        "--resource",
        "PV000001",
        "--partition",
        "day",
        "--interval",
        "30",
        window=window,
    )
    names = sorted(path.name for path in (out / "pv/data/PV000001").iterdir())
    assert names == [
        "20240228T0000Z-20240229T0000Z-30.json",
        "20240229T0000Z-20240301T0000Z-30.json",
        "20240301T0000Z-20240302T0000Z-30.json",
    ]
    rows = json.loads((out / "pv/data/PV000001" / names[1]).read_bytes())["datas"]
    assert rows == [row for row in answered(Table.PV, 30) if row["resource_id"] == "PV000001"]


def interceptor(folder: Path) -> httpx.MockTransport:
    """Return what answers requests from a folder, as `docs/generate.md` shows it."""
    archive = json.loads((folder / "requests.har").read_text("utf-8"))
    answers = {}
    for entry in archive["log"]["entries"]:
        request = entry["request"]
        query = frozenset((pair["name"], pair["value"]) for pair in request["queryString"])
        answers[urlsplit(request["url"]).path, query] = entry["response"]["content"]["_file"]

    def answer(request: httpx.Request) -> httpx.Response:
        query = frozenset(parse_qsl(request.url.query.decode()))
        file = answers.get((request.url.path, query))
        if file is None:
            return httpx.Response(404)
        return httpx.Response(200, content=(folder / file).read_bytes())

    return httpx.MockTransport(answer)


def test_an_interceptor_can_serve_the_tree(tmp_path: Path) -> None:
    """A client that follows the API from groups to series gets all rows through `requests.har`."""
    out = generate(tmp_path / "out", "api")
    window = {"start": "2024-02-29T00:00:00Z", "end": "2024-03-01T00:00:00Z", "agg_interval": "15"}
    paths = {"ME": "/meters/data", "BE": "/bess/data", "PV": "/pv/data"}
    found: dict[str, list[object]] = {kind: [] for kind in paths}
    with httpx.Client(transport=interceptor(out), base_url="http://mock") as client:
        sites = client.get("/sites", params={"group_id": "GROUP001"}).json()["sites"]
        assert sites == [row for row in answered(Table.SITES) if row["group_id"] == "GROUP001"]
        for site in sites:
            for resource in client.get(f"/sites/{site['site_id']}/resources").json()["resources"]:
                kind = resource["resource_type"]
                query = {"resource_id": resource["resource_id"], **window}
                found[kind] += client.get(paths[kind], params=query).json()["datas"]
    for table, kind in KINDS.items():
        ids = {row["resource_id"] for row in found[kind]}  # type: ignore[index]
        assert found[kind] == [row for row in answered(table) if row["resource_id"] in ids]
        assert ids
