"""Two mocks, of one and of two workers, as they were started at the beginning of each test."""

from collections.abc import Iterator

import pytest

from tests.control.client import ask
from tests.server.mock import Mock, running


@pytest.fixture(scope="session")
def _mocks() -> Iterator[dict[str, Mock]]:
    with running() as one, running("--workers", "2") as two:
        yield {"1": one, "2": two}


@pytest.fixture
def mock(_mocks: dict[str, Mock]) -> Mock:
    """Return the mock of one worker."""
    ask(_mocks["1"], "POST", "/reset")
    return _mocks["1"]


@pytest.fixture(params=["1", "2"])
def any_mock(request: pytest.FixtureRequest, _mocks: dict[str, Mock]) -> Mock:
    """Return the mock of one worker, then that of two."""
    found: Mock = _mocks[request.param]
    ask(found, "POST", "/reset")
    return found
