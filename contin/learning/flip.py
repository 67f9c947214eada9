"""The flip at the largest stable learning rate: its coefficient and the 2-cycle that leaves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator, minres

from contin.learning.loss import Loss
from contin.learning.spectrum import Spectrum

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
TWIN = 1e-8  # of the largest eigenvalue, to the next: then the flip is double
SLOPE = 1e-7  # of the length of T[q, q]: its part along a manifold of minima counts as zero
MOST_PRODUCTS = 2000
SOLVED = 1e-11
UNSOLVED = 1e-4
CORRECTIONS = 2


@dataclass(frozen=True)
class FlipForm:
    """Gradient descent's 2-cycle near the flip: x = x0 + a^2 `shift` +- a q, a^2 = h (eta - eta_flip)/c.

    Attributes
    ----------
    coefficient : float or None
        c; None where there is none, and `reason` says why.
    error : float
        Bound on its error, from those of the derivatives and of the linear solve.
    shift : (n,) array
        -H^-1 T[q, q] / 2.
    products : int
        Hessian-vector products spent on H^-1.
    reason : str
    """

    coefficient: float | None
    error: float
    shift: Floats
    products: int
    reason: str = ""


def flip_form(loss: Loss, x: Floats, found: Spectrum) -> FlipForm:
    """The coefficient c = (3 w.H^-1 w - Q[q,q,q,q]) / (3 h), w = T[q,q], of gradient descent at a minimum.

    Parameters
    ----------
    loss : Loss
    x : (n,) array
        A minimum.
    found : Spectrum
        Of the Hessian at `x`; its first eigenpair is (h, q).

    Notes
    -----
    With g(x0 + y) = H y + T[y, y]/2 + Q[y, y, y]/6 a 2-cycle y = b +- a q has H b = -a^2 w/2 and 2 = eta (h + a^2 (Q[q,q,q,q]/6
    - w.H^-1 w/2)); c follows from eta_flip = 2/h. It is Kuznetsov's flip coefficient (Elements of Applied Bifurcation Theory,
    section 5.4) up to a positive factor. On a manifold of minima w must not point along it: that part is the slope of
    the sharpness, and where it is not zero the iteration drifts to flatter minima and has no 2-cycle.
    """
    h, q = float(found.values[0]), found.vectors[0]
    nothing = np.zeros(len(x))
    if len(found.values) > 1 and h - found.values[1] <= TWIN * h:
        return FlipForm(None, 0.0, nothing, 0, "several eigenvalues flip at once")
    tilt, spent = EPS * len(x), 0
    if not found.complete:
        h, q, tilt, spent = _sharpened(loss, x, q)
    w, w_error = loss.third(x, q)
    Q, Q_error = loss.fourth(x, q)
    if found.complete:
        some = np.abs(found.values) > found.floor
        along = float(np.linalg.norm(found.vectors[~some] @ w))
        if along > SLOPE * float(np.linalg.norm(w)) + w_error:
            return FlipForm(
                None, 0.0, nothing, 0,
                f"the sharpness changes along the manifold of minima (slope {along:.3g}), "
                "so that past the flip the iteration drifts to flatter minima",
            )  # fmt: skip
        inverse = found.vectors[some].T @ ((found.vectors[some] @ w) / found.values[some])
        products, left = 0, 4 * EPS * len(x) * float(np.linalg.norm(w))
    else:
        inverse, products = _solved(lambda v: loss.hvp(x, v), w)
        products += spent
        left = float(np.linalg.norm(w - loss.hvp(x, inverse)))
        if left > UNSOLVED * float(np.linalg.norm(w)):
            return FlipForm(
                None, 0.0, nothing, products,
                f"MINRES did not solve H y = T[q,q] in {products} products (residual {left:.1e}): the Hessian is "
                "singular or nearly so; refine the minimum, or add a little L2 regularisation",
            )  # fmt: skip
    bent = float(w @ inverse)
    c = (3 * bent - Q) / (3 * h)
    size = float(np.linalg.norm(inverse))
    tilted = (12 * size * float(np.linalg.norm(w)) + 4 * abs(Q)) * tilt
    error = (6 * size * w_error + 3 * size * left + Q_error + tilted) / (3 * h)
    rounding = 16 * EPS * (3 * abs(bent) + abs(Q)) / (3 * h)
    return FlipForm(c, error + rounding, -inverse / 2, products)


def _solved(H: Callable[[Floats], Floats], w: Floats) -> tuple[Floats, int]:
    """H^-1 w, of smallest length where H is singular (Choi, Paige and Saunders, SIAM J. Sci. Comput. 33, 1810, 2011).

    Also the number of products.
    """
    count = 0

    def product(v: Floats) -> Floats:
        nonlocal count
        count += 1
        return H(np.ravel(v))

    operator = LinearOperator((len(w), len(w)), matvec=product, dtype=np.float64)
    solution, _ = minres(operator, w, rtol=SOLVED, maxiter=MOST_PRODUCTS)
    return solution, count


def _sharpened(loss: Loss, x: Floats, q: Floats) -> tuple[float, Floats, float, int]:
    """The eigenpair near `q` (the unit vector has shape (n,)), how far the last correction moved it, and the products spent.

    The eigenvalue's error is the square of the vector's, which Lanczos' method leaves at 1e-4; each correction cubes it
    (Jacobi-Davidson: Sleijpen and Van der Vorst, SIAM J. Matrix Anal. Appl. 17, 401, 1996).
    """
    moved, products = 0.0, 0
    for _ in range(CORRECTIONS):
        Hq = loss.hvp(x, q)
        h = float(q @ Hq)

        def beside(v: Floats, q: Floats = q, h: float = h) -> Floats:
            v = v - q * (q @ v)
            image = h * v - loss.hvp(x, v)
            return image - q * (q @ image)

        change, spent = _solved(beside, Hq - h * q)
        products += spent + 1
        change -= q * (q @ change)
        moved = float(np.linalg.norm(change))
        q = (q + change) / np.linalg.norm(q + change)
    return float(q @ loss.hvp(x, q)), q, moved, products + 1
