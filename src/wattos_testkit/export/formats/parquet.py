"""Parquet: typed UTC timestamps, decimals as integers in deltas, ids as dictionaries, zstd."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wattos_testkit.export.formats.arrays import Arrays, part_path
from wattos_testkit.export.whole import sha256_of, whole
from wattos_testkit.export.work import Source, Written

_GROUP_ROWS = 65_536


class Parquet:
    """Parquet files, one per task."""

    name = "parquet"

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write the rows of a task to a file of its own."""
        task = source.task
        arrays = Arrays(task.table, dictionaries=True, loose=source.order.loose)
        schema = arrays.written_schema(task)
        name = part_path(task, source.order.partition, ".parquet")
        path = folder / "data" / name
        with whole(path) as file, pq.ParquetWriter(file, schema, **_options(schema)) as writer:
            held: list[pa.RecordBatch] = []
            for batch in arrays.batches(source):
                held.append(batch)
                if sum(map(len, held)) >= _GROUP_ROWS:
                    writer.write_table(_together(held, schema), _GROUP_ROWS * 2)
                    held = []
            if held:
                writer.write_table(_together(held, schema), _GROUP_ROWS * 2)
        return (Written(name, task.table.value, path.stat().st_size, sha256_of(path), source.rows),)


def _together(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(batches, schema).unify_dictionaries()


def _options(schema: pa.Schema) -> dict[str, object]:
    exact = [
        field.name for field in schema if pa.types.is_decimal(field.type) or pa.types.is_timestamp(field.type)
    ]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [field.name for field in schema if field.name not in exact],
        "column_encoding": dict.fromkeys(exact, "DELTA_BINARY_PACKED"),
        "store_decimal_as_integer": True,
        # Readers skip row groups by resource and time; extremes of decimals cost a third of the writing.
        "write_statistics": [name for name in ("resource_id", "timestamp") if name in schema.names],
        # Arrow's own schema would bring the dictionaries back; Parquet's types say all that there is.
        "store_schema": False,
    }


FORMAT = Parquet()
