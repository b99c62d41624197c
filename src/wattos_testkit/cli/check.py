"""`wattos-testkit check`: contract-test a server."""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wattos_testkit.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wattos_testkit.harness.events import Event, RunFinished
    from wattos_testkit.harness.settings import Settings

_EXITS = (
    "Exit codes: 0 clean, 1 findings, 2 usage, 3 target cannot be tested, 4 internal error, 130 interrupted."
)
_PARTS = ("schemathesis", "jsonschema_rs", "urllib3", "requests")
_HIDDEN = "…"
_LONG = 6


@click.command(epilog=_EXITS)
@click.argument("target", required=False, metavar="[URL]")
@click.option(
    "--token", metavar="T", help="Bearer token; better from WATTOS_TOKEN, which no process list shows."
)
@click.option("--token-command", metavar="COMMAND", help="A command that prints the token.")
@click.option("--header", "-H", multiple=True, metavar="'N: V'", help="Send this header too. Repeatable.")
@click.option(
    "--group", multiple=True, metavar="ID", help="A group to look at. Repeatable; else the document's sample."
)
@click.option(
    "--spec", metavar="FILE", help="The target's own OpenAPI 3.0 document; operations bind by operationId."
)
@click.option(
    "--spec-map", metavar="FILE", help="YAML from our operation names to the operationIds of --spec."
)
@click.option(
    "--profile", metavar="NAME", help="smoke (about 110 requests), standard (5 minutes) or deep (an hour)."
)
@click.option("--seed", type=click.IntRange(0), metavar="S", help="Seed of all that is drawn.")
@click.option("--until", metavar="TIME", help="Ask about the time before this; else it is searched for.")
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    help="Only these rules: WT301, WT3. Repeatable, or with commas.",
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these: WT301, WT3, WT301@PV000001.")
@click.option("--severity", multiple=True, metavar="RULE=LEVEL", help="error or warning: WT801=error.")
@click.option(
    "--pin", multiple=True, metavar="NAME=VALUE", help="A convention that must hold: bucket_label=start."
)
@click.option("--strict", is_flag=True, default=None, help="Warnings fail the run too.")
@click.option(
    "--report", multiple=True, metavar="FORMAT=FILE", help="Also report as json, junit, html, sarif, …"
)
@click.option("--baseline", metavar="FILE", help="Findings in this file do not fail the run.")
@click.option("--update-baseline", is_flag=True, help="Write what is found to --baseline.")
@click.option(
    "--replay", metavar="REPORT[#N]", help="Ask the requests of one finding of a JSON report again."
)
@click.option(
    "--data",
    metavar="PATH",
    help="Check files instead of a server: captured answers, or what `generate` wrote.",
)
@click.option(
    "--config", metavar="FILE", help="Configuration; else wattos-testkit.toml or pyproject.toml from here up."
)
@click.option("--max-requests", type=click.IntRange(1), metavar="N", help="At most so many requests.")
@click.option("--max-time", metavar="TIME", help="At most so long: 90s, 5m, 1h.")
@click.option("--max-bytes", metavar="SIZE", help="Cut an answer that is larger: 512k, 8M.")
@click.option("--timeout", metavar="TIME", help="Longest silence of the target: 10s.")
@click.option("--max-answer-time", metavar="TIME", help="Cut an answer that takes longer: 30s.")
@click.option("--rate-limit", metavar="RATE", help="At most so often: 10/s, 300/m.")
@click.option("--ca-bundle", metavar="FILE", help="Authorities to trust, PEM.")
@click.option("--insecure", is_flag=True, default=None, help="Do not verify the target's certificate.")
@click.option("--client-cert", metavar="FILE", help="Our certificate, PEM.")
@click.option("--client-key", metavar="FILE", help="Its key, PEM.")
@click.option("--proxy", metavar="URL", help="Go through this proxy; else HTTP_PROXY and HTTPS_PROXY say.")
@click.option("--no-fuzz", "fuzz", flag_value=False, default=None, help="Leave Schemathesis out.")
@click.option(
    "--bad-methods",
    is_flag=True,
    default=None,
    help="Also send POST, PUT, PATCH and DELETE, with empty bodies.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but findings.")
def check(**given: Any) -> int:  # noqa: ANN401 - one argument per option
    """Contract-test the server at URL, down to what its numbers mean.

    It sends GET alone. What is found is reported by rule; `wattos-testkit explain RULE` says more.
    """
    if any(find_spec(part) is None for part in _PARTS):
        raise MissingExtraError("`check`", "check")
    from wattos_testkit.harness.config import find_config  # noqa: PLC0415 - `--help` needs none of it
    from wattos_testkit.harness.options import settings_of  # noqa: PLC0415 - as above

    config = find_config(given.pop("config"), Path.cwd())
    options = {**config.values, **{name: value for name, value in given.items() if value not in {None, ()}}}
    sources = [name for name in ("data", "replay") if options.get(name)]
    if len(sources) > 1 or (options.get("data") and given.get("target")):
        raise UsageError("check a server, files (--data) or a finding (--replay): one of them at a time")
    if not sources and not options.get("target"):
        raise UsageError("what is to be checked? Give a URL, such as http://127.0.0.1:8080, or --data PATH")
    if options.get("update_baseline") and not options.get("baseline"):
        raise UsageError("--update-baseline needs --baseline FILE, which it writes")
    settings = settings_of(options, environment_token=os.environ.get("WATTOS_TOKEN"))
    return _report(replace(settings, command=_command(settings)), options)


def _command(settings: Settings) -> str:
    """Return the command line that repeats the run, without its secrets."""
    # The longest first: a part of a secret is a secret, too.
    secrets = sorted(settings.secrets, key=len, reverse=True)
    return " ".join(["wattos-testkit", *(shlex.quote(_without(word, secrets)) for word in sys.argv[1:])])


def _without(word: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if len(secret) >= _LONG:
            word = word.replace(secret, _HIDDEN)
        elif word == secret or word.endswith((f"={secret}", f":{secret}", f": {secret}")):
            # So short a secret may be a part of any word.
            word = word.removesuffix(secret) + _HIDDEN
    return re.sub(r"(://)[^/@\s]+@", rf"\1{_HIDDEN}@", word)


def _report(settings: Settings, options: dict[str, Any]) -> int:
    """Run, with every reporter listening; return the exit code."""
    from wattos_testkit.harness.report import (  # noqa: PLC0415 - see above
        Places,
        close_reporters,
        open_reporters,
    )
    from wattos_testkit.harness.rulebook import all_rules  # noqa: PLC0415 - see above

    events = _events(settings, options)
    reporters = open_reporters(
        options.get("report", ()),
        quiet=options["quiet"],
        strict=settings.strict,
        rules=all_rules(),
        secrets=settings.secrets,
        places=Places.in_file(settings.spec),
    )
    finished: RunFinished | None = None
    try:
        finished = _listen(events, reporters)
    finally:
        close_reporters(reporters)
    if finished is None:
        return 4
    for note in finished.notes:
        click.echo(f"wattos-testkit: {note}", err=True)
    if options.get("update_baseline") and finished.exit_code in {0, 1}:
        from wattos_testkit.harness.baseline import write_baseline  # noqa: PLC0415 - rarely needed

        count = write_baseline(options["baseline"], finished.findings)
        click.echo(f"wattos-testkit: {options['baseline']} now holds {count} findings", err=True)
        return 0
    return finished.exit_code


def _listen(events: Iterator[Event], reporters: list[Any]) -> RunFinished | None:
    """Pass every event on; Ctrl-C ends the run, and what was found until then is still told."""
    from wattos_testkit.harness.events import RunFinished  # noqa: PLC0415 - see above

    stop = False
    while True:
        try:
            event = events.throw(KeyboardInterrupt) if stop else next(events)  # type: ignore[attr-defined]
            stop = False
            for reporter in reporters:
                reporter.on(event)
            if isinstance(event, RunFinished):
                return event
        except KeyboardInterrupt:
            if stop:
                raise
            stop = True
        except StopIteration:
            return None


def _events(settings: Settings, options: dict[str, Any]) -> Iterator[Event]:
    if options.get("data"):
        from wattos_testkit.harness.data import check_data  # noqa: PLC0415 - only for files

        return check_data(options["data"], settings)
    if options.get("replay"):
        from wattos_testkit.harness.replay import replay  # noqa: PLC0415 - only for a replay

        return replay(options["replay"], settings)
    from wattos_testkit.harness.engine import check as run_check  # noqa: PLC0415 - only for a server

    return run_check(settings)
