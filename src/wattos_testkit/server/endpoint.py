"""Operations as ASGI applications, found by the id that Connexion's router has put into the scope."""

from collections.abc import Iterator
from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from starlette.types import ASGIApp, Receive, Scope, Send

from wattos_testkit.contract import Contract, Operation
from wattos_testkit.server.access import EVERYTHING, Access
from wattos_testkit.server.answer import Answer, Tags, matches
from wattos_testkit.server.cache import AnswerCache, Headers, Kept
from wattos_testkit.server.coding import IDENTITY, encoder, negotiate
from wattos_testkit.server.delivery import deliver
from wattos_testkit.server.front import CACHING, EXCHANGE, Exchange, not_modified
from wattos_testkit.server.guard import Guard
from wattos_testkit.server.operations import Handler
from wattos_testkit.server.problems import Problem
from wattos_testkit.server.view import WHOLE

_CODED_SLICE = 128 * 1024
_JSON = (b"content-type", b"application/json")


class Replies:
    """Turns answers into messages."""

    def __init__(self, tags: Tags, cache: AnswerCache) -> None:
        self._tags = tags
        self._cache = cache

    async def send(self, answer: Answer, exchange: Exchange, receive: Receive, send: Send) -> None:
        """Send an answer, or as little of it as the client needs."""
        coding = negotiate(exchange.accept_encoding, answer.length)
        tag = self._tags.tag(answer, coding)
        if exchange.if_none_match is not None and matches(exchange.if_none_match, tag):
            await not_modified(tag, send)
            return
        headers: Headers = (_JSON, (b"etag", tag), *CACHING)
        if coding:
            headers += ((b"content-encoding", coding.encode()),)
        if exchange.method == "HEAD":
            # The length in a coding is known only once it is coded; RFC 9110, 8.6 lets it be left out.
            known = _length(answer.length) if coding == IDENTITY and answer.length is not None else ()
            await send({"type": "http.response.start", "status": 200, "headers": headers + known})
            await send({"type": "http.response.body", "body": b""})
        elif answer.length is not None and answer.length <= WHOLE:
            body = b"".join(coded(answer.pieces(), coding))
            kept = Kept(tag, headers + _length(len(body)), (body,))
            if answer.lasting:
                self._cache.put(exchange.key, kept, exchange.live)
            await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
            await send({"type": "http.response.body", "body": body})
        else:
            known = _length(answer.length) if coding == IDENTITY and answer.length is not None else ()
            await send({"type": "http.response.start", "status": 200, "headers": headers + known})
            held: list[bytes] = []
            pieces = coded(answer.pieces(), coding)
            if answer.lasting and answer.length is not None and answer.length <= self._cache.budget:
                pieces = _holding(pieces, held)
            if await deliver(pieces, receive, send) and held:
                length = _length(sum(map(len, held)))
                self._cache.put(exchange.key, Kept(tag, headers + length, tuple(held)), exchange.live)


def _length(count: int) -> Headers:
    return ((b"content-length", b"%d" % count),)


def _holding(pieces: Iterator[bytes], held: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if piece:
            held.append(piece)
        yield piece


def coded(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Yield a body in a coding, in pieces that take about a millisecond each."""
    if coding == IDENTITY:
        yield from pieces
        return
    stream = encoder(coding)
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _CODED_SLICE):
            yield stream.feed(view[start : start + _CODED_SLICE])
        if not piece:
            yield piece
    yield stream.finish()


class Endpoint:
    """One bound operation."""

    def __init__(self, operation: Operation, access: Access, handler: Handler, replies: Replies) -> None:
        self._name = operation.name
        self._access = access if operation.secured else None
        self._guard = Guard(operation)
        self._handler = handler
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, validate, answer."""
        exchange: Exchange = scope[EXCHANGE]
        grant = EVERYTHING if self._access is None else self._access.admit(exchange.authorization)
        values = self._guard.values(scope["query_string"], scope.get("path_params", {}))
        if exchange.wish is not None:
            live = exchange.wish(self._name, values, exchange.live)
            exchange = exchange._replace(live=live)
        answer = self._handler(values, grant, exchange.live)
        await self._replies.send(answer, exchange, receive, send)


async def _unbound(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive, send
    raise Problem(501, "The document has this operation, but it is not one that the testkit can answer")


class EndpointApi(RoutedAPI[ASGIApp]):  # type: ignore[misc]  # Connexion ships no types
    """The endpoints of a document."""

    def __init__(self, *args: Any, endpoints: dict[str, ASGIApp], **kwargs: Any) -> None:  # noqa: ANN401 - Connexion's own
        super().__init__(*args, **kwargs)
        self._endpoints = endpoints
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        """Return the endpoint of an operation."""
        return self._endpoints.get(operation.operation_id, _unbound)


class Endpoints(RoutedMiddleware[EndpointApi]):  # type: ignore[misc]  # Connexion ships no types
    """Dispatches to the endpoints in place of Connexion's security, validation and decorators."""

    api_cls = EndpointApi


def make_endpoints(
    contract: Contract, access: Access, handlers: dict[str, Handler], replies: Replies
) -> dict[str, ASGIApp]:
    """Return the endpoints by the document's operation ids."""
    return {
        operation.operation_id: Endpoint(operation, access, handlers[name], replies)
        for name, operation in contract.operations.items()
    }
