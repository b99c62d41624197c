"""Refusals with a budget of their own: every spelling of the dictionary, dealt out by the seed.

They come last of the directed requests, so that what the rows say has been decided before. What every
deployment owes is asked first: each legal combination, and that strangers are turned away alike.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, urlsplit

from wattos_testkit.harness.ask import Ask
from wattos_testkit.harness.asked import ID_PARAMETERS
from wattos_testkit.harness.credentials import judge_probe
from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.malformed import malformed, more_like
from wattos_testkit.harness.refusals import good_of, good_url, note, unknown_id
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.wire import REFUSED

_EVERYWHERE = 2
_LOOKED_UP = {404}
"""What an id gets that was looked for."""
_LOCAL = {"127.0.0.1", "localhost", "::1"}
_ANY_CASE = "bearer $WATTOS_TOKEN"
_FORMS: tuple[tuple[str, str], ...] = (
    ("WT007", "$WATTOS_TOKEN"), ("WT007", "Token $WATTOS_TOKEN"), ("WT006", "Bearer x$WATTOS_TOKEN"),
    ("WT006", "Bearer $WATTOS_TOKEN wattos-testkit"), ("WT007", "Bearer "), ("WT006", "Bearer null"),
    ("WT007", "BearerX $WATTOS_TOKEN"), ("WT006", "Bearer $WATTOS_TOKEN,wattos-testkit"),
    ("WT007", "Digest $WATTOS_TOKEN"), ("WT006", "Bearer undefined"), ("WT007", "Bearer:$WATTOS_TOKEN"),
)  # fmt: skip
"""Headers that hold the right token, or none, wrongly; with the rule that is broken where they are taken."""


def dictionary(run: Run) -> Steps:
    """Send as many as the profile's budget allows."""
    most = run.profile.spellings
    before = run.transport.budget.requests
    further: deque[Ask] = deque()
    asks = _asks(run)
    while most is None or run.transport.budget.requests - before < most:
        ask = further.popleft() if further else next(asks, None)
        if ask is None:
            break
        if ask.url in run.spelled:
            continue
        reply, _ = run.get(ask.url, ask.credentials)
        note(run, ask)
        if reply is not None:
            further.extend(_judge(run, ask, reply))
        yield ask.what
    yield f"{run.transport.budget.requests - before} requests of the dictionary"


def _judge(run: Run, ask: Ask, reply: Reply) -> list[Ask]:
    """Judge an answer as far as the wire cannot; return what to ask because of it."""
    operation = ask.what.partition(":")[0]
    if ask.rule == "WT208":
        judge_scheme(run, operation, reply)
    elif ask.rule:
        judge_probe(run, operation, reply, ask.rule)
    if ask.place is None or (*ask.place, ask.family) in run.followed:
        return []
    usual = run.refused.setdefault(ask.place, reply.status)
    # A reader that takes one odd spelling, or passes it on to be looked up, may well take a worse one.
    asked = run.wire.read(ask.url)
    taken = reply.status < REFUSED and asked is not None and not asked.mistakes
    if taken or (reply.status != usual and reply.status in _LOOKED_UP):
        run.followed.add((*ask.place, ask.family))
        return more_like(run, ask)
    return []


def _asks(run: Run) -> Iterator[Ask]:
    if run.profile.depth:
        yield from _credentials(run)
    else:
        yield from islice(_unknown_without_token(run), 2)
    yield from malformed(run)


def _unknown_without_token(run: Run) -> Iterator[Ask]:
    """Yield requests of strangers for ids that nobody has; the known ones were asked for before."""
    for operation in run.contract.operations.values():
        if operation.secured:
            name = ID_PARAMETERS.get(operation.name, "resource_id")
            values = good_of(run, operation.name)
            url = run.url(operation.name, **{**values, name: unknown_id(run, operation.name)})
            what = f"{operation.name}: an unknown {name} without credentials"
            yield Ask(what, url, rule="WT005", credentials="")


def _credentials(run: Run) -> Iterator[Ask]:
    yield from _unknown_without_token(run)
    secured = [one.name for one in run.contract.operations.values() if one.secured]
    target = run.transport.target
    if not secured or not target.token_given:
        return
    every = run.profile.depth >= _EVERYWHERE
    for number, (rule, form) in enumerate(_FORMS):
        for operation in secured if every else [secured[(number + run.settings.seed) % len(secured)]]:
            yield Ask(f"{operation}: {form}", good_url(run, operation), rule=rule, credentials=form)
    what = f"{secured[0]}: the scheme in lower case"
    yield Ask(what, good_url(run, secured[0]), rule="WT208", credentials=_ANY_CASE)
    # Addresses are logged on their way, so a live token is put into none that leaves this machine.
    if urlsplit(target.base).hostname in _LOCAL:
        for number, name in enumerate(("access_token", "token")):
            operation = secured[(number + run.settings.seed) % len(secured)]
            if operation not in run.away:
                # It is open to all, whatever the address has; that is WT005's.
                continue
            url = good_url(run, operation)
            url += f"{'&' if '?' in url else '?'}{name}={quote(target.token or '', safe='')}"
            yield Ask(f"{operation}: the token as {name}", url, rule="WT007", credentials="")


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
