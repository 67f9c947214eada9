"""Factorisations: manifolds of minima, along which one multiplier is 1 for ever.

    L = (u v - target)^2/2                 `factorisation`, of a number
    L = |U V' - diag(a, b)|^2/2            `factorisation_of_matrix`, of a matrix of rank two by one of rank one

Of a number: at a minimum u v = target the curvatures are 0 and u^2 + v^2: the largest stable learning rate is
2/(u^2 + v^2), 1 at the balanced minimum. Gradient descent has D = u^2 - v^2, which every step multiplies exactly by
1 - eta^2 (u v - target)^2.

Of a matrix, a > b > 0, U = V = (sqrt(a), 0): the curvatures are 0, a - b, a + b, 2 a.

Source: Y. Wang, M. Chen, T. Zhao, M. Tao, Large learning rate tames homogeneity: convergence and balancing effect, ICLR 2022.
"""

from math import sqrt

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def factorisation(u, v, *, target=1.0):
    """A number as a product of two."""
    return (u * v - target) ** 2 / 2


def factorisation_of_matrix(U, V, *, a=2.0, b=1.0):
    """The diagonal matrix of a and b as a product of a column and a row."""
    E = U @ V.T
    return ((E[0, 0] - a) ** 2 + E[0, 1] ** 2 + E[1, 0] ** 2 + (E[1, 1] - b) ** 2) / 2


SOURCE = "Wang, Chen, Zhao and Tao, ICLR 2022"

MODELS = {
    "factorisation": Example(
        Loss(factorisation),
        SOURCE,
        (Minimum((1.0, 1.0), (0.0, 2.0)), Minimum((2.0, 0.5), (0.0, 4.25))),
    ),
    "factorisation_of_matrix": Example(
        Loss(factorisation_of_matrix, {"U": (2, 1), "V": (2, 1)}),
        SOURCE,
        (Minimum((sqrt(2.0), 0.0, sqrt(2.0), 0.0), (0.0, 1.0, 3.0, 4.0), 0.5),),
    ),
}
