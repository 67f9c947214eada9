"""Newton's method on the bordered system [F(z); row . (z - z0)] = 0 in scaled unknowns.

Scaled unknowns are y = z / scale; rows of the Jacobian are divided by their largest scaled entry, so that a correction,
a residual and a pivot mean the same in any units. The first correction uses the Jacobian at the predicted point; the
next ones keep its factors while they contract (chord steps: Kelley, Solving Nonlinear Equations with Newton's Method,
SIAM 2003, section 2.2).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from contin_kernels.abi import jacobian_at, residual_at
from contin_kernels.jit import fused, kernel
from contin_kernels.lu import diagonal_sign, lu_factor, lu_solve
from contin_kernels.memory import borrowed
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR

SINGULAR_PIVOT = 1e-15
CONTRACTS = 0.05
ROUNDED = 1e-14


class Bordered(NamedTuple):
    """Workspace of the bordered system with m equations.

    `jacobian` (m, m + 1) unscaled, `factors` (m + 1, m + 1), `order` (m + 1,), `rows` (m,) factors of the equations,
    `f` (m,), `right`, `step` (m + 1,).
    """

    jacobian: Any
    factors: Any
    order: Any
    rows: Any
    f: Any
    right: Any
    step: Any


def bordered_workspace(m: int) -> Bordered:
    """Arrays for m equations, made once in Python."""
    return Bordered(
        np.zeros((m, m + 1)),
        np.zeros((m + 1, m + 1)),
        np.zeros(m + 1, np.int64),
        np.ones(m),
        np.zeros(m),
        np.zeros(m + 1),
        np.zeros(m + 1),
    )


@fused
def borrow_bordered(w):
    """The workspace with arrays without owners."""
    return Bordered(
        borrowed(w.jacobian),
        borrowed(w.factors),
        borrowed(w.order),
        borrowed(w.rows),
        borrowed(w.f),
        borrowed(w.right),
        borrowed(w.step),
    )


@fused
def factor_at(context, z, scale, row, w):
    """Evaluate the Jacobian at `z` (m + 1,) and factor it, scaled and bordered by `row` (m + 1,).

    Returns
    -------
    status : OK, NOT_FINITE or SINGULAR
    sign : of the determinant, 0 where singular.
    """
    jac = w.jacobian
    A = w.factors
    rows = w.rows
    m = rows.shape[0]
    jac[0, 0] = np.nan
    jacobian_at(context, z, jac)
    for i in range(m):
        largest = 0.0
        total = 0.0
        for j in range(m + 1):
            value = jac[i, j] * scale[j]
            A[i, j] = value
            total += value
            largest = max(largest, abs(value))
        if not math.isfinite(total):
            return NOT_FINITE, 0.0
        inverse = 1.0 / largest if largest > 0.0 else 1.0
        rows[i] = inverse
        for j in range(m + 1):
            A[i, j] *= inverse
    for j in range(m + 1):
        A[m, j] = row[j]
    sign, smallest, largest = lu_factor(A, w.order)
    if smallest <= SINGULAR_PIVOT * largest:
        return SINGULAR, 0.0
    return OK, sign * diagonal_sign(A)


@fused
def evaluate(context, z, w):
    """Residual at `z` into `w.f`; its largest scaled magnitude, or NaN."""
    f = w.f
    rows = w.rows
    f[0] = np.nan
    residual_at(context, z, f)
    size = 0.0
    total = 0.0
    for i in range(f.shape[0]):
        total += f[i]
        size = max(size, abs(f[i]) * rows[i])
    return size if math.isfinite(total) else np.nan


@fused
def correction(w):
    """Solve for the Newton step of the residual in `w.f` (the border's equation holds already); its largest magnitude."""
    f = w.f
    rows = w.rows
    right = w.right
    m = f.shape[0]
    for i in range(m):
        right[i] = -f[i] * rows[i]
    right[m] = 0.0
    step = w.step
    lu_solve(w.factors, w.order, right, step)
    size = 0.0
    total = 0.0
    for i in range(m + 1):
        size = max(size, abs(step[i]))
        total += step[i]
    return size if math.isfinite(total) else np.nan


@fused
def correct(context, z, scale, row, tolerance, most, w):
    """Correct `z` (m + 1,) in place along the hyperplane row . (y - y0) = 0.

    The correction that is below `tolerance` is the last and is applied: the error left is smaller by Newton's
    contraction. A singular Jacobian at a point that is a solution to rounding is no failure.

    Returns
    -------
    status : OK, NOT_FINITE, SINGULAR or NOT_CONVERGED
    iterations : corrections above `tolerance`.
    first : magnitude of the first correction, in scaled units.
    residual : largest scaled residual before the last correction, a bound on the one after it.
    """
    last = 0.0
    first = 0.0
    fresh = False
    step = w.step
    for iteration in range(most + 1):
        residual = evaluate(context, z, w)
        if not math.isfinite(residual):
            return NOT_FINITE, iteration, first, residual
        if not fresh:
            status, _ = factor_at(context, z, scale, row, w)
            if status == SINGULAR and residual <= ROUNDED:
                return OK, iteration, first, residual
            if status != OK:
                return status, iteration, first, residual
            fresh = True
        size = correction(w)
        if not math.isfinite(size):
            return NOT_FINITE, iteration, first, residual
        done = size <= tolerance
        if iteration == 0:
            first = size
        elif done:
            pass
        elif size > 0.5 * last:
            return NOT_CONVERGED, iteration, first, residual
        else:
            fresh = size < CONTRACTS * last
        for i in range(z.shape[0]):
            z[i] += scale[i] * step[i]
        if done:
            return OK, iteration, first, residual
        last = size
    return NOT_CONVERGED, most, first, 0.0


@kernel
def corrected(context, z, scale, row, tolerance, most, w):
    """`correct`, called instead of put into the caller: for where it is rare."""
    return correct(context, z, scale, row, tolerance, most, w)
