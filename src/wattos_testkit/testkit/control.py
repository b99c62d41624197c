"""What a test can tell a running mock, and ask it: the control API as methods."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from wattos_testkit.errors import UsageError
from wattos_testkit.testkit.instants import Span, When, instant, span, stamp
from wattos_testkit.testkit.journal import Asked, Count, asked_of

_PATIENCE = 60.0
_SHOWN = 3


@dataclass
class Placed:
    """A fault that was placed, or a scenario that was loaded; the end of a `with` block takes it away."""

    about: str
    """In words: what strikes whom, from when to when."""
    path: str
    document: dict[str, Any]
    """What the mock said about it."""
    _control: "Control" = field(repr=False)

    @property
    def id(self) -> str:
        """Its id; of a scenario its name."""
        return str(self.document.get("id", self.document.get("name")))

    def remove(self) -> None:
        """Take it away, if it is still there."""
        __tracebackhide__ = True
        self._control._change("DELETE", self.path, missing=True)  # noqa: SLF001 - a part of it

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take it away."""
        self.remove()

    def __repr__(self) -> str:
        """Return it in words."""
        return f"<{self.about}>"


class Control:
    """Clock, faults and journal of a mock under a URL."""

    url: str

    def __init__(self) -> None:
        self._since = ""
        self._savepoint: int | None = None
        self._in_chapter = False

    @property
    def now(self) -> datetime | None:
        """The instant of the mock's clock, or None where it has none."""
        __tracebackhide__ = True
        now = self.tell("GET", "/clock")["now"]
        return None if now is None else datetime.fromisoformat(now)

    def clock(self, text: str | None) -> None:
        """Set the clock: ``"live"``, an instant, either with ``@x60``, or None to do without."""
        __tracebackhide__ = True
        if text is None:
            self._change("DELETE", "/clock")
        else:
            self._change("PUT", "/clock", {"now": text})

    def freeze(self, at: When | None = None) -> None:
        """Let the clock stand, where it is or at an instant; from then on nothing later exists."""
        __tracebackhide__ = True
        self._change("POST", "/clock/freeze", {} if at is None else {"at": instant(at)})

    def advance(self, by: Span | None = None, *, to: When | None = None) -> None:
        """Set the clock forward, by a duration or to an instant."""
        __tracebackhide__ = True
        given = {} if by is None else {"by": span(by)}
        self._change("POST", "/clock/advance", given if to is None else {**given, "to": instant(to)})

    def shift(self, by: Span) -> None:
        """Set the clock forward, or back with a minus; it goes on as before."""
        __tracebackhide__ = True
        self._change("POST", "/clock/shift", {"by": span(by)})

    def run(self, speed: float = 1.0) -> None:
        """Let the clock go on from where it is."""
        __tracebackhide__ = True
        self._change("POST", "/clock/run", {"speed": speed})

    def fault(  # noqa: PLR0913 - as many as an item of a scenario has
        self,
        name: str,
        on: object = None,
        *,
        start: When | None = None,
        end: When | None = None,
        lasts: Span | None = None,
        times: int | None = None,
        every: Span | None = None,
        **parameters: object,
    ) -> Placed:
        """Place a fault, and return a handle that removes it.

        Parameters
        ----------
        name
            A fault of the catalogue (`wattos-testkit faults` lists them).
        on
            Whom it strikes, as in a scenario: an id, a list of ids, or a mapping to choose by; names of
            operations for faults of the wire.
        start, end, lasts, times, every
            When, as `from`, `to`, `for`, `times` and `every` of a scenario; with a clock it starts now
            unless it is told.
        parameters
            Parameters of the fault.

        Raises
        ------
        UsageError
            If it cannot be placed; all reasons.
        """
        __tracebackhide__ = True
        item = {
            "fault": name,
            "on": on,
            "from": None if start is None else instant(start),
            "to": None if end is None else instant(end),
            "for": None if lasts is None else span(lasts),
            "times": times,
            "every": None if every is None else span(every),
            "with": parameters or None,
        }
        found = self._change("POST", "/faults", {key: one for key, one in item.items() if one is not None})
        first, count = found["strikes"][0], found["count"]
        more = f", {count} times" if count > 1 else ""
        whom, when = ", ".join(first["on"][:_SHOWN]), f"{first['from']} to {first['to']}"
        if first["targets"] > _SHOWN:
            whom += f" and {first['targets'] - _SHOWN:,} more"
        path = f"/faults/{quote(found['id'], safe='')}"
        return Placed(f"{found['id']} on {whom}, {when}{more}", path, found, self)

    def scenario(self, scenario: str | Mapping[str, object], *, day: date | str | None = None) -> Placed:
        """Load a ready scenario by its name, or a document, in place of the one there is.

        Raises
        ------
        UsageError
            If there is none of that name, or it has mistakes: all of them.
        """
        __tracebackhide__ = True
        document = dict(scenario) if isinstance(scenario, Mapping) else {"load": scenario}
        if day is not None:
            document["day"] = str(day)
        found = self._change("PUT", "/scenario", document)
        about = f"scenario {found['scenario']['name']}, {found['strikes']} strikes"
        return Placed(about, "/scenario", found["scenario"], self)

    def reset(self) -> None:
        """Go back to how the mock was started, and forget all requests."""
        __tracebackhide__ = True
        self.tell("POST", "/reset")
        self._savepoint, self._since = None, ""

    def requests(self, operation: str | None = None, **query: object) -> list[Asked]:
        """Return the requests since the test began that match, the oldest first.

        Parameters
        ----------
        operation
            The testkit's name of an operation, such as ``get_pv_data``.
        query
            `method`, `path`, `status` (also ``"4xx"``), `since`, or any parameter of the API.
        """
        __tracebackhide__ = True
        wanted = self._wanted(operation, query)
        found = self.tell("GET", f"/requests?{urlencode({**wanted, 'limit': 4096})}")["requests"]
        return [asked_of(one) for one in found]

    def count(self, operation: str | None = None, **query: object) -> Count:
        """Return how many requests since the test began match; `requests` says by what."""
        __tracebackhide__ = True
        wanted = self._wanted(operation, query)
        found = self.tell("GET", f"/requests?{urlencode({**wanted, 'limit': _SHOWN})}")
        count = Count(found["count"])
        count.asked = [asked_of(one) for one in found["requests"]]
        wanted.pop("since", None)
        count.wanted = " ".join(f"{name}={value}" for name, value in wanted.items()) or "all requests"
        return count

    @contextmanager
    def chapter(self) -> Iterator[None]:
        """Undo at the end what is told the mock in between; `requests` begin here."""
        self._in_chapter, self._savepoint = True, None
        self._since = stamp(time.time_ns())
        try:
            yield
        finally:
            self._in_chapter = False
            self._undo()

    def _undo(self) -> None:
        number, self._savepoint = self._savepoint, None
        if number is not None:
            # Not there any more after a reset, which has undone all.
            self.tell("POST", f"/savepoints/{number}/restore", missing=True)
            self.tell("DELETE", f"/savepoints/{number}", missing=True)

    def tell(self, method: str, path: str, document: object = None, *, missing: bool = False) -> Any:  # noqa: ANN401 - JSON
        """Send one request to the control API, and return the body of its answer.

        Raises
        ------
        UsageError
            If it is refused; the message is the mock's own. With `missing` a 404 is none.
        """
        __tracebackhide__ = True
        parts = urlsplit(self.url)
        body = None if document is None else json.dumps(document).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        target = f"{parts.scheme}://{parts.netloc}/_testkit{path}"
        request = Request(target, data=body, headers=headers, method=method)  # noqa: S310 - our own mock
        try:
            # No proxy: it would stand between a test and its own machine.
            with build_opener(ProxyHandler({})).open(request, timeout=_PATIENCE) as reply:
                text = reply.read()
        except HTTPError as error:
            with error:
                if missing and error.code == 404:  # noqa: PLR2004 - not found
                    return None
                raise UsageError(_reason(error)) from None
        except (URLError, ValueError) as error:
            raise UsageError(f"the mock does not answer at {target}: {error}") from None
        return json.loads(text) if text else None

    def _change(self, method: str, path: str, document: object = None, *, missing: bool = False) -> Any:  # noqa: ANN401 - JSON
        __tracebackhide__ = True
        if self._in_chapter and self._savepoint is None:
            self._savepoint = int(self.tell("POST", "/savepoints")["savepoint"])
        return self.tell(method, path, document, missing=missing)

    def _wanted(self, operation: str | None, query: Mapping[str, object]) -> dict[str, str]:
        wanted = {"since": self._since} if self._since else {}
        if operation is not None:
            wanted["operation"] = operation
        for name, value in query.items():
            wanted[name] = instant(value) if isinstance(value, date) else str(value)
        return wanted


def _reason(error: HTTPError) -> str:
    try:
        body = json.loads(error.read())
        mistakes = body.get("mistakes") or [body["detail"]]
    except (ValueError, KeyError, AttributeError):
        return f"the mock answered {error.code}"
    if error.code == 404 and "/docs shows" in mistakes[0]:  # noqa: PLR2004 - not found
        return "the mock has no control API: it was started with --control off"
    return "\n".join(mistakes)
