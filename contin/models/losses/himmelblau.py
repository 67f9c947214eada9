"""Himmelblau's function: four minima of value zero.

    L = (x^2 + y - 11)^2 + (x + y^2 - 7)^2

At (3, 2) the Hessian is [[74, 20], [20, 34]], with the eigenvalues 54 +- 20 sqrt(2). The other minima are zeros of
x^2 + y = 11, x + y^2 = 7, given here to 16 digits.

Source: D. M. Himmelblau, Applied Nonlinear Programming (McGraw-Hill 1972).
"""

from math import sqrt

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def himmelblau(x, y):
    """Himmelblau's function."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


MODELS = {
    "himmelblau": Example(
        Loss(himmelblau),
        "Himmelblau, Applied Nonlinear Programming (1972)",
        (Minimum((3.0, 2.0), (54.0 - 20.0 * sqrt(2.0), 54.0 + 20.0 * sqrt(2.0))),),
    )
}
