"""Directed requests that must be refused, and probes of the credentials.

Only addresses are made here: the rules of the wire judge each answer by reading its request. Schemathesis
lets a missing parameter and a value outside an enum pass, so they are sent from here.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from wattos_testkit.harness.acceptance import FAILED
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES, text_of
from wattos_testkit.harness.events import Evidence
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import UNSAFE, Reply
from wattos_testkit.harness.wire import OK, REDIRECT

_INTERVAL = 15
_YEAR = 366 * 1440
"""Minutes of a year, at most."""
NOT_MODIFIED = 304
_TURNED_AWAY = {401, 403, 404, 407, 429}
"""401 is right; 403 and 404 tell nothing to strangers; the others are HTTP's own."""
_BEARER = re.compile(r"(?:^|,)\s*bearer(?:\s|,|$)", re.IGNORECASE)
"""A challenge among those of a WWW-Authenticate header."""
_MADE_UP = "wrong-"
ANOTHER_WINDOW = "the ETag of another window"
_NEVER_GIVEN = '"wattos-testkit-never"'
_BASIC = "Basic d2F0dG9zOnRlc3RraXQ="
"""wattos:testkit"""
_IDS: tuple[tuple[int, str], ...] = (
    (0, "lower"), (0, "newline"), (1, "long"), (1, "short"),
    (2, "accent"), (2, "nul"), (2, "blank"), (2, "huge"),
)  # fmt: skip
_INTERVALS = ((0, "7"), (0, "0"), (1, "60"), (1, "abc"), (2, "-15"), (2, "15.5"), (2, ""))
_TIMES = ((0, "seconds"), (0, "text"), (1, "naive"), (1, "nonsense"), (2, "date"), (2, "empty"))
"""Each with the depth from which every operation gets it; the others are dealt out in turn."""
_ELSEWHERE = {"get_sites": 3, "get_resources": 1}
"""The turns of the lists: what no series gets, too."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that should be refused."""

    what: str
    url: str


def refusals(run: Run) -> Steps:
    """Send each request that must be refused."""
    for refusal in directed(run):
        run.get(refusal.url)
        yield refusal.what


def directed(run: Run) -> Iterator[Refusal]:
    """Yield the requests that must be refused, for each operation."""
    for number, operation in enumerate(SERIES):
        yield from _series(run, operation, number)
    for operation, name in ID_PARAMETERS.items():
        sample = (run.known.groups if operation == "get_sites" else list(run.known.sites))[0]
        for kind in _dealt(_IDS, run.profile.depth, _ELSEWHERE[operation]):
            yield Refusal(f"{operation}: {kind} {name}", run.url(operation, **{name: _bad_id(kind, sample)}))
        yield Refusal(
            f"{operation}: unknown {name}", run.url(operation, **{name: unknown_id(run, operation)})
        )
    yield Refusal("get_sites: no group_id", run.url("get_sites"))


def _series(run: Run, operation: str, number: int) -> Iterator[Refusal]:
    depth = run.profile.depth
    resource, end = base_of(run, operation)
    start = end - 120
    good = {
        "resource_id": resource,
        "start": text_of(start),
        "end": text_of(end),
        "agg_interval": str(_INTERVAL),
    }

    def but(what: str, **changed: str | None) -> Refusal:
        return Refusal(f"{operation}: {what}", run.url(operation, **{**good, **changed}))

    for name in ("start", "end", "agg_interval"):
        yield but(f"no {name}", **{name: None})
    for kind in _dealt(_IDS, depth, number):
        yield but(f"{kind} resource_id", resource_id=_bad_id(kind, resource))
    for text in _dealt(_INTERVALS, depth, number):
        yield but(f"agg_interval {text!r}", agg_interval=text)
    for turn, kind in enumerate(_dealt(_TIMES, depth, number)):
        name, minute = (("start", start), ("end", end))[(turn + number) % 2]
        bad = _no_such_day(name, minute) if kind == "nonsense" else {name: _bad_time(kind, minute)}
        yield but(f"{kind} {name}", **bad)
    yield but("end before start", start=text_of(end), end=text_of(start))
    if depth or number == 0:
        yield but("shorter than the interval", end=text_of(start + _INTERVAL // 3))
    if depth > 1 or number == 1:
        yield but("end at start", end=text_of(start))
    yield but("unknown resource_id", resource_id=unknown_id(run, operation))
    if depth != 1:
        # The judge asks for a stranger of its own; where it does not, the probes do later.
        yield from strangers(run, operation, every=depth > 1)


def strangers(run: Run, operation: str, *, every: bool = False) -> Iterator[Refusal]:
    """Yield requests for resources of another type; of every other one, or of the next."""
    for other in SERIES:
        stranger = next(iter(run.known.by_operation(other)), None)
        if other != operation and stranger and (every or other == _after(operation)):
            start, end = (text_of(base_of(run, operation)[1] - back) for back in (120, 0))
            url = run.url(operation, resource_id=stranger, start=start, end=end, agg_interval=_INTERVAL)
            yield Refusal(f"{operation}: resource_id of {SERIES[other]}", url)


def _after(operation: str) -> str:
    names = list(SERIES)
    return names[(names.index(operation) + 1) % len(names)]


def base_of(run: Run, operation: str) -> tuple[str, int]:
    """Return a resource of the operation and a time at which it has data, as far as they are known."""
    for resource in run.known.by_operation(operation):
        return resource, run.known.stretches[resource][1]
    ends = [end for _, end in run.known.stretches.values()]
    listed = [one for one in run.known.resources if run.known.operation_of(one) == operation]
    resource = listed[0] if listed else f"{SERIES[operation]}000001"
    return resource, max(ends, default=int(run.transport.clock.wall()) // 86_400 * 1440)


def _dealt(kinds: tuple[tuple[int, str], ...], depth: int, turn: int) -> list[str]:
    """Return what every operation gets at this depth, and its share of the rest."""
    own = [kind for least, kind in kinds if least <= depth]
    rest = [kind for least, kind in kinds if least > depth]
    # One of the rest each, another at each operation, so that a run sees most of them at little cost.
    return own + ([rest[turn % len(rest)]] if rest and depth else [])


def _bad_id(kind: str, good: str) -> str:
    return {
        "lower": good.lower() if good.lower() != good else "lower001",
        "newline": good + "\n",
        "long": good + "1",
        "short": good[:-1],
        "accent": "É" + good[1:],
        "nul": good[:-1] + "\0",
        "blank": " " * len(good),
        "huge": "A" * 300,
    }[kind]


def _bad_time(kind: str, minute: int) -> str:
    good = text_of(minute)
    return {
        "seconds": good[:-3] + "30Z",
        "text": "yesterday",
        "naive": good[:-1],
        "date": good[:10],
        "empty": "",
    }[kind]


def _no_such_day(name: str, minute: int) -> dict[str, str]:
    """Return a window whose one end is the 30th of February, and short wherever a server may roll it to."""
    year = datetime.fromtimestamp((minute - _YEAR) * 60, UTC).year
    other = {"start": ("end", f"{year}-03-02T02:00:00Z"), "end": ("start", f"{year}-02-28T22:00:00Z")}
    return {name: f"{year}-02-30T00:00:00Z", other[name][0]: other[name][1]}


def unknown_id(run: Run, purpose: str) -> str:
    """Return a well-formed id that nobody has: drawn from the seed, and not met so far."""
    for draw in range(1_000):
        name = hashlib.sha256(f"{run.settings.seed}/{purpose}/{draw}".encode()).hexdigest()[:6].upper()
        if "ZQ" + name not in run.known.met:
            return "ZQ" + name
    raise AssertionError("a thousand random ids exist")


def credentials(run: Run) -> Steps:
    """Ask with no, a wrong and another kind of credential; nobody may get data so."""
    for operation in run.contract.operations.values():
        if not operation.secured:
            continue
        url = good_url(run, operation.name)
        yield _probe(run, operation.name, url, "WT005", "")
        if operation.name != "get_sites" and not run.profile.depth:
            continue
        if operation.name in {"get_sites", "get_pv_data"} or run.profile.depth > 1:
            if run.transport.target.token_given:
                yield _probe(run, operation.name, url, "WT006", wrong_token(run))
            else:
                reason = "no token was given, so it is unknown whether tokens matter here"
                run.findings.skipped("WT006", operation.name, reason)
            yield _probe(run, operation.name, url, "WT007", _BASIC)
        if operation.name == "get_sites":
            yield _probe(run, operation.name, url, "WT007", "Bearer")


def wrong_token(run: Run) -> str:
    """Return a bearer header with a token that nobody has issued."""
    return f"Bearer {_MADE_UP}" + hashlib.sha256(f"{run.settings.seed}/token".encode()).hexdigest()[:12]


def good_url(run: Run, operation: str) -> str:
    """Return a legal request."""
    if operation == "get_sites":
        return run.url(operation, group_id=run.known.groups[0])
    if operation == "get_resources":
        return run.url(operation, site_id=next(iter(run.known.sites)))
    resource, end = base_of(run, operation)
    return run.series_url(operation, resource, end - 120, end, _INTERVAL)


def _probe(run: Run, operation: str, url: str, rule: str, header: str) -> str:
    reply, _ = run.get(url, header)
    if reply is not None:
        judge_probe(run, operation, reply, rule)
    return f"{operation}: credentials for {rule}: {reply.status if reply else 'no answer'}"


def judge_probe(run: Run, operation: str, reply: Reply, rule: str) -> None:
    """Judge the answer to a request with the wrong credentials."""
    run.findings.asked(rule, operation)
    request = run.transport.request_of(reply)
    if OK <= reply.status < REDIRECT:
        messages = {
            "WT005": "data is given without a token",
            "WT006": "data is given for a token that nobody has issued",
            "WT007": f"data is given for `Authorization: {reply.credentials}`",
        }
        seen = Evidence("status", "401", f"{reply.status} with {len(reply.body)} bytes")
        run.findings.report(rule, operation, messages[rule], evidence=[seen], requests=[request])
        return
    _echo(run, operation, reply)
    if reply.status == 401:  # noqa: PLR2004 - the status that RFC 9110 speaks of
        _challenge(run, operation, reply)
    run.wire.refusal(reply)
    _alike(run, operation, reply)
    run.findings.asked("WT012", operation)
    if reply.status not in _TURNED_AWAY and reply.status < FAILED:
        seen = Evidence("status", "401", str(reply.status))
        message = f"wrong or missing credentials are answered with {reply.status}"
        run.findings.report("WT012", operation, message, evidence=[seen], requests=[request])


def _challenge(run: Run, operation: str, reply: Reply) -> None:
    """Judge what a 401 asks for: of several challenges one must be the document's."""
    run.findings.asked("WT008", operation)
    said = [value for name, value in reply.headers if name.lower() == "www-authenticate"]
    schemes = run.contract.raw.get("components", {}).get("securitySchemes", {}).values()
    bearer = any(str(one.get("scheme", "")).lower() == "bearer" for one in schemes if isinstance(one, dict))
    if not said:
        message, seen = "the 401 does not say how to authenticate", "no such header"
    elif bearer and not any(_BEARER.search(value) for value in said):
        message, seen = "the 401 asks for another scheme than the document's bearer", ", ".join(said)[:120]
    else:
        return
    proof = Evidence("WWW-Authenticate", "Bearer …", seen)
    run.findings.report(
        "WT008", operation, message, evidence=[proof], requests=[run.transport.request_of(reply)]
    )


def _alike(run: Run, operation: str, reply: Reply) -> None:
    """Judge whether strangers are turned away alike, whatever they ask for."""
    if reply.credentials or reply.status not in _TURNED_AWAY - {429}:
        return
    first = run.away.setdefault(operation, reply)
    if first.status != reply.status:
        seen = Evidence("status", f"{first.status}, as for another request", str(reply.status))
        message = f"strangers learn what exists: {first.status} for one id, {reply.status} for another"
        requests = [run.transport.request_of(one) for one in (first, reply)]
        run.findings.report("WT012", operation, message, evidence=[seen], requests=requests)


def _echo(run: Run, operation: str, reply: Reply) -> None:
    """Find the made-up token of a probe in its answer: a right one that has expired is echoed the same."""
    scheme, _, token = reply.credentials.partition(" ")
    if scheme != "Bearer" or not token.startswith(_MADE_UP):
        return
    run.findings.asked("WT009", operation)
    if token.encode() in reply.body or any(token in value for _, value in reply.headers):
        seen = Evidence("body", "no token", token)
        request = run.transport.request_of(reply)
        message = "a refused token is repeated in the answer"
        run.findings.report("WT009", operation, message, evidence=[seen], requests=[request])


def conditional(run: Run) -> Steps:
    """Send the ETag of an answer back, and one that was never given."""
    url = good_url(run, "get_sites")
    if "get_sites" not in run.tags or run.tags["get_sites"].url != url:
        run.get(url)
    known = run.tags.get("get_sites")
    if known is None or known.url != url or not known.tag.startswith('"'):
        run.findings.skipped("WT109", "get_sites", "answers have no strong ETag")
        return
    run.findings.asked("WT109", "get_sites", 2)
    for what, tag in (("its own ETag", known.tag), ("an ETag that was never given", _NEVER_GIVEN)):
        answer, _ = run.get(url, extra=(("If-None-Match", tag),))
        if answer is not None:
            judge_conditional(run, answer)
        yield f"get_sites: {what}"


def judge_conditional(run: Run, reply: Reply, *, other: bool = False) -> None:
    """Judge the answer to a conditional request; with the tag of another window if `other`."""
    fresh, same = OK <= reply.status < REDIRECT, reply.status == NOT_MODIFIED
    if other or dict(reply.extra).get("If-None-Match") == _NEVER_GIVEN:
        if same:
            whose = ANOTHER_WINDOW if other else "an ETag that was never given"
            _unconditional(run, reply, "200 with the data", f"304 for {whose}")
    elif not fresh and not same:
        _unconditional(run, reply, "304, or 200 with the data", str(reply.status))
    elif same and reply.body:
        _unconditional(run, reply, "304 without a body", f"304 with {len(reply.body)} bytes")


def _unconditional(run: Run, reply: Reply, expected: str, seen: str) -> None:
    proof = Evidence("If-None-Match", expected, seen)
    request = run.transport.request_of(reply)
    message = f"a conditional request gets {seen}"
    asked = run.wire.read(reply.url)
    run.findings.report(
        "WT109", asked.operation if asked else None, message, evidence=[proof], requests=[request]
    )


def bad_methods(run: Run) -> Steps:
    """Send what changes things, with an empty body; only when the user allowed it."""
    for operation in run.contract.operations.values():
        url = good_url(run, operation.name)
        for method in UNSAFE:
            reply = run.transport.probe_method(method, url)
            judge_method(run, operation.name, reply)
            yield f"{method} {operation.path}: {reply.status}"


def judge_method(run: Run, operation: str, reply: Reply) -> None:
    """Judge the answer to a method that the document does not have."""
    run.findings.asked("WT011", operation)
    if OK <= reply.status < REDIRECT:
        seen = Evidence("status", "405", str(reply.status))
        request = run.transport.request_of(reply)
        message = f"{reply.method} is accepted"
        run.findings.report("WT011", operation, message, evidence=[seen], requests=[request])
