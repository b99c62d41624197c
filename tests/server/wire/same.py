"""Whether an answer is the healthy one but for what a fault says that it changes."""

from tests.server.mock import Reply

OWN = {"date", "x-request-id", "server-timing", "timing-allow-origin"}
"""Headers that no two answers share, and those in which the mock says what it did."""


def same(reply: Reply, healthy: Reply, *but: str) -> bool:
    """Whether two answers are the same to the byte, but for the headers named."""
    left, right = (
        sorted(
            (name.lower(), value) for name, value in one.headers.items() if name.lower() not in OWN | set(but)
        )
        for one in (reply, healthy)
    )
    return reply.status == healthy.status and left == right and reply.body == healthy.body
