"""Holds every answer against the rules of the wire, whoever asked for it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from wattos_testkit.harness.acceptance import FAILED, Acceptance, media_of, words_of
from wattos_testkit.harness.asked import SERIES, Asked, Reader
from wattos_testkit.harness.body import BodyError, Schemas, matches, parse
from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.headers import judge_charset, judge_coding, judge_shared
from wattos_testkit.harness.known import Known
from wattos_testkit.harness.target import origin
from wattos_testkit.harness.transport import TOKEN, Reply, Transport

OK, REDIRECT, REFUSED, LIMITED = 200, 300, 400, 429
_HTTPS_OWN = {404, 405, 406, 408, 414, 421, 429, 431}
"""Refusals by HTTP itself, and 404 for an id that is unknown: no document needs to list them."""
_SHORTEST_TOKEN = 12
_INSIDES = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|\bat [\w.$]+\([\w]+\.java:\d+\)"
    r"|\n\s+at .+ \(?/?[\w./-]+\.js:\d+:\d+\)?|goroutine \d+ \[running\]|SQLSTATE\[|sqlite3\.\w+Error"
    r"|site-packages/|\bSELECT\b.{1,200}\bFROM\b|relation \"\w+\" does not exist|no such (?:table|column): "
    r"|sqlalchemy\.|/(?:usr|home|var|opt|srv|app)/[\w./-]+\.(?:py|js|rb|php|java|go|cs)\b|[A-Za-z]:\\\\[\w\\.-]+"
    r"|\bjava\.(?:lang|util|sql)\.|org\.springframework\.|\bSystem\.\w*Exception|pydantic_core"
    r"|psycopg2?\.|You have an error in your SQL syntax|ORA-\d{5}|werkzeug\.debug|\bCaused by: "
    r"|\bpanic: |ECONNREFUSED|[Cc]onnection refused|could not connect to server"
    r"|\b(?:postgres(?:ql)?|mysql|mongodb|redis|amqp|jdbc:\w+)://"
    r"|\b(?:10\.\d+|192\.168)\.\d+\.\d+:\d{2,5}\b|\b[\w-]+\.(?:internal|svc\.cluster\.local):\d{2,5}\b"
    r"|NoneType' object|TypeError: Cannot read|undefined method `|Fatal error: "
)
Told = Callable[[Reply, Asked, object], None]


class Wire:
    """Listens to a transport."""

    def __init__(self, transport: Transport, reader: Reader, schemas: Schemas, findings: Findings) -> None:
        self.known = Known()
        self.told: list[Told] = []
        """Each is called with every answer of data, parsed: the judge's ear."""
        self.last: tuple[Reply, Asked | None, Any] | None = None
        """The newest answer, its request as read, and its body as parsed."""
        self._transport, self._reader = transport, reader
        self._schemas, self._findings = schemas, findings
        self._acceptance = Acceptance(schemas, findings, self.known)
        self.doubts = self._acceptance.doubts
        transport.listeners.append(self.hear)
        transport.put_off.append(self.put_off)

    def read(self, url: str) -> Asked | None:
        """Return what a request asks, or None if its path is none of the document's."""
        return self._reader.read(url)

    def hear(self, reply: Reply) -> None:
        """Judge one answer."""
        asked = self.read(reply.url)
        self.last = (reply, asked, None)
        request = self._transport.request_of(reply)
        self._http(reply, asked, request)
        if reply.credentials != TOKEN or reply.method != "GET":
            # A probe of the credentials: who sent it judges its status, and its data counts for nothing.
            return
        if asked is None:
            return
        if reply.extra:
            self._conditioned(reply, asked, request)
            return
        self._status(reply, asked, request)
        if OK <= reply.status < REDIRECT:
            self._data(reply, asked, request)
        elif reply.status >= REFUSED:
            self._acceptance.refused(reply, asked, request)

    def _conditioned(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge the form of an answer to a condition, or of a part; what it means is its asker's affair."""
        if reply.status == OK:
            self._media(reply, asked, request)
            self.last = (reply, asked, None if reply.cut else self._parsed(reply, asked, request))
        elif reply.status >= REFUSED:
            self._acceptance.error(reply, asked, request)

    def put_off(self, reply: Reply) -> None:
        """Judge the body of an answer that asks to wait, where the server's own limit says so."""
        asked = self.read(reply.url)
        if asked is not None and reply.status == LIMITED:
            self._acceptance.error(reply, asked, self._transport.request_of(reply))

    def refusal(self, reply: Reply) -> None:
        """Judge the body of a refusal that was asked for with other credentials."""
        asked = self.read(reply.url)
        if asked is not None and reply.status >= REFUSED:
            self._acceptance.error(reply, asked, self._transport.request_of(reply))

    def _http(self, reply: Reply, asked: Asked | None, request: Request) -> None:
        found, operation = self._findings, asked.operation if asked else None
        found.asked("WT001", operation)
        found.asked("WT010", operation)
        if reply.status >= FAILED:
            message = f"status {reply.status} {words_of(reply)}"
            seen = Evidence("status", "below 500", str(reply.status))
            found.report("WT001", operation, message, evidence=[seen], requests=[request])
        if reply.cut:
            self._cut(reply, asked, request)
        location = reply.header("Location")
        if location and REDIRECT <= reply.status < REFUSED and not self._home(location):
            seen = Evidence("Location", origin(reply.url)[1], ":".join(map(str, origin(location)[:2])))
            message = f"status {reply.status} leads to another host; it was not followed"
            found.report("WT004", operation, message, evidence=[seen], requests=[request])
        token = self._transport.target.token
        if asked and token and reply.credentials == TOKEN and OK <= reply.status < REDIRECT:
            judge_shared(found, self._schemas, asked.operation, reply, request)
        if self._transport.target.token_given and token and len(token) >= _SHORTEST_TOKEN:
            found.asked("WT009", operation)
            if token.encode() in reply.body or any(token in value for _, value in reply.headers):
                found.report("WT009", operation, "the token stands in the answer", requests=[request])
        if reply.status >= REFUSED:
            self._insides(reply, operation, request)

    def _insides(self, reply: Reply, operation: str | None, request: Request) -> None:
        """Judge what the body of a refusal shows of the server."""
        # Its own address is nothing that its client did not know.
        text = reply.body[:65536].decode("utf-8", "replace").replace(urlsplit(reply.url).netloc, "")
        if mark := _INSIDES.search(text):
            seen = Evidence("body", "what is wrong with the request, and nothing else", mark.group()[:120])
            message = f"the body of the {reply.status} shows the server's insides"
            self._findings.report("WT010", operation, message, evidence=[seen], requests=[request])

    def _home(self, location: str) -> bool:
        return ("://" not in location and not location.startswith("//")) or self._transport.target.owns(
            location
        )

    def _cut(self, reply: Reply, asked: Asked | None, request: Request) -> None:
        limits, operation = self._transport.budget.limits, asked.operation if asked else None
        if reply.cut == "coding":
            judge_coding(self._findings, operation, reply, request)
            return
        if reply.cut == "broken":
            message = f"the connection broke after {len(reply.body):,} bytes of the body"
            self._findings.report("WT002", operation, message, requests=[request])
            return
        if asked and operation in SERIES and asked.id is None:
            # Everything of every resource may honestly be that much.
            reason = "an answer without a filter is more than --max-bytes or --max-answer-time allow"
            self._findings.skipped("WT003", operation, reason)
            return
        limit = f"{limits.answer_bytes:,} bytes" if reply.cut == "bytes" else f"{limits.answer_seconds:g} s"
        seen = Evidence(
            "body", f"at most {limit}", f"{len(reply.body):,} bytes in {reply.seconds:.1f} s, and more"
        )
        message = f"the answer is {'larger' if reply.cut == 'bytes' else 'slower'} than {limit}, and was cut"
        self._findings.report("WT003", operation, message, evidence=[seen], requests=[request])

    def _status(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge whether the document knows the status."""
        if REDIRECT <= reply.status < REFUSED and (asked.mistakes or asked.loose or reply.extra):
            # What is malformed may be led elsewhere, and 304 answers a condition: both are HTTP's own.
            return
        rule = "WT101" if reply.status < REFUSED else "WT102"
        listed = self._schemas.statuses(asked.operation)
        if rule == "WT102" and (
            reply.status >= FAILED
            or reply.status in _HTTPS_OWN
            or not any(one.startswith("4") for one in listed)
        ):
            return
        self._findings.asked(rule, asked.operation)
        if self._schemas.response(asked.operation, reply.status) is None:
            seen = Evidence("status", ", ".join(listed), str(reply.status))
            message = f"status {reply.status}, which the document does not list"
            self._findings.report(rule, asked.operation, message, evidence=[seen], requests=[request])

    def _data(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge an answer of data."""
        value = None
        if not reply.cut:
            self._media(reply, asked, request)
            value = self._parsed(reply, asked, request)
        self.last = (reply, asked, value)
        rows = rows_of(value)
        self._acceptance.accepted(reply, asked, rows, request)
        if rows is not None and not asked.mistakes:
            for listener in self.told:
                listener(reply, asked, value)
            self._meet(rows)

    def _media(self, reply: Reply, asked: Asked, request: Request) -> None:
        said = self._schemas.response(asked.operation, reply.status)
        content = (said or {}).get("content")
        if not content:
            return
        self._findings.asked("WT103", asked.operation)
        media = media_of(reply)
        if media not in content and "*/*" not in content:
            seen = Evidence("Content-Type", ", ".join(content), reply.header("Content-Type") or "none")
            message = f"the data is sent as {media or 'nothing'}, not as {', '.join(content)}"
            self._findings.report("WT103", asked.operation, message, evidence=[seen], requests=[request])
        judge_charset(self._findings, asked.operation, reply, request)
        self._headers(reply, asked, said or {}, request)

    def _headers(self, reply: Reply, asked: Asked, said: dict[str, Any], request: Request) -> None:
        for name, header in said.get("headers", {}).items():
            value = reply.header(name)
            schema = header.get("schema", {})
            self._findings.asked("WT106", asked.operation)
            if value is None and header.get("required"):
                seen = Evidence(name, "a value", "no such header")
            elif value is not None and name.lower() != "retry-after" and not _fits(schema, value):
                seen = Evidence(name, str(schema.get("type")), value)
            else:
                continue
            message = f"the header {name} is not as documented"
            self._findings.report("WT106", asked.operation, message, evidence=[seen], requests=[request])

    def _parsed(self, reply: Reply, asked: Asked, request: Request) -> Any:  # noqa: ANN401 - any JSON
        found, operation = self._findings, asked.operation
        said = self._schemas.response(operation, reply.status) or self._schemas.response(operation, OK) or {}
        media, schema = next(
            ((media, one.get("schema", {})) for media, one in said.get("content", {}).items()), ("", {})
        )
        if not schema:
            return None
        found.asked("WT104", operation)
        try:
            value = parse(reply.body)
        except BodyError as error:
            seen = Evidence("body", "JSON", reply.body[:120].decode("utf-8", "replace"))
            found.report("WT104", operation, str(error), evidence=[seen], requests=[request])
            return None
        found.asked("WT105", operation)
        if asked.mistakes:
            # It should not have been answered at all; what an answer to that looks like nobody has said.
            return value
        breaches = self._schemas.breaches(operation, OK, media, schema, value)
        if breaches:
            first = breaches[0]
            message = f"{first.where}: {first.seen} {first.expected}"
            found.report("WT105", operation, message, evidence=breaches, requests=[request])
        return value

    def _meet(self, rows: list[Any]) -> None:
        for row in rows:
            if isinstance(row, dict):
                for name in ("group_id", "site_id", "resource_id"):
                    if isinstance(row.get(name), str):
                        self.known.met.add(row[name])


def rows_of(value: object) -> list[Any] | None:
    """Return the rows of a body: its first list."""
    if not isinstance(value, dict):
        return None
    return next((one for one in value.values() if isinstance(one, list)), None)


def _fits(schema: dict[str, Any], value: str) -> bool:
    kind = schema.get("type")
    if kind in {"integer", "number"}:
        try:
            return matches(schema, int(value) if kind == "integer" else float(value))
        except ValueError:
            return False
    return matches(schema, value)
