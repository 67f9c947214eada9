"""Gaussian elimination gives what LAPACK gives, and says when it cannot."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from calling import compiled, wrapped
from kernel_models import CIRCLE

from contin_kernels import lu
from contin_kernels.memory import pointer_to

EPS = np.finfo(float).eps
KINDS = [np.float64, np.complex128]
ORDERS = list(permutations(range(3)))


def diagonal_sign(A):
    return wrapped(lu.diagonal_sign)(A, len(A))


def lu_solve(factors, order, b, x):
    real = factors.dtype == np.float64
    wrapped(lu.lu_solve if real else lu.substitute)(factors, order, b, x, len(x))


def lu_solve_transposed(factors, order, b, x, work):
    wrapped(lu.lu_solve_transposed)(factors, order, b, x, work, len(x))


def random_matrix(n, kind, seed=0):
    random = np.random.default_rng(seed)
    A = random.normal(size=(n, n))
    return A.astype(kind) if kind is np.float64 else A + 1j * random.normal(size=(n, n))


def factored(A, kernel=None):
    """Factors, order, sign, smallest and largest pivot; by the kernel for real or for complex matrices, or by another."""
    factors, order = A.copy(), np.zeros(len(A), np.int64)
    kernel = kernel or (lu.lu_factor if A.dtype == np.float64 else lu.factor)
    return factors, order, *wrapped(kernel)(factors, order, len(A))


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


def three_by_three():
    """Matrices of size 3: general ones, and one whose rows are exchanged in both columns."""
    yield from (random_matrix(3, np.float64, seed) for seed in range(10))
    yield np.array([[1.0, 2.0, 4.0], [-3.0, 1.0, 0.5], [2.0, 7.0, -1.0]])
    yield np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])


@pytest.mark.parametrize("rows", ORDERS)
def test_the_written_out_form_of_size_three_is_that_of_numpy_in_any_order_of_the_rows(rows):
    for A in three_by_three():
        A = A[list(rows)]
        factors, order, sign, smallest, largest = factored(A)
        lower = np.tril(factors, -1) + np.eye(3)
        upper = np.triu(factors, 1) + np.diag(1 / np.diag(factors))
        assert np.allclose(lower @ upper, A[order], rtol=0, atol=30 * EPS)
        assert np.max(np.abs(lower)) <= 1 + EPS
        pivots = np.abs(np.diag(upper))
        assert smallest == pytest.approx(pivots.min(), rel=4 * EPS)
        assert largest == pytest.approx(pivots.max(), rel=4 * EPS)
        assert sign * diagonal_sign(factors) == np.sign(np.linalg.det(A))
        b, x, work = np.array([1.0, -2.0, 5.0]), np.zeros(3), np.zeros(3)
        tolerance = 60 * EPS * np.linalg.cond(A)
        lu_solve(factors, order, b, x)
        assert np.allclose(x, np.linalg.solve(A, b), rtol=0, atol=tolerance * np.max(np.abs(x)))
        lu_solve_transposed(factors, order, b, x, work)
        assert np.allclose(x, np.linalg.solve(A.T, b), rtol=0, atol=tolerance * np.max(np.abs(x)))


@pytest.mark.parametrize("rows", ORDERS)
def test_the_written_out_form_takes_the_pivots_of_the_general_one(rows):
    for A in three_by_three():
        general, order, *numbers = factored(A[list(rows)], lu.factor)
        factors, same, *others = factored(A[list(rows)])
        assert order.tolist() == same.tolist()
        assert numbers == pytest.approx(others, rel=4 * EPS)
        assert np.allclose(factors, general, rtol=0, atol=30 * EPS * np.max(np.abs(general)))


@pytest.mark.parametrize("rows", ORDERS)
@pytest.mark.parametrize(
    "A",
    [
        [[0.0, 1.0, 2.0], [0.0, 3.0, 4.0], [0.0, 5.0, 7.0]],
        [[1.0, 0.0, 2.0], [3.0, 0.0, 4.0], [5.0, 0.0, 7.0]],
        [[1.0, 2.0, 0.0], [3.0, 4.0, 0.0], [5.0, 7.0, 0.0]],
        [[4.0, 2.0, 1.0], [0.0, 1.0, 3.0], [4.0, 3.0, 4.0]],
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]],
    ],
    ids=["no first column", "no second column", "no third column", "a sum of rows", "rank 1"],
)
def test_a_singular_matrix_of_size_three_has_a_zero_pivot_in_any_order_of_its_rows(A, rows):
    # No quotient is rounded where the last pivot is a difference: 0, 1, and powers of two.
    A = np.array(A)[list(rows)]
    assert factored(A)[3] == 0.0
    assert factored(A, lu.factor)[3] == 0.0


@pytest.mark.parametrize("place", [(i, j) for i in range(3) for j in range(3)])
def test_nan_anywhere_in_a_matrix_of_size_three_is_a_zero_pivot(place):
    A = random_matrix(3, np.float64, 4)
    A[place] = np.nan
    assert factored(A)[3] == 0.0


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_where_the_elimination_ends_early_the_order_is_still_one_of_rows(n, value):
    # Callers that do not look at the pivots would else solve with whatever the memory held before.
    for column in range(n):
        A = random_matrix(n, np.float64, n)
        A[:, column] = value
        order = np.full(n, 99)
        wrapped(lu.lu_factor)(A, order, n)
        assert sorted(order) == list(range(n))


@compiled
def unit_solutions(table, K, n, count, right, left, work):
    lu.unit_solutions(
        pointer_to(table), pointer_to(K), n, count, pointer_to(right), pointer_to(left), pointer_to(work)
    )


@compiled
def complex_unit_solutions(table, K, n, right, left, work):
    lu.complex_unit_solutions(
        pointer_to(table), pointer_to(K), n, pointer_to(right), pointer_to(left), pointer_to(work)
    )


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("n", [2, 3, 6])
def test_solutions_for_the_last_unit_vectors_are_the_last_columns_and_row_of_the_inverse(n, count):
    context = CIRCLE.context()
    K = random_matrix(n, np.float64, n)
    right, left = np.zeros((count, n)), np.zeros(n)
    unit_solutions(context.table, K.copy(), n, count, right, left, np.zeros(5 * n))
    inverse = np.linalg.inv(K)
    tolerance = 20 * n * EPS * np.linalg.cond(K) * np.max(np.abs(inverse))
    assert np.allclose(right, inverse.T[n - count :], rtol=0, atol=tolerance)
    assert np.allclose(left, inverse[n - 1], rtol=0, atol=tolerance)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_they_are_so_for_a_complex_matrix(n):
    context = CIRCLE.context()
    K = random_matrix(n, np.complex128, n)
    right, left = np.zeros(n, complex), np.zeros(n, complex)
    numbers = [array.view(np.float64) for array in (K.copy(), right, left)]
    complex_unit_solutions(context.table, numbers[0], n, *numbers[1:], np.zeros(5 * n))
    inverse = np.linalg.inv(K)
    tolerance = 20 * n * EPS * np.linalg.cond(K) * np.max(np.abs(inverse))
    assert np.allclose(right, inverse[:, n - 1], rtol=0, atol=tolerance)
    assert np.allclose(left, inverse[n - 1], rtol=0, atol=tolerance)
