"""NDJSON: a line per event, written while the run goes on; for those who follow it with a program."""

import json
import re
from dataclasses import asdict
from typing import Any, ClassVar

from wattos_testkit.harness.events import (
    Convention,
    Event,
    Exchange,
    FindingSeen,
    PhaseStarted,
    Progress,
    RuleOutcome,
    RunFinished,
    RunStarted,
)
from wattos_testkit.harness.report.document import finding_object, plain
from wattos_testkit.harness.report.reporter import StreamReport


class NdjsonReport(StreamReport):
    """Writes each event as it comes: `event` names its kind, the rest are its fields."""

    hears: ClassVar[tuple[type, ...]] = (
        RunStarted,
        PhaseStarted,
        Progress,
        FindingSeen,
        RuleOutcome,
        Convention,
        Exchange,
        RunFinished,
    )

    def stream(self, event: Event) -> None:
        """Write one line."""
        if isinstance(event, FindingSeen):
            fields: dict[str, Any] = {"finding": finding_object(event.finding, self.settings)}
        elif isinstance(event, Exchange):
            # The HAR has headers and bodies; here an exchange is one line among many.
            fields = {name: getattr(event, name) for name in _EXCHANGE}
        elif isinstance(event, RunFinished):
            # Outcomes and conventions have had their lines; the findings have their last counts only here.
            fields = {name: getattr(event, name) for name in _FINISHED}
            fields["findings"] = [finding_object(finding, self.settings) for finding in event.findings]
        else:
            fields = asdict(event)
        line = json.dumps({"event": _name(event)} | plain(fields), allow_nan=False)
        self.sink.write(line + "\n")


_EXCHANGE = ("method", "url", "status", "started", "seconds", "body_bytes")
_FINISHED = ("requests", "seconds", "exit_code", "reason", "notes")


def _name(event: Event) -> str:
    """Return `run_started` for a RunStarted."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
