"""Central differences along a line, for models without exact derivatives.

Sixth-order formulas on seven points (Fornberg, Mathematics of Computation 51, 1988), steps that balance truncation and
rounding for numbers of the size of the state.
"""

from __future__ import annotations

import numpy as np

from contin_kernels.jit import kernel

FIRST = (0.75, -0.15, 1.0 / 60.0)
SECOND = (1.5, -0.15, 1.0 / 90.0)


@kernel
def line_step(x, p, u, relative):
    """A step along `u` (n + k,) that moves the state and parameters by about `relative` of their size."""
    n = x.shape[0]
    step = 1e308
    for i in range(u.shape[0]):
        size = abs(x[i]) if i < n else abs(p[i - n])
        if u[i] != 0.0:
            step = min(step, relative * max(size, 1e-3) / abs(u[i]))
    return step if step < 1e308 else 1.0


@kernel
def differences_of_first(function, x, p, u, out):
    """out (n,) = derivative of function(x, p, out) along `u` (n + k,)."""
    n = x.shape[0]
    h = line_step(x, p, u, 2e-3)
    ahead = np.zeros(n)
    behind = np.zeros(n)
    out[:] = 0.0
    for s in range(3):
        d = (s + 1) * h
        function(x + d * u[:n], p + d * u[n:], ahead)
        function(x - d * u[:n], p - d * u[n:], behind)
        for i in range(n):
            out[i] += FIRST[s] * (ahead[i] - behind[i]) / h


@kernel
def third_from_first(first, x, p, u, second, third):
    """second, third (n,) = derivatives along `u` from differences of first(x, p, u, out)."""
    n = x.shape[0]
    h = line_step(x, p, u, 5e-3)
    ahead = np.zeros(n)
    behind = np.zeros(n)
    middle = np.zeros(n)
    first(x, p, u, middle)
    second[:] = 0.0
    third[:] = 0.0
    for s in range(3):
        d = (s + 1) * h
        first(x + d * u[:n], p + d * u[n:], u, ahead)
        first(x - d * u[:n], p - d * u[n:], u, behind)
        for i in range(n):
            second[i] += FIRST[s] * (ahead[i] - behind[i]) / h
            third[i] += SECOND[s] * (ahead[i] + behind[i] - 2.0 * middle[i]) / (h * h)
