"""Which operation a path belongs to: for all that looks at requests without answering them."""

import re
from functools import lru_cache

from wattos_testkit.contract import Contract

_HELD = 1024
_PARAMETER = re.compile(r"(\{[^}]*\})")


class OperationNames:
    """The testkit's names of the operations, by method and path."""

    def __init__(self, contract: Contract) -> None:
        self._patterns = tuple(
            _pattern(contract.base_path + operation.path, name)
            for name, operation in contract.operations.items()
        )
        self.match = lru_cache(maxsize=_HELD)(self._match)

    def find(self, method: str, path: str) -> str | None:
        """Return the name of the operation, or None."""
        return self.match(path)[0] if method in {"GET", "HEAD"} else None

    def _match(self, path: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        """Return the name of the operation and the parameters in the path."""
        for pattern, name, parameters in self._patterns:
            found = pattern.fullmatch(path)
            if found is not None:
                return name, tuple(zip(parameters, found.groups(), strict=True))
        return None, ()


def _pattern(path: str, name: str) -> tuple[re.Pattern[str], str, tuple[str, ...]]:
    parts = _PARAMETER.split(path)
    text = "".join("([^/]+)" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(text), name, tuple(part[1:-1] for part in parts if part.startswith("{"))
