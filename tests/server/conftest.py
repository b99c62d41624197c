"""One running mock for all tests that change nothing about it."""

from collections.abc import Iterator

import pytest

from tests.server.mock import Mock, running


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    """Return a mock of the demo fleet with the default options."""
    with running() as one:
        yield one
