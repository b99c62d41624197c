"""One JSON object per line, with the fields and digits of the API."""

import json
from collections.abc import Iterable, Iterator

from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.lines import Slot, Template
from wattos_testkit.export.tables import Row, Table
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES


class Ndjson(TextFormat):
    """JSON lines."""

    name = "ndjson"
    suffix = ".ndjson"

    def template(self, placed: Placed, interval: int) -> Template:
        """Return the line of a row."""
        resource, controller = placed.resource.resource_id, placed.controller.unit_controller_id
        parts: list[str | Slot] = [f'{{"resource_id":"{resource}","timestamp":"', Slot("timestamp", "iso")]
        parts.append(f'","agg_interval":{interval},"unit_controller_id":"{controller}"')
        for field in NUMERIC_FIELDS[placed.kind]:
            parts += [f',"{field.name}":', Slot(field.name)]
        if STATUSES[placed.kind]:
            parts += [',"status":"', Slot("status"), '"']
        return [*parts, "}\n"]

    def catalogue(self, table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the lines of the table of sites or of resources."""
        del table
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


FORMAT = Ndjson()
