"""The same question with other headers: conditions, codings, types, languages and ranges change no row.

What is asked for is long over, so that nothing new is between two answers. Where one differs all the same,
the plain request is sent again, and only what then stands as before is held against the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from wattos_testkit.harness.acceptance import FAILED
from wattos_testkit.harness.asked import SERIES
from wattos_testkit.harness.conditional import NEVER_GIVEN, NOT_MODIFIED
from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.guard import window
from wattos_testkit.harness.refusals import good_url
from wattos_testkit.harness.transport import BUSY, Reply
from wattos_testkit.harness.turned import AWAY
from wattos_testkit.harness.wire import OK, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wattos_testkit.harness.run import Run, Steps

Headers = tuple[tuple[str, str], ...]
_PARTIAL, _UNSATISFIABLE = 206, 416
_PIECE = 100
"""So many bytes of an answer are asked for."""
_LONG_AGO = format_datetime(datetime(2000, 1, 1, tzinfo=UTC), usegmt=True)
_ASIDE: Headers = (
    ("Accept-Encoding", "identity"), ("Accept", "*/*"), ("Accept-Language", "de-DE, de;q=0.9"),
    ("Cache-Control", "no-cache"), ("X-Request-Id", "wattos-testkit-check"),
)  # fmt: skip
_BEYOND = "bytes=999999999-"
_JSON = "application/json;q=0.9, text/plain;q=0.1"
_CONDITIONS = {"If-None-Match", "If-Modified-Since"}
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Plain:
    """What a request without any of them is answered with."""

    operation: str
    reply: Reply
    rows: list[Any]

    @property
    def tag(self) -> str:
        """Its validator, nothing without one."""
        return self.reply.header("ETag") or ""


def same(run: Run) -> Steps:
    """Send each of them, what caches and clients send most at each operation."""
    plain = []
    for operation in run.contract.operations:
        if operation in SERIES:
            if not run.known.by_operation(operation):
                continue
            url = run.address(operation, window(run, operation, 0))
        else:
            url = good_url(run, operation)
        reply, value = run.get(url)
        rows = rows_of(value)
        yield f"{operation}: a plain request"
        if reply is not None and reply.status == OK and rows is not None:
            plain.append(Plain(operation, reply, rows))
    _told_apart(run, plain)
    for one in plain:
        yield from _often(run, one, [other.tag for other in plain])
    yield from _rarely(run, plain)


def _often(run: Run, plain: Plain, tags: list[str]) -> Iterator[str]:
    name = plain.operation
    _ask(run, plain, (("If-None-Match", NEVER_GIVEN), ("If-Modified-Since", _LONG_AGO)))
    yield f"{name}: a validator that was never given"
    if plain.tag:
        _ask(run, plain, (("If-None-Match", f"{NEVER_GIVEN}, W/{_strong(plain.tag)}"),))
        yield f"{name}: its own ETag in a list"
        known = run.tags.get(name)
        given = [known.tag if known and known.url != plain.reply.url else "", *tags]
        # A tag may stand for the state of all data: then it is the same for each request, and right.
        other = next((one for one in given if one and _strong(one) != _strong(plain.tag)), None)
        if other is not None:
            _ask(run, plain, (("If-None-Match", other),))
            yield f"{name}: the ETag of another request"
    # Names of places may be said in the reader's language; numbers have none.
    sent = tuple(one for one in _ASIDE if name in SERIES or one[0] != "Accept-Language")
    before = run.findings.count("WT110", name)
    _ask(run, plain, sent)
    if run.findings.count("WT110", name) > before:
        for one in sent:
            _ask(run, plain, (one,))
    yield f"{name}: other types, codings and languages"
    _ask(run, plain, (("Accept-Encoding", "identity"), ("Range", f"bytes=0-{_PIECE - 1}")))
    yield f"{name}: a part of the answer"


def _told_apart(run: Run, plain: list[Plain]) -> None:
    """Judge whether different answers have different tags; a revision of all data is one, and right."""
    seen: dict[str, Plain] = {}
    for one in plain:
        run.findings.asked("WT109", one.operation)
        first = seen.setdefault(one.tag, one) if one.tag else one
        if first.rows != one.rows:
            message = f"the ETag of this is that of {first.operation}, and the answers differ"
            evidence = ("ETag", "one for each body", one.tag)
            _report(run, one, first.reply, message, evidence, Severity.WARNING, "WT109")


def _strong(tag: str) -> str:
    return tag.removeprefix("W/")


def _rarely(run: Run, plain: list[Plain]) -> Iterator[str]:
    """Send what few clients send, each at one operation."""
    series = [one for one in plain if one.operation in SERIES] or plain
    asks = (
        ("If-None-Match", "*"), ("If-None-Match", "wattos"), ("If-Modified-Since", _LONG_AGO),
        ("Range", _BEYOND), ("Accept", _JSON),
    )  # fmt: skip
    for number, extra in enumerate(asks if series else ()):
        one = series[(number + run.settings.seed) % len(series)]
        _ask(run, one, (extra,))
        yield f"{one.operation}: {extra[0]}: {extra[1]}"


def _ask(run: Run, plain: Plain, extra: Headers) -> None:
    reply, value = run.get(plain.reply.url, extra=extra)
    if reply is not None:
        judge_same(run, plain, reply, value)


def judge_same(run: Run, plain: Plain, reply: Reply, value: object) -> None:
    """Judge the answer to a plain request with more headers."""
    given, status = dict(reply.extra), reply.status
    rule = "WT109" if _CONDITIONS & given.keys() else "WT110"
    run.findings.asked(rule, plain.operation)
    what = _words(plain, given)
    _named(run, plain, reply, given.get("X-Request-Id"))
    if reply.cut or status in {*AWAY, *BUSY} or status >= FAILED:
        return
    if status == NOT_MODIFIED and rule == "WT109":
        match = given.get("If-None-Match", "")
        if match != "*" and not (plain.tag and _strong(plain.tag) in match):
            _report(run, plain, reply, f"{what} gets 304", ("status", "200 with the data", "304"))
    elif "Range" in given and status in {_PARTIAL, _UNSATISFIABLE}:
        _ranged(run, plain, reply, given["Range"])
    elif status == OK:
        _whole(run, plain, reply, rows_of(value), what)
    else:
        seen = ("status", "200, as without it", str(status))
        _report(run, plain, reply, f"{what} is answered with {status}", seen)


def _named(run: Run, plain: Plain, reply: Reply, name: str | None) -> None:
    """Judge whether an answer has the id that its request had, if it has one at all."""
    told = reply.header("X-Request-Id")
    if name is None or told is None or reply.cut:
        return
    run.findings.asked("WT106", plain.operation)
    if told != name:
        message = "the X-Request-Id of the request does not come back"
        _report(run, plain, reply, message, ("X-Request-Id", name, told[:80]), Severity.WARNING, "WT106")


def _words(plain: Plain, given: dict[str, str]) -> str:
    """Return what was asked with, in words."""
    match = given.get("If-None-Match")
    if match is None:
        shown = "Range" if "Range" in given else next(iter(given))
        alone = len(given) == 1 or shown == "Range"
        return f"`{shown}: {given[shown]}`" if alone else "what a browser sends along"
    if match in {NEVER_GIVEN, "wattos"}:
        return "a validator that was never given"
    if match == "*":
        return "`If-None-Match: *`"
    own = plain.tag and _strong(plain.tag) in match
    return "its own ETag" if own else "the ETag of another request"


def _whole(run: Run, plain: Plain, reply: Reply, rows: list[Any] | None, what: str) -> None:
    """Judge a full answer: the same rows, packed as was offered."""
    if rows != plain.rows and _stands(run, plain):
        count = f"{len(rows)} rows" if rows else "no rows"
        alike = rows is not None and len(rows) == len(plain.rows)
        told = (
            "other values than without it" if alike else f"{count}, where {len(plain.rows)} come without it"
        )
        _report(run, plain, reply, f"{what} brings {told}", ("rows", f"{len(plain.rows)} rows", count))
    coding = (reply.header("Content-Encoding") or "identity").lower()
    if dict(reply.extra).get("Accept-Encoding") == "identity" and coding != "identity":
        message = f"the body comes as {coding} although the client cannot read that"
        _report(run, plain, reply, message, ("Content-Encoding", "none", coding), Severity.WARNING)


def _ranged(run: Run, plain: Plain, reply: Reply, asked: str) -> None:
    """Judge a part of an answer, and the word that there is none."""
    beyond = asked == _BEYOND
    if reply.status == _UNSATISFIABLE:
        if not beyond and plain.rows:
            message = f"the first {_PIECE} bytes are refused as not there (416)"
            _report(run, plain, reply, message, ("status", "206, or 200 with all rows", "416"))
        return
    told = reply.header("Content-Range") or "no Content-Range"
    said = _RANGE.fullmatch(told.strip())
    # Of a very short answer there are fewer bytes.
    size = int(said[2]) - int(said[1]) + 1 if said else -1
    short = said is not None and said[3].isdecimal() and int(said[3]) < _PIECE
    if beyond or said is None or size != len(reply.body) or (size != _PIECE and not short) or int(said[1]):
        message = f"`Range: {asked}` brings {len(reply.body)} bytes as {told}"
        expected = "416, or 200" if beyond else f"bytes 0-{_PIECE - 1}/… and as many"
        _report(run, plain, reply, message, ("Content-Range", expected, told))


def _stands(run: Run, plain: Plain) -> bool:
    """Return whether the plain request is still answered as before."""
    reply, value = run.get(plain.reply.url)
    return reply is not None and reply.status == OK and rows_of(value) == plain.rows


def _report(  # noqa: PLR0913, PLR0917 - the parts of a finding
    run: Run,
    plain: Plain,
    reply: Reply,
    message: str,
    seen: tuple[str, str, str],
    severity: Severity | None = None,
    rule: str = "",
) -> None:
    rule = rule or ("WT109" if _CONDITIONS & dict(reply.extra).keys() else "WT110")
    requests = [run.transport.request_of(plain.reply), run.transport.request_of(reply)]
    run.findings.report(
        rule, plain.operation, message, evidence=[Evidence(*seen)], requests=requests, severity=severity
    )
