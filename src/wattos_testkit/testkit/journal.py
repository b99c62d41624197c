"""What the mock was asked, as it stands in an assertion that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_SHOWN = 3


@dataclass(frozen=True)
class Asked:
    """One request that the mock was sent."""

    method: str
    operation: str | None
    path: str
    query: Mapping[str, str]
    """Parameters of query and path, as text."""
    status: int | None
    """None: the connection ended without an answer."""
    request_id: str
    at: datetime
    token: str | None
    """A short hash: equal for equal credentials."""

    def __repr__(self) -> str:
        """Return it as it stands in an assertion that failed."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"<{self.method} {self.path}{'?' if query else ''}{query} {self.status or 'no answer'}>"


class Count(int):
    """A number of requests; an assertion that fails shows which they were."""

    asked: list[Asked]
    wanted: str

    def __repr__(self) -> str:
        """Return the number, of what, and the last of them."""
        last = ", ".join(map(repr, self.asked[-_SHOWN:]))
        return f"{int(self)} of {self.wanted}{f' ({last})' if last else ''}"


def asked_of(found: dict[str, Any]) -> Asked:
    """Return an entry of the journal."""
    return Asked(
        method=found["method"],
        operation=found["operation"],
        path=found["path"],
        query=found["parameters"],
        status=found["status"],
        request_id=found["request_id"],
        at=datetime.fromisoformat(found["at"]),
        token=found["token"],
    )
