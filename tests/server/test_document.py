"""Another document in place of the built-in one."""

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.server.mock import BEARER, DAY, Mock, command, running
from wattos_testkit.contract import load_contract

IDS = {
    "get_sites": "listSites",
    "get_resources": "listResources",
    "get_meter_data": "meterData",
    "get_bess_data": "bessData",
    "get_pv_data": "pvData",
}
PATHS = {
    "/sites": "/groups/sites",
    "/sites/{site_id}/resources": "/inventory/{site_id}",
    "/meters/data": "/telemetry/meter",
    "/bess/data": "/telemetry/bess",
    "/pv/data": "/telemetry/pv",
}


def _document() -> dict[str, Any]:
    return copy.deepcopy(load_contract().raw)


def _vendors() -> dict[str, Any]:
    """Return a document as a vendor might write it: own paths, own ids, own host, more operations."""
    document = _document()
    document["servers"] = [{"url": "https://ems.example.com/api/v1"}]
    document["paths"] = {PATHS[path]: item for path, item in document["paths"].items()}
    text = json.dumps(document)
    for ours, theirs in IDS.items():
        text = text.replace(f'"{ours}"', f'"{theirs}"')
    document = json.loads(text)
    answer = {"responses": {"200": {"description": "Done."}}}
    document["paths"]["/orders"] = {
        "post": {
            "operationId": "placeOrder",
            "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            **answer,
        },
        "get": answer,
    }
    return document


def _written(folder: Path, document: object, name: str = "api.yaml") -> str:
    file = folder / name
    file.write_text(yaml.safe_dump(document, sort_keys=False) if not isinstance(document, str) else document)
    return str(file)


def test_the_vendors_own_document(tmp_path: Path, mock: Mock):
    """Other paths, other ids and another host are served; the answers are the same."""
    spec = _written(tmp_path, _vendors())
    mapping = _written(tmp_path, IDS, "map.yaml")
    with running("--spec", spec, "--spec-map", mapping) as other:
        assert "/api/v1/telemetry/pv?" in other.greeting[-1]
        day = DAY.format("PV000001")
        assert other.ask(f"/api/v1/telemetry/pv?{day}").body == mock.ask(f"/pv/data?{day}").body
        assert other.ask("/api/v1/inventory/SITE0001").body == mock.ask("/sites/SITE0001/resources").body
        assert other.ask("/api/v1/groups/sites?group_id=GROUP001").status == 200
        assert other.ask(f"/pv/data?{day}").status == 404
        assert other.ask(f"/telemetry/pv?{day}").status == 404
        assert other.ask(f"/api/v1/telemetry/pv?{day}", headers={}).status == 401
        assert other.ask("/api/v1/orders").status == 501
        assert other.ask("/api/v1/orders", "POST").status == 501
        assert other.ask("/api/v1/orders", "DELETE").headers["Allow"] == "GET, HEAD, POST"
        served = other.ask("/openapi.json").json()
        assert served["servers"] == [{"url": "/api/v1"}]
        assert yaml.safe_load(other.ask("/openapi.yaml").body) == served


def test_json_without_security(tmp_path: Path):
    """A document in JSON that asks for no credential is served without one."""
    document = _document()
    del document["security"]
    with running("--spec", _written(tmp_path, json.dumps(document), "api.json")) as other:
        assert other.ask("/pv/data?" + DAY.format("PV000001"), headers={}).status == 200


def test_other_constraints_are_enforced(tmp_path: Path):
    """What the document allows is what is allowed: its patterns, its required parameters, its intervals."""
    document = _document()
    parameters = document["components"]["parameters"]
    parameters["ResourceId"]["required"] = True
    parameters["AggInterval"]["schema"] = {"type": "integer", "minimum": 5, "maximum": 60}
    parameters["Start"]["schema"] = {"type": "string", "format": "date-time"}
    with running("--spec", _written(tmp_path, document)) as other:
        day = "/pv/data?" + DAY.format("PV000001")
        assert other.ask(day).status == 200
        assert other.ask(day.replace("resource_id=PV000001&", "")).json()["parameter"] == "resource_id"
        assert "is below 5" in other.ask(day.replace("=15", "=1")).json()["detail"]
        assert "1, 5, 15, 30" in other.ask(day.replace("=15", "=60")).json()["detail"]
        assert (
            other.ask(day.replace("start=2024-03-20T00:00:00Z", "start=2024-03-20T00:00:00%2B00:00")).status
            == 400
        )


def _without(path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        del document["paths"][path]

    return change


def _broken(document: dict[str, Any]) -> None:
    document["paths"]["/pv/data"]["get"]["responses"] = {"200": {"content": {}}}


def _no_end(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/pv/data"]["get"]["parameters"]
    parameters[:] = [one for one in parameters if one["$ref"] != "#/components/parameters/End"]


def _dangling(document: dict[str, Any]) -> None:
    del document["components"]["parameters"]["Start"]


def _twice(document: dict[str, Any]) -> None:
    item = document["paths"].pop("/sites/{site_id}/resources")
    document["paths"]["/sites/{site_id}/{site_id}"] = item


def _version_31(document: dict[str, Any]) -> None:
    document["openapi"] = "3.1.0"


def _no_ids(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        del item["get"]["operationId"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_without("/pv/data"), "lacks the operation get_pv_data"),
        (_without("/sites"), "lacks the operation get_sites"),
        (_no_ids, "binds to nothing"),
        (_no_end, "get_pv_data lacks the parameter end"),
        (_dangling, "'#/components/parameters/Start' leads nowhere"),
        (_version_31, "3.0.x is needed"),
        (_twice, "Duplicated param name site_id at path /sites/{site_id}/{site_id}"),
        (_broken, "paths//pv/data/get/responses/200: 'description' is a required property"),
    ],
)
def test_a_document_that_cannot_be_served(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], complaint: str
):
    """It is refused with one line that names what is missing, and exit code 2."""
    document = _document()
    change(document)
    _refused(complaint, "--spec", _written(tmp_path, document))


def test_with_workers_it_is_one_line_too(tmp_path: Path):
    """A document that Connexion refuses is refused before any worker is started."""
    document = _document()
    _broken(document)
    _refused("'description' is a required property", "--workers", "2", "--spec", _written(tmp_path, document))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no mapping"),
        ("- a list", "no mapping"),
        ("a: [1", "line 2: neither YAML nor JSON"),
        ("{}", "no `openapi` version"),
        ("swagger: '2.0'", "no `openapi` version"),
        ("openapi: 3.0.3", "has no paths"),
    ],
)
def test_a_file_that_is_no_document(tmp_path: Path, text: str, complaint: str):
    """It is refused with one line that says what it is not."""
    _refused(complaint, "--spec", _written(tmp_path, text))


def test_a_mapping_that_does_not_fit(tmp_path: Path):
    """An unknown name on either side is named, with what is near."""
    spec = _written(tmp_path, _vendors())
    wrong = _written(tmp_path, {**IDS, "get_pv_data": "pvDate"}, "wrong.yaml")
    _refused(
        "no GET operation with the id 'pvDate'; did you mean 'pvData'?", "--spec", spec, "--spec-map", wrong
    )
    unknown = _written(tmp_path, {"get_wind_data": "pvData"}, "unknown.yaml")
    _refused("'get_wind_data' is no operation", "--spec", spec, "--spec-map", unknown)
    _refused("binds to nothing", "--spec", spec)
    _refused("--spec-map", "--spec-map", wrong)


def test_a_file_that_cannot_be_read(tmp_path: Path):
    """A file that is not there, a folder, and bytes that are no text are one line each."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00\x01")
    _refused("No such file or directory", "--spec", str(tmp_path / "nothing.yaml"))
    _refused("Is a directory", "--spec", str(tmp_path))
    _refused("not a text file in UTF-8", "--spec", str(tmp_path / "bytes"))


def _refused(complaint: str, *arguments: str) -> None:
    done = subprocess.run(
        command("serve", "--port", "0", *arguments), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert complaint in done.stderr


def test_the_built_in_document_is_served_as_written(mock: Mock):
    """/openapi.yaml is the file, /openapi.json the same as JSON; neither asks for a credential."""
    text = Path(__file__).parents[2].joinpath("openapi.yaml").read_text()
    reply = mock.ask("/openapi.yaml", headers={})
    assert reply.body.decode() == text
    assert reply.headers["Content-Type"].startswith("application/yaml")
    as_json = mock.ask("/openapi.json", headers=BEARER)
    assert as_json.json() == yaml.safe_load(
        text.replace("example: 2024", "example: 2024")
    ) or as_json.json() == (json.loads(json.dumps(yaml.safe_load(text), default=str)))
    assert as_json.headers["Content-Type"] == "application/json"
