"""One mock for all tests of the wire, and what it answers when nothing strikes."""

from collections.abc import Iterator

import pytest

from tests.server.mock import PV_DAY, Reply
from tests.server.wire.served import Served, serving


@pytest.fixture(scope="session")
def _listening() -> Iterator[Served]:
    with serving() as one:
        yield one


@pytest.fixture
def served(_listening: Served) -> Iterator[Served]:
    """Return the mock, with nothing placed before and after."""
    _listening.place()
    yield _listening
    _listening.place()


@pytest.fixture(scope="session")
def healthy(_listening: Served) -> Reply:
    """Return the answer of a healthy mock to the day that the tests ask for."""
    _listening.place()
    return _listening.ask(PV_DAY)
