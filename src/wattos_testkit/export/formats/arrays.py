"""Rows as Arrow arrays: timestamps in UTC, decimals exact, ids and states as dictionaries or plain text."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wattos_testkit.export.plan import Task
from wattos_testkit.export.tables import KINDS, Row, Table, TableField, fields, optional
from wattos_testkit.export.work import Source
from wattos_testkit.telemetry.columns import Codes, Columns, Numbers

_MILLISECONDS = 60_000
_CATALOGUE_ROWS = 10_000


class Arrays:
    """The rows of a table as record batches."""

    def __init__(self, table: Table, *, dictionaries: bool, loose: bool = False) -> None:
        self._fields = fields(table, loose=loose)
        self._dictionaries = dictionaries
        holed = optional(table, loose=loose)
        self.schema = pa.schema(
            [pa.field(one.name, self._type(one), nullable=one.name in holed) for one in self._fields]
        )

    def _type(self, field: TableField) -> pa.DataType:
        if field.type == "datetime":
            return pa.timestamp("ms", "UTC")
        if field.type == "integer":
            return pa.int32()
        if field.type == "number":
            return pa.float64() if field.decimals is None else pa.decimal128(field.digits, field.decimals)
        return pa.dictionary(pa.int8(), pa.utf8()) if self._dictionaries else pa.utf8()

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a task."""
        if source.task.table in KINDS:
            for _, columns in source.series():
                yield self._series(columns)
        else:
            yield from self._catalogue(source.catalogue())

    def _series(self, columns: Columns) -> pa.RecordBatch:
        count = len(columns)
        arrays = []
        for field in self._fields:
            if field.name in columns.fields:
                arrays.append(self._measured(columns, field))
            elif field.name == "timestamp":
                instants = pa.array(columns.minutes * _MILLISECONDS).view(pa.timestamp("ms"))
                arrays.append(instants.cast(pa.timestamp("ms", "UTC")))
            elif field.name == "agg_interval":
                arrays.append(pa.array(np.full(count, columns.interval, dtype=np.int32)))
            else:
                constant = columns.resource_id if field.name == "resource_id" else columns.unit_controller_id
                arrays.append(self._words(np.zeros(count, dtype=np.int8), [constant]))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _measured(self, columns: Columns, field: TableField) -> pa.Array:
        column = columns.fields[field.name]
        holes = column.holes
        if isinstance(column, Codes):
            missing = None if holes is None else holes > 0
            return self._words(column.codes.astype(np.int8), list(column.vocabulary), missing)
        return _decimals(column, pa.decimal128(field.digits, field.decimals))

    def _words(
        self, codes: npt.NDArray[np.int8], words: list[str], missing: npt.NDArray[np.bool_] | None = None
    ) -> pa.Array:
        positions = pa.array(codes, mask=missing)
        if self._dictionaries:
            return pa.DictionaryArray.from_arrays(positions, pa.array(words, pa.utf8()))
        return pa.array(words, pa.utf8()).take(positions)

    def _catalogue(self, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
        schema = pa.schema(
            [
                pa.field(
                    one.name, pa.utf8() if pa.types.is_dictionary(one.type) else one.type, nullable=False
                )
                for one in self.schema
            ]
        )
        held: list[Mapping[str, str | float]] = []
        for row in rows:
            held.append(row)
            if len(held) == _CATALOGUE_ROWS:
                yield pa.RecordBatch.from_pylist(held, schema=schema)
                held = []
        if held:
            yield pa.RecordBatch.from_pylist(held, schema=schema)

    def written_schema(self, task: Task) -> pa.Schema:
        """Return the schema of the batches of a task."""
        if task.table in KINDS:
            return self.schema
        return Arrays(task.table, dictionaries=False).schema


def _decimals(column: Numbers, kind: pa.DataType) -> pa.Array:
    """Return decimals of 128 bits: the integer, and above it 64 more bits of its sign."""
    wide = np.empty((len(column.values), 2), dtype=np.int64)
    wide[:, 0] = column.values
    np.right_shift(column.values, 63, out=wide[:, 1])
    there = None
    if column.holes is not None:
        there = pa.py_buffer(np.packbits(column.holes == 0, bitorder="little"))
    return pa.Array.from_buffers(kind, len(wide), [there, pa.py_buffer(wide)])


def part_path(task: Task, partition: str, suffix: str) -> str:
    """Return the file of a task: by table, or in Hive's way by kind and day or month."""
    if task.table not in KINDS:
        return f"{task.table}{suffix}"
    name = f"part-{task.part:05d}{suffix}"
    if partition == "none":
        return f"{task.table}/{name}"
    return f"kind={task.table}/{partition}={task.label}/{name}"
