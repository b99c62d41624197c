"""Refusals with a budget of their own: every spelling of the dictionary, dealt out by the seed.

They come last of the directed requests, so that what the rows say has been decided before. What every
deployment owes is asked first: each legal combination, and that strangers are turned away alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from urllib.parse import quote, urlsplit

from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES
from wattos_testkit.harness.credentials import judge_probe
from wattos_testkit.harness.crossed import crossed
from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.refusals import base_of, good_of, good_url, unknown_id
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.spellings import INTERVALS, Spelling, ids, times
from wattos_testkit.harness.transport import TOKEN, Reply

_SPAN = 120
_ALL_TIERS = 2
_OTHERS = 3
"""Of four rarer ids the one that goes to a list."""
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_ANY_CASE = "bearer $WATTOS_TOKEN"
_FORMS: tuple[tuple[str, str], ...] = (
    ("WT007", "$WATTOS_TOKEN"), ("WT007", "Token $WATTOS_TOKEN"), ("WT006", "Bearer x$WATTOS_TOKEN"),
    ("WT006", "Bearer $WATTOS_TOKEN wattos-testkit"), ("WT007", "Bearer "), ("WT006", "Bearer null"),
    ("WT007", "BearerX $WATTOS_TOKEN"), ("WT006", "Bearer $WATTOS_TOKEN,wattos-testkit"),
    ("WT007", "Digest $WATTOS_TOKEN"), ("WT006", "Bearer undefined"), ("WT007", "Bearer:$WATTOS_TOKEN"),
)  # fmt: skip
"""Headers that hold the right token, or none, wrongly; with the rule that is broken where they are taken."""


@dataclass(frozen=True, slots=True)
class _Ask:
    what: str
    url: str
    rule: str = ""
    """Of a probe of the credentials."""
    credentials: str = TOKEN


def dictionary(run: Run) -> Steps:
    """Send as many as the profile's budget allows."""
    most = run.profile.spellings
    before = run.transport.budget.requests
    for ask in islice(_asks(run), most):
        reply, _ = run.get(ask.url, ask.credentials)
        if reply is not None and ask.rule == "WT208":
            judge_scheme(run, ask.what.partition(":")[0], reply)
        elif reply is not None and ask.rule:
            judge_probe(run, ask.what.partition(":")[0], reply, ask.rule)
        yield ask.what
    yield f"{run.transport.budget.requests - before} requests of the dictionary"


def _asks(run: Run) -> Iterator[_Ask]:
    first, owed = list(_malformed(run)), []
    if run.profile.depth:
        owed = [*_legal(run), *_crossed(run), *_credentials(run), *_bare(run)]
    else:
        owed = list(islice(_unknown_without_token(run), 2))
    yield from owed
    yield from first


def _legal(run: Run) -> Iterator[_Ask]:
    """Yield each legal combination that nobody has been answered so far."""
    for operation in SERIES:
        if not run.known.by_operation(operation):
            continue
        parameters = run.contract.operations[operation].parameters
        allowed = next((one.schema.get("enum") for one in parameters if one.name == "agg_interval"), None)
        for interval in allowed or ():
            for filtered in (True, False):
                if (operation, filtered, str(interval)) in run.served:
                    continue
                values = {**good_of(run, operation), "agg_interval": str(interval)}
                what = f"{operation}: {interval} minutes, {'one resource' if filtered else 'all'}"
                yield _Ask(
                    what, run.url(operation, **(values if filtered else {**values, "resource_id": None}))
                )


def _crossed(run: Run) -> Iterator[_Ask]:
    yield from (_Ask(one.what, one.url) for one in crossed(run))


def _bare(run: Run) -> Iterator[_Ask]:
    """Yield requests without any parameter, with arrays, and with one parameter twice."""
    for operation in (*SERIES, "get_sites"):
        yield _Ask(f"{operation}: no parameter at all", run.url(operation))
    names = list(SERIES)
    for number, name in enumerate(("start", "end", "agg_interval")):
        operation = names[(number + run.settings.seed) % len(names)]
        good = good_of(run, operation)
        bare = run.url(operation, **{**good, name: None})
        yield _Ask(
            f"{operation}: {name} as an array", f"{bare}&{name}%5B%5D={quote(str(good[name]), safe=':')}"
        )
    for operation in SERIES:
        known = run.known.by_operation(operation)
        if len(known) > 1:
            url = run.url(operation, **good_of(run, operation))
            yield _Ask(f"{operation}: resource_id twice", f"{url}&resource_id={known[1]}")


def _unknown_without_token(run: Run) -> Iterator[_Ask]:
    """Yield requests of strangers for ids that nobody has; the known ones were asked for before."""
    for operation in run.contract.operations.values():
        if operation.secured:
            name = ID_PARAMETERS.get(operation.name, "resource_id")
            values = good_of(run, operation.name)
            url = run.url(operation.name, **{**values, name: unknown_id(run, operation.name)})
            yield _Ask(f"{operation.name}: an unknown {name} without credentials", url, "WT005", "")


def _credentials(run: Run) -> Iterator[_Ask]:
    yield from _unknown_without_token(run)
    secured = [one.name for one in run.contract.operations.values() if one.secured]
    target = run.transport.target
    if not secured or not target.token_given:
        return
    every = run.profile.depth >= _ALL_TIERS
    for number, (rule, form) in enumerate(_FORMS):
        for operation in secured if every else [secured[(number + run.settings.seed) % len(secured)]]:
            yield _Ask(f"{operation}: {form}", good_url(run, operation), rule, form)
    yield _Ask(f"{secured[0]}: the scheme in lower case", good_url(run, secured[0]), "WT208", _ANY_CASE)
    # Addresses are logged on their way, so a live token is put into none that leaves this machine.
    if urlsplit(target.base).hostname in _LOCAL:
        for number, name in enumerate(("access_token", "token")):
            operation = secured[(number + run.settings.seed) % len(secured)]
            if operation not in run.away:
                # It is open to all, whatever the address has; that is WT005's.
                continue
            url = good_url(run, operation)
            url += f"{'&' if '?' in url else '?'}{name}={quote(target.token or '', safe='')}"
            yield _Ask(f"{operation}: the token as {name}", url, "WT007", "")


def judge_scheme(run: Run, operation: str, reply: Reply) -> None:
    """Judge the answer to the right token whose scheme is written otherwise."""
    run.findings.asked("WT208", operation)
    if reply.status == 401:  # noqa: PLR2004 - the refusal of a credential
        seen = Evidence("Authorization", "200: schemes have no case (RFC 9110, 11.1)", "401")
        message = "the token is refused when the scheme is written `bearer`"
        request = run.transport.request_of(reply)
        run.findings.report(
            "WT208", operation, message, evidence=[seen], requests=[request], severity=Severity.WARNING
        )


def _malformed(run: Run) -> Iterator[_Ask]:
    """Yield the spellings of the dictionary: by tier, kinds in turn; in the deep profile at every place."""
    for tier in range(_ALL_TIERS + 1):
        kinds = (_times(run, tier), _ids(run, tier), _intervals(run, tier))
        for turn in zip_longest(*kinds):
            yield from (ask for ask in turn if ask is not None)


def _dealt(run: Run, places: list[str], number: int, copies: int) -> list[str]:
    """Return the places of an entry: all in the deep profile, else some, others with each seed."""
    if run.profile.depth >= _ALL_TIERS:
        return places
    first = number + run.settings.seed
    # Far apart, so that two copies do not go to the same kind of place.
    step = max(len(places) // copies, 1)
    return list(dict.fromkeys(places[(first + step * copy) % len(places)] for copy in range(copies)))


def _times(run: Run, tier: int) -> Iterator[_Ask]:
    number = 0
    # Which entries there are does not hang on the minute, so one list numbers all.
    for position, entry in enumerate(times(base_of(run, next(iter(SERIES)))[1])):
        if entry.tier != tier:
            continue
        number += 1
        names = [entry.only] if entry.only else ["start", "end"]
        # In this order the two copies of an entry differ in both the operation and the parameter.
        series = list(SERIES)
        pairs = [f"{series[(i + k) % len(series)]} {name}" for k, name in enumerate(names) for i in range(3)]
        for place in _dealt(run, pairs, number, 2 if tier == 0 and run.profile.depth else 1):
            operation, _, name = place.partition(" ")
            yield _time(run, operation, name, position)


def _time(run: Run, operation: str, name: str, position: int) -> _Ask:
    end = base_of(run, operation)[1]
    entry: Spelling = list(times(end if name == "end" else end - _SPAN))[position]
    changed = {name: entry.text}
    if entry.other:
        changed["end" if name == "start" else "start"] = entry.other
    return _Ask(
        f"{operation}: {entry.what} as {name}", run.url(operation, **{**good_of(run, operation), **changed})
    )


def _ids(run: Run, tier: int) -> Iterator[_Ask]:
    entries = [entry for entry in ids("PV000001", "PV000002", "ME000001") if entry.tier == tier]
    for number in range(len(entries)):
        for operation in _owners(run, tier, number):
            good, more, stranger = _samples(run, operation)
            entry = [one for one in ids(good, more, stranger) if one.tier == tier][number]
            name = ID_PARAMETERS.get(operation, "resource_id")
            values = good_of(run, operation) if operation in SERIES else {}
            url = run.url(operation, **{**values, name: entry.text})
            yield _Ask(f"{operation}: {entry.what} as {name}", url)


def _owners(run: Run, tier: int, number: int) -> list[str]:
    """Return where an id goes: to a series, for there most ids are given, and then to a list."""
    series, others = _dealt(run, list(SERIES), number, 1), _dealt(run, list(ID_PARAMETERS), number, 1)
    if run.profile.depth >= _ALL_TIERS or (tier == 0 and run.profile.depth):
        return [*series, *ID_PARAMETERS]
    return others if tier and number % 4 == _OTHERS else series


def _samples(run: Run, operation: str) -> tuple[str, str, str]:
    """Return an id, another of its kind, and one of another kind."""
    if operation in SERIES:
        # A list of one id twice is still a list, where there is but one.
        known = run.known.by_operation(operation) or [base_of(run, operation)[0]]
        stranger = next((one for one in run.known.stretches if one not in known), next(iter(run.known.sites)))
    else:
        known = run.known.groups if operation == "get_sites" else list(run.known.sites)
        stranger = next(iter(run.known.stretches), known[0])
    return known[0], known[min(1, len(known) - 1)], stranger


def _intervals(run: Run, tier: int) -> Iterator[_Ask]:
    entries = [text for rank, text in INTERVALS if rank == tier]
    for number, text in enumerate(entries):
        for operation in _dealt(run, list(SERIES), number, 1):
            url = run.url(operation, **{**good_of(run, operation), "agg_interval": text})
            yield _Ask(f"{operation}: agg_interval {text!r}", url)
