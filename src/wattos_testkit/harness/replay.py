"""Replay: ask the requests of one finding again, and say whether it is still there."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wattos_testkit.errors import TargetError, UsageError
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES, Asked
from wattos_testkit.harness.clock import Clock
from wattos_testkit.harness.conditional import ANOTHER_WINDOW, judge_conditional, judge_method
from wattos_testkit.harness.credentials import judge_probe
from wattos_testkit.harness.dictionary import judge_scheme
from wattos_testkit.harness.discover import lists
from wattos_testkit.harness.engine import Check
from wattos_testkit.harness.events import Event
from wattos_testkit.harness.findings import Selection
from wattos_testkit.harness.guard import judge_echo
from wattos_testkit.harness.probes import judge_list, judge_offset
from wattos_testkit.harness.rulebook import all_rules
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.same import Plain, judge_same
from wattos_testkit.harness.settings import Settings
from wattos_testkit.harness.target import PLACEHOLDER
from wattos_testkit.harness.transport import BUSY, TOKEN, UNSAFE, Reply
from wattos_testkit.harness.turned import AWAY, refused
from wattos_testkit.harness.wire import rows_of
from wattos_testkit.invariants.judge import Verdict
from wattos_testkit.invariants.question import Answer, Question

_CREDENTIALS = {"WT005", "WT006", "WT007"}
_PROBED = {*_CREDENTIALS, "WT008", "WT009", "WT012"}
"""Rules that look at answers to wrong credentials."""
_ACROSS = ("WT6", "WT7", "WT8", "WT9")
"""Rules of the judge that know a resource from the lists: its type, its place, what else is there."""
_HEADERS = {"WT013", "WT015", "WT109", "WT110"}
"""Rules about what hangs on the headers of a request."""
_OWN = {
    "If-None-Match", "If-Modified-Since", "Range", "Accept", "Accept-Encoding", "Accept-Language",
    "Cache-Control", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-User",
}  # fmt: skip
"""Headers that a check sends by itself."""
_AWAY = {401, 403, *BUSY}
_PURPOSES = {"WT506": "past", "WT606": "unlisted"}
"""Why the judge asks, where it reads an answer by that."""
_LISTED = {"WT206", "WT207", "WT208"}
"""Rules that lean on the lists: a replay believes what the finding says of them."""


@dataclass(frozen=True)
class _Old:
    """A finding, as a report tells it."""

    rule: str
    operation: str | None
    resource: str | None
    seen: str
    """What the first piece of evidence says; of WT207 it is the type of the resource, or what the id is."""
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
    methods = {one["method"] for one in old.requests} - {"GET"}
    if methods and not settings.bad_methods:
        names = ", ".join(sorted(methods))
        raise UsageError(f"--replay {finding}: it is about {names}, which is sent with --bad-methods only")
    settings = replace(
        settings,
        target=settings.target or str(report.get("target", "")),
        groups=settings.groups or tuple(str(one) for one in report.get("groups") or ()),
        # This finding and no other decides how the replay ends, also one that was a warning.
        baseline=None, selection=Selection((old.rule,)), strict=True,
    )  # fmt: skip
    return iter(_Replay(settings, old, str(report.get("target", "")), clock))


class _Replay(Check):
    """A run that asks only what one finding has asked."""

    def __init__(self, settings: Settings, old: _Old, target: str, clock: Clock | None) -> None:
        super().__init__(settings, clock)
        self._old, self._target = old, target
        self._before: list[Any] | None = None
        self._plain: Plain | None = None
        self._rows = 0
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
        if old.rule.startswith(_ACROSS):
            yield from lists(run)
        for request in old.requests:
            if not request["url"].startswith(self._target):
                raise TargetError(f"the report's request goes to another server: {request['url']}")
            url = run.transport.target.base + request["url"][len(self._target) :]
            credentials, extra = _headers(request["curl"])
            if old.rule in _LISTED:
                self._believe(run, url)
            if request["method"] != "GET":
                reply: Reply | None = run.transport.probe_method(request["method"], url)
                value = None
            else:
                reply, value = run.get(url, credentials, extra)
            if reply is not None:
                self._judge(run, reply, value)
                yield f"{request['method']} {url}: {reply.status}"
                self._let_in(run, reply)

    def _judge(self, run: Run, reply: Reply, value: object) -> None:
        old, asked = self._old, run.wire.read(reply.url)
        operation = old.operation or "get_sites"
        if old.rule in _PROBED and reply.credentials != TOKEN:
            judge_probe(run, operation, reply, old.rule if old.rule in _CREDENTIALS else "WT005")
        elif old.rule == "WT208" and reply.credentials != TOKEN:
            judge_scheme(run, operation, reply)
        elif old.rule in _HEADERS:
            self._judge_headers(run, reply, value, operation)
        elif old.rule == "WT011":
            judge_method(run, operation, reply)
        elif old.rule == "WT204":
            judge_offset(run, reply, value)
        elif old.rule == "WT504" and operation in ID_PARAMETERS:
            rows = rows_of(value)
            judge_list(run, reply.url, self._before or rows or [], rows)
            self._before = self._before or rows
        elif old.rule not in _LISTED and asked:
            question = self._question(run, asked, reply.url)
            self._rows += len(rows_of(value) or ())
            if question is not None:
                answer = Answer(reply.status, value, run.transport.request_of(reply))
                run.judge.answer(question, answer)

    def _judge_headers(self, run: Run, reply: Reply, value: object, operation: str) -> None:
        """Judge what hangs on the headers of a request."""
        old = self._old
        if old.rule == "WT013" and reply.status in AWAY:
            refused(run, reply, operation)
        elif old.rule == "WT015":
            judge_echo(run, old.operation, reply)
        elif old.rule == "WT109" and len(old.requests) == 1:
            judge_conditional(run, reply, other=ANOTHER_WINDOW in old.seen)
        elif self._plain is None:
            self._plain = Plain(operation, reply, rows_of(value) or [])
        else:
            # The second answer is held against the first.
            judge_same(run, self._plain, reply, value)

    def _let_in(self, run: Run, reply: Reply) -> None:
        """Refuse to conclude anything from being turned away."""
        away = reply.credentials == TOKEN and reply.status in _AWAY
        if away and not run.findings.has(self._old.rule, self._old.operation):
            hint = "try again later" if reply.status in BUSY else "give a token that it takes, with --token"
            raise TargetError(f"{run.transport.target.base} turns us away ({reply.status}): {hint}")

    def _question(self, run: Run, asked: Asked, url: str) -> Question | None:
        """Return what the judge had asked with a request."""
        if asked.operation not in SERIES or asked.window is None:
            return None
        purpose = _PURPOSES.get(self._old.rule, "replay")
        if purpose == "unlisted" and (asked.id is None or asked.id in run.known.resources):
            purpose = "replay"
        order = urlsplit(url).query
        turned = 0 <= order.find("end=") < order.find("start=")
        return Question(
            asked.operation, SERIES[asked.operation], asked.id, *asked.window, purpose, reordered=turned
        )

    def _decided(self, verdict: Verdict) -> None:
        """Say so when the requests of the finding alone do not bring what the rule needs."""
        old = self._old
        looked = [one for one in verdict.outcomes if (one.rule, one.operation) == (old.rule, old.operation)]
        if self._reason or not looked or looked[0].outcome != "skipped" or not self._rows:
            return
        self._code = TargetError.exit_code
        self._reason = (
            f"its requests alone do not decide {old.rule} ({looked[0].reason}); "
            f"run the whole check with --select {old.rule}"
        )

    def _believe(self, run: Run, url: str) -> None:
        """Know of the lists and of the stretch with data what made the request a finding."""
        asked = run.wire.read(url)
        if asked is None:
            return
        known, name = run.known, asked.id or f"{SERIES.get(asked.operation)}000001"
        if self._old.rule == "WT206":
            known.invented.add(name)
            return
        if self._old.rule == "WT207" and self._old.seen.startswith("a "):
            known.believed[name] = self._old.seen
            return
        if asked.operation == "get_sites":
            known.groups.append(name)
        elif asked.operation == "get_resources":
            known.sites[name] = {}
        elif asked.window is not None:
            kind = self._old.seen if self._old.rule == "WT207" else SERIES[asked.operation]
            known.resources[name] = {"resource_type": kind}
            known.stretches[name] = asked.window[:2]

    def _notes(self) -> tuple[str, ...]:
        old, findings = self._old, self.run.findings
        if self._reason:
            return ()
        still = findings.has(old.rule, old.operation)
        return (
            f"{old.rule} is {'still there' if still else 'no longer seen in the answers to its requests'}",
        )


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
    rules = all_rules()
    findings = [one for one in report["findings"] if isinstance(one, dict) and one.get("rule") in rules]
    listed = ", ".join(f"#{number} {one['rule']}" for number, one in enumerate(findings[:8], 1))
    if not findings:
        raise UsageError(f"--replay {path}: the report has no findings of the rules that this version knows")
    chosen: dict[str, Any] | None = None
    if not which and len(findings) == 1:
        chosen = findings[0]
    elif which.isdecimal() and 1 <= int(which) <= len(findings):
        chosen = findings[int(which) - 1]
    elif re.fullmatch(r"WT[0-9]{3}", which):
        chosen = next((one for one in findings if one["rule"] == which), None)
    if chosen is None:
        raise UsageError(f"--replay {path}#{which}: say which finding, by number or rule: {listed}")
    requests = tuple(_request(one, path) for one in _objects(chosen.get("requests")))
    if not requests and not chosen["rule"].startswith(_ACROSS):
        raise UsageError(f"--replay {path}: this finding has no request of its own")
    evidence = _objects(chosen.get("evidence"))
    seen = str(evidence[0].get("seen", "")) if evidence else ""
    return _Old(chosen["rule"], _text(chosen.get("operation")), _text(chosen.get("resource")), seen, requests)


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _request(one: dict[str, Any], path: str) -> dict[str, str]:
    request = {name: str(one.get(name, "")) for name in ("method", "url", "curl")}
    if request["method"] not in {"GET", *UNSAFE}:
        raise UsageError(f"--replay {path}: no request of a check is a {request['method'] or 'nothing'}")
    try:
        shlex.split(request["curl"])
    except ValueError as error:
        raise UsageError(f"--replay {path}: a curl line cannot be read: {error}") from None
    return request


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
        elif name in _OWN:
            extra.append((name, text))
    return credentials or ("" if "Authorization" not in curl else TOKEN), tuple(extra)
