"""The terminal: what is being done while it runs, then what was found."""

import os
from typing import IO, TYPE_CHECKING, Any

from wattos_testkit.harness.events import Event, Exchange, FindingSeen, PhaseStarted, Progress, RunStarted
from wattos_testkit.harness.report.lines import Line, headline, result_lines
from wattos_testkit.harness.report.reporter import Record, Settings
from wattos_testkit.harness.report.sink import Voice
from wattos_testkit.harness.report.text import Hiding, plural, scrubbed, shortened, visible

if TYPE_CHECKING:
    from rich.status import Status


_MINUTE = 60.0


class TerminalReport:
    """Writes to a person: coloured and live on a terminal, plain in a pipe and in CI."""

    def __init__(self, settings: Settings, stream: IO[str]) -> None:
        self.settings = settings
        self._record = Record(settings.secrets)
        self._hiding = Hiding(settings.secrets)
        self._screen: _Plain | _Rich = _Rich(stream) if _is_live(stream) else _Plain(stream)
        self._phase = ""
        self._found = 0
        self._now = 0.0

    def on(self, event: Event) -> None:
        """Say what is being done, unless quiet; remember the rest."""
        self._record.on(event)
        if self.settings.quiet:
            return
        if isinstance(event, RunStarted):
            self._screen.say(headline(scrubbed(event, self._hiding)))
        elif isinstance(event, PhaseStarted):
            self._phase = visible(event.name)
            detail = f"  {shortened(self._hiding.any(event.detail), 200)}" if event.detail else ""
            self._screen.begin([(self._phase, "bold"), (detail, "")])
        elif isinstance(event, FindingSeen):
            self._found += 1
        elif isinstance(event, Exchange):
            self._now = event.started
        elif isinstance(event, Progress):
            found = f" · {plural(self._found, 'finding')}" if self._found else ""
            message = f" · {shortened(self._hiding.any(event.message), 100)}" if event.message else ""
            text = f"{self._phase} · {plural(event.requests, 'request')}{found}{message}"
            self._screen.live(text, self._now)

    def close(self) -> None:
        """Say what was found, worst first."""
        self._screen.still()
        run = self._record.run()
        if run is None:
            return
        if not self.settings.quiet:
            self._screen.say([])
        for line in result_lines(run, self.settings):
            self._screen.say(line)
        self._screen.flush()


class _Plain:
    """Lines without colour: one a phase, and one a minute, since who hears nothing takes a run for dead."""

    def __init__(self, stream: IO[str]) -> None:
        self._voice = Voice(stream)
        self._said = 0.0

    def say(self, line: Line) -> None:
        self._voice.say("".join(piece for piece, _ in line))

    def begin(self, line: Line) -> None:
        self.say(line)
        self.flush()

    def live(self, text: str, now: float) -> None:
        """Say where the run stands, once a minute by the clock of its requests."""
        if now - self._said < _MINUTE:
            return
        if self._said:
            self.begin([(text, "")])
        self._said = now

    def still(self) -> None:
        """Nothing moves."""

    def flush(self) -> None:
        self._voice.flush()


class _Rich:
    """Colours, and one line that moves; rich is imported only here, when there is someone to look."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console  # noqa: PLC0415 - a pipe does without

        self._console = Console(file=stream, highlight=False, emoji=False, markup=False)
        self._status: Status | None = None

    def say(self, line: Line) -> None:
        # rich breaks no line: a curl command is pasted, and a terminal wraps by itself.
        self._console.print(self._text(line), soft_wrap=True)

    def begin(self, line: Line) -> None:
        self.still()
        self._status = self._console.status(self._text(line))
        self._status.start()

    def live(self, text: str, _: float) -> None:
        if self._status is not None:
            self._status.update(self._text([(text, "")], cut=True))

    def still(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def flush(self) -> None:
        self._console.file.flush()

    def _text(self, line: Line, *, cut: bool = False) -> Any:  # noqa: ANN401 - a Text of rich
        from rich.text import Text  # noqa: PLC0415 - a pipe does without

        encoding = self._console.encoding
        pieces = [(piece.encode(encoding, "replace").decode(encoding), style) for piece, style in line]
        text = Text.assemble(*pieces)
        if cut:
            text.truncate(max(10, self._console.width - 4), overflow="ellipsis")
        return text


def _is_live(stream: IO[str]) -> bool:
    """Tell whether somebody watches; a CI server may pretend to be a terminal."""
    if os.environ.get("CI", "").lower() in {"1", "true"} or os.environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
