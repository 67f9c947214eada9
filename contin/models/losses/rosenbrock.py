"""Rosenbrock's valley, in two or more dimensions.

    L = sum over i of b (x_(i+1) - x_i^2)^2 + (a - x_i)^2

The minimum is x = (1, ..., 1) at a = 1. In two dimensions the Hessian there is [[2 + 8 b, -4 b], [-4 b, 2 b]] (a = 1), with
the determinant 4 b and the trace 2 + 10 b. `contin.Loss(rosenbrock, n)` is the same in n dimensions.

Source: H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function, The Computer
Journal 3 (1960).
"""

from math import sqrt

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def rosenbrock(x, *, a=1.0, b=100.0):
    """Rosenbrock's valley."""
    return sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)


ROOT = sqrt(501.0**2 - 400.0)

MODELS = {
    "rosenbrock": Example(
        Loss(rosenbrock, 2),
        "Rosenbrock, The Computer Journal 3 (1960)",
        (Minimum((1.0, 1.0), (400.0 / (501.0 + ROOT), 501.0 + ROOT)),),
    )
}
