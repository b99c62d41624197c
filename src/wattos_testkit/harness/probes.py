"""Rarer questions, each asked once in a run: odd spellings, far years, lists and tags asked twice.

They come after the judge's questions, and none of them is needed for what the rows say.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from wattos_testkit.harness.asked import SERIES, minute_of, text_of
from wattos_testkit.harness.conditional import NOT_MODIFIED, judge_conditional
from wattos_testkit.harness.credentials import judge_probe
from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.harness.refusals import base_of, good_of, good_url, strangers
from wattos_testkit.harness.run import Run, Steps, Tagged, mark_of
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.wire import rows_of

_INTERVAL = 15
_SPAN = 120
_TOKYO = 540
"""Nine hours of offset [min]: far enough that no window of two hours is taken for the other."""
_YEAR = 365 * 1440
_LISTED = (
    "group_id", "site_name", "site_latitude", "site_longitude", "resource_type", "unit_controller_id",
    "resource_name", "resource_latitude", "resource_longitude",
)  # fmt: skip
"""What lists say by the document; what a deployment adds of its own may change at any time."""
_FAR = ("1900-01-01", "2500-01-01")
_LONGER = "Bearer $WATTOS_TOKEN.x"
"""A token that begins with the right one; no name of a shell's variable goes on after a dot."""
_OTHER_SCHEME = "Basic $WATTOS_TOKEN"
"""The right token, and no password: a server that looks for the token alone takes it."""


def probes(run: Run) -> Steps:
    """Send each of them."""
    for what, url in _addresses(run):
        run.get(url)
        yield what
    for operation in SERIES:
        if operation not in run.strangers:
            for refusal in strangers(run, operation):
                run.get(refusal.url)
                yield refusal.what
    yield from _offset(run)
    yield from _tags(run)
    yield from _lists(run)
    yield from _tokens(run)


def _addresses(run: Run) -> Iterator[tuple[str, str]]:
    """Yield requests that the rules of the wire judge by reading them."""
    operations = [one for one in SERIES if run.known.by_operation(one)] or list(SERIES)
    for turn, (what, changed) in enumerate(_variants(run, operations)):
        operation = operations[turn % len(operations)]
        yield f"{operation}: {what}", run.url(operation, **{**good_of(run, operation), **changed})
    operation = operations[0]
    url = run.url(operation, **good_of(run, operation))
    yield f"{operation}: a parameter twice", f"{url}&agg_interval={_INTERVAL}"
    parts = urlsplit(url)
    yield (
        f"{operation}: colons percent-encoded",
        parts._replace(query=parts.query.replace(":", "%3A")).geturl(),
    )


def _variants(run: Run, operations: list[str]) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield what is changed of a good request, dealt out over the operations."""
    resource, end = base_of(run, operations[0])
    year = _common_year(end)
    yield "full-width resource_id", {"resource_id": "".join(chr(ord(one) + 0xFEE0) for one in resource)}
    yield "quoted resource_id", {"resource_id": resource[:6] + "'\""}
    yield "empty resource_id", {"resource_id": ""}
    yield "agg_interval 15.0", {"agg_interval": "15.0"}
    yield "agg_interval in other digits", {"agg_interval": "１５"}  # noqa: RUF001 - on purpose
    yield (
        "the 29th of February of a common year",
        {"start": f"{year}-02-29T00:00:00Z", "end": f"{year}-03-01T02:00:00Z"},
    )
    # A default may be any date, so the window is begun long ago; half hours keep the answer small.
    long_ago = {"start": text_of(end - 300 * 1440), "end": None, "agg_interval": "30"}
    yield "no end, begun long ago", long_ago
    for date in _FAR:
        yield f"{date[:4]}", {"start": f"{date}T00:00:00Z", "end": f"{date}T02:00:00Z"}


def _common_year(minute: int) -> int:
    """Return the last year before a time that was no leap year."""
    year = datetime.fromtimestamp((minute - _YEAR) * 60, UTC).year
    return year - 1 if year % 4 == 0 else year  # a century without a leap day is not wrong here, only rarer


def _offset(run: Run) -> Iterator[str]:
    """Ask for a window written with an offset: to refuse it is right, to convert it, too."""
    for operation in SERIES:
        if not run.known.by_operation(operation):
            continue
        good = good_of(run, operation)
        window = {name: _shifted(str(good[name])) for name in ("start", "end")}
        reply, value = run.get(run.url(operation, **{**good, **window}))
        if reply is not None:
            judge_offset(run, reply, value)
        yield f"{operation}: a window with an offset"
        return


def judge_offset(run: Run, reply: Reply, value: object) -> None:
    """Judge the answer to a window that is written with an offset."""
    asked = run.wire.read(reply.url)
    if asked is None or asked.window is None:
        return
    run.findings.asked("WT204", asked.operation)
    stamps, start = _stamps(value), asked.window[0]
    # The rows of the hours as written lie nine hours from those that were asked for.
    if stamps and not any(abs(one - start) <= 2 * _SPAN for one in stamps):
        seen = Evidence("start", text_of(start), text_of(stamps[0]))
        message = f"{asked.values['start']} is read without its offset"
        requests = [run.transport.request_of(reply)]
        run.findings.report("WT204", asked.operation, message, evidence=[seen], requests=requests)


def _shifted(text: str) -> str:
    return text_of(minute_of(text) + _TOKYO)[:-1] + "+09:00"


def _stamps(value: Any) -> list[int]:  # noqa: ANN401 - any JSON
    """Return the times of the rows of an answer, as far as they can be read."""
    stamps = []
    for row in rows_of(value) or []:
        try:
            stamps.append(minute_of(row["timestamp"]))
        except (KeyError, TypeError, ValueError):
            continue
    return stamps


def _tags(run: Run) -> Iterator[str]:
    """Send the ETag of one window with the request for another."""
    for operation in SERIES:
        if not run.known.by_operation(operation):
            continue
        if operation not in run.tags:
            run.get(run.url(operation, **good_of(run, operation)))
        known = run.tags.get(operation)
        asked = run.wire.read(known.url) if known else None
        if known is None or asked is None or asked.window is None:
            return
        # Nothing but the window differs, so that no other part of the request excuses another tag.
        start, end, interval = asked.window
        earlier = run.series_url(operation, asked.id, 2 * start - end, start, interval)
        answer, _ = run.get(earlier, extra=(("If-None-Match", known.tag),))
        run.findings.asked("WT109", operation)
        if answer is not None:
            own = _own_tag(run, known, earlier) if answer.status == NOT_MODIFIED else ""
            # The revision of all data may be a tag: then each request has the same, and that is right.
            mild = Severity.WARNING if own == known.tag else None
            if own is not None:
                judge_conditional(run, answer, other=True, severity=mild)
        yield f"{operation}: the ETag of another window"
        return


def _own_tag(run: Run, known: Tagged, url: str) -> str | None:
    """Return the ETag of another window; None if its body is the same, for then one tag for both is right."""
    reply, _ = run.get(url)
    if reply is None or mark_of(reply) == known.mark:
        return None
    return reply.header("ETag") or ""


def _lists(run: Run) -> Iterator[str]:
    """Ask for the list of one site, and of one group, twice more."""
    for operation, name, known in (
        ("get_resources", "site_id", list(run.known.sites)),
        ("get_sites", "group_id", run.known.groups),
    ):
        listed = next((one for one in known if run.known.lists.get(one)), None)
        for _ in range(2 if listed is not None else 0):
            url = run.url(operation, **{name: listed})
            _, value = run.get(url)
            judge_list(run, url, run.known.lists[str(listed)], rows_of(value))
            yield f"{operation}: again"


def judge_list(run: Run, url: str, before: list[Any], rows: list[Any] | None) -> None:
    """Judge a list that was asked for again: who is in it, and what it says of each."""
    asked = run.wire.read(url)
    if rows is None or asked is None:
        return
    operation = asked.operation
    key = "site_id" if operation == "get_sites" else "resource_id"
    run.findings.asked("WT504", operation)
    first, now = _by_id(before, key), _by_id(rows, key)
    if other := now.keys() ^ first.keys():
        seen = Evidence(key, f"{len(first)} rows, as before", f"{len(rows)} rows")
        words = ", ".join(sorted(other)[:3])
    else:
        changed = [
            (one, field)
            for one, row in now.items()
            for field in _LISTED
            if field in row and row[field] != first[one].get(field)
        ]
        if not changed:
            return
        one, field = changed[0]
        seen = Evidence(field, f"{first[one].get(field)}, as before", str(now[one][field]))
        words = f"{field} of {one}"
    message = f"the list of {asked.id or 'a site'} differs when asked again: {words}"
    # Three, of which at least two differ also where every second answer does.
    requests = [run.request(url)] * 3
    run.findings.report("WT504", operation, message, evidence=[seen], requests=requests)


def _by_id(rows: list[Any], key: str) -> dict[str, dict[str, Any]]:
    return {str(row.get(key)): row for row in rows if isinstance(row, dict)}


def _tokens(run: Run) -> Iterator[str]:
    """Ask with a token that is longer than the right one, and without any for all resources."""
    secured = [one for one in run.contract.operations.values() if one.secured]
    if not secured or run.transport.target.token is None:
        return
    if run.transport.target.token_given:
        url = good_url(run, secured[0].name)
        reply, _ = run.get(url, _LONGER)
        if reply is not None:
            judge_probe(run, secured[0].name, reply, "WT006")
        yield "a longer token"
        reply, _ = run.get(url, _OTHER_SCHEME)
        if reply is not None:
            judge_probe(run, secured[0].name, reply, "WT007")
        yield "the token under another scheme"
    for operation in SERIES:
        if run.contract.operations[operation].secured:
            url = run.url(operation, **{**good_of(run, operation), "resource_id": None})
            reply, _ = run.get(url, "")
            if reply is not None:
                judge_probe(run, operation, reply, "WT005")
            yield f"{operation}: no credentials, no filter"
