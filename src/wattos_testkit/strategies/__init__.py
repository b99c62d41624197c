"""Hypothesis strategies: ids, fleets, requests, and rows, sound ones and such that break exactly one rule.

::

    from hypothesis import given
    from wattos_testkit import strategies as wattos

    @given(wattos.rows("pv"))
    def test_my_chart(rows): ...

    @given(wattos.broken_rows())
    def test_my_own_checks(broken):
        assert broken.name in my_checks(broken.rows)
"""

from importlib.util import find_spec

from wattos_testkit.errors import MissingExtraError

if find_spec("hypothesis") is None:
    raise MissingExtraError("wattos_testkit.strategies", "pytest")

# Behind the check: without Hypothesis none of them can be imported.
from wattos_testkit.strategies.asking import (
    ValidRequest,
    intervals,
    requests,
    windows,
)
from wattos_testkit.strategies.fleets import (
    controllers,
    existing_ids,
    fleets,
    ids,
    placed,
    resources,
    sites,
)
from wattos_testkit.strategies.rows import BrokenRows, broken_rows, rows

__all__ = [
    "BrokenRows",
    "ValidRequest",
    "broken_rows",
    "controllers",
    "existing_ids",
    "fleets",
    "ids",
    "intervals",
    "placed",
    "requests",
    "resources",
    "rows",
    "sites",
    "windows",
]
