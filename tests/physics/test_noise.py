"""Random numbers with random access: published values, continuity, independence of the window."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.physics.daynoise import DayNoise, Octave, White, Woven
from wattos_testkit.physics.hashing import GOLDEN, finish, quarters, several_quarters, stream_key, uniforms
from wattos_testkit.physics.noise import Lattice, between, in_order, lattices, within_days

KEY = stream_key(7, "test")


def test_splitmix64_published_values():
    """Seed 1234567 gives the first five outputs that the reference implementation prints."""
    state = np.arange(1, 6, dtype=np.uint64) * GOLDEN + np.uint64(1234567)
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert finish(state).tolist() == expected


def test_numbers_are_uniform_and_uncorrelated():
    """Mean 0, variance 1, bounds ±√3, no correlation from one to the next, none between streams."""
    x = quarters(KEY, 1_000_003, 200_000)
    y = quarters(stream_key(7, "other"), 1_000_003, 200_000)
    assert abs(x.mean()) < 0.01
    assert abs(x.var() - 1.0) < 0.01
    assert np.abs(x).max() <= 3.0**0.5
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 0.01
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.01
    u = uniforms(KEY, np.arange(100_000))
    assert 0.0 <= u.min() < u.max() < 1.0


@settings(max_examples=60, derandomize=True, deadline=None)
@given(first=st.integers(-10_000, 10_000), count=st.integers(1, 300), skip=st.integers(0, 50))
def test_a_stream_has_random_access(first, count, skip):
    """A number depends on its index alone, not on where one begins to read."""
    long = quarters(KEY, first - skip, count + skip)
    assert np.array_equal(long[skip:], quarters(KEY, first, count))
    both = several_quarters([(KEY, first, count), (stream_key(1), first, 3)])
    assert np.array_equal(both[0], quarters(KEY, first, count))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(scale=st.sampled_from([1, 4, 30]), start=st.integers(-500, 500), length=st.integers(2, 400))
def test_lattice_noise_is_continuous_and_independent_of_the_window(scale, start, length):
    """A slice of a lattice is the lattice of the slice, and its steps shrink with the scale."""
    (whole,) = lattices([Lattice(KEY, scale, start - 37, length + 37)])
    (part,) = lattices([Lattice(KEY, scale, start, length)])
    assert np.array_equal(whole[37:], part)
    assert (
        np.abs(np.diff(part)).max(initial=0.0) <= 2.0 * 3.0**0.5 * (1.5 / scale if scale > 1 else 1.0) + 1e-12
    )


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    offset=st.sampled_from([-480, -210, 0, 330, 600]),
    day=st.integers(18_000, 47_000),
    days=st.integers(1, 9),
    skip=st.integers(0, 4),
)
def test_day_noise_is_the_same_in_any_block(offset, day, days, skip):
    """A day's noises do not depend on its company; each day begins where the last one ended."""
    woven = (
        Woven(5, (Octave(KEY, 360, 0.5), Octave(stream_key(8), 15, 0.5))),
        Woven(10, (Octave(stream_key(9), 120, 1.0),)),
    )
    white = (White(stream_key(10), 288, with_end=True), White(stream_key(11), 1440))
    noise = DayNoise(-offset, woven, white)
    smooth, rough = noise.draw(day - skip, days + skip)
    for one, alone in zip(
        [*smooth, *rough], [*noise.draw(day, days)[0], *noise.draw(day, days)[1]], strict=True
    ):
        assert np.array_equal(one[skip:], alone)
    for one in (*smooth, rough[0]):
        assert np.array_equal(one[1:, 0], one[:-1, -1])


def test_octaves_are_shared_across_time_zones():
    """Two places whose days begin at different hours see the same slow noise at the same instant."""
    woven = (Woven(10, (Octave(KEY, 180, 1.0), Octave(stream_key(3), 60, 0.3))),)
    here, there = DayNoise(0, woven), DayNoise(-60, woven)
    (at_zero,), _ = here.draw(20_000, 1)
    (an_hour_earlier,), _ = there.draw(20_000, 1)
    assert np.array_equal(at_zero[0, :-6], an_hour_earlier[0, 6:])


def test_filling_in_between_knots():
    """Both ways of filling in agree, in order, and hit every knot."""
    knots = np.array([0.0, 1.0, 4.0, 2.0, 2.0], dtype=np.float32)
    plain = between(knots.astype(np.float64), 10)
    laid = in_order(within_days(knots[None, :], 10))
    assert np.allclose(plain, laid.ravel())
    assert np.array_equal(plain[::10], knots[:-1])
