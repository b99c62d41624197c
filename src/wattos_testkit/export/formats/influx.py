"""InfluxDB line protocol: one measurement per kind, ids as tags, timestamps in nanoseconds."""

from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.lines import Slot, Template
from wattos_testkit.export.tables import TABLES
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES


class Influx(TextFormat):
    """Line protocol."""

    name = "influx"
    suffix = ".lp"

    def template(self, placed: Placed, interval: int) -> Template:
        """Return the line of a row; tags stand in the order of their names, as InfluxDB advises."""
        tags = {
            "agg_interval": str(interval),
            "group_id": placed.site.group_id,
            "resource_id": placed.resource.resource_id,
            "site_id": placed.site.site_id,
            "unit_controller_id": placed.controller.unit_controller_id,
        }
        head = ",".join([TABLES[placed.kind], *(f"{name}={value}" for name, value in tags.items())])
        parts: list[str | Slot] = [head + " "]
        for place, field in enumerate(NUMERIC_FIELDS[placed.kind]):
            parts += [f"{',' if place else ''}{field.name}=", Slot(field.name)]
        if STATUSES[placed.kind]:
            parts += [',status="', Slot("status"), '"']
        return [*parts, " ", Slot("timestamp", "ns"), "\n"]


FORMAT = Influx()
