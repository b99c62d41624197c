"""`requests.har`: which request each file of `--format api` answers, as HTTP Archive 1.2 has it.

Browsers' and test tools' interceptors replay such files; the bodies stay in their own files (`_file`).
"""

import json
from urllib.parse import quote, urlencode

from wattos_testkit import __version__
from wattos_testkit.export.order import Order
from wattos_testkit.export.work import Written

_NEVER = "1970-01-01T00:00:00.000Z"
"""A recording has a time; this one has none to tell, and the same command must give the same bytes."""


def requests_har(order: Order, written: list[Written]) -> bytes:
    """Return the archive of all requests."""
    entries = [_entry(order.base_url.rstrip("/"), one) for one in written]
    creator = {"name": "wattos-testkit", "version": __version__}
    log = {"version": "1.2", "creator": creator, "entries": entries}
    return json.dumps({"log": log}, ensure_ascii=False, indent=1).encode() + b"\n"


def _entry(base: str, one: Written) -> dict[str, object]:
    query = one.about["query"]
    url = base + quote(one.about["path"]) + ("?" + urlencode(query) if query else "")
    return {
        "startedDateTime": _NEVER,
        "time": 0,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Accept", "value": "application/json"}],
            "queryString": [{"name": name, "value": value} for name, value in query.items()],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [
                {"name": "Content-Type", "value": "application/json"},
                {"name": "Content-Length", "value": str(one.bytes)},
            ],
            "cookies": [],
            "content": {"size": one.bytes, "mimeType": "application/json", "_file": one.path},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": one.bytes,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }
