"""The watched numbers are computed at some points only, and what happens between them is known all the same."""

from __future__ import annotations

import numpy as np
import pytest
from calling import wrapped
from kernel_models import Polynomial
from test_kernel_follow import Followed

from contin_kernels import watching
from contin_kernels.watching import BACKWARDS, LAST, ONWARDS, STILL

W = 0.2  # frequency


def two_pairs(patience):
    """u1' = u1 (l + 0.3) - ..., two pairs that cross at l = -0.3 and l = 0.4, beside y' = l - y."""
    terms = [(0, -1.0, (0,)), (0, 1.0, (5,))]
    for first, value in ((1, -0.3), (3, 0.4)):
        terms += [(first, 1.0, (5, first)), (first, -value, (first,)), (first, -W * first, (first + 1,))]
        terms += [(first + 1, 1.0, (5, first + 1)), (first + 1, -value, (first + 1,))]
        terms += [(first + 1, W * first, (first,))]
    return Polynomial(5, terms, patience=patience)


def s_curve(patience):
    """l = y^3 - y turns at y = -+ 1 / sqrt(3); a pair whose real part is -1 + y / 2 goes with it."""
    terms = [(0, 1.0, (3,)), (0, 1.0, (0,)), (0, -1.0, (0, 0, 0))]
    terms += [(1, -1.0, (1,)), (1, 0.5, (0, 1)), (1, -1.0, (2,))]
    terms += [(2, -1.0, (2,)), (2, 0.5, (0, 2)), (2, 1.0, (1,))]
    return Polynomial(3, terms, patience=patience)


def followed(model, start, **options):
    return Followed(model.context(start[-1]), start, [0.0] * model.n + [1.0], [-1.0, 1.0], **options)


CASES = {"two pairs": (two_pairs, [-1.0, 0, 0, 0, 0, -1.0]), "S": (s_curve, [-1.324717957244746, 0, 0, -1.0])}


@pytest.mark.parametrize("name", CASES)
def test_counts_are_those_of_a_loop_that_inspects_every_row(name):
    make, start = CASES[name]
    every, some = (followed(make(patience), start) for patience in (1, 32))
    assert every.status == some.status
    seen = ~np.isnan(some.rows.watch[:, 2])
    assert seen.mean() < 0.7
    assert np.array_equal(some.rows.unstable, every.rows.unstable)
    assert np.allclose(some.z, every.z)


def test_a_pair_changes_its_sign_between_neighbours_that_are_both_inspected():
    rows = followed(two_pairs(32), CASES["two pairs"][1]).rows
    changes = np.flatnonzero(np.diff(rows.unstable))
    assert np.diff(rows.unstable)[changes].tolist() == [2, 2]
    assert not np.isnan(rows.watch[[*changes, *(changes + 1)], 2]).any()


@pytest.mark.parametrize("chunk", [2, 3, 7, 40])
def test_rows_do_not_depend_on_how_many_are_asked_for(chunk):
    make, start = CASES["S"]
    whole, parts = followed(make(32), start), followed(make(32), start, chunk=chunk)
    assert np.array_equal(whole.z, parts.z)
    assert np.array_equal(whole.rows.unstable, parts.rows.unstable)
    assert np.array_equal(whole.rows.watch, parts.rows.watch, equal_nan=True)


def test_all_is_sure_where_a_branch_ends():
    for name, (make, start) in CASES.items():
        branch = followed(make(32), start)
        assert (branch.rows.unstable >= 0).all(), name
        assert branch.cursor[LAST] == len(branch.z) - 1


def matrix_rows(matrices):
    """A `Watch` after a first matrix, and one over its change to the second as `foretell` leaves it, by hand."""
    first, second = matrices
    change = second - first
    floor = STILL * np.abs(change).max()
    memory = watching.Watch(
        np.column_stack([second, np.zeros(2)]),
        np.column_stack([np.copysign(1 / (np.abs(change) + floor), change), np.zeros(2)]),
        np.zeros((2, 3)),
    )
    return memory


def is_due(memory, matrix, onwards, backwards, steps=1000):
    cursor = np.zeros(12)
    cursor[[LAST, ONWARDS, BACKWARDS]] = 0, onwards, backwards
    jacobian = np.column_stack([matrix, np.zeros(2)])
    return wrapped(watching.due)(steps, 10**6, jacobian, cursor, memory, 2)


def test_the_jacobian_is_the_clock():
    first, second = np.array([[1.0, 0.0], [0.0, 5.0]]), np.array([[2.0, 0.0], [0.0, 5.0]])
    memory = matrix_rows((first, second))
    on = second - first
    assert not is_due(memory, second + 1.9 * on, 2.0, 0.1)
    assert is_due(memory, second + 2.1 * on, 2.0, 0.1)
    assert not is_due(memory, second - 0.09 * on, 2.0, 0.1)
    assert is_due(memory, second - 0.11 * on, 2.0, 0.1)
    both = second + on
    both[1, 1] += 0.01  # something new begins to move: a hundredth of the last change counts as half of it
    assert not is_due(memory, both, 2.0, 2.0)
    both[1, 1] += 0.04
    assert is_due(memory, both, 2.0, 2.0)


def test_without_trust_every_row_is_due():
    memory = matrix_rows((np.eye(2), 2 * np.eye(2)))
    assert is_due(memory, 2 * np.eye(2), 0.0, 3.0)
    assert is_due(memory, 2 * np.eye(2), 3.0, 0.0)
    assert not is_due(memory, 2 * np.eye(2), 3.0, 3.0)
