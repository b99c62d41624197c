"""The state of one run, shared by its phases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wattos_testkit.harness.asked import SERIES, Asked, Reader, text_of
from wattos_testkit.harness.body import Schemas
from wattos_testkit.harness.events import Event, Evidence, Exchange, Progress, Request
from wattos_testkit.harness.transport import TOKEN, Reply, Transport, UnansweredError
from wattos_testkit.harness.turned import let_in
from wattos_testkit.harness.wire import OK, Wire
from wattos_testkit.invariants.question import Answer, Question

if TYPE_CHECKING:
    from wattos_testkit.contract import Contract
    from wattos_testkit.harness.findings import Findings
    from wattos_testkit.harness.known import Known
    from wattos_testkit.harness.profiles import Profile
    from wattos_testkit.harness.settings import Settings
    from wattos_testkit.invariants.judge import Judge

_KEPT = 64 * 1024
"""So much of a body enters an Exchange event."""
Steps = Iterator[str]
"""A phase: yields what it has just done, so that the engine can pass events on."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """An ETag, and which answer it belongs to."""

    url: str
    tag: str
    mark: bytes
    """A digest of the body."""


@dataclass
class Run:
    """One run."""

    settings: Settings
    profile: Profile
    contract: Contract
    transport: Transport
    findings: Findings
    judge: Judge
    wire: Wire = field(init=False)
    reached: tuple[str, Any] = ("", None)
    """The request by which the target was reached, and the body of its answer."""
    tags: dict[str, Tagged] = field(default_factory=dict)
    """By operation: the first answer with an ETag."""
    strangers: set[str] = field(default_factory=set)
    """Operations that were asked about a resource of another type."""
    served: set[tuple[str, bool, str]] = field(default_factory=set)
    """Legal combinations that were answered: operation, whether with a filter, and interval."""
    tried: set[tuple[str, str, str]] = field(default_factory=set)
    """Operation, parameter and family of the malformed spellings that were asked."""
    spelled: set[str] = field(default_factory=set)
    """Their addresses."""
    followed: set[tuple[str, str, str]] = field(default_factory=set)
    """Those that were suspicious, and followed up."""
    refused: dict[tuple[str, str], int] = field(default_factory=dict)
    """By operation and parameter: the status that the first malformed spelling met."""
    away: dict[str, Reply] = field(default_factory=dict)
    """By operation: how the first request without credentials was turned away."""
    shut: set[tuple[str, str | None]] = field(default_factory=set)
    """What the good token does not open, by operation and id."""
    directed: bool = False
    """Whether the answer on its way is the judge's own, which it is given with its question."""

    def __post_init__(self) -> None:
        reader = Reader(self.contract, self.transport.target.base)
        self.wire = Wire(self.transport, reader, Schemas(self.contract), self.findings)
        self.wire.told.append(self._tell)
        self.transport.listeners.append(self._exchange)

    @property
    def known(self) -> Known:
        """What is known of the target."""
        return self.wire.known

    def url(self, operation: str, **values: str | int | None) -> str:
        """Return the address of a request; values in the path are encoded whole, those left out are None."""
        return self.address(operation, values)

    def address(self, operation: str, values: Mapping[str, str | int | None]) -> str:
        """Return the address of a request, its parameters in this order."""
        path = self.contract.operations[operation].path
        query = {}
        for name, value in values.items():
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", quote(str(value), safe=""))
            elif value is not None:
                query[name] = str(value)
        return self.transport.target.url(path, query)

    def series_url(self, operation: str, resource: str | None, start: int, end: int, interval: int) -> str:
        """Return the address of a series."""
        window = {"start": text_of(start), "end": text_of(end), "agg_interval": str(interval)}
        return self.address(operation, {"resource_id": resource, **window})

    def get(
        self, url: str, credentials: str = TOKEN, extra: tuple[tuple[str, str], ...] = ()
    ) -> tuple[Reply | None, Any]:
        """Send a request; return its answer, None if there is none, and the body if it is sound data."""
        asked = self.wire.read(url)
        operation = asked.operation if asked else None
        self.findings.asked("WT002", operation)
        try:
            reply = self.transport.get(url, credentials, extra)
        except UnansweredError as error:
            self.unanswered(error, operation)
            return None, None
        try:
            reply = let_in(self, reply)
        except UnansweredError as error:
            self.unanswered(error, operation)
        last = self.wire.last
        return reply, last[2] if last and last[0] is reply else None

    def unanswered(self, error: UnansweredError, operation: str | None) -> None:
        """Report a request without an answer."""
        request = self.transport.request_of(error.url, error.credentials)
        seen = Evidence("answer", "a status and a body", error.trouble.kind)
        self.findings.report(
            "WT002", operation, self.clean(error.trouble.text), evidence=[seen], requests=[request]
        )

    def request(self, url: str) -> Request:
        """Return an ordinary request as findings show it."""
        return self.transport.request_of(url)

    def clean(self, text: str) -> str:
        """Return a text without secrets."""
        return self.transport.target.redactor.text(text)

    def progress(self, phase: str, message: str) -> Progress:
        """Return where the run stands."""
        return Progress(phase, self.transport.budget.requests, message)

    def _tell(self, reply: Reply, asked: Asked, value: object) -> None:
        """Let the judge hear of an answer that it has not asked for."""
        window = asked.window
        if self.directed or asked.operation not in SERIES or window is None:
            return
        if asked.impossible or asked.unsure:
            # Which question a lenient server has read there, nobody knows.
            return
        question = Question(
            asked.operation, SERIES[asked.operation], asked.values.get("resource_id"), *window, "met"
        )
        self.judge.witness(question, Answer(reply.status, value, self.transport.request_of(reply)))

    def _exchange(self, reply: Reply) -> None:
        self.findings.pending.append(self.exchange_of(reply))
        asked = self.wire.read(reply.url)
        if asked is None or reply.credentials != TOKEN:
            return
        if reply.status == OK and asked.window is not None and not asked.mistakes and not asked.unsure:
            self.served.add((asked.operation, asked.id is not None, asked.values["agg_interval"]))
        tag = reply.header("ETag") or ""
        if reply.status == OK and tag and not reply.extra and not reply.cut:
            self.tags.setdefault(asked.operation, Tagged(reply.url, tag, mark_of(reply)))
        if asked.id in self.known.resources and self.known.operation_of(asked.id) != asked.operation:
            self.strangers.add(asked.operation)

    def exchange_of(self, reply: Reply) -> Event:
        """Return an exchange, cut and redacted."""
        redactor = self.transport.target.redactor
        sent = [("Accept", "application/json"), *self.transport.target.headers, *reply.extra]
        if reply.credentials:
            sent.append(("Authorization", reply.credentials))
        return Exchange(
            reply.method, redactor.text(reply.url), reply.status, reply.started, reply.seconds,
            redactor.headers(sent), redactor.headers(reply.headers),
            redactor.bytes(reply.body[:_KEPT]), len(reply.body),
        )  # fmt: skip


def mark_of(reply: Reply) -> bytes:
    """Return a digest by which bodies are compared."""
    return hashlib.sha256(reply.body).digest()
