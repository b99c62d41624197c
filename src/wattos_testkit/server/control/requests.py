"""The control API: the journal of what was asked, and counting in it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote

from wattos_testkit.server.control.desk import Call, Desk, Json, Reply
from wattos_testkit.server.control.filter import Filter, Request, read_filter
from wattos_testkit.server.control.journal import Noted, noted
from wattos_testkit.server.control.refusal import Refusal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECRET = re.compile(r"((?:^|&)[^=&]*(?:token|secret|password|key)[^=&]*=)[^&]*", re.IGNORECASE)
"""Credentials have no business in a query; where one is sent so all the same, it is not shown."""
_NEAR = 5
"""Requests that are shown where another number was expected."""


def listed(desk: Desk, call: Call) -> Reply:
    """Return the requests that match, the oldest first."""
    wanted = read_filter(call.query, desk.contract, limited=True)
    found = _found(desk, wanted)
    shown = found[-wanted.limit :] if wanted.limit else []
    return Reply({"count": len(found), "requests": [_told(one) for one in shown]})


def count(desk: Desk, call: Call) -> Reply:
    """Return how many match; where a number was expected, any other is a conflict."""
    wanted = read_filter(call.query, desk.contract, counted=True)
    found = _found(desk, wanted)
    if wanted.expect is not None and len(found) != wanted.expect:
        were = "was 1 request" if len(found) == 1 else f"were {len(found)} requests"
        detail = f"There {were} of {wanted}, not {wanted.expect}"
        raise Refusal(409, detail, count=len(found), requests=[_told(one) for one in found[-_NEAR:]])
    return Reply({"count": len(found), "filter": wanted.asked})


def clear(desk: Desk, call: Call) -> Reply:
    """Forget them."""
    del call
    desk.board.clear_journal()
    return Reply(status=204)


def _found(desk: Desk, wanted: Filter) -> Sequence[Request]:
    since = max(desk.board.cleared, wanted.since)
    return [one for one in (_request(desk, seen) for seen in noted(desk.board.folder, since)) if wanted(one)]


def _request(desk: Desk, seen: Noted) -> Request:
    path = unquote(seen.path)
    _, in_path = desk.names.match(path)
    query = _SECRET.sub(r"\1***", seen.query)
    # Blank values count: what was sent is what was asked.
    in_query = parse_qsl(query, keep_blank_values=True)
    return Request(seen, desk.names.find(seen.method, path), path, query, (*in_path, *in_query))


def _told(request: Request) -> Json:
    seen = request.noted
    return {
        "at": stamp(seen.at),
        "method": seen.method,
        "operation": request.operation,
        "path": request.path,
        "query": request.query,
        "parameters": dict(request.parameters),
        "status": seen.status,
        "request_id": seen.request_id,
        "token": seen.token,
        "worker": seen.worker,
        **({"cut": True} if seen.cut else {}),
    }


def stamp(at: int) -> str:
    """Return nanoseconds since 1970 as an instant to the microsecond, rounded up: `since` it is after it."""
    moment = _EPOCH + timedelta(microseconds=-(-at // 1000))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
