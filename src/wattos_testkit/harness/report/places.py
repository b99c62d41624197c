"""Where in the repository a finding is shown: at its operation in the OpenAPI document.

Code scanning, merge requests and annotations want a file and a line, and a deployment has none.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_OPERATION_ID = re.compile(r"""^\s*(?:-\s*)?["']?operationId["']?\s*:\s*["']?([^"'\s,#}]+)""")


@dataclass(frozen=True)
class Places:
    """The document's path in the repository, and the line of each operation in it."""

    path: str = "openapi.yaml"
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, text: str) -> Self:
        """Find the operations in the text of a document."""
        found: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            match = _OPERATION_ID.match(line)
            if match:
                found.setdefault(match[1], number)
        here = os.path.relpath(path)
        return cls(path if here.startswith("..") else Path(here).as_posix(), found)

    @classmethod
    def in_file(cls, path: str | None) -> Self:
        """Find the operations in a document of the user's; without one there is nothing to point at."""
        try:
            return cls.of(path, Path(path).read_text("utf-8")) if path else cls()
        except (OSError, ValueError):
            # Whoever reads the document for its meaning says what is wrong with it.
            return cls()

    def line(self, operation: str | None) -> int:
        """Return the line of an operation; the first one for what concerns the whole deployment."""
        return self.lines.get(operation or "", 1)
