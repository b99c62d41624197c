"""Strangers at each door: before and after the holder of the token, with his validators, and around the path.

Comes after the dictionary. Each request is judged as the probes of the credentials are; nothing that a
stranger gets is taken for data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from wattos_testkit.harness.acceptance import media_of
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES, text_of
from wattos_testkit.harness.body import BodyError, parse
from wattos_testkit.harness.credentials import judge_probe, wrong_token
from wattos_testkit.harness.events import Evidence
from wattos_testkit.harness.refusals import base_of, good_url
from wattos_testkit.harness.transport import TOKEN, Reply
from wattos_testkit.harness.wire import OK, REDIRECT, REFUSED, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wattos_testkit.harness.run import Run, Steps

_DAY = 1440
_SPAN = 120
_SHIFT = 75
"""Windows that lie so far from those that others ask for are new to a cache [min]."""
_INTERVAL = 15
_SHORTEST = 12
"""A shorter token has too few characters to be cut."""
MARK = "<i>wattos-testkit</i>"
_TAIL = "wtk0"
_BASIC = "Basic YWRtaW46YWRtaW4="
"""admin:admin"""
_INSIDE = (("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("X-Forwarded-User", "admin"))
"""What a proxy says of whom it has let in, and anybody can say."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way to data that the token must open."""

    operation: str
    url: str
    other: str
    """The same request, its parameters in another order."""
    fresh: bool
    """Whether nobody has asked for it yet."""


def guard(run: Run) -> Steps:
    """Send each of them."""
    if run.transport.target.token is None or not any(one.secured for one in run.contract.operations.values()):
        return
    for door in doors(run):
        yield from _at(run, door)
    if run.transport.target.token_given:
        yield from _almost(run)
    yield from _around(run)
    yield from _unasked(run)
    yield from echoes(run)


def doors(run: Run) -> Iterator[Door]:
    """Yield each operation, a series with and without a filter."""
    for operation in run.contract.operations.values():
        if not operation.secured:
            continue
        name = operation.name
        if name not in SERIES:
            yield Door(name, good_url(run, name), good_url(run, name), fresh=False)
            continue
        if not run.known.by_operation(name):
            continue
        for filtered in (True, False):
            values = window(run, name, 0 if filtered else 1)
            if not filtered:
                del values["resource_id"]
            turned = dict(reversed(values.items()))
            yield Door(name, run.address(name, values), run.address(name, turned), fresh=True)


def window(run: Run, operation: str, number: int) -> dict[str, str | int | None]:
    """Return a request for two hours that are long over, and that nobody else asks for."""
    resource, end = base_of(run, operation)
    first = run.known.stretches.get(resource, (end - _SPAN, end))[0]
    for back in (_DAY, 0):
        last = (end - back - _SHIFT - number * _INTERVAL) // _INTERVAL * _INTERVAL
        if last - _SPAN >= first:
            break
    window = {"start": text_of(last - _SPAN), "end": text_of(last), "agg_interval": str(_INTERVAL)}
    return {"resource_id": resource, **window}


def _at(run: Run, door: Door) -> Iterator[str]:
    """Ask as a stranger, as the holder, and as strangers who know what the holder was given."""
    name = door.operation
    if door.fresh:
        _stranger(run, name, door.url)
        yield f"{name}: a stranger comes first"
    reply, _ = run.get(door.url)
    yield f"{name}: then the holder of the token"
    if reply is None or not OK <= reply.status < REDIRECT:
        return
    tag, date = reply.header("ETag"), reply.header("Last-Modified")
    brought = (("If-None-Match", tag),) if tag else (("If-Modified-Since", date),) if date else ()
    _stranger(run, name, door.url, extra=brought)
    yield f"{name}: then a stranger{' with its validator' if brought else ''}"
    if run.transport.target.token_given:
        plain = (("Accept-Encoding", "identity"),) if door.url == door.other else ()
        _stranger(run, name, door.other, wrong_token(run), "WT006", plain)
        yield f"{name}: then one with a token of nobody"


def _stranger(  # noqa: PLR0913, PLR0917 - all that makes a request a stranger's
    run: Run,
    operation: str,
    url: str,
    credentials: str = "",
    rule: str = "WT005",
    extra: tuple[tuple[str, str], ...] = (),
) -> None:
    reply, _ = run.get(url, credentials, extra)
    if reply is not None:
        judge_probe(run, operation, reply, rule)


def _almost(run: Run) -> Iterator[str]:
    """Ask with tokens that are almost the right one, and with made-up passwords."""
    token = run.transport.target.token or ""
    forms = [("WT007", _BASIC)]
    if len(token) >= _SHORTEST and not token.endswith(_TAIL):
        # Of a signed token the last character may hold nothing; four of them do.
        forms += [("WT006", "Bearer ${WATTOS_TOKEN%????}" + _TAIL), ("WT006", "Bearer ${WATTOS_TOKEN%?}")]
        cases = [form for form, said in (("^^", token.upper()), (",,", token.lower())) if said != token]
        # A token in hexadecimal digits may be read as a number, which has no case.
        if cases and not set(token.lower()) <= set("0123456789abcdef-"):
            forms.append(("WT006", "Bearer ${WATTOS_TOKEN" + cases[0] + "}"))
    secured = _secured(run)
    for number, (rule, form) in enumerate(forms):
        name = secured[(number + run.settings.seed) % len(secured)]
        _stranger(run, name, good_url(run, name), form, rule)
        yield f"{name}: {form}"
    name = secured[run.settings.seed % len(secured)]
    _stranger(run, name, good_url(run, name), extra=_INSIDE)
    yield f"{name}: a stranger who says that a proxy has let him in"


def _secured(run: Run) -> list[str]:
    return [one.name for one in run.contract.operations.values() if one.secured]


def _around(run: Run) -> Iterator[str]:
    """Ask as a stranger for other spellings of each path: a guard may know only one of them."""
    for number, name in enumerate(_secured(run)):
        url = good_url(run, name)
        parts = urlsplit(url)
        base = urlsplit(run.transport.target.base).path
        tail = parts.path[len(base) :]
        rest = ["/" + tail, tail.upper(), f"/%{ord(tail[1]):02x}{tail[2:]}", tail + ";a=b", tail + ".json"]
        for spelling in (tail + "/", rest[(number + run.settings.seed) % len(rest)]):
            around = parts._replace(path=base + spelling).geturl()
            if not run.transport.target.owns(around):
                continue
            reply, _ = run.get(around, "")
            run.findings.asked("WT005", name)
            if reply is not None and OK <= reply.status < REDIRECT and _has_rows(reply):
                seen = Evidence("status", "401, or 404", f"{reply.status} with {len(reply.body)} bytes")
                message = f"data is given without a token when the path is written {spelling}"
                request = run.transport.request_of(reply)
                run.findings.report("WT005", name, message, evidence=[seen], requests=[request])
            yield f"{name}: a stranger at {spelling}"


def _has_rows(reply: Reply) -> bool:
    try:
        return bool(rows_of(parse(reply.body)))
    except BodyError:
        return False


def _unasked(run: Run) -> Iterator[str]:
    """Ask as a stranger for what is malformed: who validates first tells strangers what is there."""
    wrong: dict[str, dict[str, str | int | None]] = {}
    for number, name in enumerate(SERIES):
        bad = ({"start": "yesterday"}, {"agg_interval": "7"}, {"resource_id": "x"}, {"end": None})
        values = window(run, name, 2)
        wrong[name] = {**values, **bad[(number + run.settings.seed) % len(bad)]}
    wrong |= {name: {parameter: "x"} for name, parameter in ID_PARAMETERS.items()}
    for name in _secured(run):
        if name in wrong:
            _stranger(run, name, run.url(name, **wrong[name]))
            yield f"{name}: a stranger who asks wrongly"


def echoes(run: Run) -> Steps:
    """Ask for tags of HTML, with the token: no error may give them back as a page."""
    names = list(SERIES)
    asks = {
        name: run.url(name, **{**window(run, name, 3), parameter: MARK})
        for name, parameter in zip(names, ("resource_id", "start", "agg_interval"), strict=False)
    }
    asks |= {name: run.url(name, **{parameter: MARK}) for name, parameter in ID_PARAMETERS.items()}
    asks["a path of nobody"] = run.transport.target.url("/" + quote(MARK, safe=""))
    for what, url in asks.items():
        reply, _ = run.get(url, TOKEN)
        if reply is not None:
            judge_echo(run, what if what in run.contract.operations else None, reply)
        yield f"{what}: tags of HTML"


def judge_echo(run: Run, operation: str | None, reply: Reply) -> None:
    """Judge whether what was asked comes back as a part of a page."""
    run.findings.asked("WT015", operation)
    # Without a type, browsers look for themselves, and see a page.
    page = media_of(reply) in {"text/html", "application/xhtml+xml", ""}
    if reply.status >= REFUSED and page and MARK.encode() in reply.body:
        seen = Evidence("body", "the text, its brackets escaped", MARK)
        message = f"the {reply.status} repeats what was asked as HTML"
        request = run.transport.request_of(reply)
        run.findings.report("WT015", operation, message, evidence=[seen], requests=[request])
