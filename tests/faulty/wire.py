"""What a request asks for, what refuses it, and what answers it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

SERIES = {"/meters/data": "get_meter_data", "/bess/data": "get_bess_data", "/pv/data": "get_pv_data"}
INTERVALS = ("1", "5", "15", "30")
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
ID = re.compile(r"[A-Z0-9]{8}", re.ASCII)
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:00Z", re.ASCII)
Row = dict[str, object]


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of the server
    """A request that is not answered with data."""

    def __init__(self, status: int, detail: str, parameter: str | None = None) -> None:
        self.status = status
        self.detail = detail
        self.parameter = parameter
        super().__init__(detail)


@dataclass(frozen=True)
class Query:
    """A request for a series; times are UTC minutes since 1970."""

    operation: str
    kind: str
    resource: str | None
    start: int
    end: int
    interval: int


@dataclass
class Reply:
    """An answer that can still be changed before it is sent."""

    status: int
    document: object
    headers: dict[str, str] = field(default_factory=dict)


def time_of(text: str) -> int:
    """Return an ISO 8601 time as UTC minutes since 1970; raises ValueError."""
    when = datetime.fromisoformat(text)
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() // 60)


def stamps_of(minutes: np.ndarray) -> list[str]:
    """Return UTC minutes as the wire writes them."""
    texts = np.datetime_as_string((minutes * 60).astype("datetime64[s]"), unit="s")
    return [text + "Z" for text in texts.tolist()]
