"""Conditional requests, and methods that the document does not have."""

from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.refusals import good_url
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import UNSAFE, Reply
from wattos_testkit.harness.wire import OK, REDIRECT

NOT_MODIFIED = 304
ANOTHER_WINDOW = "the ETag of another window"
NEVER_GIVEN = '"wattos-testkit-never"'


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
    for what, tag in (("its own ETag", known.tag), ("an ETag that was never given", NEVER_GIVEN)):
        answer, _ = run.get(url, extra=(("If-None-Match", tag),))
        if answer is not None:
            judge_conditional(run, answer)
        yield f"get_sites: {what}"


def judge_conditional(
    run: Run, reply: Reply, *, other: bool = False, severity: Severity | None = None
) -> None:
    """Judge the answer to a conditional request; with the tag of another window if `other`."""
    fresh, same = OK <= reply.status < REDIRECT, reply.status == NOT_MODIFIED
    if other or dict(reply.extra).get("If-None-Match") == NEVER_GIVEN:
        if same:
            whose = ANOTHER_WINDOW if other else "an ETag that was never given"
            _unconditional(run, reply, "200 with the data", f"304 for {whose}", severity)
    elif not fresh and not same:
        _unconditional(run, reply, "304, or 200 with the data", str(reply.status))
    elif same and reply.body:
        _unconditional(run, reply, "304 without a body", f"304 with {len(reply.body)} bytes")


def _unconditional(
    run: Run, reply: Reply, expected: str, seen: str, severity: Severity | None = None
) -> None:
    proof = Evidence("If-None-Match", expected, seen)
    request = run.transport.request_of(reply)
    message = f"a conditional request gets {seen}"
    asked = run.wire.read(reply.url)
    run.findings.report(
        "WT109",
        asked.operation if asked else None,
        message,
        evidence=[proof],
        requests=[request],
        severity=severity,
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
