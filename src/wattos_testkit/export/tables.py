"""The five tables of a data set, their fields and keys; what the contract says of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from wattos_testkit.contract.document import load_contract
from wattos_testkit.fleet.model import Kind, Site
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES
from wattos_testkit.telemetry.wire import resource_rows, site_row

Row = dict[str, str | float]


class Table(StrEnum):
    """What can be asked for, by the name that `--kind`, files and database tables have."""

    SITES = "sites"
    RESOURCES = "resources"
    METER = "meter"
    BESS = "bess"
    PV = "pv"


KINDS = {Table.METER: Kind.METER, Table.BESS: Kind.BESS, Table.PV: Kind.PV}
"""The tables of series."""
TABLES = {kind: table for table, kind in KINDS.items()}
OPERATIONS = {
    Table.SITES: "get_sites",
    Table.RESOURCES: "get_resources",
    Table.METER: "get_meter_data",
    Table.BESS: "get_bess_data",
    Table.PV: "get_pv_data",
}
KEYS = {
    Table.SITES: ("site_id",),
    Table.RESOURCES: ("resource_id",),
    Table.METER: ("resource_id", "timestamp"),
    Table.BESS: ("resource_id", "timestamp"),
    Table.PV: ("resource_id", "timestamp"),
}
REFERENCES = {
    Table.RESOURCES: ("site_id", Table.SITES),
    Table.METER: ("resource_id", Table.RESOURCES),
    Table.BESS: ("resource_id", Table.RESOURCES),
    Table.PV: ("resource_id", Table.RESOURCES),
}
"""The field of a table that names a row of another."""
DECIMAL_DIGITS = {"power": 12, "register": 18, "share": 5, "temperature": 5}
"""Digits that a decimal of each quantity may have; the largest plants stay far below."""

MOST_DIGITS = 18
"""What an integer of 64 bits holds."""


@dataclass(frozen=True, slots=True)
class TableField:
    """One field of a table."""

    name: str
    type: str
    """As in Table Schema: "string", "datetime", "integer" or "number"."""
    decimals: int | None = None
    """How many decimals a number of a series has; None for a free one, such as a latitude."""
    digits: int = 0
    """How many digits such a number may have."""


def _text(name: str) -> TableField:
    return TableField(name, "string")


@cache
def fields(table: Table, *, loose: bool = False) -> tuple[TableField, ...]:
    """Return the fields of a table in the order of the API.

    The table of resources has `site_id` in front, which the API's rows leave to the path. `loose` gives
    numbers room that no plant needs, and a fault may.
    """
    if table is Table.SITES:
        numbers = (TableField("site_latitude", "number"), TableField("site_longitude", "number"))
        return _text("site_id"), _text("group_id"), _text("site_name"), *numbers
    if table is Table.RESOURCES:
        names = ("site_id", "resource_id", "resource_type", "unit_controller_id", "resource_name")
        numbers = (TableField("resource_latitude", "number"), TableField("resource_longitude", "number"))
        return *(_text(name) for name in names), *numbers
    kind = KINDS[table]
    measured = (
        TableField(
            field.name, "number", field.decimals, MOST_DIGITS if loose else DECIMAL_DIGITS[field.quantity]
        )
        for field in NUMERIC_FIELDS[kind]
    )
    return (
        _text("resource_id"),
        TableField("timestamp", "datetime"),
        TableField("agg_interval", "integer"),
        _text("unit_controller_id"),
        *measured,
        *([_text("status")] if STATUSES[kind] else []),
    )


@cache
def optional(table: Table, *, loose: bool) -> frozenset[str]:
    """Return the fields that may have no value."""
    if not loose or table not in KINDS:
        return frozenset()
    kind = KINDS[table]
    return frozenset(
        [*(field.name for field in NUMERIC_FIELDS[kind]), *(["status"] if STATUSES[kind] else [])]
    )


def catalogue_rows(table: Table, sites: Iterable[Site], only: frozenset[str] | None = None) -> Iterator[Row]:
    """Yield the rows of the table of sites or of resources (some resources only, if told which)."""
    for site in sites:
        if table is Table.SITES:
            yield site_row(site)
            continue
        for row in resource_rows(site):
            if only is None or row["resource_id"] in only:
                yield {"site_id": site.site_id, **row}


@cache
def table_schema(table: Table, *, loose: bool = False) -> dict[str, Any]:
    """Return the Table Schema (Data Package v2) of a table, with the words and units of the contract.

    Of `loose` rows nothing is promised that faults break: that values are there, within bounds, and once.
    """
    _, row = load_contract().operations[OPERATIONS[table]].row_schema()
    known = row.get("properties", {})
    described = []
    for field in fields(table):
        said = known.get(field.name, {})
        entry: dict[str, Any] = {"name": field.name, "type": field.type}
        if "description" in said:
            entry["description"] = said["description"]
        if "x-unit" in said:
            entry["unit"] = said["x-unit"]
        constraints: dict[str, Any] = {}
        if field.name not in optional(table, loose=loose):
            kept = ("pattern", "enum", "minimum", "maximum")
            constraints = {"required": True, **{key: said[key] for key in kept if key in said}}
        if field.type == "datetime":
            constraints.pop("pattern", None)
        if constraints:
            entry["constraints"] = constraints
        described.append(entry)
    schema: dict[str, Any] = {"fields": described}
    if not (loose and table in KINDS):
        schema["primaryKey"] = list(KEYS[table])
    return schema
