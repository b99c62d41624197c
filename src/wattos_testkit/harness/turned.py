"""A good token that is refused: asked again, so that one refusal of many is a finding and no missing data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.limits import RunOverError
from wattos_testkit.harness.transport import TOKEN, Reply

if TYPE_CHECKING:
    from wattos_testkit.harness.asked import Asked
    from wattos_testkit.harness.run import Run

RULE = "WT013"
AWAY = {401, 403}
_AGAIN = 2
"""So often a refused request is sent again before the refusal counts as steady."""


def let_in(run: Run, reply: Reply) -> Reply:
    """Judge a refusal of the good token; return the answer that counts: a later one, if that lets us in.

    Raises
    ------
    RunOverError
        If what was open before is shut as well: the token has expired, or somebody has had enough of us.
    """
    asked = run.wire.read(reply.url)
    if reply.credentials != TOKEN or not run.transport.target.token_given or not run.transport.health:
        return reply
    run.findings.asked(RULE, asked.operation if asked else None)
    if reply.status not in AWAY or asked is None or not _plain(run, asked):
        return reply
    where = (asked.operation, asked.id)
    if where in run.shut:
        return reply
    for _ in range(_AGAIN):
        later = run.transport.get(reply.url, reply.credentials, reply.extra)
        if later.status not in AWAY:
            refused_once(run, reply, asked.operation, later.status)
            return later
    run.shut.add(where)
    if all(run.transport.get(run.transport.health).status in AWAY for _ in range(_AGAIN)):
        raise RunOverError(f"the target takes the token no longer ({reply.status}); did it expire?")
    refused(run, reply, asked.operation, asked.id if asked.id in run.known.resources else None)
    return reply


def refused(run: Run, reply: Reply, operation: str, resource: str | None = None) -> None:
    """Report a good token that is refused each time."""
    seen = Evidence("status", "200: the token has opened other things", str(reply.status))
    message = f"a good token is refused with {reply.status} each time, while other requests are let in by it"
    run.findings.report(
        RULE, operation, message, resource=resource,
        evidence=[seen], requests=[run.transport.request_of(reply)],
        # To have no right to something is a 403, and a right may be given by operation or resource.
        severity=Severity.WARNING if reply.status == 403 else None,  # noqa: PLR2004 - no right to it
    )  # fmt: skip


def refused_once(run: Run, reply: Reply, operation: str, later: int) -> None:
    """Report a good token that is taken when the same is asked again."""
    seen = Evidence("status", f"{later}, as when asked again", str(reply.status))
    message = f"a good token is refused with {reply.status}, and taken when the same is asked again"
    run.findings.report(RULE, operation, message, evidence=[seen], requests=[run.transport.request_of(reply)])


def _plain(run: Run, asked: Asked) -> bool:
    """Return whether nothing in a request but the token can be the reason to turn it away."""
    if asked.mistakes or asked.unsure or asked.strange or asked.impossible:
        return False
    known = run.known
    return asked.id is None or asked.id in {*known.groups, *known.sites, *known.resources}
