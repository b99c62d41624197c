"""The only way from a run to the target: GET alone, bounded, redacted, never redirected.

A redirect is returned as it is and not followed, so a token cannot reach another host.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from wattos_testkit import __version__
from wattos_testkit.harness.clock import Clock
from wattos_testkit.harness.events import Request
from wattos_testkit.harness.limits import Budget, RunOverError
from wattos_testkit.harness.pool import pool_of
from wattos_testkit.harness.redaction import curl, spoken
from wattos_testkit.harness.target import Target, origin
from wattos_testkit.harness.trouble import Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "Bearer $WATTOS_TOKEN"  # noqa: S105 - the form of the header, not a token
"""The credentials of an ordinary request, as a curl line shows them."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_CHUNK = 64 * 1024
BUSY = {429, 503}
_FAILURES = 5
"""So many failures in a row, and the target is asked for its health before anything else."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read up to the limits."""

    method: str
    url: str
    credentials: str
    """The Authorization header as curl shows it; empty when none was sent."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    started: float
    """Seconds since 1970."""
    cut: str = ""
    """Why the body is not whole: "bytes", "time", "broken" or "coding"."""
    extra: tuple[tuple[str, str], ...] = ()
    """Headers of the request beyond the usual ones."""

    def header(self, name: str) -> str | None:
        """Return a header, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class UnansweredError(Exception):
    """A request got no answer, also when sent again."""

    def __init__(self, url: str, credentials: str, trouble: Trouble) -> None:
        self.url, self.credentials, self.trouble = url, credentials, trouble
        super().__init__(trouble.text)


class Transport:
    """Sends requests to one target, within one budget."""

    def __init__(self, target: Target, budget: Budget, *, bad_methods: bool = False) -> None:
        self.target = target
        self.budget = budget
        self.listeners: list[Callable[[Reply], None]] = []
        self.put_off: list[Callable[[Reply], None]] = []
        """Who hears of answers that only ask to wait; the listeners hear of the last one."""
        """Each is called with every answer."""
        self.health: str | None = None
        """An address that is known to work; set once there is one."""
        self._bad_methods = bad_methods
        self._failures = 0
        self._pool = pool_of(target)

    @property
    def clock(self) -> Clock:
        """The clock of the run."""
        return self.budget.clock

    def get(self, url: str, credentials: str = TOKEN, extra: tuple[tuple[str, str], ...] = ()) -> Reply:
        """Send one GET and return its answer, whatever its status.

        Raises
        ------
        UnansweredError
            If the connection broke, or stayed silent, twice.
        RunOverError
            If a limit is reached, or the target has begun to fail.
        """
        return self._send("GET", url, credentials, extra)

    def get_together(self, urls: list[str]) -> list[Reply]:
        """Send a few GETs at the same time; return the answers of a target that was not too busy for them.

        Raises
        ------
        RunOverError
            If a limit is reached, or the target has begun to fail.
        """
        for url in urls:
            if not self.target.owns(url):
                raise AssertionError(f"a request was to go to {origin(url)[1]}, which is not the target")
            self.budget.take()

        def one(url: str) -> Reply | None:
            try:
                return self._once("GET", url, TOKEN, ())
            except (HTTPError, OSError, ValueError, RunOverError):
                # Not every target serves several at a time, and none has promised to.
                return None

        with ThreadPoolExecutor(len(urls)) as together:
            replies = [one for one in together.map(one, urls) if one is not None and one.status not in BUSY]
        for reply in replies:
            self._seen(reply)
        return replies

    def probe_method(self, method: str, url: str) -> Reply:
        """Send a method that the document does not have, with an empty body, where the user allowed it."""
        if not self._bad_methods or method not in UNSAFE:
            raise AssertionError(f"{method} was to be sent without --bad-methods")
        return self._send(method, url, TOKEN, ())

    def request_of(self, reply_or_url: Reply | str, credentials: str = TOKEN) -> Request:
        """Return a request as findings show it."""
        if isinstance(reply_or_url, Reply):
            method, url = reply_or_url.method, reply_or_url.url
            credentials, extra = reply_or_url.credentials, reply_or_url.extra
        else:
            method, url, extra = "GET", reply_or_url, ()
        clean = self.target.redactor.text(url)
        line = curl(clean, credentials, self.target.headers, method)
        for name, value in extra:
            line = line.replace("curl -i", f"curl -i -H '{name}: {value}'", 1)
        return Request(method, clean, line)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _send(self, method: str, url: str, credentials: str, extra: tuple[tuple[str, str], ...]) -> Reply:
        # The promise of this module. It stands here, in front of the socket, whoever calls.
        if method != "GET" and not (self._bad_methods and method in UNSAFE):
            raise AssertionError(f"{method} was to be sent; a check sends GET alone")
        if not self.target.owns(url):
            raise AssertionError(f"a request was to go to {origin(url)[1]}, which is not the target")
        trouble: Trouble | None = None
        for attempt in range(self.budget.limits.attempts):
            self.budget.take()
            try:
                reply = self._once(method, url, credentials, extra)
            except (HTTPError, OSError, ValueError) as error:
                if self.budget.seconds_left <= 0:
                    # Not the target was too slow, the run was over.
                    raise RunOverError(self.budget.spent) from None
                trouble = trouble_of(error, url)
                if attempt or trouble.final:
                    break
                self.clock.sleep(self._back_off(attempt))
                continue
            if (
                reply.status in BUSY
                and attempt + 1 < self.budget.limits.attempts
                and self._wait(reply, attempt)
            ):
                continue
            self._seen(reply)
            return reply
        self._count(failed=True)
        raise UnansweredError(url, credentials, trouble or Trouble("other", "no answer"))

    def _once(self, method: str, url: str, credentials: str, extra: tuple[tuple[str, str], ...]) -> Reply:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"wattos-testkit/{__version__}",
            **dict(self.target.headers),
            **dict(extra),
        }
        if credentials:
            headers["Authorization"] = spoken(credentials, self.target.token or "")
        if credentials == TOKEN and self.target.token is None:
            del headers["Authorization"]
        began, wall = self.clock.monotonic(), self.clock.wall()
        silence = min(self.budget.limits.timeout, max(self.budget.seconds_left, 0.1))
        answer = self._pool.request(
            method, url, headers=headers, preload_content=False, redirect=False, retries=False,
            timeout=urllib3.Timeout(connect=silence, read=silence), decode_content=True,
        )  # fmt: skip
        body, cut = self._read(answer)
        self.budget.bytes += len(body)
        pairs = tuple((str(name), str(value)) for name, value in answer.headers.iteritems())
        seconds = self.clock.monotonic() - began
        return Reply(method, url, credentials, answer.status, pairs, body, seconds, wall, cut, extra)

    def _read(self, answer: Any) -> tuple[bytes, str]:  # noqa: ANN401 - urllib3's own union of answers
        limit, until = self.budget.limits.answer_bytes, self.clock.monotonic() + self._answer_seconds()
        pieces: list[bytes] = []
        size = 0
        cut = ""
        try:
            while piece := answer.read1(_CHUNK, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > limit or self.clock.monotonic() > until:
                    cut = "bytes" if size > limit else "time"
                    break
        except (ReadTimeoutError, TimeoutError):
            cut = "time"
        except DecodeError:
            cut = "coding"
        except (HTTPError, OSError):
            cut = "broken"
        if cut:
            # What is left of the answer is on its way: the connection is worth nothing any more.
            answer.close()
        answer.release_conn()
        if cut == "time" and self.budget.seconds_left <= 0:
            raise RunOverError(self.budget.spent)
        return b"".join(pieces)[:limit], cut

    def _answer_seconds(self) -> float:
        return min(self.budget.limits.answer_seconds, max(self.budget.seconds_left, 0.1))

    def _wait(self, reply: Reply, attempt: int) -> bool:
        """Wait as a busy target asks; return whether to send again."""
        for listener in self.put_off:
            listener(reply)
        seconds = self._asked_wait(reply, attempt)
        if seconds > self.budget.limits.longest_wait or seconds > self.budget.seconds_left:
            return False
        self.clock.sleep(seconds)
        return True

    def _asked_wait(self, reply: Reply, attempt: int) -> float:
        text = (reply.header("Retry-After") or "").strip()
        if text.isdecimal():
            return float(text)
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self.clock.wall())
        except (ValueError, TypeError):
            return self._back_off(attempt)

    def _back_off(self, attempt: int) -> float:
        return float(0.5 * 2**attempt)

    def _seen(self, reply: Reply) -> None:
        for listener in self.listeners:
            listener(reply)
        self._count(failed=reply.status >= 500)  # noqa: PLR2004 - the class of failures of the server

    def _count(self, *, failed: bool) -> None:
        """Count failures in a row; break the circuit when the target no longer answers what it did."""
        self._failures = self._failures + 1 if failed else 0
        if self._failures < _FAILURES or self.health is None:
            return
        for attempt in range(3):
            self.budget.take()
            try:
                if self._once("GET", self.health, TOKEN, ()).status < 500:  # noqa: PLR2004 - as above
                    self._failures = 0
                    return
            except (HTTPError, OSError):
                pass
            self.clock.sleep(self._back_off(attempt))
        raise RunOverError(
            f"the target began to fail: {_FAILURES} failures in a row, and what worked works no more"
        )
