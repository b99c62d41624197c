"""Where in the repository a finding is shown: at its operation in the OpenAPI document.

Code scanning, merge requests and annotations want a file and a line, and a deployment has none.
"""

import re
from dataclasses import dataclass, field
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
        return cls(path.removeprefix("./"), found)

    def line(self, operation: str | None) -> int:
        """Return the line of an operation; the first one for what concerns the whole deployment."""
        return self.lines.get(operation or "", 1)
