"""Probes of the credentials: without, with wrong and with other ones nobody may get data."""

import hashlib
import re

from wattos_testkit.harness.acceptance import FAILED
from wattos_testkit.harness.body import BodyError, parse
from wattos_testkit.harness.conditional import NOT_MODIFIED
from wattos_testkit.harness.events import Evidence
from wattos_testkit.harness.refusals import good_url
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.wire import OK, REDIRECT, REFUSED, rows_of

_TURNED_AWAY = {401, 403, 404, 407, 429}
"""401 is right; 403 and 404 tell nothing to strangers; the others are HTTP's own."""
_BEARER = re.compile(r"(?:^|,)\s*bearer(?:\s|,|$)", re.IGNORECASE)
"""A challenge among those of a WWW-Authenticate header."""
_MADE_UP = "wrong-"
_BASIC = "Basic d2F0dG9zOnRlc3RraXQ="
"""wattos:testkit"""


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


def _probe(run: Run, operation: str, url: str, rule: str, header: str) -> str:
    reply, _ = run.get(url, header)
    if reply is not None:
        judge_probe(run, operation, reply, rule)
    return f"{operation}: credentials for {rule}: {reply.status if reply else 'no answer'}"


def judge_probe(run: Run, operation: str, reply: Reply, rule: str) -> None:
    """Judge the answer to a request with the wrong credentials."""
    run.findings.asked(rule, operation)
    request = run.transport.request_of(reply)
    if reply.status == NOT_MODIFIED and reply.extra:
        seen = Evidence("status", "401", "304")
        message = "who brings a validator of the holder's gets 304, the token unseen"
        run.findings.report(rule, operation, message, evidence=[seen], requests=[request])
        return
    if reply.status >= REFUSED and (count := _rows_in(reply)):
        seen = Evidence("body", "no data", f"{count} rows")
        message = f"the {reply.status} refuses the credentials, and has the data in its body"
        run.findings.report(rule, operation, message, evidence=[seen], requests=[request])
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
    # 403 is for a token that lacks a right: who brings none is told by it that none would help.
    nobody = not reply.credentials and reply.status == 403  # noqa: PLR2004 - as RFC 9110 has it
    if (reply.status not in _TURNED_AWAY or nobody) and reply.status < FAILED:
        seen = Evidence("status", "401", str(reply.status))
        message = f"{'no' if nobody else 'wrong or missing'} credentials are answered with {reply.status}"
        run.findings.report("WT012", operation, message, evidence=[seen], requests=[request])


def _rows_in(reply: Reply) -> int:
    """Return how many rows with an id the body of a refusal holds."""
    try:
        rows = rows_of(parse(reply.body)) or []
    except BodyError:
        return 0
    return sum(isinstance(row, dict) and bool({"site_id", "resource_id"} & row.keys()) for row in rows)


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
