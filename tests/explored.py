"""Models with exact solutions, for the tests of `contin.explore`."""

from __future__ import annotations

import numpy as np

import contin


@contin.flow
def pharmacokinetics(C1, C2, *, ke=0.4, k1=0.45, k2=0.25, V1=5.0, V2=10.0):
    """Two compartments; after a bolus of 100 into the first, C1 = 20 (5/6 e^-t + 1/6 e^(-t/10))."""
    return (-(ke + k1) * C1 * V1 + k2 * C2 * V2) / V1, (k1 * C1 * V1 - k2 * C2 * V2) / V2


def concentration(t):
    """C1 (t,) after the bolus; its integral from 0 to infinity is 50."""
    return 20 * (5 / 6 * np.exp(-t) + np.exp(-t / 10) / 6)


@contin.flow
def pendulum(theta, w, *, b=0.25, c=5.0):
    return w, -b * w - c * np.sin(theta)


@contin.flow
def robertson(x, y, z, *, k1=0.04, k2=3e7, k3=1e4):
    forward, back, third = k1 * x, k3 * y * z, k2 * y * y
    return back - forward, forward - back - third, third


@contin.flow
def lotka_volterra(x, y, *, alpha=1.0, beta=1.0, delta=1.0, gamma=1.0):
    return alpha * x - beta * x * y, delta * x * y - gamma * y


@contin.flow
def brusselator(x, y, *, A=1.0, B=3.0):
    return A - (B + 1) * x + x * x * y, B * x - x * x * y


@contin.flow
def exponential_saddle(x, y, *, k=1.0):
    """Saddle (-1, 0), whose stable manifold is x = -(1 - e^-y)/y."""
    return x + np.exp(-y), -k * y


@contin.flow
def cubic(x, *, a=1.0):
    return -a * x**3


@contin.flow
def explosion(x, *, a=1.0):
    """x = 1/(1 - a t) from 1."""
    return a * x * x


@contin.flow
def root(x, *, a=1.0):
    """x = (1 - a t / 2)^2 from 1; not a number below 0."""
    return -a * np.sqrt(x)


@contin.flow
def plane(x, y, *, a=-1.0, b=0.0, c=0.0, d=-1.0):
    """Any linear flow of two states."""
    return a * x + b * y, c * x + d * y
