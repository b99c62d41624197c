"""The session that Schemathesis sends with: every request goes through our transport, within our limits."""

import io
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from urllib3 import HTTPHeaderDict, HTTPResponse

from wattos_testkit.harness.asked import text_of
from wattos_testkit.harness.limits import Budget, RunOverError
from wattos_testkit.harness.profiles import Fuzz
from wattos_testkit.harness.transport import Reply, Transport, UnansweredError

_PROBE = "X-Schemathesis-Probe"
NOT_SENT = 599
"""Stands for an answer to a request that was not sent any more."""
_LONGEST = 240
"""A made-up window is cut to so many buckets, whatever it says."""
_UNFILTERED = 4
_KEPT = 8 * 1024 * 1024
"""So many bytes of answers are kept for requests that are made up again."""
_HEAD = 4 * 1024
"""About so much an answer takes beside its body."""
_SLOW = 2.0
"""An answer of everything that takes longer is asked with a filter from then on [s]."""


class Gate(requests.Session):
    """A session whose requests go through our transport."""

    def __init__(
        self,
        transport: Transport,
        fuzz: Fuzz,
        resource: str,
        settled: Callable[[Reply], Reply] = lambda one: one,
    ) -> None:
        super().__init__()
        self.stop: Any = lambda: None
        self.over: RunOverError | None = None
        """Why the whole run may not go on."""
        self.spent = False
        self.unanswered: list[tuple[UnansweredError, str | None]] = []
        self._transport, self._fuzz, self._resource = transport, fuzz, resource
        self._settled = settled
        """Returns the answer that counts, where one may be asked again."""
        self._heavy: set[str] = set()
        self._answers: OrderedDict[str, Reply] = OrderedDict()
        self._kept = 0
        self._first, self._began = transport.budget.requests, transport.budget.seconds

    @property
    def _budget(self) -> Budget:
        return self._transport.budget

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Send through the transport; when the budget is spent, nothing is sent any more."""
        if _PROBE in request.headers:
            # It probes what headers a server takes, and this API has no parameter in a header.
            return _answer(request, 200, (), b"", 0.0)
        if self.spent or self._is_spent():
            self._enough()
        if request.method != "GET":
            raise AssertionError(f"Schemathesis was about to send {request.method}")
        try:
            reply = self._reply(self._light(_bounded(str(request.url))))
        except RunOverError as error:
            # To end with the limits of the run is how fuzzing ends; anything else ends all of it.
            self.over = None if self._budget.spent else error
            self._enough()
        except UnansweredError as error:
            self.unanswered.append((error, None))
            raise requests.exceptions.InvalidURL(str(error), request=request) from None
        if reply.seconds > _SLOW and "resource_id=" not in str(request.url):
            self._heavy.add(urlsplit(str(request.url)).path)
        if reply.cut:
            # Half a body breaks every schema, and proves nothing.
            return _answer(request, NOT_SENT, (), b"", reply.seconds)
        return _answer(request, reply.status, reply.headers, reply.body, reply.seconds)

    @property
    def sent(self) -> int:
        """How many requests were sent so far."""
        return self._budget.requests - self._first

    def _reply(self, url: str) -> Reply:
        """Return the answer to a request, one that was made up before from memory: nobody learns from it."""
        if url in self._answers:
            self._answers.move_to_end(url)
            return self._answers[url]
        reply = self._settled(self._transport.get(url))
        self._answers[url] = reply
        self._kept += _HEAD + len(reply.body)
        while self._kept > _KEPT:
            _, oldest = self._answers.popitem(last=False)
            self._kept -= _HEAD + len(oldest.body)
        return reply

    def _light(self, url: str) -> str:
        """Return a request with a filter, where one without has taken long: nobody learns from it twice."""
        if urlsplit(url).path not in self._heavy or "resource_id=" in url:
            return url
        return f"{url}{'&' if '?' in url else '?'}resource_id={self._resource}"

    def _is_spent(self) -> bool:
        took = self._budget.seconds - self._began
        own = self.sent >= self._fuzz.requests or took >= self._fuzz.seconds
        return own or bool(self._budget.spent)

    def _enough(self) -> NoReturn:
        self.spent = True
        self.stop()
        # The engine would make up the rest of its suite all the same, for a minute on a busy machine.
        raise KeyboardInterrupt


def _answer(
    request: requests.PreparedRequest,
    status: int,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    seconds: float,
) -> requests.Response:
    """Return an answer as requests would."""
    # The body is already decoded, so what said how it was encoded must go.
    plain = HTTPHeaderDict((name, value) for name, value in headers if name.lower() != "content-encoding")
    response = requests.Response()
    response.raw = HTTPResponse(io.BytesIO(body), headers=plain, status=status, preload_content=False)
    response.status_code, response.request, response.url = status, request, str(request.url)
    response.headers = requests.structures.CaseInsensitiveDict(plain)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.reason = response.raw.reason or ""
    response.elapsed = timedelta(seconds=seconds)
    response._content = body  # noqa: SLF001 - the only way to make one
    return response


def _bounded(url: str) -> str:
    """Return a request with its window cut to the longest that a made-up request may have."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    values = dict(query)
    try:
        start, end = (
            int(datetime.fromisoformat(values[name]).timestamp()) // 60 for name in ("start", "end")
        )
    except (KeyError, ValueError, OverflowError, OSError):
        return url
    interval = values.get("agg_interval", "")
    # Without a filter every resource answers, and there may be thousands.
    buckets = _LONGEST if values.get("resource_id") else _UNFILTERED
    longest = buckets * (int(interval) if interval in {"5", "15", "30"} else 1)
    if end - start <= longest:
        return url
    cut = [(name, text_of(start + longest) if name == "end" else value) for name, value in query]
    return urlunsplit(parts._replace(query=urlencode(cut, safe=":")))
