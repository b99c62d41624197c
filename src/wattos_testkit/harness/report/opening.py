"""Opens the reporters that the user asked for, before the first request is sent."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple

from wattos_testkit.errors import UsageError, WattosError
from wattos_testkit.harness.report.places import Places
from wattos_testkit.harness.report.reporter import Reporter, RuleText, Settings
from wattos_testkit.harness.report.sink import FileSink, Sink, StandardOutput


class Format(NamedTuple):
    """One format of `--report`."""

    module: str
    reporter: str
    about: str
    to_file: bool = True


FORMATS = {
    "html": Format("page", "HtmlReport", "one self-contained page for people, with plots"),
    "json": Format("document", "JsonReport", "one object with everything; what --replay and --baseline read"),
    "ndjson": Format("ndjson", "NdjsonReport", "a line per event, while the run goes on"),
    "junit": Format("junit", "JunitReport", "a test case per rule and operation, for CI servers"),
    "sarif": Format("sarif", "SarifReport", "SARIF 2.1.0, for code scanning"),
    "gitlab": Format("gitlab", "GitlabReport", "Code Quality of GitLab merge requests"),
    "github": Format(
        "github", "GithubReport", "annotations and the step summary of GitHub Actions", to_file=False
    ),
    "har": Format("har", "HarReport", "every request and answer, HAR 1.2"),
    "markdown": Format("markdown", "MarkdownReport", "for a comment, a ticket or a wiki"),
}
_SPEC_BREAK = re.compile(r",(?=\s*[A-Za-z]+\s*(?:=|,|$))")


def open_reporters(  # noqa: PLR0913 - a keyword for each thing that only the caller knows
    specs: Sequence[str],
    *,
    quiet: bool,
    strict: bool,
    rules: Mapping[str, RuleText] | None = None,
    secrets: Sequence[str] = (),
    places: Places | None = None,
) -> list[Reporter]:
    """Open the terminal and every report that was asked for.

    Parameters
    ----------
    specs
        `FORMAT=FILE` each, or several in one with commas; `-` is standard output; `github` needs no file.
    quiet
        Say nothing but findings.
    strict
        Whether a warning fails the run.
    rules
        What is known of the rules, by id; one that is missing is reported without its explanation.
    secrets
        Texts that no report may hold.
    places
        Where annotations point.

    Raises
    ------
    UsageError
        If a format is unknown, needs a file, or shares one with another.
    OutputError
        If a file cannot be written; none is left behind.
    """
    wanted = _parse(specs)
    taken = any(path == "-" for _, path in wanted)
    settings = Settings(quiet, strict, rules or {}, tuple(secrets), places or Places())
    # A report on standard output is read by a program: people are then told on the other stream.
    stream = sys.stderr if taken else sys.stdout
    from wattos_testkit.harness.report.terminal import TerminalReport  # noqa: PLC0415 - not for `rules`

    opened: list[Sink] = []
    reporters: list[Reporter] = [TerminalReport(settings, stream)]
    try:
        for name, path in wanted:
            kind = FORMATS[name]
            reporter = getattr(import_module(f"wattos_testkit.harness.report.{kind.module}"), kind.reporter)
            if kind.to_file:
                opened.append(StandardOutput() if path == "-" else FileSink(path))
                reporters.append(reporter(settings, opened[-1]))
            else:
                reporters.append(reporter(settings, stream))
    except WattosError:
        for sink in opened:
            sink.discard()
        raise
    return reporters


def close_reporters(reporters: Sequence[Reporter]) -> None:
    """Close every reporter, also when one fails.

    Raises
    ------
    OutputError
        Of the first that could not be written, once all others are.
    BrokenPipeError
        If the reader of a report on standard output has gone.
    """
    failures: list[Exception] = []
    for reporter in reporters:
        try:
            reporter.close()
        except Exception as error:  # noqa: BLE001 - raised below, when nobody's report is at stake
            failures.append(error)
    if failures:
        raise failures[0]


def _parse(specs: Sequence[str]) -> list[tuple[str, str]]:
    """Return (format, path) of each report asked for."""
    wanted: list[tuple[str, str]] = []
    for spec in (part.strip() for text in specs for part in _SPEC_BREAK.split(text)):
        name, equals, path = (part.strip() for part in spec.partition("="))
        name = name.lower()
        if name not in FORMATS:
            raise UsageError(_unknown(spec, name))
        if FORMATS[name].to_file and not path:
            raise UsageError(f"report {name!r} needs a file: {name}=FILE, or {name}=- for standard output")
        if not FORMATS[name].to_file and equals:
            raise UsageError(f"report {name!r} takes no file: write {name} alone")
        wanted.append((name, path))
    _refuse_clashes(wanted)
    return wanted


def _refuse_clashes(wanted: Sequence[tuple[str, str]]) -> None:
    """Refuse two reports in one place: one would overwrite the other."""
    taken: dict[str, str] = {}
    for name, path in wanted:
        # Not realpath: a name that no file can have is refused where files are opened.
        place = path if path == "-" else os.path.normpath(path) if path else name
        if place in taken:
            where = "standard output" if path == "-" else path or name
            raise UsageError(f"reports {taken[place]!r} and {name!r} both go to {where}: give each its own")
        taken[place] = name


def _unknown(spec: str, name: str) -> str:
    near = get_close_matches(name, FORMATS, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"report {spec!r}: there is no format {name!r}{hint} (formats: {', '.join(FORMATS)})"
