"""Eigenvalues are those of LAPACK, and of matrices whose eigenvalues are known."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from calling import wrapped
from twins import farthest_match

from contin_kernels import eigenvalues as kernels

eigenvalues = wrapped(kernels.eigenvalues)
EPS = np.finfo(float).eps
SIZES = [1, 2, 3, 4, 5, 7, 10, 13, 17, 20, 26, 33, 47, 48, 55, 60]
if numba.config.DISABLE_JIT:
    SIZES = [1, 2, 3, 4, 5, 7, 10, 14, 48, 60]


def found(A):
    A = np.ascontiguousarray(A, dtype=float)
    n = len(A)
    re, im = np.full(n, np.nan), np.full(n, np.nan)
    kept = A.copy()
    assert eigenvalues(A, re, im, np.empty((n, n)))
    assert np.array_equal(A, kept)
    return re + 1j * im


def error(A, exact=None):
    """Largest error of an eigenvalue in units of rounding, eps |A|."""
    exact = np.linalg.eigvals(A) if exact is None else exact
    return farthest_match(found(A), exact) / (EPS * max(np.linalg.norm(A), 1e-300))


def orthogonal(n, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


@pytest.mark.parametrize("n", SIZES)
def test_random_matrices_have_the_eigenvalues_of_lapack(n):
    for seed in range(3):
        A = np.random.default_rng([n, seed]).normal(size=(n, n))
        values, vectors = np.linalg.eig(A)
        assert error(A, values) <= 30 * np.linalg.cond(vectors)


@pytest.mark.parametrize("n", SIZES)
def test_complex_eigenvalues_come_in_pairs(n):
    values = found(np.random.default_rng(n).normal(size=(n, n)))
    upper, lower = values[values.imag > 0], values[values.imag < 0]
    assert len(upper) == len(lower)
    if len(upper):
        assert farthest_match(upper, lower.conj()) <= 1e-12 * np.max(np.abs(values))


@pytest.mark.parametrize("n", SIZES)
def test_symmetric_matrices_have_real_eigenvalues_to_rounding(n):
    exact = np.random.default_rng(n).uniform(-1, 1, n)
    Q = orthogonal(n)
    A = Q @ np.diag(exact) @ Q.T
    A = 0.5 * (A + A.T)
    assert error(A, exact) <= 20 * n
    assert np.all(found(A).imag == 0.0)


@pytest.mark.parametrize("n", [n for n in SIZES if n <= 47])
def test_skew_symmetric_matrices_have_imaginary_ones(n):
    M = np.random.default_rng(n).normal(size=(n, n))
    A = M - M.T
    exact = 1j * np.linalg.eigvalsh(-1j * A)
    assert error(A, exact) <= 20 * n


@pytest.mark.parametrize("k", [2, 3, 4, 6])
def test_a_jordan_block_scatters_by_the_kth_root_of_rounding(k):
    Q = orthogonal(k, 3)
    for value in (0.0, -1.5):
        A = Q @ (value * np.eye(k) + np.eye(k, k=1)) @ Q.T
        assert farthest_match(found(A), np.full(k, value)) <= 3 * (10 * EPS) ** (1 / k)


def test_a_jordan_block_that_is_triangular_is_exact():
    assert np.array_equal(found(2.0 * np.eye(5) + np.eye(5, k=1)), np.full(5, 2.0 + 0j))


def test_two_equal_complex_pairs_that_are_defective():
    J = np.array([[0.0, 2.0], [-2.0, 0.0]])
    A = np.block([[J, np.eye(2)], [np.zeros((2, 2)), J]])
    Q = orthogonal(4)
    assert farthest_match(found(Q @ A @ Q.T), [2j, 2j, -2j, -2j]) <= 1e-7


@pytest.mark.parametrize(
    "roots",
    [
        [1.0, 2.0, 3.0],
        [1.0, -1.0, 2.0, -2.0, 0.5],
        [1j, -1j, 2.0],
        [-1 + 2j, -1 - 2j, 3j, -3j, 0.25, 4.0],
        list(range(1, 9)),
        list(np.exp(2j * np.pi * np.arange(7) / 7)),
    ],
)
def test_companion_matrices_have_the_roots_of_their_polynomial(roots):
    coefficients = np.poly(roots).real
    n = len(roots)
    A = np.zeros((n, n))
    A[0] = -coefficients[1:]
    A[1:, :-1] = np.eye(n - 1)
    values, vectors = np.linalg.eig(A)
    assert error(A, np.array(roots, dtype=complex)) <= 30 * np.linalg.cond(vectors)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 8, 9, 12, 20])
def test_cyclic_permutations_have_the_roots_of_unity(n):
    # The double shift alone leaves such a matrix as it is: an exceptional shift is needed.
    A = np.roll(np.eye(n), 1, axis=0)
    assert error(A, np.exp(2j * np.pi * np.arange(n) / n)) <= 20


@pytest.mark.parametrize("n", [2, 3, 4, 6, 10, 16])
def test_units_from_1e_minus_9_to_1e9_leave_eigenvalues_alone(n):
    random = np.random.default_rng(n)
    A = random.normal(size=(n, n))
    values, vectors = np.linalg.eig(A)
    for _ in range(4):
        D = 10.0 ** random.uniform(-9, 9, n)
        D[0], D[-1] = 1e-9, 1e9
        scaled = A * D[:, None] / D
        relative = farthest_match(found(scaled), values) / np.max(np.abs(values))
        assert relative <= 1e3 * EPS * np.linalg.cond(vectors)


def test_block_triangular_matrices_have_the_eigenvalues_of_the_blocks():
    random = np.random.default_rng(5)
    blocks = [random.normal(size=(n, n)) for n in (1, 3, 2, 4)]
    A = np.triu(random.normal(size=(10, 10)), 1)
    at, exact = 0, []
    for block in blocks:
        A[at : at + len(block), at : at + len(block)] = block
        exact.extend(np.linalg.eigvals(block))
        at += len(block)
    for B in (A, A.T, A[::-1, ::-1]):
        assert error(B, np.array(exact)) <= 1e4


@pytest.mark.parametrize("n", [1, 2, 3, 5, 20, 50])
def test_zero_and_the_identity_are_exact(n):
    assert np.array_equal(found(np.zeros((n, n))), np.zeros(n, complex))
    assert np.array_equal(found(-3.0 * np.eye(n)), np.full(n, -3.0 + 0j))


@pytest.mark.parametrize("n", [3, 5, 12])
def test_eigenvalues_repeated_exactly(n):
    Q = orthogonal(n)
    exact = np.where(np.arange(n) % 2 == 0, 1.0, -2.0)
    assert error(Q @ np.diag(exact) @ Q.T, exact) <= 20 * n


def test_triangular_matrices_show_them_on_the_diagonal():
    A = np.triu(np.random.default_rng(1).normal(size=(9, 9)))
    condition = np.linalg.cond(np.linalg.eig(A)[1])
    assert error(A, np.diag(A)) <= 1
    assert error(A.T, np.diag(A)) <= 30 * condition


def test_two_by_two_without_cancellation():
    # Eigenvalues 1e8 and 1e-8: the textbook formula loses the small one.
    values = found(np.array([[1e8, 1.0], [0.0, 1e-8]]))
    assert sorted(values.real) == [1e-8, 1e8]
    values = found(np.array([[-1e8, 1.0], [1.0, 0.0]]))
    assert np.isclose(max(values.real), 1e-8, rtol=1e-12, atol=0)
    assert found(np.array([[1.0, -2.0], [2.0, 1.0]])).tolist() == [1 + 2j, 1 - 2j]


def test_traces_and_determinants_of_stiff_kinetics():
    # Rates over twelve orders of magnitude; the slow eigenvalue keeps its relative accuracy after balancing.
    rates = [1e6, 1.0, 1e-6]
    A = np.array([[-rates[0], 0, 0], [rates[0], -rates[1], 0], [0, rates[1], -rates[2]]])
    assert np.allclose(sorted(found(A).real), sorted(-np.array(rates)), rtol=1e-9, atol=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("n", [1, 2, 3, 6, 50])
def test_a_matrix_that_is_not_finite_has_no_eigenvalues(n, bad):
    for place in ((0, 0), (n - 1, 0), (0, n - 1), (n - 1, n - 1)):
        for A in (np.eye(n), np.random.default_rng(n).normal(size=(n, n))):
            A[place] = bad
            with np.errstate(all="ignore"):
                assert not eigenvalues(A, np.empty(n), np.empty(n), np.empty((n, n)))


def test_large_matrices_go_to_lapack():
    A = np.diag(np.arange(1.0, 206.0)) + np.diag(np.ones(204), k=1)
    A[:2, :2] = [[0.5, -2.0], [2.0, 0.5]]
    values = found(A)
    assert farthest_match(values, [0.5 + 2j, 0.5 - 2j, *range(3, 206)]) <= 1e-9
    assert np.count_nonzero(values.imag) == 2
