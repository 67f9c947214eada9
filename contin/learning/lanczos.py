"""The largest eigenvalue of a symmetric matrix that is known by its products only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

from contin.errors import BadValue, NotConverged, NotFinite

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
FIRST_LOOK = 6  # products before convergence is believed
SEED = 20_240_417


@dataclass(frozen=True)
class Ritz:
    """Eigenvalues by Lanczos' method.

    Attributes
    ----------
    values : (k,) array
        The largest eigenvalues asked for, the largest first.
    vectors : (k, n) array
        Unit eigenvectors, a row each.
    errors : (k,) array
        Bounds on the errors of `values`.
    smallest : float
        The smallest Ritz value: no smaller than the smallest eigenvalue.
    products : int
    """

    values: Floats
    vectors: Floats
    errors: Floats
    smallest: float
    products: int


def largest_eigenvalues(
    product: Callable[[Floats], Floats],
    n: int,
    count: int = 1,
    *,
    tolerance: float = 1e-8,
    most_products: int = 300,
    seed: int = SEED,
) -> Ritz:
    """The `count` largest eigenvalues of a symmetric matrix, each to a relative `tolerance`.

    Parameters
    ----------
    product : callable
        ``product(v)`` gives the matrix times `v` (n,).
    n : int
    count : int
    tolerance : float
    most_products : int
        As many vectors of n numbers are kept.
    seed : int
        Of the first vector.

    Raises
    ------
    NotConverged
        After `most_products`; the message says how near it came.
    NotFinite
        If a product is not.

    Notes
    -----
    One run without restarts and with full reorthogonalisation: each product is used once and nothing is thrown away,
    so that no Krylov method can do with fewer; restarted ARPACK, which keeps less, spends more. A Ritz value differs from an
    eigenvalue by at most its residual r, and by at most r^2/gap where the next eigenvalue is a gap away (Parlett, The
    Symmetric Eigenvalue Problem, sections 4.5, 11.7 and 13.8). Of an eigenvalue with several eigenvectors one is found.
    """
    most = min(n, most_products)
    basis = np.empty((most, n))
    start = np.random.default_rng(seed).standard_normal(n)
    basis[0] = start / np.linalg.norm(start)
    diagonal, beside = np.empty(most), np.empty(most)
    for m in range(1, most + 1):
        w = np.asarray(product(basis[m - 1]), dtype=np.float64)
        if not np.isfinite(w).all():
            raise NotFinite(f"a Hessian-vector product is not finite (product {m} of the search).")
        diagonal[m - 1] = basis[m - 1] @ w
        for _ in range(2):  # once is not enough: Parlett, section 6.9
            w = w - basis[:m].T @ (basis[:m] @ w)
        beside[m - 1] = np.linalg.norm(w)
        theta, s = eigh_tridiagonal(diagonal[:m], beside[: m - 1])
        scale = max(abs(theta[0]), abs(theta[-1]), np.finfo(np.float64).tiny)
        complete = m == n or beside[m - 1] <= n * EPS * scale
        residual = np.zeros(m) if complete else np.abs(beside[m - 1] * s[-1])
        errors = _bounds(theta, residual) + 4 * EPS * scale * np.sqrt(n)
        k = min(count, m)
        enough = m >= min(FIRST_LOOK, n) and m >= count
        if complete or (enough and (errors[-k:] <= tolerance * np.abs(theta[-k:])).all()):
            vectors = s[:, -k:].T @ basis[:m]
            return Ritz(theta[-k:][::-1], vectors[::-1], errors[-k:][::-1], float(theta[0]), m)
        if m < most:
            basis[m] = w / beside[m - 1]
    raise NotConverged(
        f"the largest eigenvalue is {theta[-1]:.10g} only to {errors[-1]:.1e} after {most} products; "
        "try a larger `tolerance` or `most_products`."
    )


def _bounds(theta: Floats, residual: Floats) -> Floats:
    """min(r, r^2/gap) for each Ritz value, the gap to the neighbours' intervals."""
    m = len(theta)
    errors = residual.copy()
    for i in range(m):
        below = theta[i] - theta[i - 1] - residual[i - 1] if i > 0 else np.inf
        above = theta[i + 1] - residual[i + 1] - theta[i] if i + 1 < m else np.inf
        gap = min(below, above)
        if m > 1 and gap > residual[i]:
            errors[i] = min(errors[i], residual[i] ** 2 / gap)
    return errors


def check_count(count: int, n: int) -> int:
    """A whole number from 1 to n.

    Raises
    ------
    BadValue
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= n:
        raise BadValue(f"`count` must be a whole number from 1 to {n}, not {count!r}.")
    return count
