"""What was computed last, for those who need it again a moment later; bounded by bytes."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol, TypeVar

_LIMIT = 8_000_000
TABLES_LIMIT = 64_000_000
"""Tables of days from now to the end of the century, for some thirty sites with all that stands there."""


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


B = TypeVar("B", bound=_Sized)


class BlockCache:
    """What is held, the least recently used let go first: minutes of weather and PV, or tables of days."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._bytes = 0
        self._blocks: OrderedDict[tuple[str, int, int], _Sized] = OrderedDict()

    def get(self, key: tuple[str, int, int], kind: type[B], compute: Callable[[], B]) -> B:
        """Return a block (owner, first day, days), computed at most once while it is held."""
        block = self._blocks.get(key)
        if isinstance(block, kind):
            self._blocks.move_to_end(key)
            return block
        made = compute()
        self._blocks[key] = made
        self._bytes += made.nbytes
        while self._bytes > self._limit and len(self._blocks) > 1:
            _, dropped = self._blocks.popitem(last=False)
            self._bytes -= dropped.nbytes
        return made
