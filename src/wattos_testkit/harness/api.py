"""The check as a Python API: an iterator of events."""

import os
from collections.abc import Iterator
from typing import Any

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.engine import check as run_check
from wattos_testkit.harness.events import Event, RunFinished
from wattos_testkit.harness.options import settings_of

OPTIONS = frozenset(
    {
        *("token", "token_command", "header", "group", "spec", "spec_map", "profile", "seed", "until"),
        *("select", "ignore", "severity", "pin", "strict", "baseline", "bad_methods", "fuzz"),
        *("ca_bundle", "insecure", "client_cert", "client_key", "proxy", "rate_limit"),
        *("max_requests", "max_time", "max_bytes", "timeout", "max_answer_time"),
    }
)


def check(target: str, **options: Any) -> Iterator[Event]:  # noqa: ANN401 - as many kinds as options
    """Check a server; yield what happens, RunFinished last.

    Options have the names of those of the command, with underscores: `check(url, group="GROUP001",
    profile="smoke", ignore=["WT008"], max_time="90s")`. The token comes from `token`, `token_command` or the
    environment's WATTOS_TOKEN.

    Raises
    ------
    UsageError
        If an option is unknown or cannot be used; before the first event.
    """
    return run_check(_settings(target, options))


def check_files(path: str, **options: Any) -> Iterator[Event]:  # noqa: ANN401 - as above
    """Check files instead of a server: captured answers, or what `generate` wrote; as `check` otherwise."""
    from wattos_testkit.harness.data import check_data  # noqa: PLC0415 - only for files

    return check_data(path, _settings("", options))


def finish(events: Iterator[Event]) -> RunFinished:
    """Run to the end; return the last event, which has everything that was found."""
    last: Event | None = None
    for last in events:  # noqa: B007 - only the last one is wanted
        pass
    if not isinstance(last, RunFinished):
        raise TypeError("a run ends with RunFinished")
    return last


def _settings(target: str, options: dict[str, Any]) -> Any:  # noqa: ANN401 - Settings
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise UsageError(f"there is no option {', '.join(unknown)}; there are {', '.join(sorted(OPTIONS))}")
    return settings_of({"target": target, **options}, environment_token=os.environ.get("WATTOS_TOKEN"))
