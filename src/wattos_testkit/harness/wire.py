"""Holds every answer against the rules of the wire, whoever asked for it."""

import re
from collections.abc import Callable
from typing import Any

from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES, Asked, Reader
from wattos_testkit.harness.body import BodyError, Schemas, matches, parse
from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.known import Known
from wattos_testkit.harness.target import origin
from wattos_testkit.harness.transport import TOKEN, Reply, Transport

OK, REDIRECT, REFUSED, FAILED = 200, 300, 400, 500
_HTTPS_OWN = {404, 405, 406, 408, 414, 421, 429, 431}
"""Refusals by HTTP itself, and 404 for an id that is unknown: no document needs to list them."""
_ACCESS = {401, 403, 429}
_SHORTEST_TOKEN = 12
_INSIDES = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|\bat [\w.$]+\([\w]+\.java:\d+\)"
    r"|\n\s+at .+ \(?/?[\w./-]+\.js:\d+:\d+\)?|goroutine \d+ \[running\]|SQLSTATE\[|sqlite3\.\w+Error"
    r"|psycopg2?\.|You have an error in your SQL syntax|ORA-\d{5}|werkzeug\.debug"
)
Told = Callable[[Reply, Asked, object], None]


class Wire:
    """Listens to a transport."""

    def __init__(self, transport: Transport, reader: Reader, schemas: Schemas, findings: Findings) -> None:
        self.known = Known()
        self.told: list[Told] = []
        """Each is called with every answer of data, parsed: the judge's ear."""
        self.doubts: dict[tuple[str, str | None, int], int] = {}
        """Windows that were oddly refused: operation, resource and interval, and the end."""
        self.last: tuple[Reply, Asked | None, Any] | None = None
        """The newest answer, its request as read, and its body as parsed."""
        self._transport, self._reader = transport, reader
        self._schemas, self._findings = schemas, findings
        transport.listeners.append(self.hear)

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
        self._status(reply, asked, request)
        if OK <= reply.status < REDIRECT:
            self._data(reply, asked, request)
        elif reply.status >= REFUSED:
            self._refusal(reply, asked, request)

    def _http(self, reply: Reply, asked: Asked | None, request: Request) -> None:
        found, operation = self._findings, asked.operation if asked else None
        found.asked("WT001", operation)
        found.asked("WT010", operation)
        if reply.status >= FAILED:
            message = f"status {reply.status} {_words(reply)}"
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
        if self._transport.target.token_given and token and len(token) >= _SHORTEST_TOKEN:
            found.asked("WT009", operation)
            if token.encode() in reply.body or any(token in value for _, value in reply.headers):
                found.report("WT009", operation, "the token stands in the answer", requests=[request])
        if reply.status >= REFUSED and (
            mark := _INSIDES.search(reply.body[:65536].decode("utf-8", "replace"))
        ):
            seen = Evidence("body", "what is wrong with the request, and nothing else", mark.group()[:120])
            message = f"the body of the {reply.status} shows the server's insides"
            found.report("WT010", operation, message, evidence=[seen], requests=[request])

    def _home(self, location: str) -> bool:
        return ("://" not in location and not location.startswith("//")) or self._transport.target.owns(
            location
        )

    def _cut(self, reply: Reply, asked: Asked | None, request: Request) -> None:
        limits, operation = self._transport.budget.limits, asked.operation if asked else None
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
        if REDIRECT <= reply.status < REFUSED and (asked.mistakes or reply.extra):
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
        self._accepted(reply, asked, rows, request)
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

    def _refusal(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge the body of an error, and whether there was a reason to refuse."""
        found, operation = self._findings, asked.operation
        for mistake in asked.mistakes:
            found.asked(mistake.rule, operation)
        if asked.impossible:
            found.asked("WT205", operation)
        # Of a series, a 404 may stand for "no rows".
        excused = _ACCESS if operation in ID_PARAMETERS else _ACCESS | {404}
        if reply.status < FAILED and reply.status not in excused and self.known.must_be_served(asked):
            seen = [Evidence("status", "200", f"{reply.status} {_words(reply)}")]
            message = f"a legal request is refused with {reply.status} {_words(reply)}"
            found.report("WT208", operation, message, resource=asked.id, evidence=seen, requests=[request])
        elif reply.status < FAILED and reply.status not in _ACCESS and self.known.may_be_served(asked):
            # It may be a limit of windows, which the document need not say: a short one will tell.
            window = asked.window
            if window is not None:
                self.doubts.setdefault((operation, asked.id, window[2]), window[1])
        said = self._schemas.response(operation, reply.status)
        if reply.status >= FAILED or said is None or not said.get("content") or reply.cut:
            return
        found.asked("WT107", operation)
        self._error_body(reply, asked, said["content"], request)

    def _error_body(self, reply: Reply, asked: Asked, content: dict[str, Any], request: Request) -> None:
        found, operation, media = self._findings, asked.operation, media_of(reply)
        try:
            value = parse(reply.body)
        except BodyError:
            value = None
        if media not in content:
            seen = [Evidence("Content-Type", ", ".join(content), reply.header("Content-Type") or "none")]
        else:
            schema = content[media].get("schema", {})
            seen = self._schemas.breaches(operation, reply.status, media, schema, value) if schema else []
        if seen:
            message = f"the {reply.status} has not the documented body: {seen[0].where}: {seen[0].seen}"
            found.report("WT107", operation, message, evidence=seen, requests=[request])
        status = value.get("status") if isinstance(value, dict) else None
        if isinstance(status, int) and not isinstance(status, bool):
            found.asked("WT108", operation)
            if status != reply.status:
                proof = Evidence("status", str(reply.status), str(status))
                message = f"the body says {status}, the answer {reply.status}"
                found.report("WT108", operation, message, evidence=[proof], requests=[request])

    def _accepted(self, reply: Reply, asked: Asked, rows: list[Any] | None, request: Request) -> None:
        """Judge whether what was answered should have been refused."""
        found, operation = self._findings, asked.operation
        for mistake in asked.mistakes:
            found.asked(mistake.rule, operation)
        if asked.mistakes and not asked.unsure:
            first = asked.mistakes[0]
            seen = Evidence(first.parameter, "a refusal (4xx)", f"{reply.status} with {_count(rows)}")
            message = f"accepted: {first.text}"
            found.report(first.rule, operation, message, evidence=[seen], requests=[request])
            return
        if asked.impossible:
            found.asked("WT205", operation)
        if not rows:
            return
        if asked.impossible:
            message = f"a window is answered although {asked.impossible}"
            seen = Evidence("window", "a refusal, or no rows", _count(rows))
            found.report("WT205", operation, message, evidence=[seen], requests=[request])
        if asked.id and not asked.unsure and not asked.mistakes:
            self._whose(asked, rows, request)

    def _whose(self, asked: Asked, rows: list[Any], request: Request) -> None:
        """Judge whether the id that was asked for can have rows here."""
        found, operation, name = self._findings, asked.operation, asked.id or ""
        known = self.known
        if operation in SERIES and name in known.resources:
            found.asked("WT207", operation)
            its = known.operation_of(name)
            if its and its != operation:
                kind = known.resources[name].get("resource_type")
                seen = Evidence("resource_type", SERIES[operation], str(kind))
                message = f"{name} is listed as {kind}, and has {_count(rows)} here"
                found.report("WT207", operation, message, resource=name, evidence=[seen], requests=[request])
            return
        met = known.met | set(known.groups)
        if name not in met:
            own = any(isinstance(row, dict) and name in row.values() for row in rows)
            found.asked("WT206", operation)
            if not own:
                whose = sorted(
                    {str(row.get("resource_id") or row.get("site_id")) for row in rows[:500] if row}
                )
                seen = Evidence("rows", "404, or no rows", f"{_count(rows)} of {', '.join(whose[:3])}")
                message = f"{name}, which nobody has, is answered with {_count(rows)}"
                found.report("WT206", operation, message, evidence=[seen], requests=[request])

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


def media_of(reply: Reply) -> str:
    """Return the media type of an answer, without parameters."""
    return (reply.header("Content-Type") or "").partition(";")[0].strip().lower()


def _fits(schema: dict[str, Any], value: str) -> bool:
    kind = schema.get("type")
    if kind in {"integer", "number"}:
        try:
            return matches(schema, int(value) if kind == "integer" else float(value))
        except ValueError:
            return False
    return matches(schema, value)


def _count(rows: list[Any] | None) -> str:
    if rows is None:
        return "a body without rows"
    return f"{len(rows)} row{'' if len(rows) == 1 else 's'}"


def _words(reply: Reply) -> str:
    """Return what an error says of itself, in a few words."""
    try:
        value = parse(reply.body[:65536])
    except BodyError:
        return ""
    detail = (value.get("detail") or value.get("title")) if isinstance(value, dict) else None
    return f"({str(detail)[:120]})" if detail else ""
