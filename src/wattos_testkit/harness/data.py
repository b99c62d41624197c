"""Files instead of a server: the judge's questions are answered out of captured or generated rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wattos_testkit import __version__
from wattos_testkit.contract import load_contract
from wattos_testkit.errors import TargetError
from wattos_testkit.harness.asked import MINUTES_A_DAY, SERIES, minute_of
from wattos_testkit.harness.body import BodyError, Schemas
from wattos_testkit.harness.clock import SystemClock
from wattos_testkit.harness.engine import verdict_events
from wattos_testkit.harness.events import Event, Evidence, PhaseStarted, Progress, RunStarted
from wattos_testkit.harness.files import FileReader, Found, Row, files_of
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.profiles import Profile, profile_named
from wattos_testkit.harness.rulebook import all_rules
from wattos_testkit.harness.settings import Settings
from wattos_testkit.invariants.question import Answer, Question

_MOST_ROWS = 40_000
"""So many rows are held, the newest of each series: about 60 MB."""
_NO_ANSWER, _UNKNOWN, _OK = 0, 404, 200
Key = tuple[str, str, int]


@dataclass
class _Span:
    """One series: how many rows, from when to when."""

    rows: int = 0
    first: int = 2**62
    last: int = -(2**62)


@dataclass
class Store:
    """Rows of files, to be asked as a server is."""

    spans: dict[Key, _Span] = field(default_factory=dict)
    series: dict[Key, list[tuple[int, Row]]] = field(default_factory=dict)
    sites: list[Row] = field(default_factory=list)
    resources: dict[str, list[Row]] = field(default_factory=dict)
    """By site."""

    def answer(self, question: Question) -> Answer:
        """Answer a question as a server that has these rows would."""
        held = [key for key in self.series if key[0] == question.operation]
        if question.resource is not None:
            held = [key for key in held if key[1] == question.resource]
            if not held:
                return Answer(_UNKNOWN, None, None)
        held = [key for key in held if key[2] == question.interval]
        if not held:
            return Answer(_NO_ANSWER, None, None)
        rows = [
            row
            for key in sorted(held)
            for minute, row in self.series[key]
            if question.start <= minute and minute + question.interval <= question.end
        ]
        return Answer(_OK, {"datas": rows}, None)


def check_data(path: str, settings: Settings) -> Iterator[Event]:
    """Judge the rows of files.

    Raises
    ------
    UsageError
        If there are no such files, or the settings cannot be used; before the first event.
    """
    return iter(_FileCheck(path, settings))


class _FileCheck:
    """One run over files."""

    def __init__(self, path: str, settings: Settings) -> None:
        from wattos_testkit.invariants.judge import Judge  # noqa: PLC0415 - numpy only when needed

        self._path, self._settings = path, settings
        self._files = files_of(path)
        self._contract = load_contract(settings.spec, settings.mapping)
        self._profile: Profile = profile_named(settings.profile)
        self._findings = Findings(all_rules(), settings.selection, settings.seed)
        self._findings.load_baseline(settings.baseline)
        self._judge = Judge(dict(settings.pins), settings.seed)
        self._schemas = Schemas(self._contract)
        self._reader = FileReader(self._contract)
        self._store = Store()
        self._reason = ""
        self._code = 0

    def __iter__(self) -> Iterator[Event]:
        began = SystemClock().monotonic()
        seed, command = self._settings.seed, self._settings.command
        yield RunStarted(self._path, self._profile.name, seed, __version__, command)
        try:
            yield PhaseStarted("read", f"{len(self._files)} files")
            for file in self._files:
                self._read(file)
                yield Progress("read", 0, str(file))
            self._hold()
            yield PhaseStarted("mean", "what the rows say")
            yield from self._ask()
        except TargetError as error:
            self._reason, self._code = str(error), error.exit_code
        except KeyboardInterrupt:
            self._reason, self._code = "interrupted", 130
        seconds = SystemClock().monotonic() - began
        yield from verdict_events(
            self._findings, self._judge.verdict(), self._settings, 0, seconds, self._reason, self._code
        )

    def _read(self, file: Path) -> None:
        """First reading: validate each row, and note which series there are."""
        self._findings.asked("WT104")
        try:
            for found in self._reader.rows(file):
                self._validate(found)
                self._note(found)
        except BodyError as error:
            seen = Evidence(str(file), "a whole file", str(error))
            self._findings.report("WT104", None, f"{file}: {error}", evidence=[seen])

    def _validate(self, found: Found) -> None:
        operation = found.operation
        self._findings.asked("WT105", operation)
        schema: Mapping[str, Any] = self._contract.operations[operation].row_schema()[1]
        for breach in self._schemas.breaches(operation, _OK, "row", dict(schema), found.row):
            seen = Evidence(f"{found.where} {breach.where}", breach.expected, breach.seen, found.row)
            message = f"{breach.where}: {breach.seen} {breach.expected}"
            self._findings.report("WT105", operation, message, evidence=[seen])

    def _note(self, found: Found) -> None:
        if found.operation == "get_sites":
            self._store.sites.append(found.row)
        elif found.operation == "get_resources":
            self._store.resources.setdefault(found.site or "", []).append(found.row)
        elif (known := _key(found)) is not None:
            key, minute = known
            span = self._store.spans.setdefault(key, _Span())
            span.rows += 1
            span.first, span.last = min(span.first, minute), max(span.last, minute + key[2])

    def _hold(self) -> None:
        """Second reading: hold the newest rows of the chosen series."""
        spans = self._store.spans
        if not spans:
            raise TargetError(f"--data {self._path}: there is nothing to judge: no file has rows of a series")
        chosen: set[Key] = set()
        for operation in SERIES:
            names = sorted({key[1] for key in spans if key[0] == operation})
            held = names[: self._profile.resources]
            chosen |= {key for key in spans if key[0] == operation and key[1] in held}
        share = _MOST_ROWS // len(chosen)
        since: dict[Key, int] = {}
        for key in chosen:
            length = min(self._profile.days * MINUTES_A_DAY, share * key[2])
            since[key] = max(spans[key].first, spans[key].last - length)
        for file in self._files:
            try:
                for found in self._reader.rows(file):
                    known = _key(found)
                    if known is not None and known[0] in chosen and known[1] >= since[known[0]]:
                        self._store.series.setdefault(known[0], []).append((known[1], found.row))
            except BodyError:
                continue

    def _ask(self) -> Iterator[Event]:
        """Put the judge's questions to the rows."""
        store = self._store
        groups = list(dict.fromkeys(str(row.get("group_id")) for row in store.sites)) or [""]
        for group in groups:
            sites = [row for row in store.sites if str(row.get("group_id")) == group]
            names = [str(row.get("site_id")) for row in sites] or list(store.resources)
            listed = {name: store.resources[name] for name in names if name in store.resources}
            if sites or listed:
                self._judge.listed(sites, listed, group or None)
        stretches: dict[str, tuple[int, int]] = {}
        for (_, resource, interval), rows in store.series.items():
            minutes = [minute for minute, _ in rows]
            first, last = stretches.get(resource, (2**62, -(2**62)))
            stretches[resource] = min(first, *minutes), max(last, *(one + interval for one in minutes))
        for question in self._judge.questions(stretches, self._profile.name):
            self._judge.answer(question, store.answer(question))
            yield Progress(
                "mean", 0, f"{question.purpose}: {question.operation} {question.resource or ''}".rstrip()
            )
        # Whatever the questions did not reach is looked at once, whole.
        for (operation, resource, interval), rows in store.series.items():
            start, end = stretches[resource]
            question = Question(operation, SERIES[operation], resource, start, end, interval, "held")
            self._judge.witness(question, Answer(_OK, {"datas": [row for _, row in rows]}, None))


def _key(found: Found) -> tuple[Key, int] | None:
    """Return the series and the minute of a row, if it says both."""
    if found.operation not in SERIES:
        return None
    row = found.row
    try:
        interval = int(row["agg_interval"])
        return (found.operation, str(row["resource_id"]), interval), minute_of(str(row["timestamp"]))
    except (KeyError, TypeError, ValueError):
        return None
