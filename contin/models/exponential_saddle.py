"""A phase portrait with a saddle and a curved nullcline.

    x' = mu x + e^-y
    y' = -y

Dimensionless; mu = 1 is the textbook's system. Source: S. H. Strogatz, Nonlinear Dynamics and Chaos,
chapter 6.

The equilibrium is (-1/mu, 0) with eigenvalues mu and -1: a saddle for every mu > 0, without special points
(at mu = 1 their sum is zero, a neutral saddle, which is no bifurcation). Nullclines: x = -e^-y/mu and y = 0.
For mu = 1 the stable manifold is x = -(1 - e^-y)/y, the unstable one y = 0.
"""

import math

from contin.models.example import Example
from contin.systems import flow


@flow
def exponential_saddle(x, y, *, mu=1.0):
    """A saddle and its curved nullcline, after Strogatz."""
    return mu * x + math.exp(-y), -y


MODELS = {
    "exponential_saddle": Example(
        exponential_saddle,
        along="mu",
        span=(0.25, 4.0),
        start={"x": -1.0, "y": 0.0},
        at={},
        show="x",
        source="Strogatz, Nonlinear Dynamics and Chaos, chapter 6",
        facts=(),
    ),
}
