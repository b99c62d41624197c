"""The built-in document, against the decisions it records."""

import warnings
from typing import Any

import pytest

from wattos_testkit.contract import OPERATIONS, load_contract

CONTRACT = load_contract()
SERIES = OPERATIONS[2:]


def test_it_is_valid():
    """The document passes openapi-spec-validator."""
    from openapi_spec_validator import validate  # noqa: PLC0415 - it loads slowly

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        validate(CONTRACT.raw)  # type: ignore[arg-type]


def test_it_has_no_anchors():
    """No YAML anchors: tools drop them."""
    assert not [line for line in CONTRACT.text.splitlines() if ": &" in line or ": *" in line]


def test_it_has_the_five_operations_of_the_page():
    """Paths, ids and tags as decided; every operation is a secured GET with a summary and a description."""
    assert {name: operation.path for name, operation in CONTRACT.operations.items()} == {
        "get_sites": "/sites",
        "get_resources": "/sites/{site_id}/resources",
        "get_meter_data": "/meters/data",
        "get_bess_data": "/bess/data",
        "get_pv_data": "/pv/data",
    }
    assert CONTRACT.raw["info"]["title"] == "REST API Specification for Wattos Energy Management System"
    assert CONTRACT.raw["info"]["version"] == "1.0.0"
    for operation in CONTRACT.operations.values():
        assert operation.secured
        assert operation.spec["summary"]
        assert operation.spec["description"]
        assert len(operation.spec["tags"]) == 1
    for item in CONTRACT.raw["paths"].values():
        assert set(item) == {"get"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_parameters_are_those_of_the_page(name: str):
    """Each parameter has its place, pattern or values, a description, and an example where one is right."""
    parameters = {one.name: one for one in CONTRACT.operations[name].parameters}
    expected: dict[str, set[str]] = {"get_sites": {"group_id"}, "get_resources": {"site_id"}}
    assert set(parameters) == expected.get(name, {"resource_id", "start", "end", "agg_interval"})
    for parameter in parameters.values():
        assert parameter.required is (parameter.name != "resource_id")
        assert parameter.place == ("path" if parameter.name == "site_id" else "query")
        if parameter.name.endswith("_id"):
            assert parameter.schema["pattern"] == "^[A-Z0-9]{8}$"
        assert parameter.example is not None or not parameter.required
        if parameter.example is not None:
            parameter.parse(str(parameter.example))
    if name in SERIES:
        assert parameters["agg_interval"].schema["enum"] == [1, 5, 15, 30]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_documented_errors(name: str):
    """Each operation documents its errors as problem+json; what cannot be unknown has no 404."""
    responses = CONTRACT.operations[name].spec["responses"]
    statuses = {"200", "304", "400", "401", "403", "404", "429", "500", "503"}
    assert set(responses) == (statuses - {"404"} if name == "get_sites" else statuses)
    for status, response in responses.items():
        if status >= "400":
            assert list(response["content"]) == ["application/problem+json"]
    assert "WWW-Authenticate" in responses["401"]["headers"]


FIELDS = {
    "get_meter_data": [
        "power_active_avg", "power_active_max", "power_apparent_avg", "power_reactive_avg",
        "energy_active_cum",
    ],
    "get_bess_data": [
        "power_charge_active_avg", "power_charge_active_max", "power_discharge_active_avg",
        "power_discharge_active_max", "energy_charge_active_cum", "energy_discharge_active_cum", "soc_end",
        "temp_cell_max", "temp_ambient_max", "status",
    ],
    "get_pv_data": [
        "power_active_avg", "power_active_max", "energy_active_cum", "temp_cell_max", "temp_ambient_max",
        "status",
    ],
}  # fmt: skip
HEAD = ["resource_id", "timestamp", "agg_interval", "unit_controller_id"]


@pytest.mark.parametrize("name", SERIES)
def test_the_rows_are_those_of_the_samples(name: str):
    """Fields and their order; each described; each number with its unit, and its bounds."""
    listed, row = CONTRACT.operations[name].row_schema()
    assert listed == "datas"
    assert list(row["properties"]) == row["required"] == HEAD + FIELDS[name]
    for field, schema in row["properties"].items():
        assert schema["description"].endswith("."), field
        if schema["type"] == "number":
            assert schema["x-unit"] in {"kW", "kvar", "kVA", "kWh", "%", "degC"}, field
        if field.startswith(("soc", "temp")):
            assert schema["minimum"] < schema["maximum"]


def test_open_vocabularies_are_open():
    """Types and statuses list what is known and forbid nothing else."""
    schemas: dict[str, Any] = CONTRACT.raw["components"]["schemas"]
    for row, field in (("Resource", "resource_type"), ("BessRow", "status"), ("PvRow", "status")):
        schema = schemas[row]["properties"][field]
        assert schema["x-extensible-enum"]
        assert "enum" not in schema


def test_every_schema_has_a_name():
    """Rows, lists and the problem are components, so that generated clients name them."""
    for operation in CONTRACT.raw["paths"].values():
        for status, response in operation["get"]["responses"].items():
            if status == "200":
                (media,) = response["content"].values()
                assert media["schema"]["$ref"].startswith("#/components/schemas/")


def test_the_examples_are_valid():
    """What is shown as an answer obeys the schema of the answer."""
    from jsonschema import Draft4Validator  # noqa: PLC0415 - it loads slowly

    for operation in CONTRACT.operations.values():
        for response in operation.spec["responses"].values():
            for media in response.get("content", {}).values():
                Draft4Validator(media["schema"]).validate(media["example"])
