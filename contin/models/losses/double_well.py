"""The double well: two minima, and the whole road to chaos of gradient descent in closed form.

    L = scale (theta^2 - 1)^2/4

At theta = 1 the curvature is 2 scale. Gradient descent (scale 1) flips at eta = 1, supercritically; its 2-cycle is
(sqrt(eta + 3) +- sqrt(eta - 1))/(2 sqrt(eta)), with the multiplier 9 - 2 (1 + eta)^2, which is -1 at eta = sqrt(5) - 1.

Source: elementary: theta' = theta - eta theta (theta^2 - 1) is the odd cubic map of R. M. May, Bifurcations and dynamic
complexity in ecological systems, Annals of the New York Academy of Sciences 316 (1979).
"""

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def double_well(theta, *, scale=1.0):
    """The double well with minima at -1 and 1."""
    return scale * (theta**2 - 1) ** 2 / 4


MODELS = {
    "double_well": Example(
        Loss(double_well),
        "the odd cubic map of May, Ann. N. Y. Acad. Sci. 316 (1979)",
        (Minimum((1.0,), (2.0,)), Minimum((-1.0,), (2.0,))),
    )
}
