"""Files instead of a server: the judge's questions are answered out of captured or generated rows."""

from collections.abc import Iterator

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.events import Event
from wattos_testkit.harness.settings import Settings


def check_data(path: str, settings: Settings) -> Iterator[Event]:
    """Judge the rows of files."""
    del settings
    raise UsageError(f"--data {path}: files cannot be checked yet")
