"""The outermost layer: request ids, CORS, and answers that are known already."""

import re
from functools import partial
from itertools import count
from typing import NamedTuple
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattos_testkit.server.answer import matches
from wattos_testkit.server.backstage import PREFIX, Backstage
from wattos_testkit.server.cache import AnswerCache, Headers, Key
from wattos_testkit.server.delivery import deliver
from wattos_testkit.server.live import QUIET, Live
from wattos_testkit.server.mischief import GIVE_UP, MARKED, Dropped, Mischief, Visit, Wish
from wattos_testkit.server.problems import failed

EXCHANGE = "wattos.exchange"
"""Where the layers below find the `Exchange` in the scope."""
_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")
_ALLOW_ANY = (b"access-control-allow-origin", b"*")
_READABLE = (
    "ETag, X-Request-Id, WWW-Authenticate, Retry-After, Content-Encoding, Content-Length, "
    "Age, Server-Timing, Preference-Applied"
)
_EXPOSED = (b"access-control-expose-headers", _READABLE.encode())
_CORS: Headers = (_ALLOW_ANY, _EXPOSED)
_OF_PREFLIGHT = {b"origin", b"access-control-request-method"}
_PREFLIGHT: Headers = (
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-max-age", b"600"),
    (b"vary", b"Origin, Access-Control-Request-Headers"),
)


class Exchange(NamedTuple):
    """What of a request's head concerns the answer."""

    method: str
    key: Key
    authorization: bytes | None
    accept_encoding: bytes | None
    if_none_match: bytes | None
    live: Live = QUIET
    wish: Wish | None = None


class Front:
    """Answers from the cache, or passes on."""

    def __init__(
        self, app: ASGIApp, *, cache: AnswerCache, cors: bool = True, backstage: Backstage | None = None
    ) -> None:
        self.app = app
        self._cache = cache
        self._cors = cors
        self._backstage = backstage or Backstage()
        self._lives = self._backstage.lives
        self._current = self._lives.current
        self._journal = self._backstage.journal
        # Unique among workers and restarts: nothing in an answer's body depends on it.
        self._prefix = uuid4().hex[:12].encode() + b"-%08x"
        self._counter = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        pairs = scope["headers"]
        headers: dict[bytes, bytes] = dict(pairs)
        if len(headers) != len(pairs):
            headers = _joined(pairs)
        given = headers.get
        key = (
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
            given(b"authorization"),
            given(b"accept-encoding"),
        )
        request_id = given(b"x-request-id")
        if request_id is None or not _REQUEST_ID.fullmatch(request_id):
            request_id = self._prefix % next(self._counter)
        extra: Headers = ((b"x-request-id", request_id),)
        if b"origin" in headers and self._cors:
            extra += _CORS
        live, cache = self._current(), self._cache
        if live is not cache.live:
            cache.renew(live)
        kept = cache.get(key)
        # What one request wants of the wire no kept answer can give.
        if kept is None or scope["method"] != "GET" or b"prefer" in headers:
            exchange = Exchange(scope["method"], key, key[2], key[3], given(b"if-none-match"), live)
            await self._anew(exchange, headers, extra, (scope, receive, send))
            return
        if_none_match = given(b"if-none-match")
        if if_none_match is not None and matches(if_none_match, kept.tag):
            self._remember(304, "GET", key, request_id)
            await not_modified(kept.tag, send, extra)
            return
        if not kept.record:
            kept.record = self._journal.record(200, "GET", *key[:3])
        self._journal.note(request_id, kept.record)
        await send({"type": "http.response.start", "status": 200, "headers": kept.headers + extra})
        if kept.whole is not None:
            await send(kept.whole)
        else:
            await deliver(kept.pieces, receive, send)

    async def _anew(
        self,
        exchange: Exchange,
        headers: dict[bytes, bytes],
        extra: Headers,
        asgi: tuple[Scope, Receive, Send],
    ) -> None:
        """Answer what no kept answer answers."""
        scope, live = asgi[0], exchange.live
        path, query = exchange.key[:2]
        if self._backstage.control is not None and path.startswith(PREFIX):
            await self._backstage.control(*asgi)
            return
        scope[EXCHANGE] = exchange
        app, mischief = self.app, self._backstage.mischief
        if mischief is not None and (live.rough or b"prefer" in headers or b"__" in query):
            app = self._mischievous(mischief, headers, live, extra)
        if exchange.method == "OPTIONS" and self._cors and headers.keys() >= _OF_PREFLIGHT:
            app = partial(_preflight, headers.get(b"access-control-request-headers"))
        await self._pass_on(app, *asgi, extra)

    def _remember(self, status: int, method: str, key: Key, request_id: bytes) -> None:
        self._journal.note(request_id, self._journal.record(status, method, *key[:3]))

    def _mischievous(
        self, mischief: Mischief, headers: dict[bytes, bytes], live: Live, extra: Headers
    ) -> ASGIApp:
        """Return an application that leaves it to the mischief how, and whether, the answer goes out."""

        async def proceed(scope: Scope, receive: Receive, send: Send, wish: Wish | None = None) -> None:
            scope[EXCHANGE] = scope[EXCHANGE]._replace(wish=wish)
            await self.app(scope, receive, send)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            operation = self._backstage.operation_of(scope["method"], scope["path"])
            lives = self._lives
            await mischief(Visit(scope, receive, send, headers, extra, operation, live, lives, proceed))

        return app

    async def _pass_on(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, extra: Headers
    ) -> None:
        started = remembered = False
        method, key = scope["method"], scope[EXCHANGE].key

        def remember(status: int = 0) -> None:
            nonlocal remembered
            if not remembered:
                remembered = True
                self._remember(status, method, key, extra[0][1])

        scope[GIVE_UP] = remember

        async def with_extra(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                remember(message["status"])
                if not message.get(MARKED, False):
                    # A new list: Starlette's own layers edit the one they have in place.
                    message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        try:
            await app(scope, receive, with_extra)
        except Dropped:
            raise
        except Exception as error:
            answer = failed(error)
            if started:
                # Too late to say so: the connection is closed before the body is complete.
                raise
            await with_extra(
                {
                    "type": "http.response.start",
                    "status": answer.status_code,
                    "headers": [(b"content-type", b"application/problem+json")],
                }
            )
            await send({"type": "http.response.body", "body": answer.body.encode()})
        finally:
            remember()


CACHING = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"Accept-Encoding, Authorization, Origin"),
)
"""A browser may keep an answer but asks each time: the mock may have been started with another seed."""


async def not_modified(tag: bytes, send: Send, extra: Headers = ()) -> None:
    """Answer 304."""
    headers = ((b"etag", tag), *CACHING, *extra)
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _preflight(asked: bytes | None, scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    allowed = ((b"access-control-allow-headers", asked),) if asked else ()
    await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT + allowed})
    await send({"type": "http.response.body", "body": b""})


def _joined(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the headers with repeated ones joined, as RFC 9110 has it."""
    joined: dict[bytes, bytes] = {}
    for name, value in pairs:
        joined[name] = joined[name] + b", " + value if name in joined else value
    return joined
