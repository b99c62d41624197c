"""What every reporter is, and the record of a run that most of them tell when it is over."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Protocol

from wattos_testkit.errors import OutputError
from wattos_testkit.harness.events import (
    Convention,
    Event,
    Exchange,
    Finding,
    FindingSeen,
    Progress,
    RuleOutcome,
    RunFinished,
    RunStarted,
)
from wattos_testkit.harness.report.places import Places
from wattos_testkit.harness.report.sink import Sink
from wattos_testkit.harness.report.text import Hiding, scrubbed


class Reporter(Protocol):
    """Listens to the events of one run."""

    def on(self, event: Event) -> None:
        """Take one event; never raises for what a target has sent."""

    def close(self) -> None:
        """End: everything that was heard is told, also when the run ended early."""


class RuleText(Protocol):
    """What a report says of a rule; the rules of the registry fit."""

    @property
    def title(self) -> str:
        """One line on what is wrong."""

    @property
    def why(self) -> str:
        """One line on why it matters."""

    @property
    def how(self) -> str:
        """How it is decided."""

    @property
    def false_alarms(self) -> str:
        """How it can be wrong."""


@dataclass(frozen=True)
class Settings:
    """What all reporters of a run share."""

    quiet: bool = False
    strict: bool = False
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    places: Places = field(default_factory=Places)

    def title(self, rule: str) -> str:
        """Return the title of a rule, or nothing of one that is not known."""
        return self.rules[rule].title if rule in self.rules else ""


@dataclass(frozen=True)
class Run:
    """A run as it stands at its end."""

    started: RunStarted
    finished: RunFinished
    moment: float | None = None
    """When its first request was sent, in seconds since 1970; None of a run without one."""

    @property
    def date(self) -> str:
        """Return when it was, as `2024-03-20T00:00:00Z`; nothing of a run without a request."""
        if self.moment is None:
            return ""
        return datetime.fromtimestamp(self.moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""
        return self.finished.findings

    @property
    def ended_early(self) -> bool:
        """Whether the run was cut short or could not test: its silence then proves nothing."""
        return self.finished.exit_code not in {0, 1} or bool(self.finished.reason)


class Record:
    """Keeps of a run what its report will need; not the exchanges, which have no bound."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._hiding = Hiding(secrets)
        self._started: RunStarted | None = None
        self._finished: RunFinished | None = None
        self._findings: dict[tuple[object, ...], Finding] = {}
        self._outcomes: list[RuleOutcome] = []
        self._conventions: list[Convention] = []
        self._requests = 0
        self._moment: float | None = None

    def on(self, event: Event) -> None:
        """Remember one event, its secrets taken out."""
        if isinstance(event, Exchange):
            # The clock belongs to the transport: what it says of the first exchange dates the report.
            self._moment = event.started if self._moment is None else self._moment
        elif isinstance(event, Progress):
            self._requests = event.requests
        else:
            self._take(scrubbed(event, self._hiding))

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._started = event
        elif isinstance(event, FindingSeen):
            # The same cause seen again comes with a higher count and takes the place of the earlier one.
            self._findings[(*event.finding.key, event.finding.message)] = event.finding
        elif isinstance(event, RuleOutcome):
            self._outcomes.append(event)
        elif isinstance(event, Convention):
            self._conventions.append(event)
        elif isinstance(event, RunFinished):
            self._finished = event

    def run(self) -> Run | None:
        """Return the run; None if it never started. What was heard stands in for an end that never came."""
        if self._started is None:
            return None
        finished = self._finished or RunFinished(
            findings=tuple(self._findings.values()),
            outcomes=tuple(self._outcomes),
            conventions=tuple(self._conventions),
            requests=self._requests,
            seconds=0.0,
            exit_code=4,
            reason="the run broke off before its end",
        )
        return Run(self._started, finished, self._moment)


class WholeReport(ABC):
    """A report that is written in one go when the run is over."""

    def __init__(self, settings: Settings, sink: Sink) -> None:
        self.settings = settings
        self.sink = sink
        self._record = Record(settings.secrets)

    def on(self, event: Event) -> None:
        """Remember what a report needs."""
        self._record.on(event)

    def close(self) -> None:
        """Write the report; nothing at all of a run that never started.

        Raises
        ------
        OutputError
            If it cannot be written; then nothing is left behind.
        """
        run = self._record.run()
        if run is None:
            self.sink.discard()
            return
        try:
            for piece in self.render(run):
                self.sink.write(piece)
        except BaseException:
            self.sink.discard()
            raise
        self.sink.commit()

    @abstractmethod
    def render(self, run: Run) -> Iterable[str]:
        """Return the report in pieces."""


class StreamReport(ABC):
    """A report that is written while the run goes on, so that its memory has a bound."""

    hears: ClassVar[tuple[type, ...]] = ()

    def __init__(self, settings: Settings, sink: Sink) -> None:
        self.settings = settings
        self.sink = sink
        self._hiding = Hiding(settings.secrets)
        self._error: OutputError | None = None
        self._heard = False

    def on(self, event: Event) -> None:
        """Write what the event adds; a full disk does not end the run, it is said at the close."""
        if isinstance(event, RunStarted):
            self._heard = True
        if self._error is None and isinstance(event, self.hears):
            try:
                self.stream(scrubbed(event, self._hiding))
            except OutputError as error:
                self._error = error

    def close(self) -> None:
        """Write what ends the document.

        Raises
        ------
        OutputError
            If it could not be written, now or earlier; then nothing is left behind.
        """
        if self._error is not None:
            raise self._error
        if not self._heard:
            self.sink.discard()
            return
        try:
            self.end()
        except BaseException:
            self.sink.discard()
            raise
        self.sink.commit()

    @abstractmethod
    def stream(self, event: Event) -> None:
        """Write what one event adds."""

    def end(self) -> None:  # noqa: B027 - not every format has an end
        """Write what ends the document."""
