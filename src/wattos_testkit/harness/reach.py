"""Reach: is it there, does it speak the API, and does our token open it."""

from dataclasses import replace

from wattos_testkit.contract import ParameterError
from wattos_testkit.errors import TargetError, UsageError
from wattos_testkit.harness.acceptance import FAILED, media_of
from wattos_testkit.harness.asked import ID_PARAMETERS
from wattos_testkit.harness.body import BodyError, parse
from wattos_testkit.harness.events import Evidence
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.target import PLACEHOLDER
from wattos_testkit.harness.transport import TOKEN, Reply, UnansweredError
from wattos_testkit.harness.turned import AWAY, refused_once
from wattos_testkit.harness.wire import OK, REDIRECT, REFUSED

NO_CREDENTIALS = ""


def reach(run: Run) -> Steps:
    """Ask for the sites of the first group, until it is clear whether the target can be tested.

    Raises
    ------
    TargetError
        If it cannot.
    """
    groups = groups_of(run)
    group = groups[0]
    run.known.met.update(groups)
    url = run.url("get_sites", group_id=group)
    secured = run.contract.operations["get_sites"].secured
    reply = _first(run, url)
    if reply.status in AWAY and run.transport.target.token_given:
        reply = _again(run, url, reply)
    yield f"GET {run.contract.operations['get_sites'].path}: {reply.status}"
    if reply.status in {401, 403} and run.transport.target.token is None:
        # Open mocks take any token, and most people who try one out have none.
        run.transport.target = replace(run.transport.target, token=PLACEHOLDER)
        reply = _first(run, url)
        yield f"with the placeholder token {PLACEHOLDER!r}: {reply.status}"
        if reply.status in {401, 403}:
            raise TargetError(
                f"{run.transport.target.base} asks for a token ({reply.status}): give one with --token, "
                "WATTOS_TOKEN or --token-command"
            )
        run.findings.asked("WT005", "get_sites")
    elif run.transport.target.token is None and secured and reply.status < REFUSED:
        run.findings.asked("WT005", "get_sites")
        seen = Evidence("status", "401", str(reply.status))
        request = run.transport.request_of(url, NO_CREDENTIALS)
        message = "the sites of a group are given without a token"
        run.findings.report("WT005", "get_sites", message, evidence=[seen], requests=[request])
    _sound(run, reply, group)
    for listener in run.transport.listeners:
        listener(reply)
    if REDIRECT > reply.status >= OK:
        run.transport.health = url
        run.reached = (url, run.wire.last[2] if run.wire.last else None)
        return
    if reply.status >= FAILED:
        raise TargetError(f"{url} answers {reply.status}: a server that fails at once cannot be tested")


def groups_of(run: Run) -> list[str]:
    """Return the groups to look at: those given, else the document's sample.

    Raises
    ------
    UsageError
        If an id is malformed, or none was given and the document has no sample.
    """
    operation = run.contract.operations["get_sites"]
    parameter = next(one for one in operation.parameters if one.name == ID_PARAMETERS["get_sites"])
    given = list(dict.fromkeys(run.settings.groups))
    for group in given:
        try:
            parameter.parse(group)
        except ParameterError as error:
            raise UsageError(f"--group: {error.reason}") from None
    if given:
        return given
    specs = [one for one in operation.spec.get("parameters", []) if one.get("name") == parameter.name]
    samples = [
        str(one["example"]) for one in [*specs, *(one.get("schema", {}) for one in specs)] if "example" in one
    ]
    for sample in samples:
        try:
            parameter.parse(sample)
        except ParameterError:
            continue
        return [sample]
    raise UsageError("which group is to be checked? The document has no sample; give --group ID")


def _first(run: Run, url: str) -> Reply:
    """Send a request that no rule hears of yet: whether there is a server at all is not its matter."""
    listeners, run.transport.listeners = run.transport.listeners, []
    try:
        return run.transport.get(url, TOKEN)
    except UnansweredError as error:
        raise TargetError(error.trouble.text) from None
    finally:
        run.transport.listeners = listeners


def _again(run: Run, url: str, refused: Reply) -> Reply:
    """Ask again with a token that was refused: of several guards one alone may not know it."""
    for _ in range(2):
        reply = _first(run, url)
        if reply.status < REFUSED:
            run.findings.asked("WT013", "get_sites")
            refused_once(run, refused, "get_sites", reply.status)
            return reply
    return refused


def _sound(run: Run, reply: Reply, group: str) -> None:
    """Refuse a target that is something else than this API."""
    base, path = run.transport.target.base, run.contract.operations["get_sites"].path
    if reply.status in {401, 403}:
        raise TargetError(
            f"{base} refuses the token ({reply.status}{_detail(reply)}): is it the right one, not expired?"
        )
    if reply.status in {429, 503}:
        raise TargetError(f"{base} turns us away for now ({reply.status}{_detail(reply)}); try again later")
    if REDIRECT <= reply.status < REFUSED:
        where = run.clean(reply.header("Location") or "nowhere")
        raise TargetError(f"{base}{path} redirects to {where}: check that address instead")
    if reply.status == 400:  # noqa: PLR2004 - our own request was well formed
        raise TargetError(
            f"{base} refuses the group {group} (400{_detail(reply)}); give one that it has: --group ID"
        )
    if reply.status >= FAILED:
        return
    # JSON that is called HTML is the API with a fault, not a page.
    html = reply.body[:200].lstrip().lower().startswith((b"<!doctype", b"<html")) or (
        media_of(reply) == "text/html" and not reply.body.lstrip().startswith((b"{", b"["))
    )
    if reply.status in {404, 405}:
        what = "a page of HTML with " if html else ""
        raise TargetError(
            f"{base}{path} is answered by {what}{reply.status}: is the base path right "
            f"(http://host/base), the group {group} one of its own (--group ID), "
            "and the document its own (--spec FILE)?"
        )
    if html:
        raise TargetError(
            f"{base}{path} speaks HTML, not the API: is that a web page, or a login in front of it?"
        )


def _detail(reply: Reply) -> str:
    try:
        value = parse(reply.body[:65536])
    except BodyError:
        return ""
    text = (value.get("detail") or value.get("title")) if isinstance(value, dict) else None
    return f": {str(text)[:200]}" if text else ""
