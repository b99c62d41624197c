"""Any window, in any order, in any process: the same rows."""

import os
import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.telemetry.plants import DAY, everything, fleet, minute, rows, telemetry
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import INTERVALS, Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.wire import datas_length

resources = st.sampled_from([placed.resource.resource_id for placed in everything()])
starts = st.integers(minute(2024, 1, 1), minute(2031, 1, 1))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    resource=resources,
    start=starts,
    skip=st.integers(0, 2 * DAY),
    length=st.integers(1, 2 * DAY),
    after=st.integers(0, DAY),
)
def test_a_slice_of_a_window_is_the_window_of_the_slice(resource, start, skip, length, after):
    """Asking for more before and after changes no row, whatever has been asked before."""
    whole = rows(resource, start, start + skip + length + after, series=Telemetry(fleet()))
    part = rows(resource, start + skip, start + skip + length)
    assert set(whole) == set(part)
    for name, values in part.items():
        assert np.array_equal(whole[name][skip : skip + length], values), name


@settings(max_examples=40, derandomize=True, deadline=None)
@given(resource=resources, start=starts, buckets=st.integers(1, 60), interval=st.sampled_from(INTERVALS[1:]))
def test_coarse_rows_follow_from_fine_ones(resource, start, buckets, interval):
    """Means, maxima, registers, states and statuses at 5, 15, 30 minutes are those of their minutes."""
    start = start // 30 * 30
    fine = rows(resource, start, start + buckets * interval)
    coarse = rows(resource, start, start + buckets * interval, interval)
    for name, values in coarse.items():
        parts = fine[name].reshape(buckets, interval)
        if name == "minutes":
            assert np.array_equal(values, parts[:, 0])
        elif name.endswith("_avg"):
            assert np.array_equal(values, np.floor(parts.sum(axis=1) / interval + 0.5)), name
        elif name.endswith("_max"):
            assert np.array_equal(values, parts.max(axis=1)), name
        else:
            assert np.array_equal(values, parts[:, -1]), name


@settings(max_examples=40, derandomize=True, deadline=None)
@given(resource=resources, start=starts, length=st.integers(1, 40 * DAY), days=st.integers(1, 20))
def test_the_size_of_the_pieces_shows_nowhere(resource, start, length, days):
    """Pieces of any number of days give the same body, of the length that was foretold."""
    placed, window = fleet().resource(resource), Window(start, start + length, 30)
    body = b"".join(datas_pieces(telemetry(), [placed], window))
    assert body == b"".join(datas_pieces(Telemetry(fleet()), [placed], window, days))
    assert len(body) == datas_length([placed], window)


ELSEWHERE = """
import hashlib, sys
from tests.telemetry.plants import everything, fleet, minute
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
series, digest = Telemetry(fleet()), hashlib.sha256()
order = everything()
answers = {}
for placed in reversed(order) if sys.argv[1] == "back" else order:
    for year in (2024, 2077) if sys.argv[1] == "back" else (2077, 2024):
        start = minute(year, 3, 29, 5, 7)
        body = b"".join(datas_pieces(series, [placed], Window(start, start + 2000, 5)))
        answers[placed.resource.resource_id, year] = hashlib.sha256(body).hexdigest()
for key in sorted(answers):
    digest.update(answers[key].encode())
print(digest.hexdigest())
"""


def _elsewhere(order, hash_seed):
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, order],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_another_process_another_order_the_same_bytes():
    """Neither Python's hash seed nor the order of questions nor what is held ready shows in a body."""
    assert _elsewhere("forth", "1") == _elsewhere("back", "4242")


def test_the_seed_changes_every_series():
    """Another seed gives other rows to every resource."""
    start = minute(2026, 6, 1)
    other = Telemetry(open_fleet(seed=fleet().seed + 1))
    for placed in everything():
        resource, window = placed.resource.resource_id, (start, start + DAY, 30)
        same, changed = rows(resource, *window), rows(resource, *window, series=other)
        assert any(not np.array_equal(same[name], changed[name]) for name in same), resource
