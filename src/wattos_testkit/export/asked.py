"""An order as people write it on a command line."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wattos_testkit.errors import UsageError
from wattos_testkit.export.formats import FORMATS, about
from wattos_testkit.export.order import PARTITIONS, Order
from wattos_testkit.export.tables import Table
from wattos_testkit.export.times import parse_minute, parse_span, parse_window
from wattos_testkit.faults.scenario.reading import open_scenario
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.telemetry.columns import INTERVALS, Window

_ID = re.compile(r"[A-Z0-9]{8}", re.ASCII)
_SHOWN = 80
OpenFleet = Callable[[str | None, int | None, int | None], Fleet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options that say what is to be written, unread."""

    start: str
    end: str | None = None
    days: int | None = None
    duration: str | None = None
    interval: str = "15"
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    site_ids: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    fleet_file: str | None = None
    sites: int | None = None
    seed: int | None = None
    form: str
    partition: str = "none"
    base_url: str = "http://127.0.0.1:8080"
    scenario: str | None = None
    now: str | None = None


def read_order(asked: Asked, open_fleet: OpenFleet) -> Order:
    """Return the order that the options make.

    Raises
    ------
    UsageError
        For the first option that makes none.
    FleetError
        If the file of the fleet has mistakes.
    ScenarioError
        If the file of the scenario has mistakes.
    """
    window = _window(asked)
    tables = _tables(asked)
    _check_partition(asked)
    groups, sites, resources = (
        _ids(option, words)
        for option, words in (
            ("--group", asked.groups),
            ("--site", asked.site_ids),
            ("--resource", asked.resources),
        )
    )
    now = parse_minute("--now", asked.now) if asked.now is not None else None
    fleet = open_fleet(asked.fleet_file, asked.sites, asked.seed)
    order = Order(
        fleet=fleet,
        tables=tables,
        window=window,
        format=asked.form,
        groups=groups,
        sites=sites,
        resources=resources,
        partition=asked.partition,
        base_url=asked.base_url,
        fleet_file=Path(asked.fleet_file).name if asked.fleet_file else None,
        fleet_sites=asked.sites,
        scenario=open_scenario(asked.scenario, fleet, now) if asked.scenario is not None else None,
        now=now,
    )
    order.check_ids()
    return order


def _window(asked: Asked) -> Window:
    if asked.interval not in {str(one) for one in INTERVALS}:
        raise UsageError(_none_such("--interval", asked.interval, INTERVALS))
    if asked.days is not None and asked.duration is not None:
        raise UsageError("--days and --duration both say where the window ends: give one of them")
    span = asked.days * 1440 if asked.days is not None else None
    if asked.duration is not None:
        span = parse_span("--duration", asked.duration)
    minutes = int(asked.interval)
    return Window(*parse_window(asked.start, asked.end, span, minutes), minutes)


def _tables(asked: Asked) -> tuple[Table, ...]:
    known = about(asked.form)
    words = _words(asked.kinds)
    for word in words:
        if word not in set(Table):
            raise UsageError(_none_such("--kind", word, tuple(Table)))
        if Table(word) not in known.tables:
            raise UsageError(f"--kind: {asked.form} has no place for {word}")
    return tuple(table for table in known.tables if not words or table.value in words)


def _check_partition(asked: Asked) -> None:
    if asked.partition not in PARTITIONS:
        raise UsageError(_none_such("--partition", asked.partition, PARTITIONS))
    if asked.partition not in about(asked.form).partitions:
        able = [name for name, known in FORMATS.items() if asked.partition in known.partitions]
        raise UsageError(f"--partition: {asked.form} files are not cut; those of {', '.join(able)} are")


def _none_such(option: str, word: str, there_are: tuple[object, ...]) -> str:
    return f"{option}: there is no {word[:_SHOWN]!r}; there are {', '.join(map(str, there_are))}"


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of options that may be repeated, and may hold several with commas between."""
    return tuple(dict.fromkeys(word for value in values for word in value.split(",") if word))


def _ids(option: str, values: tuple[str, ...]) -> tuple[str, ...]:
    words = _words(values)
    for word in words:
        if not _ID.fullmatch(word):
            shown = repr(word[:_SHOWN])
            raise UsageError(f"{option}: {shown} is no id; an id is eight of A-Z and 0-9, such as PV000001")
    return words
