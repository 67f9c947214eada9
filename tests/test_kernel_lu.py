"""Gaussian elimination gives what LAPACK gives, and says when it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from contin_kernels.lu import diagonal_sign, lu_factor, lu_solve, lu_solve_transposed

EPS = np.finfo(float).eps
KINDS = [np.float64, np.complex128]


def random_matrix(n, kind, seed=0):
    random = np.random.default_rng(seed)
    A = random.normal(size=(n, n))
    return A.astype(kind) if kind is np.float64 else A + 1j * random.normal(size=(n, n))


def factored(A):
    factors, order = A.copy(), np.zeros(len(A), np.int64)
    return factors, order, *lu_factor(factors, order)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_rows_in_their_order_are_the_product_of_the_factors(n, kind):
    A = random_matrix(n, kind, n)
    factors, order, *_ = factored(A)
    lower = np.tril(factors, -1) + np.eye(n)
    upper = np.triu(factors, 1) + np.diag(1 / np.diag(factors))  # the pivots are kept inverted
    assert np.allclose(lower @ upper, A[order], rtol=0, atol=10 * n * EPS)
    assert np.max(np.abs(lower)) <= 1 + EPS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_solutions_are_those_of_numpy(n, kind):
    A = random_matrix(n, kind, n)
    b = random_matrix(n, kind, 99)[0].copy()
    factors, order, *_ = factored(A)
    x, work = np.zeros(n, kind), np.zeros(n, kind)
    tolerance = 20 * n * EPS * np.linalg.cond(A)
    lu_solve(factors, order, b, x)
    exact = np.linalg.solve(A, b)
    assert np.max(np.abs(x - exact)) <= tolerance * np.max(np.abs(exact))
    lu_solve_transposed(factors, order, b, x, work)
    exact = np.linalg.solve(A.T, b)
    assert np.max(np.abs(x - exact)) <= tolerance * np.max(np.abs(exact))
    assert np.array_equal(b, random_matrix(n, kind, 99)[0])


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_signs_give_that_of_the_determinant(n):
    for seed in range(20):
        A = random_matrix(n, np.float64, seed)
        factors, _, sign, *_ = factored(A)
        assert sign * diagonal_sign(factors) == np.sign(np.linalg.det(A))


def test_an_exchange_of_two_rows_changes_the_sign():
    A = random_matrix(4, np.float64)
    first, second = factored(A), factored(A[[1, 0, 2, 3]])
    assert first[2] * diagonal_sign(first[0]) == -second[2] * diagonal_sign(second[0])


@pytest.mark.parametrize("kind", KINDS)
def test_pivots_of_a_diagonal_matrix_are_its_entries(kind):
    _, order, sign, smallest, largest = factored(np.diag([3.0, -1e-9, 2e9]).astype(kind))
    assert (sign, smallest, largest) == (1.0, 1e-9, 2e9)
    assert order.tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "A",
    [
        [[0.0]],
        [[1.0, 2.0], [2.0, 4.0]],
        [[0.0, 1.0], [0.0, 2.0]],
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 5.0]],
        np.zeros((3, 3)),
    ],
    ids=["zero", "equal rows", "no first column", "rank 2", "zero matrix"],
)
def test_a_singular_matrix_has_a_zero_pivot(A, kind):
    assert factored(np.array(A, dtype=kind))[3] == 0.0


@pytest.mark.parametrize("n", [1, 3])
def test_nan_ends_the_elimination_as_a_zero_pivot_does(n):
    A = random_matrix(n, np.float64)
    A[:, 0] = np.nan
    assert factored(A)[3] == 0.0


def test_a_zero_on_the_diagonal_is_no_obstacle():
    A = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    factors, order, sign, *_ = factored(A)
    x, work = np.zeros(3), np.zeros(3)
    b = np.array([1.0, 2.0, 3.0])
    lu_solve(factors, order, b, x)
    assert x.tolist() == [3.0, 1.0, 2.0]
    lu_solve_transposed(factors, order, b, x, work)
    assert x.tolist() == [2.0, 3.0, 1.0]
    assert sign * diagonal_sign(factors) == 1.0


def test_rows_in_units_from_1e_minus_9_to_1e9_solve_as_well_as_in_one_unit():
    A = random_matrix(6, np.float64)
    units = 10.0 ** np.array([9, -9, 4, 0, -5, 2])
    exact = np.arange(1.0, 7.0)
    factors, order, *_ = factored(A * units)  # columns: a change of units of the unknowns
    x = np.zeros(6)
    lu_solve(factors, order, A @ exact, x)
    assert np.allclose(x * units, exact, rtol=100 * EPS * np.linalg.cond(A), atol=0)
    factors, order, *_ = factored(units[:, None] * A)  # rows: of the equations
    lu_solve(factors, order, units * (A @ exact), x)
    assert np.allclose(x, exact, rtol=100 * EPS * np.linalg.cond(A), atol=0)


def test_hilbert_matrix_has_a_small_residual_though_a_large_error():
    n = 10
    A = 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1.0)
    b = A @ np.ones(n)
    factors, order, *_ = factored(A)
    x = np.zeros(n)
    lu_solve(factors, order, b, x)
    assert np.max(np.abs(A @ x - b)) <= 10 * n * EPS
