"""The logarithm of the hyperbolic cosine: quadratic at the minimum, linear far out.

    L = log(cosh(theta))

The curvature at 0 is 1 and falls outwards: gradient descent has one stable 2-cycle +- x for every eta > 2, with
2 x = eta tanh(x).

Source: elementary; a smooth form of Huber's loss (P. J. Huber, Annals of Mathematical Statistics 35, 1964).
"""

import math

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def log_cosh(theta):
    """The logarithm of cosh."""
    return math.log(math.cosh(theta))


MODELS = {"log_cosh": Example(Loss(log_cosh), "a smooth form of Huber's loss", (Minimum((0.0,), (1.0,)),))}
