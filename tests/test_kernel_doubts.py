"""Rows that may hide an even number of zeros, or a fold outside the span, are told by parabolas through them."""

from __future__ import annotations

import numpy as np
import pytest
import twins
from calling import wrapped

from contin_kernels import doubts
from contin_kernels.doubts import NEAR
from contin_kernels.records import Rows

touches = wrapped(doubts.touches)


def dips(rows, k):
    return wrapped(doubts.dips)(rows, k - 1, k, k + 1, 0, rows.watch.shape[1])


def hides_turn(rows, k, span):
    return wrapped(doubts.hides_turn)(rows, k, span, rows.z.shape[1] - 1)


def rows_of(s, watch, z=None, tangent=None):
    """Rows at arclengths `s` (N,), the watched numbers `watch` (N,) in the third place."""
    s = np.asarray(s, dtype=float)
    N = len(s)
    watched = np.ones((N, 3))
    watched[:, 2] = watch
    pair = np.zeros((N, 2))
    return Rows(
        pair if z is None else z,
        pair if tangent is None else tangent,
        s,
        watched,
        np.zeros((N, 2)),
        np.zeros(N, np.int64),
        np.zeros(N, np.int64),
        np.zeros(N),
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_double_zero_between_two_rows_is_seen_from_either_side(sign):
    def touching(s):
        return sign * ((s - 0.6) ** 2 - 1e-6)  # zeros at 0.599 and 0.601

    s = np.array([0.0, 0.3, 0.9])
    assert dips(rows_of(s, touching(s)), 1) == 1
    s = np.array([0.0, 0.5, 0.55, 0.9])
    assert dips(rows_of(s, touching(s)), 1) == 0
    assert dips(rows_of(s, touching(s)), 2) == 1
    s = np.array([0.4, 0.7, 0.8])
    assert dips(rows_of(s, touching(s)), 1) == -1


def test_a_parabola_far_above_zero_is_no_doubt():
    s = np.array([0.0, 0.3, 0.9])
    assert dips(rows_of(s, (s - 0.6) ** 2 + 1.0), 1) == 0


def test_a_value_that_comes_no_nearer_to_zero_is_no_doubt():
    s = np.array([0.0, 0.3, 0.9])
    assert dips(rows_of(s, 1.0 + s), 1) == 0
    assert dips(rows_of(s, np.exp(-s)), 1) == 0
    assert dips(rows_of(s, 1.0 - s**2), 1) == 0  # bent away from zero: it passes once, with a change of sign


def test_a_simple_zero_is_left_to_the_change_of_sign():
    s = np.array([0.0, 0.3, 0.9])
    assert dips(rows_of(s, s - 0.5), 1) == 0
    assert dips(rows_of(s, (s - 0.5) * (1.1 - 0.2 * s)), 1) == 0


def test_the_first_row_has_no_neighbour_before_it():
    s = np.array([0.0, 1.0])
    assert dips(rows_of(s, [1.0, 1.0]), 0) == 0


def test_only_the_numbers_asked_for_are_looked_at():
    s = np.array([0.0, 0.3, 0.9])
    rows = rows_of(s, np.ones(3))
    rows.watch[:, 1] = (s - 0.6) ** 2 - 1e-6
    assert wrapped(doubts.dips)(rows, 0, 1, 2, 0, 1) == 0
    assert wrapped(doubts.dips)(rows, 0, 1, 2, 2, 3) == 0
    assert wrapped(doubts.dips)(rows, 0, 1, 2, 0, 2) == 1


def test_rows_far_apart_are_as_good_as_neighbours():
    s = np.linspace(0.0, 1.0, 11)
    rows = rows_of(s, (s - 0.65) ** 2 - 1e-6)
    assert wrapped(doubts.dips)(rows, 0, 5, 10, 2, 3) == 1
    assert wrapped(doubts.dips)(rows, 1, 8, 10, 2, 3) == -1
    assert wrapped(doubts.dips)(rows, 0, 2, 5, 2, 3) == 0


def test_steps_near_the_resolution_are_not_taken_back():
    s = 1e-9 * np.array([0.0, 1.0, 1.5])
    assert dips(rows_of(s, (s / 1e-9 - 0.6) ** 2), 1) == 0


def test_random_parabolas_are_judged_as_by_polynomial_fitting():
    random = np.random.default_rng(4)
    seen = set()
    for _ in range(400):
        s = np.cumsum(np.append(0.0, random.uniform(0.1, 1.0, 2)))
        centre, lift = random.uniform(-0.5, 2.5), random.choice([0.0, 1e-3, 0.02, 0.3])
        sign = random.choice([-1.0, 1.0])
        w = sign * (random.uniform(0.2, 3.0) * (s - centre) ** 2 + lift)
        verdict = dips(rows_of(s, w), 1)
        assert verdict == twins.parabola_dips(s, w, NEAR)
        seen.add(verdict)
    assert seen == {-1, 0, 1}


def test_touches_compares_the_lowest_value_with_a_small_part_of_the_size():
    # Rows at -1, 0, 1 with w = (s - 1/2)^2 + lift: scaled slope (w1 - w0) b and bend as `dips` has them.
    def verdict(lift):
        w = [(s - 0.5) ** 2 + lift for s in (-1.0, 0.0, 1.0)]
        before, after = w[1] - w[0], w[2] - w[1]
        return touches(w[1], before, after - before, 1.0, 1.0, max(w[1], w[2]))

    assert verdict(0.0)
    assert verdict(-0.1)
    assert verdict(0.9 * NEAR * 0.25)
    assert not verdict(NEAR)


def fold_at(turn, top):
    """Rows on both sides of the fold of l = top - (x - turn)^2, parameter last."""
    x = np.array([turn - 0.04, turn + 0.02])
    slope = -2 * (x - turn)
    tangent = np.column_stack([np.ones(2), slope]) / np.sqrt(1 + slope**2)[:, None]
    z = np.column_stack([x, top - (x - turn) ** 2])
    return rows_of([0.0, np.linalg.norm(z[1] - z[0])], np.ones(2), z, tangent)


def test_a_fold_beyond_the_edge_hides_the_end_of_the_branch():
    assert hides_turn(fold_at(0.0, 1.0), 0, np.array([-5.0, 0.9999]))
    assert not hides_turn(fold_at(0.0, 1.0), 0, np.array([-5.0, 1.0001]))
    assert not hides_turn(fold_at(0.0, 1.0), 0, np.array([-5.0, 5.0]))


def test_a_fold_below_the_lower_edge_does_so_too():
    rows = fold_at(0.0, 1.0)
    rows.z[:, 1] *= -1
    rows.tangent[:, 1] *= -1
    assert hides_turn(rows, 0, np.array([-0.9999, 5.0]))
    assert not hides_turn(rows, 0, np.array([-1.0001, 5.0]))


def test_without_a_turn_nothing_is_hidden():
    rows = fold_at(0.0, 1.0)
    rows.tangent[1] *= -1
    assert not hides_turn(rows, 0, np.array([-5.0, 0.5]))
