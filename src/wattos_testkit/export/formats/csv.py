"""Comma-separated values with a header, as RFC 4180 has it but for the line ends (a line feed)."""

import csv
import io
from collections.abc import Iterable, Iterator

from wattos_testkit.export.formats.text import TextFormat
from wattos_testkit.export.freely import FreeRow
from wattos_testkit.export.lines import Slot, Template
from wattos_testkit.export.tables import Row, Table, fields
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES


class Csv(TextFormat):
    """Comma-separated values."""

    name = "csv"
    suffix = ".csv"

    def opening(self, table: Table) -> bytes:
        """Return the header."""
        return ",".join(field.name for field in fields(table)).encode() + b"\n"

    def template(self, placed: Placed, interval: int) -> Template:
        """Return the line of a row."""
        parts: list[str | Slot] = [placed.resource.resource_id + ",", Slot("timestamp", "iso")]
        parts.append(f",{interval},{placed.controller.unit_controller_id}")
        for field in NUMERIC_FIELDS[placed.kind]:
            parts += [",", Slot(field.name)]
        if STATUSES[placed.kind]:
            parts += [",", Slot("status")]
        return [*parts, "\n"]

    def free_row(self, row: FreeRow) -> str:
        """Return the line of a row: what has no value is empty."""
        values = [text or "" for _, text, _ in row.values]
        return ",".join([row.resource, row.time, str(row.interval), row.controller, *values]) + "\n"

    def catalogue(self, table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the lines of the table of sites or of resources."""
        names = [field.name for field in fields(table)]
        for row in rows:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerow([row[name] for name in names])
            yield text.getvalue().encode()


FORMAT = Csv()
