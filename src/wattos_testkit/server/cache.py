"""Answers that were given lately, bounded by bytes.

Every answer is a pure function of the request, so a second request for the same is answered from here,
before routing, authentication and validation: the key holds the credential and all else that they look at.
Faults and a clock make it a function of the `Live` snapshot too: what is kept belongs to one of them.
"""

from collections import OrderedDict

from wattos_testkit.server.live import QUIET, Live

Headers = tuple[tuple[bytes, bytes], ...]
Key = tuple[bytes, bytes, bytes | None, bytes | None]
BUDGET = 16 * 2**20
"""Bytes that may be held: one month of one resource at one minute, or six hundred days at fifteen."""
_OVERHEAD = 1024


class Kept:
    """A 200 answer, ready to be sent."""

    __slots__ = ("headers", "pieces", "record", "tag", "whole")

    def __init__(self, tag: bytes, headers: Headers, pieces: tuple[bytes, ...]) -> None:
        self.tag = tag
        self.headers = headers
        self.pieces = pieces
        self.whole: dict[str, object] | None = None
        """The message of a body in one piece."""
        if len(pieces) == 1:
            self.whole = {"type": "http.response.body", "body": pieces[0]}
        self.record = b""
        """What the journal notes each time that it is sent, once it was."""


class AnswerCache:
    """The answers used last."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self._roomy = budget // 2
        self.live = QUIET
        """The snapshot that all that is kept was answered under."""
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    def get(self, key: Key) -> Kept | None:
        """Return what is kept under a key."""
        kept = self._kept.get(key)
        # Who was used last matters only when somebody has to go.
        if kept is not None and self._size > self._roomy:
            self._kept.move_to_end(key)
        return kept

    def renew(self, live: Live) -> None:
        """Forget all: something was changed."""
        self.live = live
        self._kept.clear()
        self._size = 0

    def put(self, key: Key, kept: Kept, live: Live = QUIET) -> None:
        """Keep an answer, and drop those not used for longest while there are too many bytes.

        An answer of an older snapshot, which was under way while something was changed, is not kept.
        """
        size = _size(kept)
        # Under faults of the wire every request takes the long way.
        if size > self.budget or key in self._kept or live is not self.live or live.rough:
            return
        self._kept[key] = kept
        self._size += size
        while self._size > self.budget:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)


def _size(kept: Kept) -> int:
    return _OVERHEAD + sum(map(len, kept.pieces))
