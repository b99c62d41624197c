"""Arrow IPC files (Feather, version 2), compressed with zstd."""

from pathlib import Path

import pyarrow as pa

from wattos_testkit.export.formats.arrays import Arrays, part_path
from wattos_testkit.export.whole import sha256_of, whole
from wattos_testkit.export.work import Source, Written


class Arrow:
    """Arrow files, one per task."""

    name = "arrow"

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write the rows of a task to a file of its own."""
        task = source.task
        arrays = Arrays(task.table, dictionaries=False, loose=source.order.loose)
        name = part_path(task, source.order.partition, ".arrow")
        path = folder / "data" / name
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with whole(path) as file, pa.ipc.new_file(file, arrays.schema, options=options) as writer:
            for batch in arrays.batches(source):
                writer.write_batch(batch)
        return (Written(name, task.table.value, path.stat().st_size, sha256_of(path), source.rows),)


FORMAT = Arrow()
