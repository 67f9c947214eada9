"""A well that becomes steeper outwards: gradient descent flips subcritically.

    L = theta^2/2 + k theta^4/4

At theta = 0 the curvature is 1. Gradient descent flips at eta = 2; with h = 1, L3 = 0 and L4 = 6 k the criticality c =
(3 L3^2 - L2 L4)/(3 L2^2) is -2 k: an unstable 2-cycle +- sqrt((2/eta - 1)/k) below the flip, divergence beyond it.

Source: elementary; the potential of Duffing's hardening spring.
"""

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def hardening(theta, *, k=1.0):
    """The well of a hardening spring."""
    return theta**2 / 2 + k * theta**4 / 4


MODELS = {"hardening": Example(Loss(hardening), "Duffing's hardening spring", (Minimum((0.0,), (1.0,)),))}
