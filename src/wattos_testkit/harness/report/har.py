"""HAR 1.2: every request and its answer, for the network view of a browser or a proxy.

The format is described at http://www.softwareishard.com/blog/har-12-spec/ (J. Odvarko).
"""

import base64
import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from wattos_testkit.harness.events import Event, Exchange, PhaseStarted, RunStarted
from wattos_testkit.harness.report.reporter import StreamReport
from wattos_testkit.harness.report.text import HIDDEN

_CREDENTIALS = {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
"""Headers whose values never enter the file, whatever the transport has let through."""
_UNKNOWN = -1
"""What HAR writes for a size or a time that is not known."""

Headers = tuple[tuple[str, str], ...]


class HarReport(StreamReport):
    """Writes each exchange as it comes; nothing is kept."""

    hears: ClassVar[tuple[type, ...]] = (RunStarted, PhaseStarted, Exchange)

    _version = ""
    _phase = ""
    _head_written = False

    def stream(self, event: Event) -> None:
        """Write one entry, and before the first the head of the document."""
        if isinstance(event, RunStarted):
            self._version = event.version
        elif isinstance(event, PhaseStarted):
            self._phase = event.name
        elif isinstance(event, Exchange):
            separator = "," if self._head_written else self._head()
            self._head_written = True
            self.sink.write(f"{separator}\n{json.dumps(entry(event, self._phase), allow_nan=False)}")

    def end(self) -> None:
        """Close the list and the document."""
        self.sink.write(f"{'' if self._head_written else self._head()}\n]}}}}\n")

    def _head(self) -> str:
        creator = json.dumps({"name": "wattos-testkit", "version": self._version})
        return f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": ['


def entry(exchange: Exchange, phase: str) -> dict[str, Any]:
    """Return one entry of the log."""
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": _moment(exchange.started),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        # The transport measures the whole only; HAR wants it split, and -1 for what does not apply.
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": phase,
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(exchange.url.partition("#")[0].partition("?")[2], keep_blank_values=True)
    return {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": _UNKNOWN,
        "bodySize": 0,
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in exchange.response_headers}
    # What came over the wire, often compressed, is not what the body is after that.
    length = headers.get("content-length", "")
    content: dict[str, Any] = {
        "size": exchange.body_bytes,
        "mimeType": headers.get("content-type", "application/octet-stream"),
    }
    try:
        content["text"] = exchange.body.decode("utf-8")
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(exchange.body).decode("ascii"), "encoding": "base64"}
    if len(exchange.body) < exchange.body_bytes:
        content["comment"] = f"cut after {len(exchange.body)} of {exchange.body_bytes} bytes"
    return {
        "status": exchange.status,
        "statusText": _phrase(exchange.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.response_headers),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": int(length) if length.isdecimal() else _UNKNOWN,
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [
        {"name": name, "value": HIDDEN if name.lower() in _CREDENTIALS else value} for name, value in headers
    ]


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
