"""Orbits that ended exactly on an unstable cycle: by rounding, or because a preimage of it was hit.

A fixed point or cycle of a map is unstable, and an orbit can still sit on it, to the last bit, for ever. Such an orbit
tells nothing about what its neighbours do.
"""

from __future__ import annotations

from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jit import kernel
from contin_kernels.lanes import PARAMETERS, STATES, jacobian_by_address, rhs_by_address, step_lanes
from contin_kernels.memory import borrowed, pointer_to

LONGEST = 8
"""Steps of the longest cycle that is looked for."""

UNSTABLE = 1.0 + 1e-6
"""A multiplier of this size is unstable, not 1 and a rounding."""


@kernel
def land(model, p, x, y, gone, work, landed):
    """Mark in `landed` (count,) the orbits whose last states x (n, count) repeat exactly and are unstable.

    p (k, count) parameters; y (n, count) and `work` (n count + k + 2 n + 4 n n,) are scratch, and x becomes so.
    """
    n, count = x.shape
    home = work[: n * count].reshape(n, count)
    for i in range(n):
        for lane in range(count):
            home[i, lane] = x[i, lane]
    landed[:] = 0
    now = borrowed(x)
    then = borrowed(y)
    for period in range(1, LONGEST + 1):
        step_lanes(model, now, p, then)
        now, then = then, now
        for lane in range(count):
            if not gone[lane] and not landed[lane] and _same(now, home, lane):
                landed[lane] = 1 if _unstable(model, p, home, lane, period, work[n * count :]) else -1
    for lane in range(count):
        landed[lane] = max(landed[lane], 0)


@kernel
def _same(x, home, lane):
    for i in range(x.shape[0]):
        if x[i, lane] != home[i, lane]:
            return False
    return True


@kernel
def _unstable(model, p, home, lane, period, work):
    """Whether the product of the Jacobians over a period has an eigenvalue outside the unit circle."""
    n = model[STATES]
    k = model[PARAMETERS]
    parameters = work[:k]
    x = work[k : k + n]
    y = work[k + n : k + 2 * n]
    tables = work[k + 2 * n : k + 2 * n + 4 * n * n].reshape(4, n, n)
    for j in range(k):
        parameters[j] = p[j, lane]
    for i in range(n):
        x[i] = home[i, lane]
        for j in range(n):
            tables[0, i, j] = 1.0 if i == j else 0.0
    for _ in range(period):
        _add_step(model, parameters, x, y, tables[0], tables[1], tables[2])
    if not eigenvalues(tables[0], x, y, tables[3]):
        return False
    size = 0.0
    for i in range(n):
        size = max(size, x[i] * x[i] + y[i] * y[i])
    return size > UNSTABLE * UNSTABLE


@kernel
def _add_step(model, parameters, x, y, M, J, product):
    """M = J M and x = f at x; y, J, `product` are scratch."""
    n = x.shape[0]
    jacobian_by_address(pointer_to(model), pointer_to(x), pointer_to(parameters), pointer_to(J))
    rhs_by_address(pointer_to(model), pointer_to(x), pointer_to(parameters), pointer_to(y))
    for i in range(n):
        x[i] = y[i]
        for j in range(n):
            product[i, j] = 0.0
            for k in range(n):
                product[i, j] += J[i, k] * M[k, j]
    for i in range(n):
        for j in range(n):
            M[i, j] = product[i, j]
