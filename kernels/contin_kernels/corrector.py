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
from numba import types

from contin_kernels.abi import CORRECT, INTEGERS, NUMBERS, TANGENT, ints_of, jacobian_at, residual_at
from contin_kernels.arclength import border_row, normalise, solve_tangent
from contin_kernels.jit import fused, pointer
from contin_kernels.lu import diagonal_sign, lu_factor, lu_solve
from contin_kernels.memory import caller, integers, matrix, shifted, vector
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR

SINGULAR_PIVOT = 1e-15
CONTRACTS = 0.05
ROUNDED = 1e-14


class Bordered(NamedTuple):
    """Memory of the bordered system with m equations.

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


def bordered_size(m: int) -> int:
    """Length of the memory for m equations."""
    return 2 * m * m + 8 * m + 4


@fused
def bordered_at(work, m):
    """The bordered system's memory at a pointer."""
    factors = m * (m + 1)
    order = factors + (m + 1) * (m + 1)
    rows = order + m + 1
    right = rows + 2 * m
    return Bordered(
        matrix(work, m, m + 1),
        matrix(shifted(work, factors), m + 1, m + 1),
        vector(integers(shifted(work, order)), m + 1),
        vector(shifted(work, rows), m),
        vector(shifted(work, rows + m), m),
        vector(shifted(work, right), m + 1),
        vector(shifted(work, right + m + 1), m + 1),
    )


@fused
def factor_at(context, z, scale, row, w, m):
    """Evaluate the Jacobian at `z` (m + 1,) and factor it, scaled and bordered by `row` (m + 1,).

    Returns
    -------
    status : OK, NOT_FINITE or SINGULAR
    sign : of the determinant, 0 where singular.
    pivot : smallest pivot, relative to the largest.
    """
    jac = w.jacobian
    A = w.factors
    rows = w.rows
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
            return NOT_FINITE, 0.0, 0.0
        inverse = 1.0 / largest if largest > 0.0 else 1.0
        rows[i] = inverse
        for j in range(m + 1):
            A[i, j] *= inverse
    for j in range(m + 1):
        A[m, j] = row[j]
    sign, smallest, largest = lu_factor(A, w.order, m + 1)
    if smallest <= SINGULAR_PIVOT * largest:
        return SINGULAR, 0.0, 0.0
    return OK, sign * diagonal_sign(A, m + 1), smallest / largest


@fused
def evaluate(context, z, w, m):
    """Residual at `z` into `w.f`; its largest scaled magnitude, or NaN."""
    f = w.f
    rows = w.rows
    f[0] = np.nan
    residual_at(context, z, f)
    size = 0.0
    total = 0.0
    for i in range(m):
        total += f[i]
        size = max(size, abs(f[i]) * rows[i])
    return size if math.isfinite(total) else np.nan


@fused
def correction(w, m):
    """Solve for the Newton step of the residual in `w.f` (the border's equation holds already); its largest magnitude."""
    f = w.f
    rows = w.rows
    right = w.right
    for i in range(m):
        right[i] = -f[i] * rows[i]
    right[m] = 0.0
    step = w.step
    lu_solve(w.factors, w.order, right, step, m + 1)
    size = 0.0
    total = 0.0
    for i in range(m + 1):
        size = max(size, abs(step[i]))
        total += step[i]
    return size if math.isfinite(total) else np.nan


@fused
def correct(context, z, scale, row, tolerance, most, w, m):
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
        status = OK
        if not fresh:
            status, _, _ = factor_at(context, z, scale, row, w, m)
            fresh = True
        residual = evaluate(context, z, w, m)
        if not math.isfinite(residual):
            return NOT_FINITE, iteration, first, residual
        if status != OK:
            return OK if status == SINGULAR and residual <= ROUNDED else status, iteration, first, residual
        size = correction(w, m)
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
        for i in range(m + 1):
            z[i] += scale[i] * step[i]
        if done:
            return OK, iteration, first, residual
        last = size
    return NOT_CONVERGED, most, first, 0.0


CORRECT_TYPE = types.int64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, types.float64, types.int64, NUMBERS, NUMBERS)
TANGENT_TYPE = types.float64(INTEGERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
_call_correct = caller(CORRECT_TYPE)
_call_tangent = caller(TANGENT_TYPE)


@pointer(CORRECT_TYPE)
def correct_tool(context, z, scale, row, tolerance, most, report, work):
    """`correct` by address: report (2,) becomes the first correction and the residual. Returns the status."""
    m = ints_of(context)[0]
    status, _, first, residual = correct(
        context,
        vector(z, m + 1),
        vector(scale, m + 1),
        vector(row, m + 1),
        tolerance,
        most,
        bordered_at(work, m),
        m,
    )
    report[0] = first
    report[1] = residual
    return status


@fused
def corrected(context, z, scale, row, tolerance, most, report, work):
    """`correct` by its address, for where it is rare; pointers, `report` (2,), `work` (bordered_size(m),)."""
    return _call_correct(context[CORRECT], (context, z, scale, row, tolerance, most, report, work))


@fused
def tangent_system(work, m):
    """Pointer to the bordered system's memory in the work of `tangent_beside`, left as it was at the point."""
    return shifted(work, 2 * m + 2)


@pointer(TANGENT_TYPE)
def tangent_tool(context, z, scale, near, work):
    """Turn `near` (m + 1,), an unscaled direction, into the unscaled unit tangent at `z` on its side.

    Returns the sign of the bordered determinant, 0 where there is no tangent; then `near` is left as it was.
    """
    m = ints_of(context)[0]
    z = vector(z, m + 1)
    scale = vector(scale, m + 1)
    t = vector(work, m + 1)
    row = vector(shifted(work, m + 1), m + 1)
    w = bordered_at(tangent_system(work, m), m)
    for i in range(m + 1):
        t[i] = near[i] / scale[i]
    normalise(t, m)
    sign = 0.0
    for _ in range(2):
        border_row(t, row, m)
        status, sign, _ = factor_at(context, z, scale, row, w, m)
        if status != OK:
            return 0.0
        solve_tangent(w, t, m)
    for i in range(m + 1):
        near[i] = t[i] * scale[i]
    return sign


@fused
def tangent_beside(context, z, scale, near, work):
    """The tangent at `z` by the tool's address; pointers, `work` (tangent_size(m),)."""
    return _call_tangent(context[TANGENT], (context, z, scale, near, work))


def tangent_size(m: int) -> int:
    """Length of the work of `tangent_beside`."""
    return bordered_size(m) + 2 * m + 2
