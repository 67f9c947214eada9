"""Lanczos' method: known spectra, bounds that hold, and fewer products than restarted ARPACK."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, eigsh

import contin
from contin.learning.lanczos import largest_eigenvalues


def like_a_networks(n, outliers, rng):
    """A diagonal: a bulk around zero, and some large eigenvalues."""
    bulk = np.abs(rng.standard_normal(n - len(outliers))) * 0.1 - 0.02
    return np.concatenate([outliers, bulk])


class Counted:
    def __init__(self, diagonal):
        self.diagonal, self.count = diagonal, 0

    def __call__(self, v):
        self.count += 1
        return self.diagonal * np.ravel(v)


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_eigenvalues_are_within_their_bounds(seed):
    rng = np.random.default_rng(seed)
    d = like_a_networks(3000, np.array([12.0, 7.0, 6.5, 2.0]), rng)
    found = largest_eigenvalues(lambda v: d * v, len(d), 3)
    assert (np.abs(found.values - [12, 7, 6.5]) <= found.errors).all()
    assert (found.errors <= 1e-8 * found.values).all()
    assert np.abs(found.vectors[:, :3]) == pytest.approx(np.eye(3), abs=1e-3)
    assert found.smallest >= d.min() - 1e-12


@pytest.mark.parametrize("gap", [0.5, 0.05])
def test_no_fewer_products_are_needed_by_arpack(gap):
    d = like_a_networks(20_000, np.array([1 + gap, 1.0, 0.9, 0.7]), np.random.default_rng(1))
    ours, theirs = Counted(d), Counted(d)
    found = largest_eigenvalues(ours, len(d))
    start = np.random.default_rng(1).standard_normal(len(d))
    operator = LinearOperator((len(d), len(d)), matvec=theirs, dtype=np.float64)
    # ARPACK's tolerance is of the residual, whose square is the eigenvalue's error.
    (arpack,) = eigsh(operator, 1, which="LA", tol=1e-4, v0=start, return_eigenvectors=False)
    assert abs(found.values[0] - (1 + gap)) < 1e-8
    assert abs(arpack - (1 + gap)) < 1e-6
    assert found.products == ours.count <= theirs.count


def test_a_matrix_of_low_rank_ends_early():
    rng = np.random.default_rng(2)
    B = np.linalg.qr(rng.standard_normal((500, 3)))[0]
    found = largest_eigenvalues(lambda v: B @ (np.array([3.0, 2.0, 1.0]) * (B.T @ v)), 500)
    assert found.values[0] == pytest.approx(3, rel=1e-14)
    assert found.products <= 6


def test_too_few_products_are_said():
    d = np.linspace(0, 1, 4000)
    with pytest.raises(contin.NotConverged, match="after 10 products; try a larger `tolerance`"):
        largest_eigenvalues(lambda v: d * v, len(d), most_products=10)


def test_a_product_that_is_not_finite_is_said():
    with pytest.raises(contin.NotFinite, match="product 1 of the search"):
        largest_eigenvalues(lambda v: v * np.nan, 300)


def test_a_large_model_has_a_threshold_and_a_coefficient():
    rng = np.random.default_rng(4)
    n = 1000
    h = np.concatenate([[5.0, 3.0], rng.uniform(0.5, 1.5, n - 2)])
    a, b = 0.3 * rng.standard_normal(n), rng.uniform(-1, 1, n)  # L = sum h x^2/2 + (a.x)^3/6 + sum b x^4/24
    loss = contin.MatrixFreeLoss(
        lambda x: h * x + a * (a @ x) ** 2 / 2 + b * x**3 / 6,
        lambda x, v: h * v + a * (a @ x) * (a @ v) + b * x**2 * v / 2,
        n,
    )
    t = contin.thresholds(loss, at=np.zeros(n))
    assert abs(t.largest - 0.4) <= t.error < 1e-8
    assert t.products < 60
    assert "ask `coefficient`" in str(t)
    c = (3 * a[0] ** 4 * (a @ (a / h)) - b[0]) / 15
    assert abs(t.coefficient - c) <= t.coefficient_error < 1e-6 * abs(c)
    assert t.zeros is None
    assert "smallest eigenvalue is at most" in str(t)
