"""The JSON Schema of a scenario file, for editors that help while one is written."""

from collections.abc import Mapping
from typing import Any

from wattos_testkit.contract.document import OPERATIONS
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Fault, Parameter, Strikes
from wattos_testkit.faults.scenario.roll import KIND_WORDS
from wattos_testkit.faults.scenario.when import MOST_STRIKES
from wattos_testkit.faults.scenario.whom import ALL

Json = dict[str, Any]
_ID = {"type": "string", "pattern": "^[A-Z0-9]{8}$"}
_TIME = {
    "type": "string",
    "description": "10:12 (the site's clock), +1d 10:12, 2024-06-21 10:12, 2024-06-21T10:12:00Z",
    "pattern": r"^([+-][0-9]+d([ T][0-9:]+)?|[0-9]{1,2}:[0-9]{2}(:00)?|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?)$",
}
_SPAN = r"([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+min)?"


def scenario_schema(catalogue: Mapping[str, Fault] = CATALOGUE) -> Json:
    """Return the schema (draft 2020-12) of a scenario."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of wattos-testkit",
        "description": "Places faults in time, on groups, sites, resources or types of them.",
        "type": "object",
        "required": ["faults"],
        "additionalProperties": False,
        "properties": {
            "scenario": {
                "type": "string",
                "pattern": "^[a-z0-9][a-z0-9-]{0,63}$",
                "description": "Its name.",
            },
            "description": {"type": "string", "maxLength": 200, "description": "One line."},
            "day": {"type": "string", "format": "date", "description": "The day that times of day refer to."},
            "seed": {"type": "integer", "minimum": 0, "description": "Of all that is drawn at random."},
            "faults": {"type": "array", "minItems": 1, "items": _item(catalogue)},
        },
    }


def _item(catalogue: Mapping[str, Fault]) -> Json:
    return {
        "type": "object",
        "required": ["fault"],
        "additionalProperties": False,
        "properties": {
            "fault": {"enum": list(catalogue), "description": "`wattos-testkit faults` lists them."},
            "name": {
                "type": "string",
                "maxLength": 200,
                "description": "Unique; what is random depends on it.",
            },
            "on": _whom(),
            "from": _TIME,
            "to": _TIME,
            "for": {
                "type": "string",
                "description": "How long a strike lasts: 95min, 2h, 1h30min, or a range 10min..60min.",
                "pattern": rf"^{_SPAN}(\.\.{_SPAN})?$",
            },
            "times": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_STRIKES,
                "description": "So many strikes at random between from and to.",
            },
            "every": {"type": "string", "pattern": f"^{_SPAN}$", "description": "Again and again, up to to."},
            "with": {"type": "object"},
        },
        "allOf": [_of_fault(fault) for fault in catalogue.values()],
    }


def _whom() -> Json:
    ids = {"anyOf": [_ID, {"type": "array", "items": _ID}]}
    words = {"enum": list(KIND_WORDS)}
    chosen = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(("group", "site", "controller", "resource"), ids),
            "kind": {"anyOf": [words, {"type": "array", "items": words}]},
            "role": {"enum": ["grid", "load"], "description": "Of meters."},
            "share": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 1,
                "description": "A seeded choice.",
            },
            "count": {"type": "integer", "minimum": 1, "description": "So many; with share, at most."},
            "each": {
                "enum": ["site", "group"],
                "description": "Chosen in each of them, not in all together.",
            },
        },
    }
    one = {"anyOf": [_ID, chosen, {"enum": [ALL, *OPERATIONS]}]}
    return {"anyOf": [one, {"type": "array", "items": one}], "description": "Who is struck."}


def _of_fault(fault: Fault) -> Json:
    told: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.name: _parameter(one) for one in fault.parameters},
    }
    then: Json = {
        "properties": {"fault": {"description": fault.story}, "with": told},
    }
    if fault.strikes is not Strikes.OPERATION:
        then["required"] = ["on"]
    return {"if": {"properties": {"fault": {"const": fault.name}}, "required": ["fault"]}, "then": then}


def _parameter(parameter: Parameter) -> Json:
    default = parameter.default
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    found: Json = {"description": f"{parameter.meaning}{unit}", "default": default}
    if isinstance(default, bool):
        return found | {"type": "boolean"}
    if isinstance(default, str):
        # Words that look like numbers are numbers to YAML.
        numbers = [int(word) for word in parameter.choices if word.isdigit()]
        return found | ({"enum": [*parameter.choices, *numbers]} if parameter.choices else {"type": "string"})
    found["type"] = "integer" if isinstance(default, int) else "number"
    if parameter.least is not None:
        found["minimum"] = parameter.least
    if parameter.most is not None:
        found["maximum"] = parameter.most
    return found
