"""Eigenvalues of a loss's Hessian: all of them in small models, the largest in large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contin.errors import ModelError, NotFinite
from contin.learning.lanczos import largest_eigenvalues
from contin.learning.loss import Loss

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
ALL = 200  # parameters up to which the Hessian is formed
ZERO = 1e-9  # of the largest eigenvalue
ASYMMETRY = 1e-6


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of the Hessian.

    Attributes
    ----------
    values : (k,) array
        The largest first; all n if `complete`.
    vectors : (k, n) array
        Unit eigenvectors, a row each.
    errors : (k,) array
        Bounds on the errors of `values`.
    smallest : float
        The smallest eigenvalue if `complete`, else a number that it does not exceed.
    products : int
        Hessian-vector products spent.
    """

    values: Floats
    vectors: Floats
    errors: Floats
    smallest: float
    products: int

    @property
    def complete(self) -> bool:
        """Whether all eigenvalues are known."""
        return bool(len(self.values) == self.vectors.shape[1])

    @property
    def zeros(self) -> int | None:
        """How many eigenvalues are zero to rounding; None where only the largest are known."""
        return int((np.abs(self.values) <= self.floor).sum()) if self.complete else None

    @property
    def floor(self) -> float:
        """An eigenvalue that is smaller than this in magnitude counts as zero."""
        return ZERO * float(np.abs(self.values).max())


def spectrum(
    loss: Loss, x: Floats, *, count: int = 1, tolerance: float = 1e-8, most_products: int = 300
) -> Spectrum:
    """The spectrum of the Hessian at `x` (n,): `count` eigenvalues where n is large, else all.

    Raises
    ------
    NotConverged, NotFinite, ModelError
        The last if the products are not those of a symmetric matrix.
    """
    if loss.size > ALL:
        ritz = largest_eigenvalues(
            lambda v: loss.hvp(x, v), loss.size, count, tolerance=tolerance, most_products=most_products
        )
        return Spectrum(ritz.values, ritz.vectors, ritz.errors, ritz.smallest, ritz.products)
    H = hessian(loss, x)
    values, vectors = np.linalg.eigh(H)
    error = 4 * EPS * loss.size * float(np.abs(values).max())
    return Spectrum(
        values[::-1], vectors.T[::-1], np.full(loss.size, error), float(values[0]), products=loss.size
    )


def hessian(loss: Loss, x: Floats) -> Floats:
    """The Hessian (n, n) at `x` (n,): the loss's own, or from n products.

    Raises
    ------
    NotFinite, ModelError
        If it is not finite, or not symmetric.
    """
    own = getattr(loss, "hessian", None)
    H = own(x) if own is not None else np.array([loss.hvp(x, row) for row in np.eye(loss.size)])
    if not np.isfinite(H).all():
        raise NotFinite(
            "a Hessian-vector product is not finite; the loss may not be defined at these parameters."
        )
    if np.abs(H - H.T).max() > ASYMMETRY * np.abs(H).max():
        raise ModelError(
            f"the Hessian is not symmetric: entries differ by up to {np.abs(H - H.T).max():.2g}; "
            "check the Hessian-vector products."
        )
    symmetric: Floats = (H + H.T) / 2
    return symmetric
