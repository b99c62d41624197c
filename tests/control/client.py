"""Talks to the control API of a running mock as plainly as can be."""

import json
from http.client import HTTPConnection
from typing import Any

from tests.server.mock import Mock, Reply

HOUR = "resource_id=PV000001&start=2024-03-20T00:00:00Z&end=2024-03-20T04:00:00Z&agg_interval=15"
EARLY = HOUR.replace("04:00:00", "01:30:00")
"""While the sun still shines on PV000001."""
TRIP = {"fault": "inverter-trip", "on": "PV000001", "from": "2024-03-20T00:30:00Z", "for": "30min"}


def send(
    mock: Mock,
    method: str,
    path: str,
    document: object = None,
    headers: dict[str, str] | None = None,
    prefix: str = "/_testkit",
) -> Reply:
    """Send one request; a document goes as JSON, text as it is."""
    connection = HTTPConnection(*mock.address, timeout=30)
    body = document if isinstance(document, str | bytes | None) else json.dumps(document)
    given = {"Content-Type": "application/json"} if body is not None else {}
    try:
        connection.request(method, prefix + path, body=body, headers={**given, **(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def ask(mock: Mock, method: str, path: str, document: object = None) -> Any:
    """Send one request that must succeed, and return its body."""
    reply = send(mock, method, path, document)
    assert reply.status in {200, 201, 204}, reply.body
    return reply.json() if reply.body else None


def stamps(mock: Mock, query: str = HOUR) -> list[str]:
    """Return the timestamps of a PV answer."""
    reply = mock.ask(f"/pv/data?{query}")
    assert reply.status == 200, reply.body
    return [row["timestamp"][11:16] for row in reply.json()["datas"]]


def powers(mock: Mock, query: str = HOUR) -> list[float]:
    """Return the average powers of a PV answer."""
    return [row["power_active_avg"] for row in mock.ask(f"/pv/data?{query}").json()["datas"]]
