"""Reads an OpenAPI document and binds its operations to the five that the testkit knows.

Everything else asks here: for paths, parameters, fields of rows and their units. A document is bound by
`operationId`, never by path, so that a vendor's own can take the place of the built-in one.
"""

import json
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from wattos_testkit.contract.parameters import Parameter, compile_parameter
from wattos_testkit.errors import DocumentError

OPERATIONS = ("get_sites", "get_resources", "get_meter_data", "get_bess_data", "get_pv_data")
NEEDED = {
    "get_sites": {"group_id"},
    "get_resources": {"site_id"},
    "get_meter_data": {"start", "end", "agg_interval"},
    "get_bess_data": {"start", "end", "agg_interval"},
    "get_pv_data": {"start", "end", "agg_interval"},
}
"""The parameters without which an operation cannot be answered, by the names of the vendor's page."""
_DEEPEST = 60
"""References in references; an OpenAPI document is far flatter."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One bound operation."""

    name: str
    """What the testkit calls it: one of `OPERATIONS`."""
    operation_id: str
    """What the document calls it."""
    path: str
    """The path template, below the base path."""
    parameters: tuple[Parameter, ...]
    secured: bool
    """Whether the document asks for a credential."""
    spec: Json
    """The operation object, references resolved."""

    def response_schema(self) -> Json:
        """Return the schema of the 200 answer's body, or an empty one."""
        content = self.spec.get("responses", {}).get("200", {}).get("content", {})
        schema: Json = next((media.get("schema", {}) for media in content.values()), {})
        return schema

    def row_schema(self) -> tuple[str | None, Json]:
        """Return the name of the list in the 200 answer, and the schema of its rows."""
        for name, schema in self.response_schema().get("properties", {}).items():
            if schema.get("type") == "array":
                return name, schema.get("items", {})
        return None, {}


@dataclass(frozen=True)
class Contract:
    """A document that binds all five operations."""

    source: str
    raw: Json
    """The document as written, references and all."""
    text: str
    base_path: str
    operations: dict[str, Operation]

    @cached_property
    def by_operation_id(self) -> dict[str, Operation]:
        """The operations by the document's own ids."""
        return {operation.operation_id: operation for operation in self.operations.values()}

    def served(self) -> Json:
        """Return the document as this machine serves it: its servers are where it was asked for."""
        served = deepcopy(self.raw)
        if not self._is_relative():
            served["servers"] = [{"url": self.base_path or "/"}]
        return served

    def served_text(self) -> str:
        """Return `served` as YAML: as written, comments and all, where nothing had to be changed."""
        if self._is_relative():
            return self.text
        return str(yaml.safe_dump(self.served(), sort_keys=False, allow_unicode=True))

    def _is_relative(self) -> bool:
        return all(str(one.get("url", "")).startswith("/") for one in self.raw.get("servers", []))


def load_contract(path: str | None = None, mapping: str | None = None) -> Contract:
    """Read a document, the built-in one unless a path is given.

    Parameters
    ----------
    path
        An OpenAPI 3.0 document, YAML or JSON.
    mapping
        A YAML or JSON file from the testkit's operation names to the document's operation ids.

    Raises
    ------
    DocumentError
        If it cannot be read, is no OpenAPI 3.0 document, or lacks an operation or parameter that is needed.
    """
    source, text = _read(path)
    raw = _parse(source, text)
    version = str(raw.get("openapi", ""))
    if not version.startswith("3.0."):
        seen = f"openapi: {version}" if version else "no `openapi` version"
        raise DocumentError(f"{source}: this is no OpenAPI 3.0 document ({seen}; 3.0.x is needed)")
    document = _Document(source, raw)
    found = document.found()
    names = _mapping(mapping, found)
    missing = [name for name in OPERATIONS if names[name] not in found]
    if missing:
        raise DocumentError(_missing(source, missing, names, found))
    operations = {name: document.bind(name, names[name], found[names[name]]) for name in OPERATIONS}
    return Contract(source, raw, text, _base_path(raw), operations)


class _Found(NamedTuple):
    path: str
    item: Json
    operation: Json


def _read(path: str | None) -> tuple[str, str]:
    if path is None:
        # A checkout's own file is newer than the copy that an editable install has made.
        beside = Path(__file__).parents[3] / "openapi.yaml"
        if beside.is_file() and (beside.parent / "pyproject.toml").is_file():
            return "openapi.yaml", beside.read_text("utf-8")
        return "openapi.yaml", files("wattos_testkit.contract").joinpath("openapi.yaml").read_text("utf-8")
    try:
        return path, Path(path).read_text("utf-8")
    except UnicodeDecodeError:
        raise DocumentError(f"{path}: not a text file in UTF-8; an OpenAPI document is needed") from None
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from None


def _parse(source: str, text: str) -> Json:
    try:
        raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise DocumentError(
            f"{source}{where}: neither YAML nor JSON: {getattr(error, 'problem', error)}"
        ) from None
    if not isinstance(raw, dict):
        raise DocumentError(f"{source}: this is no OpenAPI document: its top level is no mapping")
    # YAML reads the status 200 as a number and a date as a date; JSON knows neither.
    return json.loads(json.dumps(raw, default=str))  # type: ignore[no-any-return]


def _mapping(mapping: str | None, found: dict[str, _Found]) -> dict[str, str]:
    names = {name: name for name in OPERATIONS}
    if mapping is None:
        return names
    _, text = _read(mapping)
    given = _parse(mapping, text)
    for name, operation_id in given.items():
        if name not in names:
            raise DocumentError(f"{mapping}: {name!r} is no operation; there are {', '.join(OPERATIONS)}")
        if operation_id not in found:
            near = get_close_matches(str(operation_id), found, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise DocumentError(
                f"{mapping}: the document has no GET operation with the id {operation_id!r}{hint}"
            )
        names[name] = str(operation_id)
    return names


def _missing(source: str, missing: list[str], names: dict[str, str], found: dict[str, _Found]) -> str:
    wanted = ", ".join(names[name] for name in missing)
    if len(missing) == len(OPERATIONS):
        has = f"it has {', '.join(found)}" if found else "none of its GET operations has an operationId"
        return (
            f"{source}: binds to nothing: no operationId is one of {wanted} ({has}); "
            "a mapping file says which is which"
        )
    return f"{source}: lacks the operation{'s' if len(missing) > 1 else ''} {wanted}"


class _Document:
    """A parsed document, and what its messages call it."""

    def __init__(self, source: str, raw: Json) -> None:
        self.source = source
        self.raw = raw

    def found(self) -> dict[str, _Found]:
        """Return every GET operation that has an id."""
        paths = self.raw.get("paths")
        if not isinstance(paths, dict) or not paths:
            raise DocumentError(f"{self.source}: the document has no paths")
        found: dict[str, _Found] = {}
        for path, item in paths.items():
            operation = item.get("get") if isinstance(item, dict) else None
            if isinstance(operation, dict) and "operationId" in operation:
                found[str(operation["operationId"])] = _Found(path, item, operation)
        return found

    def bind(self, name: str, operation_id: str, found: _Found) -> Operation:
        """Return an operation ready for use."""
        resolved = self.resolve(found.operation)
        own = resolved.get("parameters", [])
        taken = {(one.get("name"), one.get("in")) for one in own}
        shared = self.resolve(found.item.get("parameters", []))
        every = [one for one in shared if (one.get("name"), one.get("in")) not in taken] + own
        where = f"{self.source}: {operation_id}"
        parameters = tuple(
            compile_parameter(where, one) for one in every if one.get("in") in {"query", "path"}
        )
        lacking = NEEDED[name] - {parameter.name for parameter in parameters}
        if lacking:
            raise DocumentError(f"{where} lacks the parameter {', '.join(sorted(lacking))}")
        security = found.operation.get("security", self.raw.get("security", []))
        return Operation(name, operation_id, found.path, parameters, bool(security), resolved)

    def resolve(self, node: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Return a part of the document with its references replaced."""
        if depth > _DEEPEST:
            raise DocumentError(f"{self.source}: a reference leads back to itself")
        if isinstance(node, list):
            return [self.resolve(one, depth + 1) for one in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self.resolve(self._look_up(reference), depth + 1)
        return {key: self.resolve(value, depth + 1) for key, value in node.items()}

    def _look_up(self, reference: str) -> Any:  # noqa: ANN401 - any JSON
        if not reference.startswith("#/"):
            raise DocumentError(f"{self.source}: the reference {reference!r} leads out of the document")
        node: Any = self.raw
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                raise DocumentError(f"{self.source}: the reference {reference!r} leads nowhere")
            node = node[key]
        return node


def _base_path(raw: Json) -> str:
    servers = raw.get("servers") or [{"url": "/"}]
    url = str(servers[0].get("url", "/"))
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    path = url.split("://", 1)[-1]
    if "://" in url:
        path = "/" + path.partition("/")[2]
    return path.rstrip("/")
