"""InfluxDB line protocol: one measurement per kind, ids as tags, timestamps in nanoseconds."""

from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.freely import STATUS, FreeRow
from wattos_testkit.export.lines import Slot, Template
from wattos_testkit.export.tables import TABLES
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES

_MINUTE = 60_000_000_000
"""Nanoseconds."""


class Influx(TextFormat):
    """Line protocol."""

    name = "influx"
    suffix = ".lp"

    def template(self, placed: Placed, interval: int) -> Template:
        """Return the line of a row; tags stand in the order of their names, as InfluxDB advises."""
        parts: list[str | Slot] = [_head(placed, interval) + " "]
        for place, field in enumerate(NUMERIC_FIELDS[placed.kind]):
            parts += [f"{',' if place else ''}{field.name}=", Slot(field.name)]
        if STATUSES[placed.kind]:
            parts += [',status="', Slot("status"), '"']
        return [*parts, " ", Slot("timestamp", "ns"), "\n"]

    def free_row(self, row: FreeRow) -> str:
        """Return the line of a row: what has no value is left out, and with all of it the line."""
        said = ",".join(
            f'{name}="{text}"' if name == STATUS else f"{name}={text}"
            for name, text, _ in row.values
            if text is not None
        )
        return f"{_head(row.placed, row.interval)} {said} {row.minute * _MINUTE}\n" if said else ""


def _head(placed: Placed, interval: int) -> str:
    tags = {
        "agg_interval": str(interval),
        "group_id": placed.site.group_id,
        "resource_id": placed.resource.resource_id,
        "site_id": placed.site.site_id,
        "unit_controller_id": placed.controller.unit_controller_id,
    }
    return ",".join([TABLES[placed.kind], *(f"{name}={value}" for name, value in tags.items())])


FORMAT = Influx()
