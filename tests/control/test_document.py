"""The control API's own document is valid, agrees with the routes, and the answers agree with it."""

import re

import pytest
import yaml
from jsonschema import Draft4Validator, RefResolver
from openapi_spec_validator import validate

from tests.control.client import TRIP, ask, send
from tests.server.mock import PV_DAY, Mock
from wattos_testkit.server.control.document import text
from wattos_testkit.server.control.routes import ROUTES, find

DOCUMENT = yaml.safe_load(text())
OPERATIONS = {
    (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if method != "parameters"
}


def test_it_is_valid():
    """It is OpenAPI 3.0."""
    validate(DOCUMENT)


def test_it_has_the_routes_and_no_others():
    """Every method of every path is described, and everything described is there."""
    assert {(one.method, one.path) for one in ROUTES} == OPERATIONS
    names = [one["operationId"] for item in DOCUMENT["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))


def test_every_route_is_found():
    """Each path finds its own handler, with what stands in it."""
    for one in ROUTES:
        path = re.sub(r"\{\w+\}", "x7", one.path)
        handler, in_path = find(one.method, path)
        assert handler is one.handler
        assert set(in_path) == set(re.findall(r"\{(\w+)\}", one.path))


def _nullable(schema: object) -> object:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema: what is nullable may be null."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(one) for name, one in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@pytest.mark.filterwarnings("ignore:jsonschema.RefResolver:DeprecationWarning")
def test_answers_are_as_it_says(mock: Mock):
    """Every answer with a body, asked for once, holds to its schema."""
    resolver = RefResolver("", _nullable(DOCUMENT))
    number = ask(mock, "POST", "/savepoints")["savepoint"]
    mock.ask(PV_DAY)
    asked: list[tuple[str, str, str, object]] = [
        ("PUT", "/clock", "/clock", {"now": "2024-03-20T02:00:00Z"}),
        ("GET", "/clock", "/clock", None),
        ("POST", "/clock/run", "/clock/run", {"speed": 60}),
        ("POST", "/clock/freeze", "/clock/freeze", {}),
        ("POST", "/clock/shift", "/clock/shift", {"by": "1h"}),
        ("POST", "/clock/advance", "/clock/advance", {"by": "1h"}),
        ("GET", "/catalogue", "/catalogue", None),
        ("GET", "/catalogue/{name}", "/catalogue/inverter-trip", None),
        ("POST", "/faults", "/faults", TRIP),
        ("GET", "/faults", "/faults", None),
        ("GET", "/scenarios", "/scenarios", None),
        ("GET", "/scenario", "/scenario", None),
        ("PUT", "/scenario", "/scenario", {"day": "2024-03-20", "faults": [TRIP]}),
        ("GET", "/scenario", "/scenario", None),
        ("GET", "/", "/", None),
        ("GET", "/requests", "/requests", None),
        ("GET", "/requests/count", "/requests/count?expect=1", None),
        ("GET", "/requests/count", "/requests/count?expect=2", None),
        ("POST", "/savepoints/{number}/restore", f"/savepoints/{number}/restore", None),
        ("DELETE", "/clock", "/clock", None),
        ("POST", "/reset", "/reset", None),
        ("POST", "/faults", "/faults", {"fault": "nothing"}),
    ]
    for method, path, target, document in asked:
        reply = send(mock, method, target, document)
        responses = DOCUMENT["paths"][path][method.lower()]["responses"]
        response = responses.get(str(reply.status), responses["default"])
        if "$ref" in response:
            _, response = resolver.resolve(response["$ref"])
        schema = _nullable(response["content"][reply.headers["Content-Type"]]["schema"])
        Draft4Validator(schema, resolver=resolver).validate(reply.json())


def test_it_is_shown(mock: Mock):
    """The page and its files are served, and load nothing from elsewhere."""
    page = send(mock, "GET", "/docs")
    assert "Control of the Wattos mock" in page.body.decode()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for name in re.findall(r'"docs/([^"]+)"', page.body.decode()):
        assert send(mock, "GET", f"/docs/{name}").status == 200
    assert send(mock, "GET", "/docs/../app.py").status == 404
    assert send(mock, "GET", "/openapi.yaml").body.decode() == text()
