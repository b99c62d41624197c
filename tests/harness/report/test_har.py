"""HAR, as a browser's network view reads it."""

import base64
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.harness.report.runs import CLEAN, events, exchange, play
from wattos_testkit.harness.events import Exchange

# What HAR 1.2 requires, http://www.softwareishard.com/blog/har-12-spec/.
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}


def read(tmp_path: Path, *exchanges: Exchange) -> list[dict[str, Any]]:
    """Return the entries of the exchanges given; the run has one of its own before them."""
    play([f"har={tmp_path}/a.har"], events(CLEAN, exchanges), quiet=True)
    log = json.loads((tmp_path / "a.har").read_text())["log"]
    assert log["version"] == "1.2"
    assert log["creator"] == {"name": "wattos-testkit", "version": "0.1.0"}
    for entry in log["entries"]:
        assert set(entry) >= ENTRY
        assert set(entry["request"]) >= REQUEST
        assert set(entry["response"]) >= RESPONSE
        assert {"send", "wait", "receive"} <= set(entry["timings"])
        assert {"size", "mimeType"} <= set(entry["response"]["content"])
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
    return log["entries"][1:]


def test_an_exchange_is_an_entry(tmp_path: Path) -> None:
    """Request, answer, headers, query and times are where a viewer looks for them."""
    (entry,) = read(tmp_path, exchange("/sites?group_id=GROUP001&x="))
    assert entry["startedDateTime"] == "2024-03-20T00:00:00.250+00:00"
    assert entry["time"] == 12.5
    assert entry["comment"] == "mean"
    assert entry["request"]["queryString"] == [
        {"name": "group_id", "value": "GROUP001"},
        {"name": "x", "value": ""},
    ]
    assert entry["response"]["content"] == {
        "size": 13,
        "mimeType": "application/json",
        "text": '{"sites": []}',
    }
    assert entry["response"]["statusText"] == "OK"
    assert entry["response"]["bodySize"] == -1
    headers = (("Content-Encoding", "gzip"), ("Content-Length", "33"))
    (entry,) = read(tmp_path, replace(exchange(), response_headers=headers))
    assert (entry["response"]["bodySize"], entry["response"]["content"]["size"]) == (33, 13)


def test_credentials_are_not_in_the_headers(tmp_path: Path) -> None:
    """Headers that carry credentials keep their names and lose their values."""
    secret = replace(
        exchange(), request_headers=(("authorization", "Bearer x"), ("X-Api-Key", "y"), ("Accept", "z"))
    )
    (entry,) = read(tmp_path, secret)
    assert [header["value"] for header in entry["request"]["headers"]] == ["[redacted]", "[redacted]", "z"]


def test_a_body_that_is_no_text_or_cut_is_said(tmp_path: Path) -> None:
    """Bytes are base64; a body that was cut says after how many bytes; an odd status has no phrase."""
    (entry,) = read(tmp_path, replace(exchange(body=b"\xff\x00"), body_bytes=1000, status=299))
    content = entry["response"]["content"]
    assert base64.b64decode(content["text"]) == b"\xff\x00"
    assert content["encoding"] == "base64"
    assert content["comment"] == "cut after 2 of 1000 bytes"
    assert entry["response"]["statusText"] == ""


def test_a_run_without_exchanges_is_an_empty_log(tmp_path: Path) -> None:
    """A target that could not be reached leaves a log without entries, not a broken file."""
    stream = [event for event in events(CLEAN) if not isinstance(event, Exchange)]
    play([f"har={tmp_path}/a.har"], stream, quiet=True)
    assert json.loads((tmp_path / "a.har").read_text())["log"]["entries"] == []


def test_a_url_that_is_none_breaks_nothing(tmp_path: Path) -> None:
    """Whatever was asked, even what no parser takes for an address, is an entry."""
    (entry,) = read(tmp_path, replace(exchange(), url="http://[::1/?a=%FF;b", status=0))
    assert entry["request"]["url"] == "http://[::1/?a=%FF;b"
