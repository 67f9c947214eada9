"""A square root whose derivative at zero is taken as zero.

Adam divides by sqrt(v) + eps. At a minimum v = 0, where the root has no derivative but the map has one: the root's
derivative is multiplied by a mean gradient m that vanishes with it, |m| <= c sqrt(v). With zero for the root's derivative
the chain rule gives the map's own.
"""

from __future__ import annotations

import math

from contin_kernels.jit import kernel

SMALL = 1e-14
"""Times eps^2: below, v is a zero with rounding, as where a minimum is no floating-point number."""


def root(v: float, eps: float) -> float:
    """The square root of v, 0 for v <= 0; its derivative is taken as 0 for v <= SMALL eps^2."""
    return math.sqrt(v) if v > 0.0 else 0.0


# For generated code, which calls them: a hundred branches in one function take Numba minutes.


@kernel
def root_value(v):
    """`root`."""
    return math.sqrt(v) if v > 0.0 else 0.0


@kernel
def root_slope(v, eps):
    """The derivative of `root` in v."""
    return 0.5 / math.sqrt(v) if v > SMALL * eps * eps else 0.0


@kernel
def root_jet(a, b, c, d, eps):
    """Taylor coefficients of `root` along a line on which those of v are a, b, c, d."""
    if not a > SMALL * eps * eps:
        return root_value(a), 0.0, 0.0, 0.0
    w = math.sqrt(a)
    half = 0.5 / w
    first = b * half
    second = (c - first * first) * half
    return w, first, second, (d - 2.0 * first * second) * half
