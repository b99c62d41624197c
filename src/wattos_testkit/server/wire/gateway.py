"""Faults of what stands between the service and its clients: proxies, gateways, caches."""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote_plus

from starlette.types import Message

from wattos_testkit.server.cache import Headers
from wattos_testkit.server.window import utc_minute
from wattos_testkit.server.wire.call import value_of, without
from wattos_testkit.server.wire.errors import Refusal, refusal
from wattos_testkit.server.wire.strike import Passage, Strike, asked, edited

LOGIN = "/login"
"""Where the login form is, while it is in the way."""
_HTML = (b"content-type", b"text/html; charset=utf-8")
_NO_STORE = (b"cache-control", b"no-store")
_ALLOW = b"access-control-allow-origin"
_OTHER = b"https://portal.example.com"
_MAINTENANCE = b"""<html>
<head><title>503 Service Temporarily Unavailable</title></head>
<body>
<center><h1>503 Service Temporarily Unavailable</h1></center>
<hr><center>gateway</center>
</body>
</html>
"""
_FORM = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in</title></head>
<body>
<h1>Your session has ended. Please sign in.</h1>
<form method="post"><label>User <input name="user"></label> <button>Sign in</button></form>
</body>
</html>
"""
LOGIN_FORM = refusal(200, (_HTML, _NO_STORE), _FORM)
_OF_URLS = "/?:@!$&'()*+,;=%-._~[]"
"""What may stand in a URL as it is: all else that a client has sent cannot break a header."""
_PAIR = re.compile(rb"(?P<before>(?:^|&)end=)(?P<text>[^&]*)")


async def wrong_content_type(strike: Strike, passage: Passage) -> None:
    """Say that the body is something else."""
    said = strike.placement.word("type").encode()

    def edit(message: Message) -> Message:
        if value_of(message, b"content-type") is None:
            return message
        strike.call.note(strike.name)
        headers = without(message["headers"], b"content-type")
        return {**message, "headers": headers if said == b"none" else [(b"content-type", said), *headers]}

    await passage.go(edited(passage.send, edit))


async def broken_cors(strike: Strike, passage: Passage) -> None:
    """Spoil the headers that let a page of another origin read the answer."""
    how = strike.placement.word("how")
    if any(name == _ALLOW for name, _ in strike.call.visit.marks):
        strike.call.note(strike.name)

    def remark(marks: Headers) -> Headers:
        others = tuple(one for one in marks if not one[0].startswith(b"access-control-"))
        match how:
            case "missing":
                return others
            case "other":
                return tuple((name, _OTHER if name == _ALLOW else value) for name, value in marks)
        return marks + tuple(one for one in marks if one[0] == _ALLOW)

    strike.call.remark = remark
    await passage.go()


async def broken_coding(strike: Strike, passage: Passage) -> None:
    """Let the coding of the body and what is said of it disagree."""
    if strike.placement.word("how") == "declared":
        await passage.go(edited(passage.send, _declared(strike)))
        return

    def edit(message: Message) -> Message:
        if value_of(message, b"content-encoding") is None:
            return message
        strike.call.note(strike.name)
        return {**message, "headers": without(message["headers"], b"content-encoding")}

    await passage.go(edited(passage.send, edit), asked(passage.scope, accept_encoding=b"gzip"))


def _declared(strike: Strike) -> Callable[[Message], Message]:
    def edit(message: Message) -> Message:
        plain = value_of(message, b"content-encoding") is None
        if not plain or value_of(message, b"content-type") is None:
            return message
        strike.call.note(strike.name)
        return {**message, "headers": [*message["headers"], (b"content-encoding", b"gzip")]}

    return edit


async def maintenance_page(strike: Strike, passage: Passage) -> None:
    """Answer as a gateway whose service is away."""
    wait = int(strike.placement.number("retry_after"))
    retry: Headers = ((b"retry-after", b"%d" % wait),) if wait else ()
    page = refusal(503, (_HTML, _NO_STORE, *retry), _MAINTENANCE)
    if strike.placement.word("cors") == "missing":
        strike.call.remark = _unmarked
    await strike.refuse(passage.send, page)


def _unmarked(marks: Headers) -> Headers:
    """Return nothing: a gateway knows neither the request's id nor CORS."""
    del marks
    return ()


async def login_redirect(strike: Strike, passage: Passage) -> None:
    """Send to the login form, or show it."""
    if strike.placement.word("how") == "page":
        await strike.refuse(passage.send, LOGIN_FORM)
        return
    query = passage.scope["query_string"].decode("latin-1")
    wanted = passage.scope["path"] + (f"?{query}" if query else "")
    target = f"{LOGIN}?next={quote(wanted, safe='')}".encode()
    await strike.refuse(passage.send, _redirect(target, 302))


async def redirect_loop(strike: Strike, passage: Passage) -> None:
    """Send to where the request came from."""
    # As it was asked, before anything was taken out of the query.
    scope = strike.call.visit.scope
    target = scope.get("raw_path") or quote(scope["path"]).encode()
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    await strike.refuse(passage.send, _redirect(quote(target, safe=_OF_URLS).encode(), 301))


def _redirect(target: bytes, status: int) -> Refusal:
    return refusal(status, ((b"location", target), _NO_STORE), b"")


async def stale_answer(strike: Strike, passage: Passage) -> None:
    """Answer what would have been answered some time ago."""
    minutes = int(strike.placement.number("minutes"))

    def edit(message: Message) -> Message:
        if message["status"] not in {200, 304}:
            return message
        strike.call.note(strike.name)
        return {**message, "headers": [*message["headers"], (b"age", b"%d" % (60 * minutes))]}

    query = aged(passage.scope["query_string"], minutes)
    await passage.go(edited(passage.send, edit), asked(passage.scope, query=query))


def aged(query: bytes, minutes: int) -> bytes:
    """Return a question with `end` earlier, one bucket left at least; a wrong question stays as it is."""
    given = dict(_parts(query))
    try:
        start, end = utc_minute(given["start"]), utc_minute(given["end"])
        bucket = int(given["agg_interval"])
    except (KeyError, ValueError):
        return query
    moved = max(end - minutes, start + bucket)
    if moved >= end:
        return query
    text = _written(moved).encode()
    return _PAIR.sub(lambda found: found["before"] + text, query, count=1)


def _parts(query: bytes) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in query.decode("latin-1").split("&"))
    return [(name, unquote_plus(value)) for name, _, value in pairs]


def _written(minute: int) -> str:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - nothing else here has a calendar

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return moment.strftime("%Y-%m-%dT%H:%M:00Z")
