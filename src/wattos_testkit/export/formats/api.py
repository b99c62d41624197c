"""One file per request, byte for byte the body that the mock answers."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from wattos_testkit.contract.document import load_contract
from wattos_testkit.export.rowhash import RowHash, hash_catalogue
from wattos_testkit.export.tables import KINDS, OPERATIONS, Table
from wattos_testkit.export.times import instant, stamp
from wattos_testkit.export.whole import whole
from wattos_testkit.export.work import DAYS_AT_ONCE, Source, Written
from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.wire import resources_body, sites_body


@lru_cache(maxsize=1)
def _paths() -> dict[Table, str]:
    contract = load_contract()
    return {table: contract.operations[name].path for table, name in OPERATIONS.items()}


class _Request(NamedTuple):
    table: Table
    path: str
    query: dict[str, str]


class Api:
    """Bodies of answers, in a tree of the paths of the API."""

    name = "api"

    def write(self, source: Source, folder: Path) -> tuple[Written, ...]:
        """Write one file per request of a task."""
        if source.task.table in KINDS:
            return tuple(self._series(source, placed, folder) for placed in source.placed())
        return tuple(self._lists(source, folder))

    def _lists(self, source: Source, folder: Path) -> Iterator[Written]:
        table = source.task.table
        path = _paths()[table]
        for name, sites, rows in source.order.answers(table):
            if table is Table.SITES:
                request = _Request(table, path, {"group_id": name})
                file, body = f"{path}/{name}.json", sites_body(sites)
            else:
                request = _Request(table, path.replace("{site_id}", name), {})
                file, body = f"{request.path}.json", resources_body(sites[0])
            yield _write(folder, file.lstrip("/"), request, [body], hash_catalogue(rows))

    def _series(self, source: Source, placed: Placed, folder: Path) -> Written:
        window, table = source.task.window, source.task.table
        path, resource = _paths()[table], placed.resource.resource_id
        query = {
            "resource_id": resource,
            "start": instant(window.start),
            "end": instant(window.end),
            "agg_interval": str(window.interval),
        }
        name = f"{resource}/{stamp(window.start)}-{stamp(window.end)}-{window.interval}.json"
        source.telemetry.rows = RowHash()
        body = datas_pieces(source.telemetry, [placed], window, DAYS_AT_ONCE)
        return _write(folder, f"{path.lstrip('/')}/{name}", _Request(table, path, query), body, source)


def _write(
    folder: Path, name: str, request: _Request, body: Iterable[bytes], rows: RowHash | Source
) -> Written:
    """Write one answer, under another name until it is whole."""
    size, digest = 0, hashlib.sha256()
    with whole(folder / "data" / name) as file:
        for piece in body:
            size += file.write(piece)
            digest.update(piece)
    hashed = rows.rows if isinstance(rows, Source) else rows
    about = {"path": request.path, "query": request.query}
    return Written(name, request.table.value, size, digest.hexdigest(), hashed, about)


FORMAT = Api()
