"""One JSON object per line, with the fields and digits of the API."""

import json
from collections.abc import Iterable, Iterator

from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.freely import STATUS, FreeRow
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

    def free_row(self, row: FreeRow) -> str:
        """Return the line of a row: null is null, and what is absent is not named."""
        head = f'{{"resource_id":"{row.resource}","timestamp":"{row.time}","agg_interval":{row.interval}'
        said = [
            f',"{name}":null'
            if text is None
            else f',"{name}":"{text}"'
            if name == STATUS
            else f',"{name}":{text}'
            for name, text, named in row.values
            if named
        ]
        return f'{head},"unit_controller_id":"{row.controller}"{"".join(said)}}}\n'

    def catalogue(self, table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the lines of the table of sites or of resources."""
        del table
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


FORMAT = Ndjson()
