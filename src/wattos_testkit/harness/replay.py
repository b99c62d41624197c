"""Replay: ask the requests of one finding again, and say whether it is still there."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from wattos_testkit.errors import TargetError, UsageError
from wattos_testkit.harness.asked import SERIES
from wattos_testkit.harness.clock import Clock
from wattos_testkit.harness.engine import Check
from wattos_testkit.harness.events import Event
from wattos_testkit.harness.refusals import judge_conditional, judge_method, judge_probe
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.settings import Settings
from wattos_testkit.harness.target import PLACEHOLDER
from wattos_testkit.harness.transport import TOKEN, Reply
from wattos_testkit.harness.wire import REFUSED, rows_of
from wattos_testkit.invariants.question import Answer, Question

_CREDENTIALS = {"WT005", "WT006", "WT007", "WT008"}
_LISTED = {"WT207", "WT208"}
"""Rules that lean on the lists, which a replay does not ask for."""


@dataclass(frozen=True)
class _Old:
    """A finding, as a report tells it."""

    rule: str
    operation: str | None
    resource: str | None
    message: str
    requests: tuple[dict[str, str], ...]


def replay(finding: str, settings: Settings, clock: Clock | None = None) -> Iterator[Event]:
    """Ask the requests of a finding again; `report.json#2`, `report.json#WT301` or a report with one finding.

    Raises
    ------
    UsageError
        If there is no such report or finding.
    """
    path, _, which = finding.partition("#")
    report = _read(path)
    old = _find(report, which, path)
    settings = replace(settings, target=settings.target or str(report.get("target", "")), baseline=None)
    return iter(_Replay(settings, old, str(report.get("target", "")), clock))


class _Replay(Check):
    """A run that asks only what one finding has asked."""

    def __init__(self, settings: Settings, old: _Old, target: str, clock: Clock | None) -> None:
        super().__init__(settings, clock)
        self._old, self._target = old, target
        if settings.token is None:
            run = self.run
            run.transport.target = replace(run.transport.target, token=PLACEHOLDER)

    def _phases(self) -> Iterator[Event]:
        old = self._old
        yield from self._phase(
            "replay", self._ask, f"{old.rule} {old.operation or ''} {old.resource or ''}".strip()
        )

    def _ask(self, run: Run) -> Steps:
        """Send the requests as they were, each with its own credentials."""
        old = self._old
        for request in old.requests:
            if not request["url"].startswith(self._target):
                raise TargetError(f"the report's request goes to another server: {request['url']}")
            url = run.transport.target.base + request["url"][len(self._target) :]
            credentials, extra = _headers(request["curl"])
            if request["method"] != "GET":
                reply: Reply | None = run.transport.probe_method(request["method"], url)
                value = None
            else:
                reply, value = run.get(url, credentials, extra)
            if reply is not None:
                self._judge(run, reply, value)
                yield f"{request['method']} {url}: {reply.status}"

    def _judge(self, run: Run, reply: Reply, value: object) -> None:
        old, asked = self._old, run.wire.read(reply.url)
        operation = old.operation or "get_sites"
        if old.rule in _CREDENTIALS:
            judge_probe(run, operation, reply, "WT005" if old.rule == "WT008" else old.rule)
        elif old.rule == "WT109":
            judge_conditional(run, reply)
        elif old.rule == "WT011":
            judge_method(run, operation, reply)
        elif old.rule in _LISTED:
            if reply.status >= REFUSED if old.rule == "WT208" else rows_of(value):
                request = run.transport.request_of(reply)
                run.findings.report(
                    old.rule, old.operation, old.message, resource=old.resource, requests=[request]
                )
        elif asked is not None and asked.operation in SERIES and (window := asked.window) is not None:
            resource = asked.values.get("resource_id")
            question = Question(asked.operation, SERIES[asked.operation], resource, *window, "replay")
            run.judge.answer(question, Answer(reply.status, value, run.transport.request_of(reply)))

    def _notes(self) -> tuple[str, ...]:
        old, findings = self._old, self.run.findings
        if self._reason:
            return ()
        still = findings.has(old.rule, old.operation)
        return (f"{old.rule} is {'still there' if still else 'no longer seen'}",)


def _read(path: str) -> dict[str, Any]:
    try:
        report = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"--replay {path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise UsageError(f"--replay {path}: this is no JSON report; --report json=FILE writes one") from None
    if not isinstance(report, dict) or not isinstance(report.get("findings"), list):
        raise UsageError(f"--replay {path}: this is no JSON report; --report json=FILE writes one")
    return report


def _find(report: dict[str, Any], which: str, path: str) -> _Old:
    findings = [one for one in report["findings"] if isinstance(one, dict) and one.get("rule")]
    listed = ", ".join(f"#{number} {one['rule']}" for number, one in enumerate(findings[:8], 1))
    if not findings:
        raise UsageError(f"--replay {path}: the report has no findings")
    chosen: dict[str, Any] | None = None
    if not which and len(findings) == 1:
        chosen = findings[0]
    elif which.isdecimal() and 1 <= int(which) <= len(findings):
        chosen = findings[int(which) - 1]
    elif re.fullmatch(r"WT[0-9]{3}", which):
        chosen = next((one for one in findings if one["rule"] == which), None)
    if chosen is None:
        raise UsageError(f"--replay {path}#{which}: say which finding, by number or rule: {listed}")
    requests = tuple(
        {name: str(one.get(name, "")) for name in ("method", "url", "curl")}
        for one in chosen.get("requests") or []
        if isinstance(one, dict)
    )
    if not requests:
        raise UsageError(f"--replay {path}: this finding has no request of its own")
    return _Old(
        chosen["rule"],
        chosen.get("operation"),
        chosen.get("resource"),
        str(chosen.get("message", "")),
        requests,
    )


def _headers(curl: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the credentials and the extra headers that a curl line shows."""
    credentials, extra = "", []
    words = shlex.split(curl)
    for option, value in pairwise(words):
        name, _, text = value.partition(": ")
        if option != "-H":
            continue
        if name == "Authorization":
            credentials = text
        elif name == "If-None-Match":
            extra.append((name, text))
    return credentials or ("" if "Authorization" not in curl else TOKEN), tuple(extra)
