"""How a map stretches small differences: Lyapunov exponents.

The largest one of many orbits beside each other, by the length of a tangent, and the first few of one orbit, by keeping
as many tangents orthogonal (Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15, 1980).
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.jit import kernel, loop
from contin_kernels.lanes import STATES, jacobian_by_address, rhs_by_address
from contin_kernels.memory import pointer_to
from contin_kernels.status import NOT_FINITE, OK
from contin_kernels.vectors import dot, fill, finite

LONG, SHORT = 1e100, 1e-100


@kernel
def log_of(size):
    """log, -infinity at 0."""
    return math.log(size) if size != 0.0 else -math.inf


@kernel
def begin_growth(v, growth):
    """Tangents v (n, count), whose directions no symmetry singles out, and no growth (count,) yet."""
    for lane in range(v.shape[1]):
        _unit(v, lane)
        growth[lane] = 0.0


@kernel
def _unit(v, lane):
    for i in range(v.shape[0]):
        v[i, lane] = 1.0 / (1.0 + 0.618 * i)
    _shorten(v, lane)


@kernel
def begin_again(v, growth):
    """Keep the directions that the tangents have, but no growth."""
    finish_growth(v, growth)
    for lane in range(v.shape[1]):
        if growth[lane] == -math.inf:
            _unit(v, lane)
        growth[lane] = 0.0


@kernel
def grow(J, v, w, growth):
    """v = J v, point by point: J (n n, count), v (n, count); w (n, count) is scratch.

    Lengths are left in v, and taken out into `growth` (count,), as logarithms, only when one could leave the range of
    numbers: that is a logarithm in a hundred steps.
    """
    n, count = v.shape
    for i in range(n):
        for lane in range(count):
            w[i, lane] = J[i * n, lane] * v[0, lane]
        for j in range(1, n):
            for lane in range(count):
                w[i, lane] += J[i * n + j, lane] * v[j, lane]
    long = 0
    for lane in range(count):
        size = 0.0
        for i in range(n):
            v[i, lane] = w[i, lane]
            size += abs(w[i, lane])
        long += (size > LONG) | (size < SHORT)
    if long > 0:
        finish_growth(v, growth)


@kernel
def finish_growth(v, growth):
    """Take the lengths of v (n, count) out into `growth` (count,).

    A tangent of length zero has stretched by -infinity for ever; it becomes NaN, so that nobody looks at it again.
    """
    for lane in range(v.shape[1]):
        if growth[lane] != -math.inf:
            growth[lane] += _shorten(v, lane)


@kernel
def _shorten(v, lane):
    """Bring the tangent to length 1; the logarithm of the length it had."""
    largest = 0.0
    for i in range(v.shape[0]):
        largest = max(largest, abs(v[i, lane]))
    total = 0.0
    for i in range(v.shape[0]):
        total += (v[i, lane] / largest) ** 2
    size = largest * math.sqrt(total) if largest != 0.0 else 0.0
    for i in range(v.shape[0]):
        v[i, lane] = v[i, lane] / size if size != 0.0 else math.nan
    return log_of(size)


@loop
def exponents(model, parameters, x, bound, transient, every, growth):
    """The first m Lyapunov exponents along the orbit from `x` (n,), which ends at its last state.

    Parameters
    ----------
    model : table
        Of `lanes.LaneTable`.
    parameters : (k,) array
    bound : float
        The orbit escapes when a state is larger than this.
    transient, every : int
        Steps before the averages; steps in each.
    growth : (parts, m) array
        Gets the mean logarithms of the stretching in each part of the orbit.

    Returns
    -------
    status : int
        OK, or NOT_FINITE where the orbit escapes.
    steps : int
        How many were done.
    """
    n = model[STATES]
    m = growth.shape[1]
    V = np.zeros((m, n))
    W = np.zeros((m, n))
    J = np.zeros((n, n))
    y = np.zeros(n)
    for a in range(m):
        V[a, a] = 1.0
    fill(growth, 0.0)
    total = transient + growth.shape[0] * every
    for t in range(total):
        if not _step(model, parameters, x, y, J, bound):
            return NOT_FINITE, t
        part = (t - transient) // every if t >= transient else -1
        for a in range(m):
            for i in range(n):
                W[a, i] = dot(J[i], V[a])
            for b in range(a):
                along = dot(W[b], W[a])
                for i in range(n):
                    W[a, i] -= along * W[b, i]
            size = math.sqrt(dot(W[a], W[a]))
            if size != 0.0:
                for i in range(n):
                    W[a, i] /= size
            if part >= 0:
                growth[part, a] += log_of(size) / every
        V, W = W, V
    return OK, total


@kernel
def _step(model, parameters, x, y, J, bound):
    """x (n,) = f and J (n, n) = the Jacobian at the old x; whether both are finite and x is within the bound."""
    fill(y, math.nan)
    for i in range(J.shape[0]):
        fill(J[i], math.nan)
    jacobian_by_address(pointer_to(model), pointer_to(x), pointer_to(parameters), pointer_to(J))
    rhs_by_address(pointer_to(model), pointer_to(x), pointer_to(parameters), pointer_to(y))
    good = finite(y)
    for i in range(x.shape[0]):
        good = good and finite(J[i]) and abs(y[i]) <= bound
        x[i] = y[i]
    return good
