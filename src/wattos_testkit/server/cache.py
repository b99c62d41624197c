"""Answers that were given lately, bounded by bytes.

Every answer is a pure function of the request, so a second request for the same is answered from here,
before routing, authentication and validation: the key holds the credential and all else that they look at.
Faults and a clock make it a function of the `Live` snapshot too: what is kept belongs to one of them.
"""

from collections import OrderedDict
from typing import NamedTuple

from wattos_testkit.server.live import QUIET, Live

Headers = tuple[tuple[bytes, bytes], ...]
Key = tuple[bytes, bytes, bytes | None, bytes | None]
BUDGET = 16 * 2**20
"""Bytes that may be held: one month of one resource at one minute, or six hundred days at fifteen."""
_OVERHEAD = 1024


class Kept(NamedTuple):
    """A 200 answer, ready to be sent."""

    tag: bytes
    headers: Headers
    pieces: tuple[bytes, ...]


class AnswerCache:
    """The answers used last."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self.live = QUIET
        """The snapshot that all that is kept was answered under."""
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    def get(self, key: Key) -> Kept | None:
        """Return what is kept under a key."""
        kept = self._kept.get(key)
        if kept is not None:
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
        if size > self.budget or key in self._kept or live is not self.live:
            return
        self._kept[key] = kept
        self._size += size
        while self._size > self.budget:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)


def _size(kept: Kept) -> int:
    return _OVERHEAD + sum(map(len, kept.pieces))
