"""What the mock answers, parsed: the yardstick of all formats."""

import json
from decimal import Decimal
from functools import lru_cache
from typing import Any

from wattos_testkit.export.tables import KINDS, Table
from wattos_testkit.export.times import parse_minute
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.wire import resources_body, sites_body

Row = dict[str, Any]
LEAP_DAY = parse_minute("--start", "2024-02-29")


def body(table: Table, interval: int, start: int = LEAP_DAY, minutes: int = 1440) -> bytes:
    """Return the body that the API answers for all resources of a kind."""
    fleet = open_fleet()
    window = Window(start, start + minutes, interval)
    return b"".join(datas_pieces(Telemetry(fleet), fleet.resources(KINDS[table]), window))


@lru_cache(maxsize=16)
def answered(table: Table, interval: int = 15) -> list[Row]:
    """Return the rows that the API answers for the leap day."""
    if table is Table.SITES:
        rows: list[Row] = json.loads(sites_body(open_fleet().sites()))["sites"]
    elif table is Table.RESOURCES:
        rows = [
            {"site_id": site.site_id, **row}
            for site in open_fleet().sites()
            for row in json.loads(resources_body(site))["resources"]
        ]
    else:
        rows = json.loads(body(table, interval))["datas"]
    return rows


@lru_cache(maxsize=16)
def exact(table: Table, interval: int = 15) -> list[Row]:
    """Return the same rows with decimals as they are written."""
    found: list[Row] = json.loads(body(table, interval), parse_float=Decimal)["datas"]
    return found
