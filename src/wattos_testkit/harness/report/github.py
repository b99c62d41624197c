"""GitHub Actions: at most ten annotations, and the step summary.

Workflow commands and their escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import os
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import IO

from wattos_testkit.errors import OutputError
from wattos_testkit.harness.events import Event, Finding
from wattos_testkit.harness.report.grouping import by_rule
from wattos_testkit.harness.report.markdown import markdown_lines
from wattos_testkit.harness.report.reporter import Record, Run, Settings
from wattos_testkit.harness.report.sink import Voice
from wattos_testkit.harness.report.text import shortened, visible
from wattos_testkit.harness.report.wording import headline, verdict

MOST = 10
"""Annotations of one kind that GitHub shows of a step; the rest would be lost without a word."""
_SUMMARY_BYTES = 1_000_000
"""GitHub refuses a step summary above 1 MiB altogether."""


class GithubReport:
    """Writes workflow commands to the log, and Markdown to the file in GITHUB_STEP_SUMMARY."""

    def __init__(self, settings: Settings, stream: IO[str]) -> None:
        self.settings = settings
        self._voice = Voice(stream)
        self._record = Record(settings.secrets)
        self._summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if self._summary:
            self._append("")

    def on(self, event: Event) -> None:
        """Remember what is needed at the end."""
        self._record.on(event)

    def close(self) -> None:
        """Write annotations and summary.

        Raises
        ------
        OutputError
            If the summary cannot be written.
        """
        run = self._record.run()
        if run is None:
            return
        for line in annotations(run, self.settings):
            self._voice.say(line)
        self._voice.flush()
        if self._summary:
            self._append(_whole_lines(markdown_lines(run, self.settings)))

    def _append(self, text: str) -> None:
        try:
            with Path(self._summary or "").open("a", encoding="utf-8") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            raise OutputError(f"report github: GITHUB_STEP_SUMMARY cannot be written: {error}") from None


def annotations(run: Run, settings: Settings) -> Iterator[str]:
    """Yield at most ten workflow commands: every rule once before any rule twice, worst first."""
    lines = list(_commands(run, settings))
    yield from lines[:MOST] if len(lines) <= MOST else lines[: MOST - 1]
    if len(lines) > MOST:
        rest = len(lines) - (MOST - 1)
        yield _command("notice", {"title": "wattos-testkit"}, f"{rest:,} more findings: see the step summary")


def _commands(run: Run, settings: Settings) -> Iterator[str]:
    if run.finished.exit_code not in {0, 1}:
        title = f"wattos-testkit: {verdict(run).lower()}"
        yield _command("error", {"title": title}, visible(run.finished.reason) or "no reason given")
    columns = [group.findings for group in by_rule(run.findings)]
    for finding in chain.from_iterable(zip_longest(*columns)):
        if finding is not None:
            yield _annotation(finding, settings)


def _annotation(finding: Finding, settings: Settings) -> str:
    title = f"{finding.rule} {settings.title(finding.rule) or finding.family}"
    properties = {"title": visible(title)}
    if settings.places.lines:
        line = settings.places.line(finding.operation)
        properties = {"file": settings.places.path, "line": str(line)} | properties
    lines = [shortened(headline(finding), 500)]
    for proof in finding.evidence[:1]:
        lines.append(f"expected {shortened(proof.expected, 200)}")
        lines.append(f"seen {shortened(proof.seen, 200)} at {shortened(proof.where, 100)}")
    lines += [visible(request.curl) for request in islice(finding.requests, 1)]
    return _command(str(finding.severity), properties, "\n".join(lines))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    fields = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {fields}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _whole_lines(lines: Iterator[str]) -> str:
    """Return as many lines as fit into a summary."""
    kept, size = [], 0
    for line in lines:
        size += len(line.encode("utf-8", "replace")) + 1
        if size > _SUMMARY_BYTES:
            kept.append("\n(The rest was left out: it is too long for a step summary.)")
            break
        kept.append(line)
    return "\n".join(kept) + "\n\n"
