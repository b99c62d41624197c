"""`datapackage.json` (Data Package v2): what the files are, and what made them."""

import hashlib
import json
import shlex
from collections import Counter
from pathlib import PurePath
from typing import Any

from wattos_testkit import __version__
from wattos_testkit.export.formats import FORMATS
from wattos_testkit.export.order import Order
from wattos_testkit.export.rowhash import NAME
from wattos_testkit.export.tables import REFERENCES, Table, table_schema
from wattos_testkit.export.times import instant
from wattos_testkit.export.work import Written
from wattos_testkit.faults.scenario.model import Scenario

DATA_VERSION = 1
"""Raised when the generator answers the same question with other rows."""
_PROFILE = "https://datapackage.org/profiles/2.0"
_PROPERTY = {Table.SITES: "sites", Table.RESOURCES: "resources"}


def command_line(order: Order) -> str:
    """Return the command that makes a data set again."""
    start, end, interval = order.window
    options = {
        "start": instant(start),
        "end": instant(end),
        "interval": str(interval),
        "kind": ",".join(order.tables),
        "group": ",".join(order.groups),
        "site": ",".join(order.sites),
        "resource": ",".join(order.resources),
        "fleet": order.fleet_file or "",
        "sites": str(order.fleet_sites or ""),
        "seed": str(order.fleet.seed),
        "format": order.format,
        "partition": order.partition if order.partition != "none" else "",
        "base-url": order.base_url if order.format == "api" else "",
        "scenario": _spec(order.scenario) if order.scenario else "",
        "now": instant(order.now) if order.now is not None else "",
    }
    given = [f"--{name} {shlex.quote(value)}" for name, value in options.items() if value]
    return " ".join(["wattos-testkit generate", *given, "--out DIR"])


def _spec(scenario: Scenario) -> str:
    """Return what `--scenario` was told, of a file its name."""
    day = f"@{scenario.asked_day}" if scenario.asked_day is not None else ""
    return PurePath(scenario.source).name + day


def fingerprint(order: Order) -> str:
    """Return a hash of all that the files depend on, the versions of what writes them left out."""
    parts = [
        __version__,
        DATA_VERSION,
        order.fleet.digest,
        [table.value for table in order.tables],
        list(order.window),
        order.format,
        sorted(order.groups),
        sorted(order.sites),
        sorted(order.resources),
        order.partition,
        order.base_url,
    ]
    if order.scenario is not None or order.now is not None:
        parts += [order.plan.digest, scenario_form(order), order.now]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def manifest(order: Order, written: list[Written], more: dict[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
    """Return the manifest, and further files that it refers to.

    Parameters
    ----------
    order, written
        What was asked for, and the files that came of it.
    more
        Further files of the format itself, by path.
    """
    counts = Counter(one.table for one in written)
    # One schema for many files stands in a file of its own; a single file carries its own in the manifest.
    shared = {table for table, count in counts.items() if count > 1}
    more = dict(more)
    for table in sorted(shared):
        more[f"schemas/{table}.json"] = _json(_schema(order, Table(table)))
    resources = [_resource(order, one, shared) for one in written]
    resources += [_plain(path, content) for path, content in more.items()]
    first, last, interval = order.window
    struck = f", with the faults of {order.scenario.name}" if order.scenario else ""
    about = {
        "$schema": f"{_PROFILE}/datapackage.json",
        "name": _slug(f"wattos-{instant(first)[:10]}-{instant(last)[:10]}-{interval}min"),
        "title": f"Synthetic telemetry of a Wattos fleet, {instant(first)} to {instant(last)}{struck}",
        "description": "Made by wattos-testkit: every row equals what its mock server answers.",
        "version": f"{DATA_VERSION}.0.0",
        "wattos": {
            "version": __version__,
            "command": command_line(order),
            "seed": order.fleet.seed,
            "fleet": order.fleet.summary(),
            "fleet_hash": order.fleet.digest,
            "start": instant(first),
            "end": instant(last),
            "interval": interval,
            "format": order.format,
            "rows": sum(one.rows.rows for one in written),
            "rows_hash": NAME,
            "fingerprint": fingerprint(order),
            "order": {
                "kind": [table.value for table in order.tables],
                "group": list(order.groups),
                "site": list(order.sites),
                "resource": list(order.resources),
                "fleet_file": order.fleet_file,
                "sites": order.fleet_sites,
                "partition": order.partition,
                "base_url": order.base_url,
                **scenario_form(order),
            },
        },
        "resources": resources,
    }
    return _json(about), more


def scenario_form(order: Order) -> dict[str, Any]:
    """Return what makes the faults again: nothing where there are none."""
    found: dict[str, Any] = {}
    if order.now is not None:
        found["now"] = instant(order.now)
    if order.scenario is not None:
        day = order.scenario.asked_day
        found["scenario"] = {
            "source": PurePath(order.scenario.source).name,
            "day": day.isoformat() if day is not None else None,
            "document": order.scenario.document,
        }
    return found


def _schema(order: Order, table: Table) -> dict[str, Any]:
    profile = {"$schema": f"{_PROFILE}/tableschema.json"}
    schema: dict[str, Any] = {**profile, **table_schema(table, loose=order.loose)}
    if order.format == "api" and table is Table.RESOURCES:
        # The API leaves the site to the path.
        schema["fields"] = [field for field in schema["fields"] if field["name"] != "site_id"]
    elif table in REFERENCES and REFERENCES[table][1] in order.tables:
        field, other = REFERENCES[table]
        reference = {"resource": other.value, "fields": [field]}
        if order.format != "api":
            schema["foreignKeys"] = [{"fields": [field], "reference": reference}]
    return schema


def _resource(order: Order, one: Written, shared: set[str]) -> dict[str, Any]:
    table, form = Table(one.table), FORMATS[order.format]
    entry: dict[str, Any] = {
        "$schema": f"{_PROFILE}/dataresource.json",
        "name": one.table if one.table not in shared else _slug(one.path.rsplit(".", 1)[0]),
        "type": "table",
        "path": one.path,
        "format": one.path.rsplit(".", 1)[-1],
        "mediatype": form.mediatype,
    }
    if form.mediatype.startswith(("text/", "application/json", "application/x-nd", "application/sql")):
        entry["encoding"] = "utf-8"
    if order.format == "api":
        entry["dialect"] = {"property": _PROPERTY.get(table, "datas")}
    elif form.assembly == "merge":
        entry["dialect"] = {"table": one.table}
    elif order.format == "csv":
        entry["dialect"] = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
    entry |= {
        "bytes": one.bytes,
        "hash": f"sha256:{one.sha256}",
        "schema": f"schemas/{one.table}.json" if one.table in shared else _schema(order, table),
        "wattos": {"table": one.table, "rows": one.rows.rows, "rows_hash": str(one.rows), **one.about},
    }
    return entry


def _plain(path: str, content: bytes) -> dict[str, Any]:
    return {
        "name": _slug(path),
        "path": path,
        "format": path.rsplit(".", 1)[-1],
        "mediatype": "application/json",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _slug(text: str) -> str:
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in text.lower())


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
