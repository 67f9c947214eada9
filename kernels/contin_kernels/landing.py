"""Orbits that ended exactly on an unstable cycle: by rounding, or because a preimage of it was hit.

A fixed point or cycle of a map is unstable, and an orbit can still sit on it, to the last bit, for ever. Such an orbit
tells nothing about what its neighbours do.
"""

from __future__ import annotations

import math

from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jit import kernel
from contin_kernels.lanes import WIDTH, slopes_of_lanes, step_lanes
from contin_kernels.memory import borrowed

LONGEST = 8
"""Steps of the longest cycle that is looked for."""

UNSTABLE = 1.0 + 1e-6
"""A multiplier of this size is unstable, not 1 and a rounding."""


@kernel
def landing_size(n):
    """Length of the scratch of `land` for n states."""
    return (n + 2 * n * n) * WIDTH + 2 * n + 2 * n * n


@kernel
def land(model, p, x, y, J, gone, work, landed):
    """Mark in `landed` (count,) the orbits whose last states x (n, count) repeat exactly and are unstable.

    p (k, count) parameters; y (n, count), J (n n, count) and `work` (landing_size(n),) are scratch, and x becomes so.
    """
    n, count = x.shape
    size = n * n * count
    home = work[: n * count].reshape(n, count)
    M = work[n * count : n * count + size].reshape(n * n, count)
    product = work[n * count + size : n * count + 2 * size].reshape(n * n, count)
    _copy(x, home)
    longest = _find_periods(model, p, x, y, home, gone, landed)
    if longest == 0:
        return
    _copy(home, x)
    for i in range(n * n):
        for lane in range(count):
            M[i, lane] = 1.0 if i % (n + 1) == 0 else 0.0
    now = borrowed(x)
    then = borrowed(y)
    for period in range(1, longest + 1):
        slopes_of_lanes(model, now, p, J)
        step_lanes(model, now, p, math.inf, then)
        now, then = then, now
        _multiply(J, M, product)
        for lane in range(count):
            if landed[lane] == -period:
                landed[lane] = _is_unstable(M, lane, n, work[n * count + 2 * size :])
    for lane in range(count):
        landed[lane] = max(landed[lane], 0)


@kernel
def _copy(x, out):
    for i in range(x.shape[0]):
        for lane in range(x.shape[1]):
            out[i, lane] = x[i, lane]


@kernel
def _find_periods(model, p, x, y, home, gone, landed):
    """The longest period that occurs; `landed` (count,) = less the orbit's, 0 where it does not repeat exactly."""
    landed[:] = 0
    now = borrowed(x)
    then = borrowed(y)
    longest = 0
    for period in range(1, LONGEST + 1):
        step_lanes(model, now, p, math.inf, then)
        now, then = then, now
        for lane in range(x.shape[1]):
            if (
                now[0, lane] == home[0, lane]
                and landed[lane] == 0
                and not gone[lane]
                and _same(now, home, lane)
            ):
                landed[lane] = -period
                longest = period
    return longest


@kernel
def _same(x, home, lane):
    for i in range(x.shape[0]):
        if x[i, lane] != home[i, lane]:
            return False
    return True


@kernel
def _multiply(J, M, product):
    """M = J M, point by point: (n n, count); `product` is scratch."""
    n = int(math.sqrt(J.shape[0]) + 0.5)
    for i in range(n):
        for j in range(n):
            for lane in range(J.shape[1]):
                product[i * n + j, lane] = J[i * n, lane] * M[j, lane]
            for k in range(1, n):
                for lane in range(J.shape[1]):
                    product[i * n + j, lane] += J[i * n + k, lane] * M[k * n + j, lane]
    _copy(product, M)


@kernel
def _is_unstable(M, lane, n, work):
    """1 if an eigenvalue of the matrix is outside the unit circle, else 0."""
    if n == 1:
        return 1 if abs(M[0, lane]) > UNSTABLE else 0
    re = work[:n]
    im = work[n : 2 * n]
    A = work[2 * n : 2 * n + n * n].reshape(n, n)
    H = work[2 * n + n * n : 2 * n + 2 * n * n].reshape(n, n)
    for i in range(n):
        for j in range(n):
            A[i, j] = M[i * n + j, lane]
    if not eigenvalues(A, re, im, H):
        return 0
    size = 0.0
    for i in range(n):
        size = max(size, re[i] * re[i] + im[i] * im[i])
    return 1 if size > UNSTABLE * UNSTABLE else 0
