"""Quadratic losses: the linear theory of optimisers is exact.

    L = (a x^2 + b y^2)/2                  `quadratic`, ill-conditioned: a = 100, b = 1
    L = x' H x / 2                         `of_hessian(H)`, H any symmetric matrix

Gradient descent is stable below eta = 2/a; there the slow direction needs a/b times as many steps as the fast one. Behind the
flip a quadratic has no 2-cycle: the iteration diverges.

Source: elementary; B. T. Polyak, Introduction to Optimization (1987), section 1.4.
"""

import numpy as np

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def quadratic(x, y, *, a=100.0, b=1.0):
    """The quadratic with the curvatures a and b."""
    return (a * x**2 + b * y**2) / 2


def of_hessian(hessian, name="quadratic"):
    """The quadratic loss of n numbers x0, x1, ... with this Hessian.

    Parameters
    ----------
    hessian : (n, n) array
        Symmetric.
    name : str

    Returns
    -------
    Loss
    """
    H = np.array(hessian, dtype=float)

    def of(x, *, scale=1.0):
        """The quadratic with a given Hessian, times the scale."""
        return scale * (x @ (H @ x)) / 2

    return Loss(of, len(H), name=name)


MODELS = {
    "quadratic": Example(
        Loss(quadratic),
        "Polyak, Introduction to Optimization (1987), section 1.4",
        (Minimum((0.0, 0.0), (1.0, 100.0)),),
    )
}
