"""Mock server, fixture generator and contract tests for the Wattos Energy Management System REST API.

For tests: ``from wattos_testkit import Fleet, series``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattos_testkit.testkit.fleet import Fleet
    from wattos_testkit.testkit.series import Series, series

__version__ = "0.1.0"
__all__ = ["Fleet", "Series", "__version__", "series"]

# Imported when asked for: the command line and the pytest plugin import this package, and must stay instant.
_EXPORTS = {
    "Fleet": "wattos_testkit.testkit.fleet",
    "Series": "wattos_testkit.testkit.series",
    "series": "wattos_testkit.testkit.series",
}


def __getattr__(name: str) -> object:
    """Import what the package exports when it is first used."""
    if name in _EXPORTS:
        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the exported names beside those that are there."""
    return sorted({*globals(), *_EXPORTS})
