"""Which operation a path belongs to: for all that looks at requests without answering them."""

import re
from functools import lru_cache

from wattos_testkit.contract import Contract

_HELD = 1024


class OperationNames:
    """The testkit's names of the operations, by method and path."""

    def __init__(self, contract: Contract) -> None:
        base = contract.base_path
        self._patterns = tuple(
            (re.compile(_pattern(base + operation.path)), name)
            for name, operation in contract.operations.items()
        )
        self.find = lru_cache(maxsize=_HELD)(self._find)

    def _find(self, method: str, path: str) -> str | None:
        """Return the name of the operation, or None."""
        if method not in {"GET", "HEAD"}:
            return None
        return next((name for pattern, name in self._patterns if pattern.fullmatch(path)), None)


def _pattern(path: str) -> str:
    return "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", path)
    )
