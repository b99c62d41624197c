"""A folder against its manifest; and, when asked, its rows against what the generator answers today."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wattos_testkit import __version__
from wattos_testkit.errors import UsageError
from wattos_testkit.export.engines import Engine
from wattos_testkit.export.folder import MANIFEST, read_manifest
from wattos_testkit.export.formats import FORMATS, about
from wattos_testkit.export.manifest import DATA_VERSION
from wattos_testkit.export.order import Order
from wattos_testkit.export.plan import tasks
from wattos_testkit.export.progress import Progress
from wattos_testkit.export.rowhash import NAME, RowHash
from wattos_testkit.export.tables import Table
from wattos_testkit.export.times import parse_minute
from wattos_testkit.export.whole import sha256_of
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.reading import read_scenario
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.telemetry.columns import Window

Json = dict[str, Any]
_NAMED = 3


def check_files(folder: Path, manifest: Json) -> Iterator[str]:
    """Yield what is wrong with the files of a folder, one line each, by file."""
    known: set[str] = set()
    for entry in manifest["resources"]:
        path = entry.get("path") if isinstance(entry, dict) else None
        if not isinstance(path, str) or Path(path).is_absolute() or ".." in Path(path).parts:
            yield f"{MANIFEST}: names a path that is none below this folder: {path!r}"
            continue
        if path not in known:
            known.add(path)
            yield from _check_file(folder, path, entry)
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in known and name != MANIFEST and not name.startswith("."):
            yield f"{name}: is not in the manifest"


def _check_file(folder: Path, path: str, entry: Json) -> Iterator[str]:
    file = folder / path
    try:
        if not file.is_file():
            yield f"{path}: is missing"
            return
        size = file.stat().st_size
        if size != entry.get("bytes"):
            yield f"{path}: has {size:,} bytes; the manifest says {entry.get('bytes'):,}"
            return
        found = f"sha256:{sha256_of(file)}"
    except OSError as error:
        yield f"{path}: cannot be read: {error.strerror}"
        return
    if found != entry.get("hash"):
        yield f"{path}: its content has changed: {found}; the manifest says {entry.get('hash')}"


def order_of(manifest: Json, open_fleet: Callable[[str | None, int | None, int], Fleet]) -> Order:
    """Return the order that a manifest is of.

    Raises
    ------
    UsageError
        If it does not say one.
    """
    try:
        about = manifest["wattos"]
        asked = about["order"]
        start, end = (parse_minute(MANIFEST, about[name]) for name in ("start", "end"))
        form = about["format"]
        if form not in FORMATS:
            raise UsageError(f"{MANIFEST}: its format {form!r} is not known here")
        fleet = open_fleet(asked["fleet_file"], asked["sites"], about["seed"])
        now = parse_minute(MANIFEST, asked["now"]) if "now" in asked else None
        return Order(
            fleet=fleet,
            tables=tuple(Table(name) for name in asked["kind"]),
            window=Window(start, end, int(about["interval"])),
            format=form,
            groups=tuple(asked["group"]),
            sites=tuple(asked["site"]),
            resources=tuple(asked["resource"]),
            partition=asked["partition"],
            base_url=asked["base_url"],
            scenario=_scenario(asked["scenario"], fleet, now) if "scenario" in asked else None,
            now=now,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{MANIFEST}: does not say what was asked for ({type(error).__name__}: {error})"
        ) from None


def _scenario(said: Json, fleet: Fleet, now: int | None) -> Scenario:
    day = date.fromisoformat(said["day"]) if said["day"] is not None else None
    return read_scenario(said["document"], said["source"], fleet, now, day=day)


def check_rows(
    manifest: Json, order: Order, start_engine: Callable[[Order], Engine], progress: Progress
) -> Iterator[str]:
    """Yield in which files the rows are others than those that the generator gives."""
    about = manifest["wattos"]
    if about.get("fleet_hash") != order.fleet.digest:
        yield (
            f"{MANIFEST}: was made of another fleet ({about.get('fleet_hash')}; here {order.fleet.digest}): "
            "--fleet names the file of the one it was made of"
        )
        return
    if about.get("rows_hash") != NAME:
        yield f"{MANIFEST}: hashes rows as {about.get('rows_hash')}; this version knows {NAME}"
        return
    files: dict[tuple[str, int | None], list[Json]] = defaultdict(list)
    for entry in manifest["resources"]:
        if "rows_hash" in entry.get("wattos", {}):
            files[entry["wattos"]["table"], entry["wattos"].get("task")].append(entry)
    found = _regenerate(order, set(files), start_engine, progress)
    for key, entries in files.items():
        said = sum(entry["wattos"]["rows"] for entry in entries), _sum(entries)
        made = found.get(key, RowHash())
        if said != (made.rows, str(made)):
            names = ", ".join(entry["path"] for entry in entries[:_NAMED])
            names += " …" if entries[_NAMED:] else ""
            yield f"{names}: its rows are not those that the generator gives{_why(about)}"


def _why(about: Json) -> str:
    if about.get("version") == __version__:
        return ""
    return f" (made by version {about.get('version')}; this is {__version__}, data version {DATA_VERSION})"


def _sum(entries: list[Json]) -> str:
    """Return the hash of the rows of several files together, as manifests write it."""
    total = RowHash()
    for entry in entries:
        digits = str(entry["wattos"]["rows_hash"]).rpartition(":")[2]
        total = total.plus(RowHash(0, int(digits[:16] or "0", 16), int(digits[16:] or "0", 16)))
    return str(total)


def _regenerate(
    order: Order,
    keys: set[tuple[str, int | None]],
    start_engine: Callable[[Order], Engine],
    progress: Progress,
) -> dict[tuple[str, int | None], RowHash]:
    """Return the hashes of the rows of an order, by table and, for files of one task, by task."""
    found: dict[tuple[str, int | None], RowHash] = {}
    engine = start_engine(replace(order, rehearsal=True))
    try:
        with TemporaryDirectory() as nowhere:
            for receipt in engine.run(tasks(order, about(order.format).cut), Path(nowhere)):
                rows, table = receipt.written[0].rows, receipt.task.table.value
                key = (table, receipt.task.number) if (table, receipt.task.number) in keys else (table, None)
                found[key] = found.get(key, RowHash()).plus(rows)
                progress.add(rows.rows)
    finally:
        engine.close()
    return found


def verify(folder: Path) -> tuple[Json, list[str]]:
    """Return the manifest of a folder, and what is wrong with its files.

    Raises
    ------
    UsageError
        If there is no manifest, or it is damaged.
    """
    manifest = read_manifest(folder)
    return manifest, list(check_files(folder, manifest))
